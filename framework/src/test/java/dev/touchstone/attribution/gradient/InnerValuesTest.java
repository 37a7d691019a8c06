package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods at the values behind nodes, against Captum's, and properties. */
class InnerValuesTest {
  /**
   * Of kinked networks these leave 1.5e-3 of a mean over the path and 3e-4 of a conductance at
   * most, and Captum's 20,000 steps 1.1e-4; both go on falling with more.
   */
  private static final int STEPS = 400;

  private record Case(String network, CaptumFamily.AtTap tap) {

    double[][] explained(AttributionMethod method) {
      return CaptumFamily.of(network).explained(network, method).maps();
    }

    @Override
    public String toString() {
      return network + " " + tap.node();
    }
  }

  private final RunContext context = RunContext.current();

  static Stream<Case> cases() {
    return CaptumFamily.NAMES.stream()
        .flatMap(name -> CaptumFamily.of(name).taps().stream().map(tap -> new Case(name, tap)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientTimesActivationIsCaptums(Case at) {
    // Captum's inputs have nine digits, ours are floats: 1.2e-7 was the largest distance.
    assertThat(
            distance(
                at.explained(LayerGradientTimesActivation.at(at.tap().node())),
                at.tap().gradientTimesActivation()))
        .isLessThan(1e-6);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void internalInfluenceTendsToCaptums(Case at) {
    DistributionOfInterest path = DistributionOfInterest.path().withSteps(STEPS);
    assertThat(
            distance(
                at.explained(InternalInfluence.at(at.tap().node()).over(path)),
                at.tap().internalInfluence()))
        .isLessThan(at.network().equals("encoder") ? 1e-6 : 3e-3);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conductanceTendsToCaptums(Case at) {
    assertThat(
            distance(
                at.explained(LayerConductance.at(at.tap().node()).withSteps(STEPS)),
                at.tap().conductance()))
        .isLessThan(1e-3);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conductanceThroughANeuronTendsToCaptums(Case at) {
    NeuronConductance method =
        NeuronConductance.at(at.tap().node(), at.tap().neuron()).withSteps(STEPS);
    assertThat(distance(at.explained(method), at.tap().neuronConductance()))
        .isLessThan(at.network().equals("encoder") ? 1e-6 : 5e-3);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void integratedGradientsOfTheRestTendToCaptums(Case at) {
    LayerIntegratedGradients method = LayerIntegratedGradients.at(at.tap().node()).withSteps(STEPS);
    assertThat(distance(at.explained(method), at.tap().integratedGradients()))
        .isLessThan(at.network().equals("encoder") ? 1e-6 : 1e-4);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aNeuronsMapSumsToItsConductanceAtAnyNumberOfSteps(Case at) {
    String node = at.tap().node();
    int place =
        CaptumFamily.model(at.network())
            .capability(WhiteBox.class)
            .orElseThrow()
            .tap(node)
            .place(at.tap().neuron());
    CaptumFamily family = CaptumFamily.of(at.network());
    Attribution layer = family.explained(at.network(), LayerConductance.at(node).withSteps(STEPS));
    double[][] through =
        at.explained(NeuronConductance.at(node, at.tap().neuron()).withSteps(STEPS));
    // Secants on both sides are exact; beside Gauss-Legendre, the secants of 400 steps miss 1.2e-4.
    double tolerance = at.network().equals("encoder") ? 1e-3 : 1e-9;
    for (int i = 0; i < through.length; i++) {
      double conductance = layer.maps()[i][place];
      assertThat(Arrays.stream(through[i]).sum())
          .isCloseTo(conductance, within(tolerance * Math.abs(conductance)));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void conductancesSumToTheRiseWithTwoSteps(Case at) {
    Attribution layer =
        CaptumFamily.of(at.network())
            .explained(at.network(), LayerConductance.at(at.tap().node()).withSteps(2));
    assertThat(layer.rule()).isEqualTo("secant rule");
    assertThat(layer.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().relative())
        .containsExactly(new double[layer.maps().length], within(1e-9));
  }

  @Test
  void theMapsOfAllNeuronsAreIntegratedGradientsAtAnyNumberOfSteps() {
    CaptumFamily mlp = CaptumFamily.of("mlp");
    double[][] whole = mlp.explained("mlp", IntegratedGradients.withDefaults().withSteps(4)).maps();
    double[][] sum = new double[whole.length][whole[0].length];
    for (int neuron = 0; neuron < 16; neuron++) {
      double[][] part =
          mlp.explained("mlp", NeuronConductance.at("/tanh/Tanh", neuron).withSteps(4)).maps();
      for (int i = 0; i < sum.length; i++) {
        for (int j = 0; j < sum[i].length; j++) {
          sum[i][j] += part[i][j];
        }
      }
    }
    // Neurons' points are rounded to single precision at the input, those of the whole are not.
    assertThat(distance(sum, whole)).isLessThan(1e-6);
  }

  @Test
  void influenceOverThePointIsTheGradientAndOverThePathOfNothingAsWell() {
    CaptumFamily mlp = CaptumFamily.of("mlp");
    InternalInfluence method = InternalInfluence.at("/tanh/Tanh");
    double[][] point = mlp.explained("mlp", method.over(DistributionOfInterest.point())).maps();
    double[][] times = mlp.taps().get(1).gradientTimesActivation();
    WhiteBox box = CaptumFamily.model("mlp").capability(WhiteBox.class).orElseThrow();
    double[][] values =
        box.values(mlp.batch(), List.of(box.tap("/tanh/Tanh"))).values().iterator().next().rows();
    assertThat(distance(Maps.times(point, values), times)).isLessThan(1e-6);
  }

  @Test
  void influenceOverNoiseIsThatOfTheInputsSmoothGrad() {
    // Behind the input itself the two are one.
    CaptumFamily mlp = CaptumFamily.of("mlp");
    String input = CaptumFamily.single("mlp").input().name();
    Attribution noisy =
        mlp.explained(
            "mlp",
            InternalInfluence.at(input)
                .over(DistributionOfInterest.noise().withSamples(10).withNoise(0.2)));
    Attribution smooth =
        mlp.explained("mlp", SmoothGrad.withDefaults().withSamples(10).withNoise(0.2));
    assertThat(distance(noisy.maps(), smooth.maps())).isLessThan(1e-6);
    assertThat(noisy.fidelity(Fidelity.STANDARD_ERROR)).isPresent();
  }

  @Test
  void tokensGetTheSumOfTheirEmbeddings() {
    CaptumFamily encoder = CaptumFamily.of("encoder");
    LayerIntegratedGradients method = LayerIntegratedGradients.at("/embed/Add");
    Attribution every = encoder.explained("encoder", method);
    Attribution tokens = encoder.explained("encoder", method.summedOverLastAxis());

    assertThat(every.exampleShape()).containsExactly(6, 12);
    assertThat(tokens.exampleShape()).containsExactly(6);
    for (int token = 0; token < 6; token++) {
      assertThat(tokens.maps()[0][token])
          .isCloseTo(
              Arrays.stream(every.maps()[0], token * 12, token * 12 + 12).sum(), within(1e-12));
    }
  }

  @Test
  void anInnerBaselineNeedsNoInputThatMakesIt() {
    // Behind a hyperbolic tangent of less than 1 no input makes 2.
    CaptumFamily mlp = CaptumFamily.of("mlp");
    Attribution map =
        mlp.explained("mlp", LayerIntegratedGradients.at("/tanh/Tanh").withInnerBaseline(2));
    WhiteBox box = CaptumFamily.model("mlp").capability(WhiteBox.class).orElseThrow();
    float[] twos = new float[16];
    Arrays.fill(twos, 2);
    double[] low = box.from(box.tap("/tanh/Tanh")).scores(Tensor.of(twos, 1, 16))[0];
    double[][] high = box.scores(mlp.batch());
    for (int i = 0; i < high.length; i++) {
      int target = mlp.targets()[i];
      assertThat(Arrays.stream(map.maps()[i]).sum())
          .isCloseTo(high[i][target] - low[target], within(1e-5));
    }
  }

  private static Classifier net(OnnxBuilder onnx) {
    return Models.whiteBox("by hand", OnnxFile.of(onnx.bytes(), "by hand").whiteBox("cpu"))
        .emittingLogits();
  }

  /** y = 2 max(0, x₀ − x₁), one score, its rectifier written so that it has no secant or as one. */
  private static Classifier rectified(boolean secant) {
    OnnxBuilder onnx =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("w", new float[] {1, -1}, 2, 1)
            .weights("two", new float[] {2}, 1, 1)
            .weights("zero", new float[] {0}, 1)
            .node("MatMul", List.of("x", "w"), "d");
    if (secant) {
      onnx.node("Relu", List.of("d"), "r");
    } else {
      onnx.node("Greater", List.of("d", "zero"), "positive")
          .node("Where", List.of("positive", "d", "zero"), "r");
    }
    return net(onnx.node("MatMul", List.of("r", "two"), "y").output("y", 0, 1));
  }

  /** From (0, 1) to (3, 1), d goes from −1 to 2 and r from 0 to 2; the score to 4. */
  @Test
  void withoutSecantsTheDifferencesOfTheValuesAreTaken() {
    Tensor batch = Tensor.of(new float[] {3, 1}, 1, 2);
    for (boolean secant : new boolean[] {true, false}) {
      Classifier model = rectified(secant);
      String node = secant ? "Relu" : "Where";
      String name =
          model.capability(WhiteBox.class).orElseThrow().taps().stream()
              .filter(tap -> tap.type().equals(node))
              .findFirst()
              .orElseThrow()
              .name();
      Attribution layer =
          LayerConductance.at(name)
              .withBaseline(0, 1)
              .withSteps(30)
              .attribute(model, batch, Quantity.ofClass(1), context);
      Attribution through =
          NeuronConductance.at(name, 0)
              .withBaseline(0, 1)
              .withSteps(30)
              .attribute(model, batch, Quantity.ofClass(1), context);

      assertThat(layer.rule()).isEqualTo(secant ? "secant rule" : "midpoint rule");
      assertThat(layer.maps()[0]).containsExactly(new double[] {4}, within(1e-5));
      assertThat(through.maps()[0]).containsExactly(new double[] {4, 0}, within(1e-5));
    }
  }

  @Test
  void pathsThatAreCutToTheBudgetGiveTheSame() {
    CaptumFamily mlp = CaptumFamily.of("mlp");
    WhiteBox box = CaptumFamily.model("mlp").capability(WhiteBox.class).orElseThrow();
    TapSlice slice = new TapSlice(box, box.tap("/relu1/Relu"));
    double[][] whole = conductance(slice, 256, mlp);
    for (int rows : new int[] {1, 2, 3, 7}) {
      assertThat(distance(conductance(slice, rows, mlp), whole)).isLessThan(1e-12);
    }
  }

  private double[][] conductance(TapSlice slice, int rows, CaptumFamily mlp) {
    return new SecantRule(
            slice,
            () -> slice.secants().orElseThrow(),
            Summand.alongTheWay(),
            rows,
            context.progress())
        .integrate(new float[12], mlp.batch(), Quantity.ofClass(mlp.targets()), 6);
  }

  @Test
  void errorsAreBoundedAsThoseOfIntegratedGradients() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    Attribution map = cnn.explained("cnn", LayerConductance.at("/relu2/Relu").withTolerance(0.01));
    double[][] limit = cnn.taps().get(0).conductance();
    for (int i = 0; i < limit.length; i++) {
      assertThat(Maps.distance(map.maps()[i], limit[i]) / Maps.norm(limit[i])).isLessThan(0.01);
    }
    assertThat(map.fidelity(Fidelity.HALVING_ERROR)).isPresent();
  }

  private static List<AttributionMethod> all(String node) {
    return List.of(
        LayerGradientTimesActivation.at(node),
        InternalInfluence.at(node),
        LayerConductance.at(node),
        NeuronConductance.at(node, 0),
        LayerIntegratedGradients.at(node));
  }

  @Test
  void anUnknownNodeIsRefusedAndTheNearestAreNamed() {
    for (AttributionMethod method : all("/fc2/Gem")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> method.require(CaptumFamily.model("mlp")))
          .withMessageContaining("no value to read behind a node \"/fc2/Gem\"")
          .withMessageContaining("the nearest are [/fc2/Gemm, ");
    }
  }

  @Test
  void aModelThatIsNoWhiteBoxIsRefusedWithTheCure() {
    Classifier function =
        Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();
    for (AttributionMethod method : all("any")) {
      assertThatExceptionOfType(MissingCapabilityException.class)
          .isThrownBy(() -> method.require(function))
          .withMessageContaining(method.name() + " needs a white box")
          .withMessageContaining("give the model as ONNX");
    }
  }

  @Test
  void aNeuronThatTheNodeLacksIsRefused() {
    Classifier cnn = CaptumFamily.model("cnn");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NeuronConductance.at("/relu2/Relu", 3).require(cnn))
        .withMessage(
            "[3] of a value of shape [-1, 10, 8, 8]; give 3 indices, one for each axis behind the"
                + " examples'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NeuronConductance.at("/relu2/Relu", 3, 8, 0).require(cnn))
        .withMessageStartingWith("index 8 of an axis of 8 numbers, in [3, 8, 0]");
  }

  @Test
  void aNodeThatSomeOfTheNetworkGoesAroundHasNoRestToIntegrate() {
    Classifier residual = CaptumFamily.model("residual");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> LayerIntegratedGradients.at("/a2/Conv").require(residual))
        .withMessageContaining("depend on its input around Conv /a2/Conv")
        .withMessageEndingWith("is behind /Add");

    // Its conductance is a part of the rise, and no residual says that it misses the whole.
    Attribution part =
        CaptumFamily.of("residual").explained("residual", LayerConductance.at("/a2/Conv"));
    assertThat(part.fidelity(Fidelity.COMPLETENESS_RESIDUAL)).isEmpty();
  }

  @Test
  void aBaselineOfAnotherLengthIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                CaptumFamily.of("mlp")
                    .explained("mlp", LayerConductance.at("/tanh/Tanh").withBaseline(0, 1)))
        .withMessageContaining("the baseline has 2 values and an example 12");
  }
}
