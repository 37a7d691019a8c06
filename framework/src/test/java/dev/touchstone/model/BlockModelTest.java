package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.NamedBlocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockModelTest {
  private final NDManager manager = Torch.manager("cpu");
  private final List<Model> models = new ArrayList<>();
  private final UniformRandomProvider random = new RandomStreams(7).of("block models");

  /** Batch norms with statistics of their own, or they would compute nothing that can be wrong. */
  private Block initialised(Block block, long... shape) {
    Torch.seed(11);
    block.initialize(manager, DataType.FLOAT32, new Shape(shape));
    block
        .getParameters()
        .forEach(
            parameter -> {
              if (parameter.getKey().contains("running") || parameter.getKey().endsWith("gamma")) {
                parameter.getValue().getArray().addi(0.5);
              }
            });
    return block;
  }

  private Classifier model(Block block, int... exampleShape) {
    Classifier model = Models.block("block", block, exampleShape).emittingLogits();
    models.add(model);
    return model;
  }

  private static WhiteBox whiteBox(Classifier model) {
    return model.require(WhiteBox.class, "this test", "none");
  }

  private Tensor examples(int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.4f;
    }
    return Tensor.of(values, shape);
  }

  /** What DJL itself computes at inference. */
  private double[] djl(Block block, Tensor batch) {
    return Torch.evaluate(
        () -> {
          Shape shape = new Shape(Arrays.stream(batch.shape()).asLongStream().toArray());
          NDArray x = manager.create(batch.values(), shape);
          NDList out = block.forward(new ParameterStore(manager, false), new NDList(x), false);
          return out.singletonOrThrow().toType(DataType.FLOAT64, true).toDoubleArray();
        });
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private void assertComputesAsDjl(Block block, Tensor batch, int... exampleShape) {
    double[] expected = djl(block, batch);
    double[] actual = flat(whiteBox(model(block, exampleShape)).outputs(batch));
    assertThat(actual).hasSameSizeAs(expected).containsExactly(expected, within(1e-5));
  }

  private void assertGradientIsTheCentralDifference(Block block, Tensor batch) {
    int[] one = Arrays.copyOfRange(batch.shape(), 1, batch.shape().length);
    WhiteBox exact = whiteBox(model(block, one)).inDoublePrecision();
    int[] targets = new int[batch.rows()];
    double[][] gradients =
        exact.inputGradients(batch, Quantity.ofClass(targets), BackwardRules.derivatives());
    float step = 1f / 1024; // a power of two: x ± step is exact in float
    for (int j = 0; j < batch.rowSize(); j += Math.max(1, batch.rowSize() / 12)) {
      double up = exact.scores(shifted(batch, j, step))[0][0];
      double down = exact.scores(shifted(batch, j, -step))[0][0];
      assertThat(gradients[0][j]).isCloseTo((up - down) / (2 * step), within(1e-5));
    }
    exact.release();
  }

  private static Tensor shifted(Tensor batch, int feature, float by) {
    float[] values = batch.values().clone();
    values[feature] += by;
    return Tensor.of(values, batch.shape());
  }

  private static Block smooth() {
    return new SequentialBlock()
        .add(Conv2d.builder().setFilters(3).setKernelShape(new Shape(3, 3)).build())
        .add(Activation.tanhBlock())
        .add(BatchNorm.builder().build())
        .add(Pool.avgPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Blocks.batchFlattenBlock())
        .add(Dropout.builder().optRate(0.5f).build())
        .add(LayerNorm.builder().build())
        .add(Linear.builder().setUnits(4).build())
        .add(Activation.softPlusBlock());
  }

  @BeforeEach
  void startsTheEngine() {
    assertThat(manager.isOpen()).isTrue();
  }

  @AfterEach
  void free() {
    models.forEach(Models::release);
    manager.close();
  }

  @Test
  void theSmallNetworkComputesAsDjlDoes() {
    Block block = initialised(Cnn.small(10), 4, 1, 28, 28);
    assertComputesAsDjl(block, examples(4, 1, 28, 28), 1, 28, 28);
  }

  @Test
  void blocksOfManyKindsComputeAsDjlDoes() {
    assertComputesAsDjl(initialised(smooth(), 3, 1, 8, 8), examples(3, 1, 8, 8), 1, 8, 8);
  }

  @Test
  void aResidualBranchIsTakenApart() {
    Block block = initialised(residual(), 2, 6);
    assertComputesAsDjl(block, examples(2, 6), 6);
    assertThat(whiteBox(model(block, 6)).layers())
        .extracting(Layer::name)
        .containsExactly("01ParallelBlock.01SequentialBlock.01Linear", "02Linear");
  }

  private static Block residual() {
    return new SequentialBlock()
        .add(
            new ParallelBlock(
                branches -> new NDList(branches.get(0).head().add(branches.get(1).head().mul(2))),
                List.of(
                    new SequentialBlock()
                        .add(Linear.builder().setUnits(6).build())
                        .add(Activation.reluBlock()),
                    Blocks.identityBlock())))
        .add(Linear.builder().setUnits(3).optBias(false).build());
  }

  @Test
  void concatenatedBranchesComputeAsDjlDoes() {
    Block block =
        new ParallelBlock(
            branches ->
                new NDList(
                    NDArrays.concat(new NDList(branches.get(0).head(), branches.get(1).head()), 1)),
            List.of(
                Linear.builder().setUnits(2).build(),
                new SequentialBlock().add(Linear.builder().setUnits(3).build())));
    assertComputesAsDjl(initialised(block, 2, 5), examples(2, 5), 5);
  }

  @Test
  void inputGradientsAreCentralDifferences() {
    assertGradientIsTheCentralDifference(initialised(smooth(), 1, 1, 8, 8), examples(1, 1, 8, 8));
  }

  @Test
  void layersCarryTheNamesOfNamedBlocks() {
    Block block = initialised(Cnn.small(10), 1, 1, 28, 28);
    assertThat(whiteBox(model(block, 1, 28, 28)).layers())
        .extracting(Layer::name)
        .containsExactly("conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "fc1", "fc2");
  }

  @Test
  void weightsCarryTheNamesOfOnnxExports() {
    Block block = initialised(Cnn.small(10), 1, 1, 28, 28);
    assertThat(whiteBox(model(block, 1, 28, 28)).layer("bn1").weights())
        .containsExactly("bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var");
  }

  /**
   * f(x) = w₂·relu(w₁x) with w₁ = (1, -1), w₂ = (1, -3): the second unit's gradient is negative.
   */
  @Test
  void aBackwardRuleReplacesTheDerivativeOfReluBlocks() {
    Block block = initialised(twoUnits(Activation.reluBlock()), 1, 1);
    WhiteBox set =
        whiteBox(model(block, 1))
            .withWeights(
                Map.of(
                    "in.weight", new float[] {1, -1},
                    "out.weight", new float[] {1, -3, 0, 0}));
    Tensor negative = Tensor.of(new float[] {-2}, 1, 1);

    double[][] plain =
        set.inputGradients(negative, Quantity.ofClass(0), BackwardRules.derivatives());
    double[][] guided =
        set.inputGradients(
            negative,
            Quantity.ofClass(0),
            BackwardRules.forType(
                "Relu",
                (x, y, g) -> Activation.relu(g).mul(x.gt(0).toType(DataType.FLOAT32, false))));

    assertThat(plain[0][0]).isEqualTo(3); // only the second unit is on: -3 · -1
    assertThat(guided[0][0]).isEqualTo(0); // guided: its gradient -3 is stopped
    set.release();
  }

  private static Block twoUnits(Block activation) {
    return new NamedBlocks()
        .add("in", Linear.builder().setUnits(2).optBias(false).build())
        .add("act", activation)
        .add("out", Linear.builder().setUnits(2).optBias(false).build());
  }

  @Test
  void anAnonymousLambdaKeepsItsDerivativeWhateverTheRules() {
    Block block = initialised(twoUnits(new LambdaBlock(Activation::relu)), 1, 1);
    WhiteBox box = whiteBox(model(block, 1));
    Tensor x = Tensor.of(new float[] {1.5f}, 1, 1);
    assertThat(
            box.inputGradients(
                x, Quantity.ofClass(0), BackwardRules.forType("Relu", (in, out, g) -> g.mul(0))))
        .isDeepEqualTo(box.inputGradients(x, Quantity.ofClass(0), BackwardRules.derivatives()));
  }

  @Test
  void theRepresentationIsWhatTheLastLinearLayerTakesIn() {
    Block block = initialised(Cnn.small(10), 2, 1, 28, 28);
    Classifier model = model(block, 1, 28, 28);
    Tensor batch = examples(2, 1, 28, 28);
    double[][] representation =
        model.require(Representation.class, "this test", "none").representation(batch);

    // logits by hand from the representation, W and b
    float[] w = whiteBox(model).weight("fc2.weight");
    float[] b = whiteBox(model).weight("fc2.bias");
    double[][] logits = whiteBox(model).outputs(batch);
    for (int c = 0; c < 10; c++) {
      double logit = b[c];
      for (int j = 0; j < 64; j++) {
        logit += w[c * 64 + j] * representation[1][j];
      }
      assertThat(logit).isCloseTo(logits[1][c], within(1e-4));
    }
  }

  @Test
  void aModelWithoutALinearHeadHasNoRepresentation() {
    Classifier model = model(initialised(smooth(), 1, 1, 8, 8), 1, 8, 8);
    assertThat(model.capability(Representation.class)).isEmpty();
    assertThatThrownBy(() -> model.require(Representation.class, "Loss", "end in a linear layer"))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessage(
            "Loss needs the representation that the last layer sees; block does not end in a linear"
                + " layer; end in a linear layer");
  }

  @Test
  void laterTrainingOfTheBlockChangesNothing() {
    Block block = initialised(residual(), 2, 6);
    Classifier model = model(block, 6);
    Tensor batch = examples(2, 6);
    double[] before = flat(whiteBox(model).outputs(batch));
    block.getParameters().valueAt(0).getArray().muli(2);
    Models.release(model);
    assertThat(flat(whiteBox(model).outputs(batch))).containsExactly(before);
  }

  @Test
  void theHashIsOfTheWeightsAndTheStructure() {
    Block block = initialised(residual(), 2, 6);
    String first = model(block, 6).sha256();
    assertThat(model(block, 6).sha256()).isEqualTo(first);
    block.getParameters().valueAt(1).getArray().addi(1e-3);
    assertThat(model(block, 6).sha256()).isNotEqualTo(first);
  }

  @Test
  void sharedBlocksHaveTheirWeightsOnce() {
    Linear shared = Linear.builder().setUnits(3).build();
    Block block = initialised(new NamedBlocks().add("a", shared).add("b", shared), 1, 3);
    assertThat(whiteBox(model(block, 3)).layers()).extracting(Layer::name).containsExactly("a");
    assertComputesAsDjl(block, examples(2, 3), 3);
  }

  @Test
  void aBlockWithoutWeightsIsRefused() {
    assertThatThrownBy(() -> Models.block("raw", Cnn.small(10), 1, 28, 28))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "raw is a block without weights; load its parameters, or train it, before it is"
                + " tested");
  }

  @Test
  void twoBlocksOfOneNameAreRefused() {
    assertThatThrownBy(
            () ->
                new NamedBlocks()
                    .add("fc", Blocks.identityBlock())
                    .add("fc", Blocks.identityBlock()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("two blocks are named \"fc\"");
  }

  @Test
  void aBlockOfSeveralOutputsIsNamed() {
    Block block = new SequentialBlock().add(new LambdaBlock(x -> new NDList(x.head(), x.head())));
    Classifier model = model(initialised(block, 1, 3), 3);
    assertThatThrownBy(() -> model.predict(examples(1, 3)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("block 01LambdaBlock makes 2 outputs");
  }
}
