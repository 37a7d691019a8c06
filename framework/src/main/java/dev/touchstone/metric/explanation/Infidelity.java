package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.RowQueue;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.GaussianSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * How far a map is, under noise I on the example, from foretelling what becomes of the explained
 * quantity (Yeh et al. 2019, definition 2.1): {@code E_I[(Iᵀ M − (q(x) − q(x − I)))²] / E_I[(q(x) −
 * q(x − I))²]}, the share of the change that it misses; 0 where it foretells everything, 1 for a
 * map of zeros. (The paper, and Captum's {@code infidelity}, do not divide: {@code 0.01} of a logit
 * is much or little as the noise goes. The numerator stands beside it.)
 *
 * <p>For maps that are gradients. Of one that multiplies by the input, such as Integrated
 * Gradients, {@link FaithfulnessCorrelation} asks what it means.
 */
public final class Infidelity implements ExplanationMetric {
  private static final Range RANGE = new Range(0, Double.POSITIVE_INFINITY);

  private final double deviation;
  private final int samples;

  private Infidelity(double deviation, int samples) {
    this.deviation = deviation;
    this.samples = samples;
  }

  /**
   * Draws 50 times normal noise of a standard deviation, in the features' own unit.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public static Infidelity underNoise(double deviation) {
    if (!(deviation > 0 && Double.isFinite(deviation))) {
      throw new IllegalArgumentException("noise needs a positive deviation, was " + deviation);
    }
    return new Infidelity(deviation, 50);
  }

  /**
   * Draws another number of times.
   *
   * @throws IllegalArgumentException for fewer than ten
   */
  public Infidelity withSamples(int number) {
    if (number < 10) {
      throw new IllegalArgumentException("at least ten samples of noise, was " + number);
    }
    return new Infidelity(deviation, number);
  }

  @Override
  public String quantity() {
    return "infidelity";
  }

  @Override
  public Range range() {
    return RANGE;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public String cure() {
    return "noise of a deviation of %s changes nothing in the others' answers, as where a tree asks about numbers farther away; write a larger one, Infidelity.underNoise(%s), or look whether the scores that are explained are constant"
        .formatted(deviation, 10 * deviation);
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "of what small changes of an input change in the answer, the explanation misses a share of %s, where 1 is as much as an explanation that says nothing"
            .formatted(Reading.VALUE));
  }

  @Override
  public Measured of(Explained explained) {
    int n = explained.size();
    double[] missed = new double[n];
    double[] changed = new double[n];
    double[] whole = new double[n];
    RowQueue<DoubleConsumer> queue = explained.values();
    for (int i = 0; i < n; i++) {
      int example = i;
      queue.add(explained.row(i), i, value -> whole[example] = value);
    }
    queue.flush();
    for (int i = 0; i < n; i++) {
      int example = i;
      UniformRandomProvider random = explained.random("noise of infidelity", i);
      SharedStateContinuousSampler noise =
          GaussianSampler.of(ZigguratSampler.NormalizedGaussian.of(random), 0, deviation);
      double[] map = explained.map(i);
      for (int sample = 0; sample < samples; sample++) {
        float[] row = explained.row(i);
        double foretold = 0;
        for (int j = 0; j < row.length; j++) {
          float before = row[j];
          row[j] = (float) (before - noise.sample());
          // What single precision kept of it.
          foretold += ((double) before - row[j]) * map[j];
        }
        double expected = foretold;
        queue.add(
            row,
            i,
            value -> {
              double change = whole[example] - value;
              missed[example] += (expected - change) * (expected - change) / samples;
              changed[example] += change * change / samples;
            });
      }
      explained.context().progress().step("examples under noise", i + 1, n);
    }
    queue.flush();
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return Measured.of(
            IntStream.range(0, n)
                .mapToDouble(i -> changed[i] == 0 ? Double.NaN : missed[i] / changed[i])
                .toArray())
        .against(ones)
        .beside("infidelity, not divided", RANGE, missed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Infidelity that
        && deviation == that.deviation
        && samples == that.samples;
  }

  @Override
  public int hashCode() {
    return 31 * samples + Double.hashCode(deviation);
  }

  @Override
  public String toString() {
    return "infidelity under noise of %s, %d samples".formatted(deviation, samples);
  }
}
