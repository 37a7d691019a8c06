package dev.touchstone.gate.policy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.ListedTest;
import java.lang.module.ModuleDescriptor;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What has to be shown before models may ship.
 *
 * @param name what a decision calls it
 * @param maxAge how old a verdict may be; null for no limit
 * @param level the least confidence level that verdicts have to be judged at
 * @param inconclusive what an undecided claim does
 * @param otherClaims what the policy asks of claims that it does not list
 * @param uncountedTests what a run does whose tests nobody has counted
 * @param mayBeSkipped the model tests that need not run
 * @param suite which suites may judge
 * @param models what is asked of each model, at least one
 * @param exceptions what is accepted for a while
 */
public record ReleasePolicy(
    String name,
    @Nullable Duration maxAge,
    double level,
    Inconclusive inconclusive,
    OtherClaims otherClaims,
    UncountedTests uncountedTests,
    List<MayBeSkipped> mayBeSkipped,
    Suite suite,
    List<RequiredModel> models,
    List<GrantedException> exceptions) {
  /** Name and version of the schema; documented in {@code docs/policy.schema.json}. */
  public static final String SCHEMA = "touchstone-policy/1";

  /** Copies the lists. */
  public ReleasePolicy {
    mayBeSkipped = List.copyOf(mayBeSkipped);
    models = List.copyOf(models);
    exceptions = List.copyOf(exceptions);
  }

  /** What a required claim does that the data could not decide. */
  public enum Inconclusive {
    /** The release is not decided (the default). */
    HOLD,
    /** The model does not ship. */
    REFUSE,
    /** Accepted where the test states a reason for it, {@code .allowInconclusive("…")}. */
    ACCEPT_WITH_REASON
  }

  /** What is asked of claims about the model that the policy does not list. */
  public enum OtherClaims {
    /** None of them may fail (the default). */
    MUST_NOT_FAIL,
    /** Nothing. */
    IGNORED
  }

  /** What a run does whose tests nobody has counted, so that some may have broken. */
  public enum UncountedTests {
    /** The release is not decided (the default). */
    HOLD,
    /** Accepted: the verdicts come from outside JUnit, where nobody counts. */
    ACCEPTED
  }

  /**
   * A model test that need not run.
   *
   * @param test {@code class#method}, or a class for all tests in it
   * @param condition the only condition by which it may be skipped, as it stands in the code, such
   *     as {@code @EnabledIfDevice("gpu")}; null for any, and for a test that gives up by itself
   * @param reason why it need not run
   */
  public record MayBeSkipped(String test, @Nullable String condition, String reason) {
    /** Whether it covers a test that did not run. */
    public boolean covers(ListedTest left) {
      boolean leftOut =
          left.end() == ListedTest.End.SKIPPED || left.end() == ListedTest.End.ABORTED;
      return leftOut
          && (left.test().equals(test) || left.className().equals(test))
          && Optional.ofNullable(condition).map(left.condition()::equals).orElse(true);
    }
  }

  /**
   * Which suites may judge.
   *
   * @param oldestVersion the oldest {@code touchstone.suite.version}, of the form that {@link
   *     #isOrdered} accepts; null for any
   * @param approvedDigests the SHA-256 of test classes as their verdicts record it; empty for any
   */
  public record Suite(@Nullable String oldestVersion, Set<String> approvedDigests) {
    private static final Pattern ORDERED =
        Pattern.compile("\\d{1,9}(\\.\\d{1,9})+(-[A-Za-z]+[.-]?\\d{0,9})?");

    /** Copies the digests. */
    public Suite {
      approvedDigests = Set.copyOf(approvedDigests);
    }

    /**
     * Whether a version can be told older from newer: dotted numbers of at most nine digits each,
     * and perhaps a pre-release such as {@code -SNAPSHOT} or {@code -rc1}. A commit or a time stamp
     * cannot.
     */
    public static boolean isOrdered(String version) {
      return ORDERED.matcher(version).matches();
    }

    /**
     * Whether a version comes before another.
     *
     * @throws IllegalArgumentException if one of them cannot be ordered
     */
    public static boolean isOlder(String version, String than) {
      if (!isOrdered(version) || !isOrdered(than)) {
        throw new IllegalArgumentException("no order between " + version + " and " + than);
      }
      return ModuleDescriptor.Version.parse(version).compareTo(ModuleDescriptor.Version.parse(than))
          < 0;
    }

    static Suite any() {
      return new Suite(null, Set.of());
    }
  }

  /**
   * What is asked of one model.
   *
   * @param name the model's name as its verdicts record it
   * @param claims at least one
   */
  public record RequiredModel(String name, List<RequiredClaim> claims) {
    /** Copies the claims. */
    public RequiredModel {
      claims = List.copyOf(claims);
    }

    /** The digests of all trainers that its claims pin. */
    public Set<String> trainerDigests() {
      return claims.stream()
          .flatMap(claim -> Optional.ofNullable(claim.trainer()).stream())
          .flatMap(trainer -> trainer.digests().stream())
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /**
   * A claim that has to be shown.
   *
   * @param name what the policy calls it, unique for its model
   * @param because why it is asked; null if not said
   * @param check the check's name, such as {@code calibration}
   * @param trainer whose claim it is, where it is a trainer's; null for claims about the model file
   * @param loosest the loosest bound a test may claim, on a named quantity
   * @param groups the slices that have to be judged; empty for any
   * @param data on which data; null for any
   * @param test the test that has to claim it, {@code class#method}; null for any
   * @param id the claim's own name, as {@code identifiedAs} gives it; null for any
   * @param modelFacts facts that the verdict has to record about the model, or the trainer
   * @param settings settings that the check has to have had
   * @param freed the names of facts about model and data, and of settings, that may be anything
   */
  public record RequiredClaim(
      String name,
      @Nullable String because,
      String check,
      @Nullable PinnedTrainer trainer,
      Bound loosest,
      List<String> groups,
      @Nullable PinnedData data,
      @Nullable String test,
      @Nullable String id,
      Map<String, String> modelFacts,
      Map<String, String> settings,
      Set<String> freed) {
    /** Copies groups, facts and settings. */
    public RequiredClaim {
      groups = List.copyOf(groups);
      modelFacts = Map.copyOf(modelFacts);
      settings = Map.copyOf(settings);
      freed = Set.copyOf(freed);
    }

    /** What a verdict's facts about the model, or the trainer, have to be. */
    public PinnedFacts pinnedModelFacts() {
      return new PinnedFacts(modelFacts, freed);
    }

    /** What the check's settings have to be. */
    public PinnedFacts pinnedSettings() {
      return new PinnedFacts(settings, freed);
    }

    /** What the facts about the data have to be; anything where no data are pinned. */
    public Optional<PinnedFacts> pinnedDataFacts() {
      return Optional.ofNullable(data).map(of -> new PinnedFacts(of.facts(), freed));
    }

    /** Whether a bound asks no less than this claim does; it has to be of the same direction. */
    public boolean allows(Bound bound) {
      return bound.direction() == Bound.Direction.AT_MOST
          ? bound.value() <= loosest.value()
          : bound.value() >= loosest.value();
    }
  }

  /**
   * Data that a claim has to be judged on.
   *
   * @param name what the policy calls them
   * @param digests any of which they may have, as verdicts record it
   * @param merged by group column, which of its values go together under which name, as verdicts
   *     record it; the groups of all other columns have to be those in the data
   * @param facts what else verdicts have to record of them
   */
  public record PinnedData(
      String name, Set<String> digests, Map<String, String> merged, Map<String, String> facts) {
    /** Copies the digests, what is merged, and the facts. */
    public PinnedData {
      digests = Set.copyOf(digests);
      merged = Map.copyOf(merged);
      facts = Map.copyOf(facts);
    }
  }

  /**
   * How the shipped model is made: a claim of a trainer is answered by verdicts about this one
   * alone.
   *
   * @param name what the policy calls it
   * @param digests any of which it may have, as verdicts record it
   */
  public record PinnedTrainer(String name, Set<String> digests) {
    /** Copies the digests. */
    public PinnedTrainer {
      digests = Set.copyOf(digests);
    }
  }

  /**
   * A claim that need not hold for a while.
   *
   * @param model the model's name
   * @param claim the claim's name
   * @param group the only group it is granted for; null for all
   * @param noWorseThan the bound that has to be shown instead
   * @param reason why
   * @param owner who answers for it
   * @param expires its last day, which ends at midnight UTC
   */
  public record GrantedException(
      String model,
      String claim,
      @Nullable String group,
      Bound noWorseThan,
      String reason,
      String owner,
      LocalDate expires) {

    /** Whether it is granted for a group of a claim. */
    public boolean covers(String ofModel, String ofClaim, String ofGroup) {
      return model.equals(ofModel)
          && claim.equals(ofClaim)
          && Optional.ofNullable(group).map(ofGroup::equals).orElse(true);
    }

    /** Whether there is a group of a claim that both are granted for. */
    boolean overlaps(GrantedException other) {
      return model.equals(other.model)
          && claim.equals(other.claim)
          && (group == null || other.group == null || group.equals(other.group));
    }
  }
}
