package dev.touchstone.attribution.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One network with its batch free and fixed, as {@code src/test/python/fixed_batch.py} makes it:
 * the fixed ones are explained like the free one.
 */
class FixedBatchTest {
  private static final int[] TARGETS = {0, 1, 2, 0, 1};

  private final RunContext context = RunContext.current();

  private static Classifier model(String name) {
    return Models.onnx("classpath:fixed-batch/" + name + ".onnx").emittingLogits();
  }

  private static Tensor batch() {
    float[] values = new float[5 * 36];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(1 + i * i % 97);
    }
    return Tensor.of(values, 5, 1, 6, 6);
  }

  private Attribution integral(String name) {
    return IntegratedGradients.withDefaults()
        .attribute(model(name), batch(), Quantity.ofClass(TARGETS), context);
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "four"})
  void aNetworkExportedForAFixedBatchIsIntegratedBySecants(String name) {
    Attribution fixed = integral(name);

    assertThat(fixed.rule()).isEqualTo("secant rule");
    assertThat(fixed.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values())
        .containsExactly(new double[5], within(1e-5));
    assertThat(flat(fixed.maps())).containsExactly(flat(integral("free").maps()), within(1e-5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "crosswise"})
  void aNetworkThatNeedsItsNumberOfExamplesIsIntegratedByTheMidpointRule(String name) {
    assertThat(integral(name).rule()).isEqualTo("midpoint rule");
  }

  @Test
  void aModelThatTakesFourExamplesAtATimeSaysHowManyFitAndPredictsFive() {
    Dataset data =
        Dataset.named("five")
            .features(FeatureStore.inMemory(batch().values(), 1, 6, 6))
            .labels(TARGETS)
            .classNames(List.of("a", "b", "c"))
            .build();
    Predictions four = model("four").predictAll(data, 1 << 20);
    Predictions free = model("free").predictAll(data, 1 << 20);

    for (int i = 0; i < 5; i++) {
      assertThat(four.probabilities(i)).containsExactly(free.probabilities(i), within(1e-6));
    }
  }

  @Test
  void whatIsFreedComputesTheSameAndTheFileStaysAsItIs() {
    WhiteBox one = model("one").capability(WhiteBox.class).orElseThrow();
    WhiteBox freed = one.withFreeBatch().orElseThrow();

    assertThat(one.inputShape()).containsExactly(1, 1, 6, 6);
    assertThat(freed.inputShape()).containsExactly(-1, 1, 6, 6);
    assertThat(one.withFreeBatch()).containsSame(freed);
    assertThat(freed.withFreeBatch()).containsSame(freed);
    assertThat(flat(freed.scores(batch())))
        .containsExactly(flat(one.scores(batch())), within(1e-5));
    assertThat(freed.sha256()).isNotEqualTo(one.sha256());
  }
}
