package dev.touchstone.attribution;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * SmoothGrad: {@code M = (1/N) Σ ∇ₓ f_c(x + εᵢ)}, ε ~ N(0, σ²) (Smilkov et al. 2017; thesis,
 * section 3.2), signed. σ is a share of the example's own range, as in the paper.
 *
 * <p>The noise is antithetic: every ε is used with both signs, which needs fewer samples at equal
 * error. It is drawn from a stream named by the example's values, so that neither the order of a
 * batch nor its neighbours change a map.
 */
public final class SmoothGrad implements AttributionMethod {
  private final int samples;
  private final double noise;

  private SmoothGrad(int samples, double noise) {
    this.samples = samples;
    this.noise = noise;
  }

  /** 50 samples with σ at 15 % of the example's range. */
  public static SmoothGrad withDefaults() {
    return new SmoothGrad(50, 0.15);
  }

  /**
   * Another number of samples.
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
   * Another amount of noise.
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
  public double[][] attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InputGradients source = model.require(InputGradients.class, name(), Gradient.CURE);
    double[][] maps = new double[batch.rows()][batch.rowSize()];
    GradientQueue queue =
        new GradientQueue(GradientFunction.of(source, context), batch.shape(), quantity);
    for (int i = 0; i < maps.length; i++) {
      float[] example = batch.row(i);
      double[] map = maps[i];
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
        queue.add(above, i, gradient -> addShare(map, gradient));
        queue.add(below, i, gradient -> addShare(map, gradient));
      }
    }
    queue.flush();
    return maps;
  }

  private void addShare(double[] map, double[] gradient) {
    for (int j = 0; j < map.length; j++) {
      map[j] += gradient[j] / samples;
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
