package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.jspecify.annotations.Nullable;

/**
 * SmoothGrad: {@code M = (1/N) Σ ∇ₓ f_c(x + εᵢ)}, ε ~ N(0, σ²) (Smilkov et al. 2017; thesis,
 * section 3.2), signed. σ is a share of the example's own range, as in the paper.
 *
 * <p>The noise is antithetic: every ε is used with both signs, which needs fewer samples at equal
 * error. It is drawn from a stream named by the example's values, so that neither the order of a
 * batch nor its neighbours change a map.
 *
 * <p>A pair's mean is one sample, so that the {@link Fidelity#STANDARD_ERROR standard error} of the
 * map is the one over pairs: 0 where the gradient is linear over the noise, since then every pair
 * has the same mean. It says how far other noise would move the map, and nothing of whether σ suits
 * the model.
 */
public final class SmoothGrad implements AttributionMethod {
  private final int samples;
  private final double noise;

  private SmoothGrad(int samples, double noise) {
    this.samples = samples;
    this.noise = noise;
  }

  /** Takes 50 samples with σ at 15 % of the example's range. */
  public static SmoothGrad withDefaults() {
    return new SmoothGrad(50, 0.15);
  }

  /**
   * Takes another number of samples.
   *
   * @throws IllegalArgumentException unless it is positive and even: noise comes in pairs
   */
  public SmoothGrad withSamples(int number) {
    if (number < 2 || number % 2 != 0) {
      throw new IllegalArgumentException(
          "samples come in pairs ±ε: a positive even number, was " + number);
    }
    return new SmoothGrad(number, noise);
  }

  /**
   * Takes another amount of noise.
   *
   * @param shareOfRange σ as a share of an example's largest minus smallest value, positive
   */
  public SmoothGrad withNoise(double shareOfRange) {
    if (!(shareOfRange > 0) || Double.isInfinite(shareOfRange)) {
      throw new IllegalArgumentException("noise must be positive, was " + shareOfRange);
    }
    return new SmoothGrad(samples, shareOfRange);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("samples", Integer.toString(samples));
    settings.put("noise", Double.toString(noise));
    return settings;
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InputGradients source = model.require(InputGradients.class, name(), Gradient.CURE);
    Pairs[] pairs = new Pairs[batch.rows()];
    GradientQueue queue =
        new GradientQueue(GradientFunction.of(source, context), batch.shape(), quantity);
    for (int i = 0; i < pairs.length; i++) {
      float[] example = batch.row(i);
      Pairs ofExample = new Pairs(example.length, samples / 2);
      pairs[i] = ofExample;
      double sigma = noise * range(example);
      ZigguratSampler.NormalizedGaussian gaussian =
          ZigguratSampler.NormalizedGaussian.of(stream(example, context));
      for (int pair = 0; pair < samples / 2; pair++) {
        float[] above = new float[example.length];
        float[] below = new float[example.length];
        for (int j = 0; j < example.length; j++) {
          double epsilon = sigma * gaussian.sample();
          above[j] = (float) (example[j] + epsilon);
          below[j] = (float) (example[j] - epsilon);
        }
        queue.add(above, i, ofExample::above);
        queue.add(below, i, ofExample::below);
      }
    }
    queue.flush();
    double[][] maps = Arrays.stream(pairs).map(Pairs::mean).toArray(double[][]::new);
    Attribution attribution = Attribution.of(maps, batch, quantity, "antithetic noise");
    if (samples < 4) {
      // One pair has no spread.
      return attribution;
    }
    double[] errors = Arrays.stream(pairs).mapToDouble(Pairs::standardError).toArray();
    return attribution.with(Fidelity.standardError(errors, maps));
  }

  /** The gradients of one example's pairs; sums alone are kept (Welford 1962). */
  private static final class Pairs {
    private final double[] mean;
    private final int number;
    private double @Nullable [] squares;
    private double[] above;
    private int seen;
    private double standardError = Double.NaN;

    Pairs(int size, int number) {
      this.mean = new double[size];
      this.squares = new double[size];
      this.number = number;
      this.above = new double[0];
    }

    void above(double[] gradient) {
      above = gradient;
    }

    void below(double[] gradient) {
      double[] sums = Objects.requireNonNull(squares);
      seen++;
      for (int j = 0; j < mean.length; j++) {
        double sample = (above[j] + gradient[j]) / 2;
        double before = sample - mean[j];
        mean[j] += before / seen;
        sums[j] += before * (sample - mean[j]);
      }
      if (seen == number) {
        standardError = Math.sqrt(Arrays.stream(sums).sum() / (number - 1) / number);
        squares = null;
        above = new double[0];
      }
    }

    double[] mean() {
      return mean;
    }

    double standardError() {
      return standardError;
    }
  }

  private static UniformRandomProvider stream(float[] example, RunContext context) {
    return context.random().of("SmoothGrad", Digest.sha256().add(example).hex());
  }

  private static double range(float[] example) {
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : example) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    return largest > smallest ? (double) largest - smallest : 1;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
