package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.BOX;
import static dev.touchstone.attribution.gradient.CaptumNumbers.CNN;
import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static dev.touchstone.attribution.gradient.CaptumNumbers.inputs;
import static dev.touchstone.attribution.gradient.CaptumNumbers.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is explained of each example, whatever becomes of it on the way. */
class TargetTest {
  /** Two kinds of mistakes. */
  private static final int[] LABELS =
      IntStream.range(0, 4).map(i -> (targets()[i] + 1 + i % 2) % 5).toArray();

  /** Pieces of some five rows, so that the path of an example lies in several. */
  private final RunContext context = RunContext.of(Settings.from(TargetTest::settings));

  private static Optional<String> settings(String key) {
    long bytes = 1 << 12;
    while (BOX.batchSize(bytes, true) < 5) {
      bytes += 1 << 10;
    }
    return key.equals("touchstone.memory") ? Optional.of(Long.toString(bytes)) : Optional.empty();
  }

  private static Dataset data() {
    return Dataset.named("four")
        .features(FeatureStore.inMemory(inputs().values(), 1, 16, 16))
        .labels(LABELS)
        .classNames(List.of("a", "b", "c", "d", "e"))
        .build();
  }

  private static Quantity of(Target target) {
    return target.of(CNN.predict(inputs()), data());
  }

  private double[][] maps(AttributionMethod method, Quantity quantity) {
    return method.attribute(CNN, inputs(), quantity, context).maps();
  }

  static List<AttributionMethod> linear() {
    return List.of(
        Gradient.withDefaults().keepingSign(),
        InputTimesGradient.withDefaults(),
        SmoothGrad.withDefaults().withSamples(6),
        IntegratedGradients.withDefaults().withSteps(8));
  }

  @Test
  void theMapsOfADifferenceAreCaptums() {
    CaptumNumbers.Difference captum = CaptumNumbers.difference();
    Quantity difference = Quantity.ofClass(captum.over()).minus(Quantity.ofClass(captum.other()));
    double[][] gradient =
        Gradient.withDefaults().keepingSign().attribute(CNN, inputs(), difference, context).maps();
    assertThat(distance(gradient, captum.gradient())).isLessThan(1e-9);
    double[][] integrated =
        IntegratedGradients.withDefaults()
            .withSteps(400)
            .attribute(CNN, inputs(), difference, context)
            .maps();
    assertThat(distance(integrated, captum.integratedGradientsLimit())).isLessThan(1e-3);
  }

  @ParameterizedTest
  @MethodSource("linear")
  void theMapOfADifferenceIsTheDifferenceOfTheMaps(AttributionMethod method) {
    double[][] labels = maps(method, of(Target.trueLabel()));
    double[][] predicted = maps(method, of(Target.predictedClass()));
    double[][] expected = new double[4][256];
    for (int i = 0; i < 4; i++) {
      int example = i;
      Arrays.setAll(expected[i], j -> labels[example][j] - predicted[example][j]);
    }
    Target difference = Target.trueLabel().minus(Target.predictedClass());

    assertThat(difference.describe()).isEqualTo("the true label minus the predicted class");
    assertThat(distance(maps(method, of(difference)), expected)).isLessThan(1e-12);
  }

  @ParameterizedTest
  @MethodSource("linear")
  void anExampleIsAskedItsOwnLabelInEveryPieceOfTheWork(AttributionMethod method) {
    double[][] together = maps(method, of(Target.trueLabel()));
    for (int i = 0; i < LABELS.length; i++) {
      Tensor one = Tensor.of(inputs().row(i), 1, 1, 16, 16);
      double[][] alone = method.attribute(CNN, one, Quantity.ofClass(LABELS[i]), context).maps();
      assertThat(distance(new double[][] {together[i]}, alone)).isLessThan(1e-12);
    }
  }

  @Test
  void thePredictedClassIsThatOfTheExampleAndNotOfAPointOnThePath() {
    IntegratedGradients method = IntegratedGradients.withDefaults().withSteps(4);
    int atTheBaseline = CNN.predict(Tensor.of(new float[256], 1, 1, 16, 16)).predicted(0);

    assertThat(Arrays.stream(targets()).filter(c -> c != atTheBaseline).count())
        .as("else nothing would be seen")
        .isPositive();
    assertThat(maps(method, of(Target.predictedClass())))
        .isDeepEqualTo(maps(method, Quantity.ofClass(targets())));
  }

  @Test
  void targetsAreEqualWhereTheyAskTheSame() {
    assertThat(Target.ofClass(3).minus(Target.trueLabel()))
        .isEqualTo(Target.ofClass(3).minus(Target.trueLabel()))
        .isNotEqualTo(Target.ofClass(2).minus(Target.trueLabel()));
  }

  /** The probability of a class: p = softmax(s), ∂p_k/∂s_c = p_k (δ_kc − p_c). */
  private record Probability(int label) implements Quantity {
    private static double[] softmax(double[] scores) {
      double sum = Arrays.stream(scores).map(Math::exp).sum();
      return Arrays.stream(scores).map(s -> Math.exp(s) / sum).toArray();
    }

    @Override
    public double value(double[] scores, int example) {
      return softmax(scores)[label];
    }

    @Override
    public double[] gradient(double[] scores, int example) {
      double[] p = softmax(scores);
      double[] gradient = new double[p.length];
      Arrays.setAll(gradient, c -> p[label] * ((c == label ? 1 : 0) - p[c]));
      return gradient;
    }
  }

  @Test
  void theGradientOfAProbabilityFollowsTheChainRule() {
    Quantity probability = new Probability(1);
    double[][] gradient = maps(Gradient.withDefaults().keepingSign(), probability);
    double[][] scores = BOX.scores(inputs());
    double[][] expected = new double[4][256];
    for (int c = 0; c < 5; c++) {
      double[][] ofClass =
          BOX.inputGradients(inputs(), Quantity.ofClass(c), BackwardRules.derivatives());
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 256; j++) {
          expected[i][j] += probability.gradient(scores[i], i)[c] * ofClass[i][j];
        }
      }
    }
    assertThat(distance(gradient, expected)).isLessThan(1e-12);
  }

  @Test
  void secantsOfAProbabilityAreCompleteAtAnyNumberOfStepsAndGoToItsIntegral() {
    Quantity probability = new Probability(1);
    Tensor zeros = Tensor.of(new float[4 * 256], 4, 1, 16, 16);
    double[][] low = BOX.scores(zeros);
    double[][] high = BOX.scores(inputs());
    double[][] few = maps(IntegratedGradients.withDefaults().withSteps(2), probability);
    for (int i = 0; i < 4; i++) {
      double rise = probability.value(high[i], i) - probability.value(low[i], i);
      assertThat(Arrays.stream(few[i]).sum()).isCloseTo(rise, within(1e-10));
    }
    double[][] limit =
        QuadratureRule.midpoint(
                new GradientFunction(
                    (rows, asked) -> BOX.inputGradients(rows, asked, BackwardRules.derivatives()),
                    64),
                Summand.alongTheWay(),
                context.progress())
            .integrate(new float[256], inputs(), probability, 2000);
    double[][] many = maps(IntegratedGradients.withDefaults().withSteps(200), probability);
    assertThat(distance(many, limit)).isLessThan(0.01);
  }
}
