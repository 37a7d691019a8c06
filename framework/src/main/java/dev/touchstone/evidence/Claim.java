package dev.touchstone.evidence;

import dev.touchstone.evidence.baseline.KnownClaims;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.MultipleTesting;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a test claims about a model: one or more bounds, fixed before the data are looked at.
 *
 * <p>With a two-sided 95 % interval a bound holds where the limit that faces it lies inside, so
 * that a model that violates the claim passes with probability at most 2.5 %. Several measurements
 * (groups, layers) under one bound all have to hold (an intersection-union test, without
 * correction); the claim fails where one of all its measurements survives Holm's correction;
 * anything else is inconclusive.
 */
public final class Claim {
  /** The confidence level of every verdict. */
  public static final double LEVEL = 0.95;

  private final String statement;
  private final List<Bound> bounds;
  private final @Nullable String because;
  private final @Nullable String inconclusiveAllowed;
  private final @Nullable Known known;
  private final @Nullable String id;

  private Claim(
      String statement,
      List<Bound> bounds,
      @Nullable String because,
      @Nullable String inconclusiveAllowed,
      @Nullable Known known,
      @Nullable String id) {
    this.statement = statement;
    this.bounds = bounds;
    this.because = because;
    this.inconclusiveAllowed = inconclusiveAllowed;
    this.known = known;
    this.id = id;
  }

  /**
   * A failure that is accepted for a while at its present value.
   *
   * @param reason why; shown wherever the verdict is
   * @param until the last day of it
   */
  public record Known(String reason, LocalDate until) {
    /** Refuses an empty reason. */
    public Known {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("an accepted failure needs a reason");
      }
    }
  }

  /**
   * Returns a claim in words with its bounds.
   *
   * @throws IllegalArgumentException without a bound
   */
  public static Claim of(String statement, Bound... bounds) {
    if (bounds.length == 0) {
      throw new IllegalArgumentException("a claim needs a bound: there is no default tolerance");
    }
    return new Claim(statement, List.of(bounds), null, null, null, null);
  }

  /** Returns the same claim with a reason that stays in every message. */
  public Claim because(String reason) {
    return new Claim(statement, bounds, reason, inconclusiveAllowed, known, id);
  }

  /** Returns the same claim, accepted where the data cannot decide it, for a stated reason. */
  public Claim allowingInconclusive(String reason) {
    return new Claim(statement, bounds, because, reason, known, id);
  }

  /**
   * Returns the same claim, accepted until a day although it fails, at the values that {@link
   * KnownClaims} holds: a ratchet that may only improve.
   */
  public Claim acceptingKnown(String reason, LocalDate until) {
    return new Claim(statement, bounds, because, inconclusiveAllowed, new Known(reason, until), id);
  }

  /**
   * Returns the same claim with a name that stays when its test is renamed; without one the test's
   * class and method identify it.
   */
  public Claim identifiedAs(String stableId) {
    return new Claim(statement, bounds, because, inconclusiveAllowed, known, stableId);
  }

  /** Returns the claim in words. */
  public String statement() {
    return statement;
  }

  /** Returns the bounds, at least one. */
  public List<Bound> bounds() {
    return bounds;
  }

  /** Returns why the claim is made. */
  public Optional<String> because() {
    return Optional.ofNullable(because);
  }

  /** Returns why an undecided claim is accepted; empty where it is not. */
  public Optional<String> inconclusiveAllowed() {
    return Optional.ofNullable(inconclusiveAllowed);
  }

  /** Returns until when, and why, a failure is accepted; empty where it is not. */
  public Optional<Known> known() {
    return Optional.ofNullable(known);
  }

  /** Returns the claim's stable name, if it was given one. */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /**
   * Judges evidence.
   *
   * @param policy what becomes of an inconclusive verdict
   * @throws IllegalArgumentException if a bound names a quantity that was not measured
   */
  public Verdict judge(Evidence evidence, Policy policy) {
    List<Bounded> bounded = bounds.stream().flatMap(b -> measured(b, evidence)).toList();
    double[] pValues = bounded.stream().mapToDouble(Bounded::pValue).toArray();
    double[] adjusted = MultipleTesting.holm(pValues);
    List<Verdict.Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < pValues.length; i++) {
      judgements.add(bounded.get(i).judge(pValues[i], adjusted[i]));
    }
    return new Verdict(this, evidence, judgements, policy, null);
  }

  /** The measurements that a bound is about. */
  private static Stream<Bounded> measured(Bound bound, Evidence evidence) {
    List<Bounded> measured =
        evidence.measurements().stream()
            .filter(m -> bound.quantity().isEmpty() || bound.quantity().equals(m.quantity()))
            .map(m -> new Bounded(bound, m))
            .toList();
    if (measured.isEmpty()) {
      throw new IllegalArgumentException(
          "the claim is about "
              + bound.quantity()
              + ", but "
              + evidence.check()
              + " measured "
              + evidence.measurements().stream().map(Measurement::quantity).distinct().toList());
    }
    return measured.stream();
  }

  /** One measurement under one bound. */
  private record Bounded(Bound bound, Measurement measurement) {

    double pValue() {
      return bound.pValueAgainst(measurement.estimate());
    }

    Verdict.Judgement judge(double pValue, double adjusted) {
      Interval interval = measurement.estimate().interval(LEVEL);
      Verdict.Judgement judged =
          new Verdict.Judgement(
              bound, measurement, interval, pValue, adjusted, bound.outcome(interval, adjusted));
      // Its interval may lie outside the bound; the one that Holm's correction asks for does not.
      return judged.isRefutedAlone()
          ? judged.by(measurement.estimate().interval(1 - (1 - LEVEL) * pValue / adjusted))
          : judged;
    }
  }

  @Override
  public String toString() {
    return statement;
  }
}
