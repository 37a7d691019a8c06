package dev.touchstone.evidence;

import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Evidence judged against a claim.
 *
 * @param claim what was claimed
 * @param evidence what was found
 * @param judgements one per bound and measurement
 * @param policy what becomes of an inconclusive verdict
 * @param known whether a known failure is accepted; null where the claim accepts none
 */
public record Verdict(
    Claim claim,
    Evidence evidence,
    List<Judgement> judgements,
    Policy policy,
    @Nullable Acceptance known) {

  /** Copies the judgements. */
  public Verdict {
    judgements = List.copyOf(judgements);
  }

  /** Returns PASS if every judgement passes, FAIL if one fails, INCONCLUSIVE otherwise. */
  public Outcome outcome() {
    if (judgements.stream().allMatch(j -> j.outcome() == Outcome.PASS)) {
      return Outcome.PASS;
    }
    return judgements.stream().anyMatch(j -> j.outcome() == Outcome.FAIL)
        ? Outcome.FAIL
        : Outcome.INCONCLUSIVE;
  }

  /**
   * Returns the p-value of H₀ "the claim holds", valid under any dependence: the smallest of its
   * measurements' after Holm's correction.
   */
  public double pValue() {
    return judgements.stream().mapToDouble(Judgement::adjustedPValue).min().orElse(1);
  }

  /**
   * Returns the judgement that decides: of the gravest outcome the one with the least p-value, and
   * among equals the one whose interval comes nearest to its tolerance.
   */
  public Judgement deciding() {
    return judgements.stream()
        .min(
            Comparator.comparingInt((Judgement judgement) -> gravity(judgement.outcome()))
                .thenComparingDouble(Judgement::adjustedPValue)
                .thenComparingDouble(Judgement::room)
                .thenComparing(judgement -> judgement.measurement().slice()))
        .orElseThrow(() -> new IllegalStateException("a claim has at least one bound"));
  }

  /**
   * Returns the tolerances that a quantity is held to, each once; none where the claim is about
   * others.
   */
  public double[] tolerances(String quantity) {
    return judgements.stream()
        .filter(judgement -> judgement.measurement().quantity().equals(quantity))
        .mapToDouble(judgement -> judgement.bound().value())
        .distinct()
        .toArray();
  }

  /**
   * Returns what would decide one of the {@linkplain #judgements judgements}, if it is
   * inconclusive: a sentence without its capital and its full stop, the same wherever the verdict
   * is shown.
   */
  public String toDecide(Judgement judgement) {
    return ToDecide.inWords(judgement, judgements.size());
  }

  /**
   * Returns what has to be known before the verdict is trusted: what the evidence warns of, and
   * that a guess keeps every tolerance that the claim states.
   */
  public List<Warning> warnings() {
    return Stream.concat(evidence.warnings().stream(), metByAGuess().stream()).toList();
  }

  /** A claim that a guess meets, whatever came of it: it asks nothing of a model. */
  private Optional<Warning> metByAGuess() {
    if (!judgements.stream().allMatch(Judgement::isMetByAGuess)) {
      return Optional.empty();
    }
    return judgements.stream()
        .min(
            Comparator.comparingDouble(Judgement::roomOfTheGuess)
                .thenComparing(judgement -> judgement.measurement().slice()))
        .flatMap(Judgement::warning);
  }

  private static int gravity(Outcome outcome) {
    return switch (outcome) {
      case FAIL -> 0;
      case INCONCLUSIVE -> 1;
      case PASS -> 2;
    };
  }

  /** Returns whether the test that claimed this may be green. */
  public boolean acceptable() {
    return acceptableByData() || (known != null && known.accepted());
  }

  /** Returns whether the test may be green although the claim was not shown to hold. */
  public boolean accepted() {
    return acceptable() && outcome() != Outcome.PASS;
  }

  /** Whether the test might be green if no failure were known. */
  boolean acceptableByData() {
    return switch (outcome()) {
      case PASS -> true;
      case FAIL -> false;
      case INCONCLUSIVE -> policy == Policy.LENIENT || claim.inconclusiveAllowed().isPresent();
    };
  }

  /** The same verdict, its failure accepted or not. */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Verdict with(Acceptance acceptance) {
    return new Verdict(claim, evidence, judgements, policy, acceptance);
  }

  /**
   * Returns a hash of everything but times and known failures: the same seed, data, processor type,
   * native thread count and memory budget give the same fingerprint.
   */
  public String fingerprint() {
    return VerdictJson.fingerprint(this);
  }

  /**
   * What became of a failure that the claim accepts as known.
   *
   * @param accepted whether the test may be green
   * @param why in words
   */
  public record Acceptance(boolean accepted, String why) {}

  /**
   * One measurement against one bound.
   *
   * @param interval the measurement's interval at {@link Claim#LEVEL}; at the higher level that
   *     Holm's correction asks for where the measurement {@linkplain #isRefutedAlone is refuted on
   *     its own}, but not among the claim's others
   * @param pValue of H₀ "the claim holds", one-sided
   * @param adjustedPValue after Holm's correction over all of the claim's measurements
   */
  public record Judgement(
      Bound bound,
      Measurement measurement,
      Interval interval,
      double pValue,
      double adjustedPValue,
      Outcome outcome) {

    private boolean isMetByAGuess() {
      return measurement.guess().filter(guess -> bound.admits(guess.value())).isPresent();
    }

    private double roomOfTheGuess() {
      return measurement
          .guess()
          .map(guess -> Math.abs(bound.value() - guess.value()))
          .orElse(Double.POSITIVE_INFINITY);
    }

    private Optional<Warning> warning() {
      return measurement
          .guess()
          .map(
              guess ->
                  new Warning(
                      Warning.MET_BY_A_GUESS,
                      "%s meets this claim, too: its %s (%s) is %s, and %s is allowed; claim what only a model that looks at its input can keep, %s %s"
                          .formatted(
                              guess.answer(),
                              measurement.quantity(),
                              measurement.slice(),
                              Numbers.format(guess.value()),
                              bound,
                              bound.direction() == Bound.Direction.AT_MOST
                                  ? "less than"
                                  : "more than",
                              Numbers.format(guess.value()))));
    }

    /** The same judgement by the interval that decided it. */
    Judgement by(Interval decisive) {
      return new Judgement(bound, measurement, decisive, pValue, adjustedPValue, outcome);
    }

    /** How far the limit that faces the tolerance lies inside it. */
    private double room() {
      return bound.direction() == Bound.Direction.AT_MOST
          ? bound.value() - interval.upper()
          : interval.lower() - bound.value();
    }

    /**
     * Returns what was measured and what is allowed, in plain words with a unit: {@code "15.3 % of
     * examples are answered wrongly; allowed: at most 10 %"}. Without a full stop.
     */
    public String inWords() {
      return Reading.inWords(this);
    }

    /** Returns whether the claim is refuted by this measurement alone, and not among the others. */
    public boolean isRefutedAlone() {
      return outcome == Outcome.INCONCLUSIVE && pValue < (1 - Claim.LEVEL) / 2;
    }

    /**
     * Returns about how many fresh examples would decide an inconclusive judgement in 80 % of runs.
     *
     * @param measurements how many the claim has: each has to show it by itself, and one that is to
     *     refute it has to stand out of all (Holm's first step)
     */
    public OptionalLong examplesToDecide(int measurements) {
      Estimate estimate = measurement.estimate();
      double level =
          bound.admits(estimate.valueWithoutBias())
              ? Claim.LEVEL
              : 1 - (1 - Claim.LEVEL) / measurements;
      return estimate.examplesToDecide(bound.value(), level);
    }
  }
}
