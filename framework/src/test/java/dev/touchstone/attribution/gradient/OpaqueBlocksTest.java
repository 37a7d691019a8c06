package dev.touchstone.attribution.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Functions inside a network of blocks that nobody can look into. */
class OpaqueBlocksTest {
  private static final Tensor ONE = Tensor.of(new float[] {1, -2, 3}, 1, 3);

  private final RunContext context = RunContext.current();
  private final NDManager manager = Torch.manager("cpu");
  private final List<Classifier> models = new ArrayList<>();

  private Classifier model(Block block) {
    Torch.seed(3);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
    Classifier model = Models.block("network", block, 3).emittingLogits();
    models.add(model);
    return model;
  }

  /** DJL's own idiom. */
  private static SequentialBlock withLambda() {
    return new SequentialBlock().add(dense(4)).add(Activation::relu).add(dense(2));
  }

  private static SequentialBlock withReluBlock() {
    return new SequentialBlock().add(dense(4)).add(Activation.reluBlock()).add(dense(2));
  }

  private static Linear dense(long units) {
    return Linear.builder().setUnits(units).build();
  }

  private double[] guided(Classifier model) {
    return GuidedBackprop.withDefaults()
        .attribute(model, ONE, Quantity.ofClass(1), context)
        .maps()[0];
  }

  @AfterEach
  void free() {
    models.forEach(Models::release);
    manager.close();
  }

  @Test
  void guidedBackpropRefusesALambdaAndNamesItWithTheCure() {
    Classifier model = model(withLambda());
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> GuidedBackprop.withDefaults().require(model))
        .withMessage(
            "GuidedBackprop changes what every ReLU passes back, and network has 1 nodes that may"
                + " hide one, the first of them [02LambdaBlock]; write Activation.reluBlock() in"
                + " place of Activation::relu, name another function by what it computes, as in"
                + " new LambdaBlock(f, \"flatten\"), or give the model as ONNX");
    assertThatExceptionOfType(TouchstoneException.class).isThrownBy(() -> guided(model));
  }

  @Test
  void guidedBackpropRefusesAJoinOfBranches() {
    Block block =
        new SequentialBlock()
            .add(
                new ParallelBlock(
                    branches -> Activation.relu(new NDList(branches.get(0).head().add(1))),
                    List.of(dense(4), dense(4))))
            .add(dense(2));
    Classifier model = model(block);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> guided(model))
        .withMessageContaining("[01ParallelBlock]");
  }

  @Test
  void aFunctionAfterTheScoresHidesNothing() {
    SequentialBlock block = withReluBlock();
    block.add(new LambdaBlock(x -> new NDList(x.head().softmax(1)), "softmax"));
    assertThat(guided(model(block))).hasSize(3);
  }

  @Test
  void aFunctionThatIsNamedByWhatItComputesIsTaken() {
    SequentialBlock block = new SequentialBlock().add(dense(4)).add(Activation.reluBlock());
    block.add(new LambdaBlock(x -> new NDList(x.head().reshape(new Shape(-1, 2, 2))), "reshape"));
    block.add(new LambdaBlock(x -> new NDList(x.head().reshape(new Shape(-1, 4))), "flatten"));
    assertThat(guided(model(block.add(dense(2))))).hasSize(3);
  }

  @Test
  void integratedGradientsOfALambdaIsTakenByTheMidpointRuleAndSaysWhy() {
    IntegratedGradients method = IntegratedGradients.withDefaults();
    Classifier opaque = model(withLambda());
    Classifier clear = model(withReluBlock());

    Attribution integral =
        method.withSteps(2000).attribute(opaque, ONE, Quantity.ofClass(1), context);

    assertThat(method.attribute(clear, ONE, Quantity.ofClass(1), context).rule())
        .isEqualTo("secant rule");
    assertThat(integral.rule()).isEqualTo("midpoint rule, since some blocks may compute anything");
    // completeness, which the true integral has
    assertThat(integral.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values()[0])
        .isCloseTo(0, within(1e-3));
    assertThat(Arrays.stream(integral.maps()[0]).map(Math::abs).sum()).isPositive();
  }
}
