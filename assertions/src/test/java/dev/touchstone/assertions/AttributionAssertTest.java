package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tolerance that the claim cannot mean is refused before anything is computed. */
class AttributionAssertTest {
  private static final Classifier RULE =
      Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();

  private static final Dataset DATA =
      Dataset.named("two")
          .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
          .labels(0, 1)
          .build();

  static Bound[] unusable() {
    return new Bound[] {
      atLeast(0.1), atMost(0.1).on("ECE"), excessSimilarityAtMost(1), excessSimilarityAtMost(-0.1)
    };
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void aToleranceOfAnotherKindIsRefusedWithTheCure(Bound tolerance) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertThatModel(RULE)
                    .on(DATA)
                    .explainedBy(Gradient.withDefaults())
                    .isSensitiveToWeights(tolerance))
        .withMessageContaining("give excessSimilarityAtMost(x) with x in [0, 1)");
  }

  @Test
  void whatIsExplainedStandsInTheClaim() {
    try (NDManager manager = Torch.manager("cpu")) {
      Torch.seed(1);
      Block block =
          new SequentialBlock()
              .add(Linear.builder().setUnits(4).build())
              .add(Activation.reluBlock())
              .add(Linear.builder().setUnits(2).build());
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 3));
      Classifier model = Models.block("network", block, 3).emittingLogits();
      float[] values = new float[36];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.sin(i * i);
      }
      Dataset twelve =
          Dataset.named("twelve")
              .features(FeatureStore.inMemory(values, 3))
              .labels(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)
              .build();
      AttributionAssert claim =
          assertThatModel(model)
              .on(twelve)
              .explainedBy(Gradient.withDefaults().keepingSign())
              .explaining(Target.ofClass(1))
              .withExamples(10)
              .allowInconclusive("twelve examples are few");

      assertThat(statement(claim)).contains("leaves the maps of Gradient for class 1 at most 0.5");
      Models.release(model);
    }
  }

  /** Whatever becomes of it. */
  private static String statement(AttributionAssert claim) {
    try {
      return claim.isSensitiveToWeights(excessSimilarityAtMost(0.5)).claim().statement();
    } catch (ModelAssertionError e) {
      return e.verdict().claim().statement();
    }
  }
}
