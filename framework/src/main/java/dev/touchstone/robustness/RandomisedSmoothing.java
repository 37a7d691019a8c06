package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Proportion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Proves of any model that is asked often about an example under normal noise, and answers what it
 * answers most often (randomised smoothing; Cohen, Rosenfeld and Kolter 2019): that answer stays
 * within σ Φ⁻¹(p) in L₂, where p is a lower limit of how often the model gives it (Clopper and
 * Pearson). What is proven is the smoothed model, which has to be served in the model's place.
 *
 * <p>All certificates of a data set hold together with probability .999: the limits are those of
 * Bonferroni. Immutable.
 */
public final class RandomisedSmoothing implements Certifier {
  private static final double ALL_HOLD = 0.999;
  private static final int FEWEST = 100;
  private static final int AT_ONCE = 256;

  private final ThreatModel threat;
  private final double sigma;
  private final int samples;

  private RandomisedSmoothing(ThreatModel threat, double sigma, int samples) {
    this.threat = threat;
    this.sigma = sigma;
    this.samples = samples;
  }

  /**
   * Smoothes with normal noise and bounds what changes within a threat model do; 1000 samples an
   * example.
   *
   * @param sigma the noise's standard deviation, in the units of the data
   * @throws TouchstoneException for another norm than L₂, or a deviation that is not above 0
   */
  public static RandomisedSmoothing within(ThreatModel threat, double sigma) {
    if (threat.norm() != ThreatModel.Norm.L2) {
      throw new TouchstoneException(
          "smoothing by normal noise bounds L2, and the threat model is %s; write ThreatModel.l2(…), or LinearBounds for L∞"
              .formatted(threat.inWords()));
    }
    if (!(sigma > 0) || Double.isInfinite(sigma)) {
      throw new TouchstoneException(
          "noise has a standard deviation above 0, was %s; write about ε".formatted(sigma));
    }
    return new RandomisedSmoothing(threat, sigma, 1000);
  }

  /**
   * Draws another number of samples for each example.
   *
   * @throws TouchstoneException for less than 100
   */
  public RandomisedSmoothing withSamples(int number) {
    if (number < FEWEST) {
      throw new TouchstoneException(
          "%d samples say little of an answer under noise; write withSamples(1000), at least %d"
              .formatted(number, FEWEST));
    }
    return new RandomisedSmoothing(threat, sigma, number);
  }

  @Override
  public String name() {
    return "randomised smoothing";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("sigma", sigma);
    own.put("samples", samples);
    own.put("all certificates hold with", ALL_HOLD);
    return Settings.of(threat, own);
  }

  @Override
  public ThreatModel threat() {
    return threat;
  }

  @Override
  public boolean provesTheModelItself() {
    return false;
  }

  @Override
  public String restsOn() {
    return "what is proven is the answer that the model gives most often under normal noise of deviation %s, which has to be served in the place of the model's own; all of it holds with probability %s"
        .formatted(ThreatModel.number(sigma), ThreatModel.number(ALL_HOLD));
  }

  /** The least share of samples that proves, before its limit is taken: Φ(ε / σ). */
  double needed() {
    return NormalDistribution.of(0, 1).cumulativeProbability(threat.epsilon() / sigma);
  }

  private double level(int examples) {
    // Of a two-sided interval, of which one end is looked at.
    return 1 - 2 * (1 - ALL_HOLD) / examples;
  }

  /** A data set of which no example could be proven is refused, too. */
  @Override
  public void check(Classifier model, Dataset data) {
    threat.check(data);
    double most = Proportion.of(samples, samples).interval(level(data.size())).lower();
    if (most <= needed()) {
      throw new TouchstoneException(
          "%d samples show a share of %s at most, and ε = %s needs more than %s under noise of deviation %s; write withSamples(…) with more, or a larger deviation"
              .formatted(
                  samples,
                  ThreatModel.number(most),
                  ThreatModel.number(threat.epsilon()),
                  ThreatModel.number(needed()),
                  ThreatModel.number(sigma)));
    }
  }

  @Override
  public Status[] certify(Classifier model, Dataset data, int[] examples, RunContext context) {
    Status[] statuses = new Status[examples.length];
    double needed = needed();
    double level = level(data.size());
    for (int i = 0; i < statuses.length; i++) {
      int label = data.label(examples[i]);
      int[] counts = answers(model, data, examples[i], context);
      statuses[i] = Status.OPEN;
      if (Proportion.of(counts[label], samples).interval(level).lower() > needed) {
        statuses[i] = Status.PROVEN;
      } else if (Proportion.of(counts[label], samples).interval(level).upper()
          < 1.0 / counts.length) {
        // Another class is answered more often than this one, whichever it is.
        statuses[i] = Status.REFUTED;
      }
    }
    return statuses;
  }

  private int[] answers(Classifier model, Dataset data, int example, RunContext context) {
    UniformRandomProvider random =
        context.random().of(name(), sigma, samples, data.sha256(), data.id(example));
    ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
    Tensor one = data.batch(example);
    int width = one.rowSize();
    int[] counts = new int[data.classNames().size()];
    int portion = Math.min(AT_ONCE, Math.max(1, model.batchSize(context.settings().memoryBytes())));
    for (int from = 0; from < samples; from += portion) {
      int rows = Math.min(portion, samples - from);
      float[] values = new float[rows * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (one.values()[i % width] + sigma * gaussian.sample());
      }
      int[] shape = one.shape();
      shape[0] = rows;
      Predictions answers = CheckedAnswers.of(model, Inputs.of(Tensor.of(values, shape)));
      for (int i = 0; i < rows; i++) {
        counts[answers.predicted(i)]++;
      }
    }
    return counts;
  }

  @Override
  public String toString() {
    return name() + " " + settings();
  }
}
