package dev.touchstone.attribution.gradient;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A function of the moments of gradients that come in pairs. */
final class PairStatistic implements Noise.Pairs {
  private final boolean ofMagnitudes;
  private final Function<PairMoments, double[]> statistic;
  private final ToDoubleFunction<PairMoments> error;
  private @Nullable PairMoments moments;
  private double[] map = {};
  private double standardError = Double.NaN;

  private PairStatistic(
      boolean ofMagnitudes,
      Function<PairMoments, double[]> statistic,
      ToDoubleFunction<PairMoments> error) {
    this.ofMagnitudes = ofMagnitudes;
    this.statistic = statistic;
    this.error = error;
  }

  /** The variance of the gradients. */
  static PairStatistic variance() {
    return new PairStatistic(
        false, PairMoments::variances, moments -> moments.standardError(-2, 1));
  }

  /** The variance of the gradients' magnitudes. */
  static PairStatistic varianceOfMagnitudes() {
    return new PairStatistic(true, PairMoments::variances, moments -> moments.standardError(-2, 1));
  }

  /** The square of the gradients' mean. */
  static PairStatistic squaredMean() {
    return new PairStatistic(
        false, PairMoments::squaredMeans, moments -> moments.standardError(2, 0));
  }

  @Override
  public void add(double[] above, double[] below) {
    PairMoments sums = moments;
    if (sums == null) {
      sums = new PairMoments(above.length);
      moments = sums;
    }
    if (ofMagnitudes) {
      Maps.absolute(new double[][] {above, below});
    }
    sums.add(above, below);
  }

  @Override
  public void finish() {
    PairMoments sums = Objects.requireNonNull(moments);
    map = statistic.apply(sums);
    standardError = error.applyAsDouble(sums);
    moments = null;
  }

  @Override
  public double[] map() {
    return map;
  }

  @Override
  public double standardError() {
    return standardError;
  }
}
