package dev.touchstone.gate;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.policy.PolicyFile;
import dev.touchstone.gate.policy.ReleasePolicy;
import dev.touchstone.gate.policy.ReleasePolicy.MayBeSkipped;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredModel;
import dev.touchstone.gate.policy.ReleasePolicy.UncountedTests;
import dev.touchstone.runtime.TouchstoneException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides from verdicts and a policy whether models may ship.
 *
 * <p>A required claim is shown where for every group a verdict about this very model file, on the
 * pinned data, young enough, by a suite new enough, against a tolerance tight enough, passes; the
 * groups may be judged by several tests, but on the same data. Where a test claims more than the
 * policy asks and cannot decide it, its interval may still show the policy's claim. Whatever else
 * the files hold, a refuted claim about this very file counts against it, however old its verdict
 * is and whatever data it was judged on, unless the policy excepts it; so does a verdict that lacks
 * nothing but could not decide, where the policy refuses that. All that is lacking is said, not the
 * first.
 *
 * <p>A claim of a trainer is shown likewise by a verdict about the trainer that the policy pins as
 * the one that makes the model; what is refuted of that trainer counts against the model.
 *
 * <p>Verdicts alone do not tell of a test that broke before its claim: nothing ships on a run of
 * which a model test broke, gave up, or was skipped though the policy does not list it.
 *
 * <p>The gate compares what verdicts record and computes no statistic of its own.
 */
public final class Gate {
  /** What two machines' clocks may differ by. */
  public static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  private final Clock clock;

  private Gate(Clock clock) {
    this.clock = clock;
  }

  /** By this machine's clock. */
  public static Gate withDefaults() {
    return new Gate(Clock.systemUTC());
  }

  /** The same gate by another clock. */
  public Gate at(Clock other) {
    return new Gate(other);
  }

  /**
   * Decides.
   *
   * @param given the models, each by a name that the policy lists; in whatever order, for the
   *     decision has them in the policy's
   * @throws TouchstoneException without a candidate, with the same one twice, or with one that the
   *     policy does not list
   */
  public Decision decide(PolicyFile policyFile, List<Candidate> given, RecordedVerdicts verdicts) {
    ReleasePolicy policy = policyFile.policy();
    requireDifferent(given);
    List<Candidate> candidates =
        given.stream()
            .sorted(
                Comparator.comparingInt(
                    candidate -> policy.models().indexOf(required(policy, candidate))))
            .toList();
    Instant now = clock.instant();
    Grounds grounds = new Grounds();
    List<Shown> shown = new ArrayList<>();
    List<Allowance> allowances = new ArrayList<>();
    List<RecordedVerdict> evidence = new ArrayList<>();
    Set<String> trainers = new TreeSet<>();
    if (verdicts.verdicts().isEmpty()) {
      grounds.add("", "", new Reason.NoEvidence());
    }
    for (VerdictSource source : verdicts.sources()) {
      if (!source.isComplete()) {
        grounds.add(
            "",
            "",
            new Reason.Incomplete(
                source.run(), source.sha256(), source.unreadable(), source.unfinished()));
      }
    }
    for (VerdictSource source : verdicts.sources()) {
      tests(policy, source, candidates, grounds, allowances);
    }
    VerdictIndex index =
        new VerdictIndex(
            // The same files give the same decision, wherever they lie.
            verdicts.verdicts().stream()
                .sorted(
                    Comparator.comparing(RecordedVerdict::fingerprint)
                        .thenComparing(recorded -> recorded.source().sha256()))
                .toList());
    for (Candidate candidate : candidates) {
      RequiredModel required = required(policy, candidate);
      List<RecordedVerdict> about = new ArrayList<>(index.about(candidate.sha256()));
      evidence.addAll(about);
      Set<String> its = required.trainerDigests();
      its.stream().sorted().forEach(trainer -> about.addAll(index.aboutTrainer(trainer)));
      trainers.addAll(its);
      new Examination(policy, required, candidate, index, now, grounds, shown, allowances)
          .run(about);
    }
    // Once, though a trainer may make several of the models.
    trainers.forEach(trainer -> evidence.addAll(index.aboutTrainer(trainer)));
    return new Decision(
        now,
        policyFile,
        candidates,
        verdicts.sources(),
        grounds.merged(),
        shown,
        allowances,
        evidence);
  }

  /** Whether all model tests of a run told what they claim, but those that need not. */
  private static void tests(
      ReleasePolicy policy,
      VerdictSource source,
      List<Candidate> candidates,
      Grounds grounds,
      List<Allowance> allowances) {
    if (source.tests().uncounted() > 0 && policy.uncountedTests() == UncountedTests.HOLD) {
      grounds.add("", "", new Reason.TestsNotCounted(source.run(), source.sha256()));
    }
    Map<ListedTest.End, List<ListedTest>> missing = new EnumMap<>(ListedTest.End.class);
    for (ListedTest test : source.tests().leftOut()) {
      Optional<MayBeSkipped> allowed =
          policy.mayBeSkipped().stream().filter(may -> may.covers(test)).findFirst();
      if (allowed.isPresent()) {
        candidates.forEach(
            candidate -> allowances.add(Allowance.of(candidate, test, allowed.get().reason())));
      } else {
        missing.computeIfAbsent(test.end(), end -> new ArrayList<>()).add(test);
      }
    }
    missing.forEach(
        (end, tests) -> grounds.add("", "", Reason.TestsLeftOut.of(source, end, tests)));
  }

  private static RequiredModel required(ReleasePolicy policy, Candidate candidate) {
    return policy.models().stream()
        .filter(model -> model.name().equals(candidate.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "the policy asks nothing of a model \""
                        + candidate.name()
                        + "\"; it lists "
                        + policy.models().stream().map(RequiredModel::name).toList()));
  }

  private static void requireDifferent(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      throw new TouchstoneException("no model to decide about; give one");
    }
    if (candidates.stream().map(Candidate::name).distinct().count() < candidates.size()) {
      throw new TouchstoneException(
          "one model was given twice; a decision is about one file of it");
    }
  }

  /** The digest of the model that a verdict is about; empty where that is no file. */
  static String digestOfModel(RecordedVerdict recorded) {
    return recorded.verdict().evidence().provenance().modelSha256().orElse("");
  }
}
