package dev.touchstone.attribution.rule;

import static dev.touchstone.attribution.rule.ZennitTest.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.Gson;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Patterns by the paper's formulas, in NumPy: {@code src/test/python/patterns_oracle.py}. */
class PatternTest {
  /** The largest distance that was measured is 2e-9: the files have nine digits. */
  private static final double TOLERANCE = 2e-8;

  private static final RunContext CONTEXT = RunContext.current();

  /** What the script wrote. */
  private record Expected(
      int[] shape,
      double[][] data,
      int[] targets,
      double[][] scores,
      double[][] patternNet,
      double[][] patternAttribution) {}

  private static Expected expected() {
    byte[] json = Location.of("classpath:attribution/relevance/patterns.json").read(1 << 20);
    return new Gson().fromJson(new String(json, StandardCharsets.UTF_8), Expected.class);
  }

  private static Dataset data(double[][] rows, int... shape) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    int[] one = Arrays.copyOfRange(shape, 1, shape.length);
    return Dataset.named("mixtures")
        .features(FeatureStore.inMemory(values, one))
        .labels(new int[rows.length])
        .classNames(List.of("a", "b", "c"))
        .build();
  }

  private static double[][] maps(AttributionMethod method, Expected expected, RunContext context) {
    Classifier model = ZennitNumbers.classifier("patterns");
    Tensor first = data(expected.data(), expected.shape()).batch(0, 3);
    return method.attribute(model, first, Quantity.ofClass(expected.targets()), context).maps();
  }

  @Test
  void signalsAndAttributionsAreThoseOfThePapersFormulas() {
    Expected expected = expected();
    Dataset data = data(expected.data(), expected.shape());

    double toNet =
        distance(maps(PatternNet.learnedFrom(data), expected, CONTEXT), expected.patternNet());
    double toAttribution =
        distance(
            maps(PatternAttribution.learnedFrom(data), expected, CONTEXT),
            expected.patternAttribution());

    assertThat(toNet).isLessThan(TOLERANCE);
    assertThat(toAttribution).isLessThan(TOLERANCE);
  }

  @Test
  void onALinearModelOfOneSignalTheSignalIsFoundAndTheDistractorIsNot() {
    // x = s·(1, 0) + d·(1, 1), y = x₁ − x₂ = s: the pattern is the signal's direction (1, 0),
    // though the weights are (1, −1). Behind a rectifier half of the signals are left.
    double[][] rows = new double[4000][];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < rows.length; i++) {
      double signal = random.nextGaussian();
      double distractor = 3 * random.nextGaussian();
      rows[i] = new double[] {signal + distractor, distractor};
    }
    Dataset data = data(rows, rows.length, 2);
    Classifier model = ZennitNumbers.classifier("distracted");
    Tensor batch = Tensor.of(new float[] {2, 1}, 1, 2);

    double[] signal = of(PatternNet.learnedFrom(data), model, batch);
    double[] attribution = of(PatternAttribution.learnedFrom(data), model, batch);
    double[] gradient = of(InputTimesGradient.withDefaults(), model, batch);

    assertThat(signal[1] / signal[0]).as("no distractor").isBetween(-.1, .1);
    assertThat(attribution[1] / attribution[0]).isBetween(-.1, .1);
    assertThat(gradient[1] / gradient[0]).isEqualTo(-.5);
  }

  private static double[] of(AttributionMethod method, Classifier model, Tensor batch) {
    return method.attribute(model, batch, Quantity.ofClass(0), CONTEXT).maps()[0];
  }

  @Test
  void patternsDoNotDependOnThePortionsInWhichTheyAreLearnt() {
    Expected expected = expected();
    Dataset data = data(expected.data(), expected.shape());
    RunContext narrow =
        CONTEXT.with(new Settings("cpu", 42, Policy.STRICT, 100_000, Path.of("target")));

    double[][] wide = maps(PatternNet.learnedFrom(data), expected, CONTEXT);
    double[][] inPortions = maps(PatternNet.learnedFrom(data), expected, narrow);

    assertThat(distance(inPortions, wide)).isLessThan(1e-12);
  }

  @Test
  void whatPatternsAreNotDefinedForIsRefused() {
    Dataset data = data(new double[4][200], 4, 2, 10, 10);
    PatternNet method = PatternNet.learnedFrom(data);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> method.require(ZennitNumbers.classifier("resnet")))
        .withMessageStartingWith(
            "PatternNet is defined for chains of layers and rectifiers, and resnet.onnx joins"
                + " branches in 2 nodes, the first of them Add ")
        .withMessageEndingWith(". Use Lrp, which shares relevance between branches");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> method.require(ZennitNumbers.classifier("vgg")))
        .withMessageStartingWith("PatternNet learns what makes a rectifier's input positive, and ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PatternAttribution.learnedFrom(data(new double[1][4], 1, 4)))
        .withMessage(
            "patterns are covariances, and mixtures has 1 examples; give some hundred at least");
  }
}
