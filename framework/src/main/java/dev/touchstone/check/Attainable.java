package dev.touchstone.check;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.CalibrationSampleSize;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Warning;
import dev.touchstone.statistics.Proportion;
import java.util.Comparator;
import java.util.Optional;

/**
 * Whether any model could show a claim on these data: known from the numbers of examples, before a
 * model runs. Twenty answers without an error leave an error rate of .168 possible, and so show
 * none within .05. Immutable.
 *
 * <p>Of independent examples only: what clusters can show depends on how they are declared.
 */
public final class Attainable {
  /** Beyond this number of examples nothing is proposed. */
  private static final int MOST = 100_000_000;

  /** What a number of examples can show at best. */
  private interface Best {
    /** Whether some outcome passes. */
    boolean passes(int examples);

    /** The best outcome in words, such as "without an error". */
    String inWords();
  }

  private final Best best;
  private final Bound bound;

  private Attainable(Best best, Bound bound) {
    this.best = best;
    this.bound = bound;
  }

  /** Of a rate: none of the examples count, or all of them where it has to be large. */
  public static Attainable rate(Bound bound) {
    boolean atMost = bound.direction() == Bound.Direction.AT_MOST;
    return new Attainable(
        new Best() {
          @Override
          public boolean passes(int examples) {
            var interval = Proportion.of(atMost ? 0 : examples, examples).interval(Claim.LEVEL);
            return bound.admits(atMost ? interval.upper() : interval.lower());
          }

          @Override
          public String inWords() {
            return atMost ? "of which none counts against the model" : "that all agree";
          }
        },
        bound);
  }

  /**
   * Of a calibration error: a sum of the bins' gaps of 0, and variances as favourable as can be.
   */
  public static Attainable calibrationError(Bound bound) {
    return new Attainable(
        new Best() {
          @Override
          public boolean passes(int examples) {
            return CalibrationError.leastUpperLimit(examples, Claim.LEVEL) <= bound.value();
          }

          @Override
          public String inWords() {
            int certain =
                bound.value() > 0 && bound.value() < 1
                    ? CalibrationSampleSize.fewestCertain(bound.value())
                    : MOST;
            return "by the luckiest of outcomes; of answers that are all certain and right, %d"
                .formatted(certain);
          }
        },
        bound);
  }

  /**
   * Says which slice is too small to show the claim, whatever a model answers.
   *
   * @return empty where every slice suffices, where no number of examples would, and for clustered
   *     data
   */
  public Optional<Warning> lack(Dataset data) {
    if (data.clustering().isPresent() || data.size() == 0) {
      return Optional.empty();
    }
    return data.slices().stream()
        .filter(slice -> !best.passes(slice.examples().length))
        .min(Comparator.comparingInt((Slice slice) -> slice.examples().length))
        .flatMap(this::warning);
  }

  private Optional<Warning> warning(Slice slice) {
    return fewest()
        .map(
            fewest ->
                new Warning(
                    Warning.CANNOT_PASS,
                    "%d examples (%s) cannot show a value %s, whatever the model answers: that takes %d, %s; take more examples, take groups together with .withMerged(…), or allow more than %s"
                        .formatted(
                            slice.examples().length,
                            slice.name(),
                            bound,
                            fewest,
                            best.inWords(),
                            Numbers.format(bound.value()))));
  }

  /** The smallest number of examples that can show the claim; empty if none can. */
  Optional<Integer> fewest() {
    int tooFew = 0;
    int enough = 1;
    while (!best.passes(enough)) {
      if (enough > MOST / 2) {
        return Optional.empty();
      }
      tooFew = enough;
      enough *= 2;
    }
    while (enough - tooFew > 1) {
      int middle = (enough + tooFew) >>> 1;
      if (best.passes(middle)) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return Optional.of(enough);
  }
}
