package dev.touchstone.metric;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.CalibrationSampleSize;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Warning;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import java.util.Comparator;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Whether any model could show a claim on these data: known from the examples alone, before a model
 * runs. Twenty answers without an error leave an error rate of .168 possible, and so show none
 * within .05. Immutable.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Attainable {
  /** Beyond this number of examples nothing is proposed: where one stands for all of them. */
  private static final int MOST = 100_000_000;

  /** … and where each is an outcome of its own. */
  private static final int MOST_OUTCOMES = 1 << 20;

  /** What examples can show at best. */
  private interface Best {
    /** Whether an interval can be had of a slice; where it cannot, others say so. */
    default boolean judges(Dataset data, Slice slice) {
      return Rates.lack(data, slice.examples()).isEmpty();
    }

    /** Whether some outcome passes. */
    boolean passes(ExamplesAlike examples);

    /** The best outcome in words, such as "of which none counts against the model". */
    String inWords();

    default int most() {
      return MOST;
    }
  }

  private final Best best;
  private final Bound bound;

  private Attainable(Best best, Bound bound) {
    this.best = best;
    this.bound = bound;
  }

  /** Of a rate: none of the examples count, or all of them where it has to be large. */
  public static Attainable rate(Bound bound) {
    return new Attainable(new OfRate(bound, bound.direction() == Bound.Direction.AT_MOST), bound);
  }

  /**
   * Of a calibration error: a sum of the bins' gaps of 0, and variances as favourable as can be.
   */
  public static Attainable calibrationError(Bound bound) {
    return new Attainable(new OfCalibrationError(bound.value()), bound);
  }

  /**
   * Of a regression: the candidate's outcome of every example is the best that there is, and the
   * approved model's the worst ({@link ClassificationMetric#extremes}). Of a metric that does not
   * say what these are nothing is known to lack.
   */
  public static Attainable regression(Metric metric, Bound bound) {
    return new Attainable(new OfRegression(metric, bound.value()), bound);
  }

  /**
   * Of a metric's value: of every example the best outcome that there is ({@link
   * ClassificationMetric#extremes}). Of a metric that does not say what that is nothing is known to
   * lack, but of a {@link Calibration}.
   */
  public static Attainable value(Metric metric, Bound bound) {
    if (metric instanceof Calibration && bound.direction() == Bound.Direction.AT_MOST) {
      return calibrationError(bound);
    }
    return new Attainable(new OfValue(metric, bound), bound);
  }

  private static Optional<Metric.Extremes> extremes(Metric metric, int label) {
    return metric instanceof ClassificationMetric ofClasses
        ? ofClasses.extremes(label)
        : metric instanceof RegressionMetric ofValues ? ofValues.extremes() : Optional.empty();
  }

  /** Whether a slice can carry a metric of which the best outcome is known. */
  private static boolean carries(Dataset data, Slice slice, Metric metric) {
    try {
      metric.check(data);
    } catch (TouchstoneException e) {
      return false;
    }
    return Rates.lack(data, slice.examples()).isEmpty()
        && metric.lack(data, slice).isEmpty()
        && extremes(metric, data.hasValues() ? 0 : data.label(slice.examples()[0])).isPresent();
  }

  private record OfValue(Metric metric, Bound bound) implements Best {
    @Override
    public boolean judges(Dataset data, Slice slice) {
      boolean atMost = bound.direction() == Bound.Direction.AT_MOST;
      return atMost != metric.moreIsBetter() && carries(data, slice, metric);
    }

    @Override
    public boolean passes(ExamplesAlike examples) {
      double[][] best = new double[examples.size()][];
      for (int i = 0; i < best.length; i++) {
        best[i] = extremes(metric, examples.label(i)).orElseThrow().best();
      }
      return metric
          .value(Outcomes.imagined(best, examples))
          .map(value -> value.interval(Claim.LEVEL))
          .map(limits -> bound.admits(metric.moreIsBetter() ? limits.lower() : limits.upper()))
          .orElse(true);
    }

    @Override
    public String inWords() {
      return "at each of which the model answers as well as can be";
    }

    @Override
    public int most() {
      return MOST_OUTCOMES;
    }
  }

  private record OfRate(Bound bound, boolean atMost) implements Best {
    @Override
    public boolean passes(ExamplesAlike examples) {
      Estimate rate =
          examples
              .clusterSizes()
              .<Estimate>map(
                  sizes ->
                      ClusteredProportion.of(
                          atMost ? new int[sizes.length] : sizes,
                          sizes,
                          examples.largestCluster().getAsInt()))
              .orElseGet(() -> Proportion.of(atMost ? 0 : examples.size(), examples.size()));
      Interval interval = rate.interval(Claim.LEVEL);
      return bound.admits(atMost ? interval.upper() : interval.lower());
    }

    @Override
    public String inWords() {
      return atMost ? "of which none counts against the model" : "that all agree";
    }
  }

  private record OfCalibrationError(double tolerance) implements Best {
    @Override
    public boolean judges(Dataset data, Slice slice) {
      return data.clustering().isEmpty();
    }

    @Override
    public boolean passes(ExamplesAlike examples) {
      return CalibrationError.leastUpperLimit(examples.size(), Claim.LEVEL) <= tolerance;
    }

    @Override
    public String inWords() {
      int certain =
          tolerance > 0 && tolerance < 1 ? CalibrationSampleSize.fewestCertain(tolerance) : MOST;
      return "by the luckiest of outcomes; of answers that are all certain and right, %d"
          .formatted(certain);
    }
  }

  private record OfRegression(Metric metric, double tolerance) implements Best {
    @Override
    public boolean judges(Dataset data, Slice slice) {
      return carries(data, slice, metric);
    }

    @Override
    public boolean passes(ExamplesAlike examples) {
      double[][] best = new double[examples.size()][];
      double[][] worst = new double[examples.size()][];
      for (int i = 0; i < best.length; i++) {
        Metric.Extremes extremes = extremes(metric, examples.label(i)).orElseThrow();
        best[i] = extremes.best();
        worst[i] = extremes.worst();
      }
      Interval interval =
          metric
              .regression(Outcomes.imagined(best, examples), Outcomes.imagined(worst, examples))
              .interval(Claim.LEVEL);
      return interval.upper() <= tolerance;
    }

    @Override
    public String inWords() {
      return "at each of which the candidate answers as well as can be and the approved model as"
          + " badly";
    }

    @Override
    public int most() {
      return MOST_OUTCOMES;
    }
  }

  /**
   * Says which slice is too small to show the claim, whatever a model answers.
   *
   * @return empty where every slice suffices, where no number of examples would, or where clusters
   *     have no stated size
   */
  public Optional<Warning> lack(Dataset data) {
    if (data.size() == 0 || data.clustering().isPresent() && data.largestCluster().isEmpty()) {
      return Optional.empty();
    }
    return data.slices().stream()
        .filter(slice -> best.judges(data, slice))
        .filter(slice -> !best.passes(ExamplesAlike.of(data, slice.examples())))
        .min(Comparator.comparingInt((Slice slice) -> slice.examples().length))
        .flatMap(slice -> warning(slice, ExamplesAlike.of(data, slice.examples())));
  }

  private Optional<Warning> warning(Slice slice, ExamplesAlike given) {
    return fewest(given)
        .map(
            fewest ->
                new Warning(
                    Warning.CANNOT_PASS,
                    "%s (%s) cannot show a value %s, whatever the model answers: that takes %s, %s; take more examples, take groups together with .withMerged(…), or allow more than %s"
                        .formatted(
                            number(given, given.size() + " examples"),
                            slice.name(),
                            bound,
                            number(given.times(fewest), Integer.toString(fewest)),
                            best.inWords(),
                            Numbers.format(bound.value()))));
  }

  /** A number of examples, and in how many clusters they are. */
  private static String number(ExamplesAlike examples, String inWords) {
    return examples
        .clusterSizes()
        .map(
            sizes ->
                "%s in %d clusters of at most %d"
                    .formatted(inWords, sizes.length, examples.largestCluster().getAsInt()))
        .orElse(inWords);
  }

  /**
   * The smallest number of examples like these that can show the claim; empty if none can. The
   * search begins with the number there is, which cannot.
   */
  private Optional<Integer> fewest(ExamplesAlike given) {
    return fewest(given, given.size(), 2 * given.size());
  }

  /** Of independent examples, the smallest number that can show the claim. */
  Optional<Integer> fewest() {
    return fewest(ExamplesAlike.independent(), 0, 1);
  }

  private Optional<Integer> fewest(ExamplesAlike alike, int cannot, int atFirst) {
    int tooFew = cannot;
    int enough = atFirst;
    while (!best.passes(alike.times(enough))) {
      if (enough > best.most() / 2) {
        return Optional.empty();
      }
      tooFew = enough;
      enough *= 2;
    }
    while (enough - tooFew > 1) {
      int middle = (enough + tooFew) >>> 1;
      if (best.passes(alike.times(middle))) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return Optional.of(enough);
  }
}
