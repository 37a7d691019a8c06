package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Expected Gradients: the mean of {@link IntegratedGradients} over baselines x̄ from a background,
 * {@code M = E_x̄[(x − x̄) ⊙ ∫₀¹ ∇ₓ f_c(x̄ + α(x − x̄)) dα]} (Erion et al. 2021, equation 3;
 * thesis, section 3.2), signed. Its limit is that of shap's {@code GradientExplainer} and of
 * Captum's {@code GradientShap} without noise, which take the gradient at one point at random of
 * each path; the thesis prints x̄ where the baseline x′ that is drawn is meant.
 *
 * <p>Each path is integrated in a few steps, by the rules of {@link IntegratedGradients}: four
 * secant steps from each of six baselines came as near to the limit on a small convolutional
 * network as 900 points at random. With one step it is DeepLIFT averaged over baselines (DeepSHAP).
 * Where the background has no more examples than samples are asked for, all of it is taken, each
 * example once, and nothing is random. Else the samples are drawn without replacement, from a
 * stream named by the example's values; and the {@link Fidelity#STANDARD_ERROR standard error} is
 * the one over them, the finite background accounted for. What the steps leave is not in it: {@link
 * #measuringItsError} bounds that.
 *
 * <p>The {@link Fidelity#COMPLETENESS_RESIDUAL completeness residual} is against the mean of the
 * quantity over the whole background, unless that has more examples than points are computed.
 */
public final class ExpectedGradients implements AttributionMethod {
  private static final int SAMPLES_BY_DEFAULT = 50;

  /** Examples of a background that are read at once. */
  private static final int PORTION = 256;

  private static final int STEPS_BY_DEFAULT = 4;

  private final Dataset background;
  private final int samples;
  private final int steps;
  private final boolean bounded;

  private ExpectedGradients(Dataset background, int samples, int steps, boolean bounded) {
    this.background = background;
    this.samples = samples;
    this.steps = steps;
    this.bounded = bounded;
  }

  /**
   * Takes 50 baselines, or all if there are fewer, and four steps from each.
   *
   * @param background examples of what inputs usually are, such as some of the training data
   * @throws IllegalArgumentException if it has no example
   */
  public static ExpectedGradients against(Dataset background) {
    if (background.size() == 0) {
      throw new IllegalArgumentException(
          "the background %s has no example; give some of the training data"
              .formatted(background.name()));
    }
    return new ExpectedGradients(background, SAMPLES_BY_DEFAULT, STEPS_BY_DEFAULT, false);
  }

  /**
   * Takes another number of baselines for each example.
   *
   * @throws IllegalArgumentException unless it is at least 2
   */
  public ExpectedGradients withSamples(int baselines) {
    if (baselines < 2) {
      throw new IllegalArgumentException(
          "one baseline has no spread: at least 2 samples, were %d; of a single baseline use IntegratedGradients"
              .formatted(baselines));
    }
    return new ExpectedGradients(background, baselines, steps, bounded);
  }

  /**
   * Takes another number of steps from each baseline.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public ExpectedGradients withSteps(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("steps must be positive, were " + number);
    }
    return new ExpectedGradients(background, samples, number, bounded);
  }

  /**
   * Expected Gradients that bound what the steps leave of each map's error ({@link
   * Fidelity#HALVING_ERROR}), by doubling them: from the same baselines, so that nothing of it is
   * their sampling. It takes three times as long.
   */
  @Override
  public ExpectedGradients measuringItsError() {
    return new ExpectedGradients(background, samples, steps, true);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("background", background.sha256());
    settings.put("samples", Integer.toString(samples));
    settings.put("steps", Integer.toString(steps));
    if (bounded) {
      settings.put("error", "bounded");
    }
    return settings;
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), Gradient.CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InputGradients gradients = model.require(InputGradients.class, name(), Gradient.CURE);
    requireAlike(batch);
    PathRule rule = PathRules.ofInputs(model, gradients, context);
    Means means = means(rule, batch, quantity, steps, context);

    Attribution attribution =
        Attribution.of(means.maps, batch, quantity, PathRules.described(rule, model));
    attribution = completed(attribution, model, batch, context);
    if (samples < background.size()) {
      double rest = 1 - (double) samples / background.size();
      attribution =
          attribution.with(Fidelity.standardError(means.standardErrors(rest), means.maps));
    }
    if (!bounded) {
      return attribution;
    }
    double[][] doubled = means(rule, batch, quantity, 2 * steps, context).maps;
    double[] errors = new double[doubled.length];
    // The error falls at least like 1/N: that of N steps is at most twice the way to 2N.
    Arrays.setAll(errors, i -> 2 * Maps.distance(doubled[i], means.maps[i]));
    return attribution.with(Fidelity.halvingError(errors, means.maps));
  }

  /** Against the whole background, if scoring it is not more work than the maps are. */
  private Attribution completed(
      Attribution attribution, Model model, Tensor batch, RunContext context) {
    long points = (long) batch.rows() * Math.min(samples, background.size()) * steps;
    if (model.capability(Scores.class).isEmpty() || background.size() > points) {
      return attribution;
    }
    List<double[]> low = new ArrayList<>();
    for (int from = 0; from < background.size(); from += PORTION) {
      int to = Math.min(background.size(), from + PORTION);
      low.addAll(List.of(Completeness.scores(model, background.batch(from, to), context)));
    }
    double[][] high = Completeness.scores(model, batch, context);
    return Completeness.toldBy(attribution, low.toArray(double[][]::new), high);
  }

  private void requireAlike(Tensor batch) {
    int[] expected = Arrays.copyOfRange(batch.shape(), 1, batch.shape().length);
    if (!Arrays.equals(expected, background.shape())) {
      throw new TouchstoneException(
          "the background %s has examples of the shape %s, and what is explained has the shape %s; give a background of the same data"
              .formatted(
                  background.name(),
                  Arrays.toString(background.shape()),
                  Arrays.toString(expected)));
    }
  }

  private Means means(
      PathRule rule, Tensor batch, Quantity quantity, int number, RunContext context) {
    Means means = new Means(batch.rows(), batch.rowSize());
    long bytes = (long) Math.min(samples, background.size()) * batch.rowSize() * Float.BYTES;
    // The baselines of so many examples lie beside what is computed of them.
    int atOnce =
        (int) Math.max(1, Math.min(batch.rows(), context.settings().memoryBytes() / 8 / bytes));
    for (int first = 0; first < batch.rows(); first += atOnce) {
      int begin = first;
      List<Fan> fans = fans(batch, first, Math.min(batch.rows(), first + atOnce), context);
      rule.integrate(fans, quantity, number, (fan, path, map) -> means.add(begin + fan, map));
      context.progress().step("examples against a background", first + fans.size(), batch.rows());
    }
    return means;
  }

  /** The paths of each example, from it to its baselines: an integral is the same either way. */
  private List<Fan> fans(Tensor batch, int from, int to, RunContext context) {
    List<Fan> fans = new ArrayList<>();
    for (int i = from; i < to; i++) {
      float[] example = batch.row(i);
      Tensor baselines = background.batch(chosen(example, context));
      float[][] ends =
          IntStream.range(0, baselines.rows()).mapToObj(baselines::row).toArray(float[][]::new);
      int[] examples = new int[ends.length];
      Arrays.fill(examples, i);
      fans.add(new Fan(batch.shape(), example, ends, examples));
    }
    return fans;
  }

  private int[] chosen(float[] example, RunContext context) {
    if (samples >= background.size()) {
      return IntStream.range(0, background.size()).toArray();
    }
    UniformRandomProvider random = context.random().of(name(), Digest.sha256().add(example).hex());
    return new PermutationSampler(random, background.size(), samples).sample();
  }

  /** Means over paths, and the sums of squared deviations from them (Welford 1962). */
  private static final class Means {
    private final double[][] maps;
    private final double[] squares;
    private final int[] paths;

    Means(int examples, int size) {
      maps = new double[examples][size];
      squares = new double[examples];
      paths = new int[examples];
    }

    /** Adds the integral along a path that leads from an example to a baseline. */
    void add(int example, double[] outward) {
      int number = ++paths[example];
      double[] mean = maps[example];
      for (int j = 0; j < mean.length; j++) {
        double before = -outward[j] - mean[j];
        mean[j] += before / number;
        squares[example] += before * (-outward[j] - mean[j]);
      }
    }

    /**
     * Of samples without replacement.
     *
     * @param rest the share of the background that was not drawn
     */
    double[] standardErrors(double rest) {
      double[] errors = new double[squares.length];
      Arrays.setAll(errors, i -> Math.sqrt(squares[i] / (paths[i] - 1) / paths[i] * rest));
      return errors;
    }
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
