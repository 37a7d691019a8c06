package dev.touchstone.attribution.rule;

import static dev.touchstone.attribution.rule.ZennitTest.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What relevance is by definition, and models that it cannot be handed back through. */
class LrpTest {
  private final RunContext context = RunContext.current();

  private static Tensor normal(int... shape) {
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }

  private Attribution explained(AttributionMethod method, String net) {
    ZennitNumbers numbers = ZennitNumbers.of(net);
    return method.attribute(
        ZennitNumbers.classifier(net),
        numbers.batch(),
        Quantity.ofClass(numbers.targets()),
        context);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "vgg", "resnet"})
  void byTheZeroRuleRelevanceThroughRectifiersIsInputTimesGradient(String net) {
    Attribution zero = explained(Lrp.epsilon(0), net);
    Attribution product = explained(InputTimesGradient.withDefaults(), net);

    // The largest distance that was measured is 5e-16.
    assertThat(distance(zero.maps(), product.maps())).isLessThan(1e-12);
  }

  @Test
  void whatIsMissingOfTheScoreIsTheConservationResidual() {
    ZennitNumbers numbers = ZennitNumbers.of("mlp");
    Attribution relevance = explained(Lrp.epsilon(.01), "mlp");

    Fidelity residual = relevance.fidelity(Fidelity.CONSERVATION_RESIDUAL).orElseThrow();
    for (int i = 0; i < relevance.maps().length; i++) {
      double score = numbers.scores()[i][numbers.targets()[i]];
      double sum = Arrays.stream(relevance.maps()[i]).sum();
      assertThat(residual.values()[i]).isCloseTo(sum - score, within(1e-6));
      assertThat(residual.scales()[i]).isCloseTo(Math.abs(score), within(1e-6));
      assertThat(residual.relative()[i]).as("biases absorb some").isGreaterThan(1e-3);
    }
  }

  @Test
  void whatIsMissingWithoutBiasesTheStabilisersHave() {
    Classifier model =
        Models.whiteBox("mlp", withoutBiases(ZennitNumbers.box("mlp"))).emittingLogits();
    Tensor batch = normal(5, 12);
    for (RelevanceRule rule :
        List.of(
            RelevanceRule.epsilon(.3),
            RelevanceRule.alphaBeta(2, 1).stabilisedBy(.3),
            RelevanceRule.gamma(.25).stabilisedBy(.3),
            RelevanceRule.zBox(-5, 5).stabilisedBy(.3),
            RelevanceRule.wSquare().stabilisedBy(.3))) {
      Lrp method = Lrp.composite(Composite.withDefaults().withDenseLayers(rule));
      Quantity target = Quantity.ofClass(1);

      Attribution seen = method.measuringItsError().attribute(model, batch, target, context);

      assertThat(seen.maps()).isDeepEqualTo(method.attribute(model, batch, target, context).maps());
      assertThat(values(seen, Fidelity.ABSORBED_BY_BIASES))
          .as(rule.describe())
          .contains(new double[5], within(1e-9));
      assertThat(values(seen, Fidelity.ABSORBED_BY_STABILISERS))
          .as(rule.describe())
          .matches(amounts -> Arrays.stream(amounts).allMatch(a -> Math.abs(a) > 1e-3));
    }
  }

  @Test
  void whatAnEpsilonAbsorbsIsWhatItAddsToTheDenominators() {
    // One layer y = 2x₁ − x₂ + b: the share of ε is ε/(|y| + ε) of y, that of the bias b/(|y| + ε).
    WhiteBox box =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", -1, 2)
                .weights("w", new float[] {2, 0, -1, 1}, 2, 2)
                .weights("b", new float[] {.5f, 0}, 2)
                .node("Gemm", List.of("x", "w", "b"), "y")
                .output("y", -1, 2));
    Classifier model = Models.whiteBox("one layer", box).emittingLogits();
    Tensor batch = Tensor.of(new float[] {1, 1, 0, 2}, 2, 2);

    Attribution relevance =
        Lrp.epsilon(.25).measuringItsError().attribute(model, batch, Quantity.ofClass(0), context);

    // y = 1.5 and −1.5, and both divided by 1.75
    double share = 1.5 / 1.75;
    assertThat(values(relevance, Fidelity.ABSORBED_BY_STABILISERS))
        .contains(new double[] {.25 * share, -.25 * share}, within(1e-6));
    assertThat(values(relevance, Fidelity.ABSORBED_BY_BIASES))
        .contains(new double[] {.5 * share, .5 * share}, within(1e-6));
    assertThat(relevance.maps()[0]).contains(new double[] {2 * share, -share}, within(1e-6));
    assertThat(relevance.maps()[1]).contains(new double[] {0, -2 * share}, within(1e-6));
  }

  private static double[] values(Attribution relevance, String name) {
    return relevance.fidelity(name).orElseThrow().values();
  }

  @Test
  void withoutBiasesAllOfTheScoreReachesTheInput() {
    WhiteBox box = withoutBiases(ZennitNumbers.box("mlp"));
    Classifier model = Models.whiteBox("mlp", box).emittingLogits();
    Tensor batch = normal(5, 12);

    for (Lrp method :
        List.of(
            Lrp.epsilon(0),
            Lrp.epsilonPlus(),
            Lrp.composite(Composite.withDefaults().withDenseLayers(RelevanceRule.zPlus())),
            Lrp.composite(Composite.withDefaults().withFirstLayers(RelevanceRule.zBox(-5, 5))),
            Lrp.composite(Composite.withDefaults().withFirstLayers(RelevanceRule.wSquare())),
            Lrp.epsilonPlusFlat())) {
      Fidelity residual =
          method
              .attribute(model, batch, Quantity.difference(2, 0), context)
              .fidelity(Fidelity.CONSERVATION_RESIDUAL)
              .orElseThrow();
      assertThat(residual.relative()).as(method.toString()).contains(new double[5], within(1e-4));
    }
  }

  private static WhiteBox withoutBiases(WhiteBox box) {
    Map<String, float[]> zeros = new HashMap<>();
    box.graph()
        .constants()
        .forEach(
            (name, constant) -> {
              if (constant.shape().length == 1) {
                zeros.put(name, new float[constant.size()]);
              }
            });
    return box.withWeights(zeros);
  }

  @Test
  void aLayerTakesInWhatScalesAndShiftsItsChannels() {
    WhiteBox box = ZennitNumbers.box("followed");
    String before = box.sha256();
    WhiteBox folded = box.withFoldedLayers();
    Tensor batch = normal(4, 2, 5, 5);

    assertThat(types(folded)).containsExactly("Conv", "Relu", "Flatten", "Gemm", "Relu", "Gemm");
    assertThat(distance(folded.scores(batch), box.scores(batch))).isLessThan(1e-12);
    assertThat(box.sha256()).isEqualTo(before);
    assertThat(ZennitNumbers.box("mlp").withFoldedLayers().graph().nodes()).hasSize(5);
  }

  private static List<String> types(WhiteBox box) {
    Graph graph = box.graph();
    return graph.nodesOnTheWay().stream().map(Node::type).toList();
  }

  @Test
  void inSinglePrecisionTheFoldedModelComputesTheSame() {
    WhiteBox box =
        OnnxFile.of(
                Location.of("classpath:attribution/relevance/followed.onnx").read(1 << 20),
                "followed")
            .whiteBox("cpu");
    Tensor batch = normal(40, 2, 5, 5);

    // The means are thirty times the weights, and 6e-7 was measured.
    assertThat(distance(box.withFoldedLayers().scores(batch), box.scores(batch))).isLessThan(1e-5);
  }

  @Test
  void aGatedValueGetsAllAndItsGateNothing() {
    Classifier model = ZennitNumbers.classifier("gated");
    Tensor batch = normal(6, 5);
    WhiteBox box = model.require(WhiteBox.class, "test", "");

    double[][] maps =
        Lrp.epsilon(1e-9).attribute(model, batch, Quantity.ofClass(1), context).maps();

    double[][] expected = byHand(box, batch);
    assertThat(distance(maps, expected)).isLessThan(1e-6);
  }

  /** The chain of ε shares: x → z → y → scores, every gate left out. */
  private static double[][] byHand(WhiteBox box, Tensor batch) {
    double[][] z = values(box, batch, "z");
    double[][] swish = values(box, batch, "swish");
    double[][] y = values(box, batch, "y");
    double[][] excited = values(box, batch, "excited");
    double[][] scores = box.scores(batch);
    double[][] maps = new double[batch.rows()][];
    for (int i = 0; i < maps.length; i++) {
      double[] relevance = new double[] {0, scores[i][1], 0};
      relevance = shared(excited[i], box.weight("t"), scores[i], relevance);
      relevance = shared(swish[i], box.weight("v"), y[i], relevance);
      double[] x = new double[5];
      for (int j = 0; j < 5; j++) {
        x[j] = batch.row(i)[j];
      }
      maps[i] = shared(x, box.weight("w"), z[i], relevance);
    }
    return maps;
  }

  private static double[][] values(WhiteBox box, Tensor batch, String node) {
    return box.values(batch, List.of(box.tap(node))).get(box.tap(node)).rows();
  }

  /** R_i = Σ_j x_i w_ij / z_j · R_j. */
  private static double[] shared(double[] x, float[] weights, double[] sums, double[] relevance) {
    double[] shares = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < sums.length; j++) {
        shares[i] += x[i] * weights[i * sums.length + j] / sums[j] * relevance[j];
      }
    }
    return shares;
  }

  @Test
  void boundsOfTheInputHoldWhereItIsNormalised() {
    WhiteBox box = ZennitNumbers.box("cnn");
    WhiteBox normalising = box.normalising(new double[] {.5, .4}, new double[] {.25, .2});
    ZennitNumbers numbers = ZennitNumbers.of("cnn");
    float[] raw = numbers.batch().values();
    for (int i = 0; i < raw.length; i++) {
      boolean first = i / 100 % 2 == 0;
      raw[i] = first ? raw[i] * .25f + .5f : raw[i] * .2f + .4f;
    }
    // -2.5 and 2.5 before the normalisation
    Lrp method =
        Lrp.epsilonGammaBox(
            new double[] {.5 - 2.5 * .25, .4 - 2.5 * .2},
            new double[] {.5 + 2.5 * .25, .4 + 2.5 * .2});
    Quantity target = Quantity.ofClass(numbers.targets());

    double[][] maps =
        method
            .attribute(
                Models.whiteBox("normalised", normalising).emittingLogits(),
                Tensor.of(raw, numbers.shape()),
                target,
                context)
            .maps();

    double[][] expected =
        Lrp.epsilonGammaBox(-2.5, 2.5)
            .attribute(ZennitNumbers.classifier("cnn"), numbers.batch(), target, context)
            .maps();
    assertThat(distance(maps, expected)).isLessThan(1e-4);
  }

  @Test
  void settingsSayTheRuleOfEveryPlace() {
    assertThat(Lrp.sequentialPresetAFlat().settings())
        .containsOnly(
            Map.entry("convolutions", "z plus, stabiliser 0.0"),
            Map.entry("dense layers", "epsilon 0.1"),
            Map.entry("first layers", "flat, stabiliser 0.0"),
            Map.entry("normalisations", "epsilon 1.0E-6"),
            Map.entry("sums", "zero"));
    assertThat(Lrp.epsilonGammaBox(0, 1).settings())
        .containsEntry("first convolutions", "z box 0.0 to 1.0")
        .containsEntry("convolutions", "gamma 0.25");
  }

  @Test
  void aNamedNodeHasARuleOfItsOwn() {
    String last = last(ZennitNumbers.box("mlp"));
    Lrp gamma = Lrp.composite(Composite.withDefaults().withNode(last, RelevanceRule.gamma(1)));

    assertThat(gamma.settings()).containsEntry("node " + last, "gamma 1.0");
    assertThat(distance(explained(gamma, "mlp").maps(), explained(Lrp.epsilon(1e-6), "mlp").maps()))
        .isGreaterThan(.01);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                explained(
                    Lrp.composite(Composite.withDefaults().withNode("fc9", RelevanceRule.zPlus())),
                    "mlp"))
        .withMessageStartingWith("mlp.onnx has no layer, normalisation or sum [fc9]; it has [")
        .withMessageContaining(last);
  }

  private static String last(WhiteBox box) {
    List<Node> nodes = box.graph().nodesOnTheWay();
    return nodes.get(nodes.size() - 1).name();
  }

  @Test
  void aNodeWithoutARuleIsRefusedByItsName() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Lrp.epsilonPlus().require(ZennitNumbers.classifier("attention")))
        .withMessage(
            "LrpEpsilonPlus hands relevance back node by node, and attention has 3 nodes for which"
                + " there is no rule, the first of them [MatMul product, Softmax weights, MatMul"
                + " mixed]; docs/onnx-operators.md lists what has one. Use InputTimesGradient or"
                + " IntegratedGradients, which need derivatives alone");
  }

  @Test
  void nonsenseIsRefusedAtTheSetting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelevanceRule.alphaBeta(2, 2))
        .withMessageContaining("alpha = beta + 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelevanceRule.epsilon(-1))
        .withMessageContaining("not negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelevanceRule.gamma(Double.NaN))
        .withMessageContaining("such as 0.25");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelevanceRule.zBox(1, 0))
        .withMessage(
            "inputs between 1.0 and 0.0; give the lowest possible value first, such as 0, 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RelevanceRule.zBox(new double[2], new double[3]))
        .withMessage("2 lowest and 3 highest input values; give as many of both");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Composite.withDefaults().withSums(RelevanceRule.zPlus()))
        .withMessage(
            "the rule \"z plus\" changes weights, and sums have none; give"
                + " RelevanceRule.epsilon(…)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> explained(Lrp.epsilonGammaBox(new double[3], new double[3]), "cnn"))
        .withMessageContaining("give one, one per channel (2), or one per value (200)");
  }

  @Test
  void layersOfBlocksAreFoldedAndChangedAsThoseOfFiles() {
    Block block =
        new SequentialBlock()
            .add(Conv2d.builder().setFilters(4).setKernelShape(new Shape(3, 3)).build())
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(3).build());
    try (NDManager manager = Torch.manager("cpu")) {
      Torch.seed(3);
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 6, 6));
      Classifier model = Models.block("blocks", block, 2, 6, 6).emittingLogits();
      WhiteBox box = model.require(WhiteBox.class, "test", "");
      Tensor batch = normal(4, 2, 6, 6);
      Quantity target = Quantity.ofClass(1);

      Attribution zero = Lrp.epsilon(0).attribute(model, batch, target, context);
      Attribution plus = Lrp.epsilonPlusFlat().attribute(model, batch, target, context);

      assertThat(types(box.withFoldedLayers())).doesNotContain("BatchNormalization");
      assertThat(
              distance(
                  zero.maps(),
                  InputTimesGradient.withDefaults()
                      .attribute(model, batch, target, context)
                      .maps()))
          .isLessThan(1e-4);
      // Blocks begin without biases, and nothing else absorbs.
      assertThat(plus.fidelity(Fidelity.CONSERVATION_RESIDUAL).orElseThrow().relative())
          .contains(new double[4], within(1e-3));
      Models.release(model);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "vgg", "resnet", "mobile"})
  void inSinglePrecisionRelevanceIsTheSame(String net) {
    ZennitNumbers numbers = ZennitNumbers.of(net);
    Classifier single =
        Models.onnx("classpath:attribution/relevance/" + net + ".onnx").emittingLogits();

    for (Lrp method : List.of(Lrp.epsilonPlus(), Lrp.epsilonGammaBox(-2.5, 2.5))) {
      double[][] maps =
          method
              .attribute(single, numbers.batch(), Quantity.ofClass(numbers.targets()), context)
              .maps();
      // The largest distance that was measured is 2e-5.
      assertThat(distance(maps, explained(method, net).maps()))
          .as("%s of %s", method.name(), net)
          .isLessThan(5e-4);
    }
  }

  @Test
  void relevanceGoesThroughProductsOfSequencesAndTransposedConvolutions() {
    WhiteBox box =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", -1, 2, 5)
                .weights("m", normal(5, 4).values(), 5, 4)
                .node("MatMul", List.of("x", "m"), "product")
                .node("Relu", List.of("product"), "relu")
                .weights("up", normal(2, 3, 3).values(), 2, 3, 3)
                .node("ConvTranspose", List.of("relu", "up"), "wide")
                .node("Relu", List.of("wide"), "relu2")
                .node("Flatten", List.of("relu2"), "flat")
                .weights("w", normal(18, 2).values(), 18, 2)
                .node("MatMul", List.of("flat", "w"), "y")
                .output("y", -1, 2));
    Classifier model = Models.whiteBox("sequence", box).emittingLogits();
    Tensor batch = normal(3, 2, 5);

    for (RelevanceRule rule :
        List.of(RelevanceRule.zero(), RelevanceRule.zPlus(), RelevanceRule.flat())) {
      Lrp method =
          Lrp.composite(Composite.withDefaults().withConvolutions(rule).withFirstLayers(rule));
      Attribution relevance = method.attribute(model, batch, Quantity.difference(0, 1), context);
      assertThat(relevance.fidelity(Fidelity.CONSERVATION_RESIDUAL).orElseThrow().relative())
          .as(method.toString())
          .contains(new double[3], within(1e-3));
    }
  }
}
