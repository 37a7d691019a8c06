package dev.touchstone.graph;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RandomStreams;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class ReinitialisationTest {
  private final WhiteBox box =
      OnnxFile.read(Location.of("classpath:attribution/cnn.onnx")).whiteBox("cpu");

  private static UniformRandomProvider stream(String weight) {
    return new RandomStreams(5).of(weight);
  }

  private static String hash(WhiteBox box) {
    Digest digest = Digest.sha256();
    for (Layer layer : box.layers()) {
      layer.weights().forEach(weight -> digest.add(weight).add(box.weight(weight)));
    }
    return digest.hex();
  }

  private WhiteBox fresh(String... names) {
    List<Layer> layers =
        box.layers().stream().filter(l -> List.of(names).contains(l.name())).toList();
    assertThat(layers).hasSize(names.length);
    return Reinitialisation.of(box, layers, ReinitialisationTest::stream);
  }

  @Test
  void theModelItselfIsNotChanged() {
    Tensor batch = Tensor.of(new float[256], 1, 1, 16, 16);
    String before = hash(box);
    double[][] outputs = box.outputs(batch);
    WhiteBox copy = fresh("conv1", "bn1", "conv2", "fc1", "fc2");
    copy.outputs(batch);
    assertThat(hash(box)).isEqualTo(before).isNotEqualTo(hash(copy));
    assertThat(box.outputs(batch)[0]).containsExactly(outputs[0]);
  }

  @Test
  void onlyTheNamedLayersChange() {
    WhiteBox copy = fresh("fc1");
    for (Layer layer : box.layers()) {
      for (String weight : layer.weights()) {
        if (layer.name().equals("fc1")) {
          assertThat(copy.weight(weight)).isNotEqualTo(box.weight(weight));
        } else {
          assertThat(copy.weight(weight)).isEqualTo(box.weight(weight));
        }
      }
    }
  }

  @Test
  void denseWeightsAreDrawnByTheirFanInAndBiasesStartAtZero() {
    WhiteBox copy = fresh("fc1");
    // 24 × 160 values of variance 2 / 160: the relative standard error of their variance is 2.3 %.
    assertThat(variance(copy.weight("fc1.weight"))).isCloseTo(2 / 160.0, within(0.1 * 2 / 160));
    assertThat(copy.weight("fc1.bias")).containsOnly(0f);
  }

  @Test
  void convolutionsAreDrawnByTheirFanIn() {
    // 10 × 6 × 3 × 3 values of variance 2 / (6 · 9): the relative standard error is 6 %.
    assertThat(variance(fresh("conv2").weight("conv2.weight")))
        .isCloseTo(2 / 54.0, within(0.25 * 2 / 54));
  }

  private static double variance(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return squares / values.length;
  }

  @Test
  void aScaleThatLayersShareThroughAnIdentityStartsAtOne() {
    // As the newest PyTorch exporter writes an untrained network: equal constants are one.
    WhiteBox shared =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 2, 3, 3)
                .weights("c1", TestModels.normal("c1", 36), 2, 2, 3, 3)
                .weights("c2", TestModels.normal("c2", 36), 2, 2, 3, 3)
                .weights("ones", new float[] {3, 3}, 2)
                .weights("zeros", new float[] {5, 5}, 2)
                .node("Identity", List.of("ones"), "scale2")
                .node("Identity", List.of("ones"), "var2")
                .node("Identity", List.of("zeros"), "bias2")
                .node("Identity", List.of("zeros"), "mean2")
                .node("Conv", List.of("x", "c1"), "h1", attribute("pads", new long[] {1, 1, 1, 1}))
                .node("BatchNormalization", List.of("h1", "ones", "zeros", "zeros", "ones"), "b1")
                .node("Conv", List.of("b1", "c2"), "h2", attribute("pads", new long[] {1, 1, 1, 1}))
                .node("BatchNormalization", List.of("h2", "scale2", "bias2", "mean2", "var2"), "y")
                .output("y", 0, 2, 3, 3));
    WhiteBox fresh = Reinitialisation.of(shared, shared.layers(), ReinitialisationTest::stream);

    assertThat(fresh.weight("ones")).containsExactly(1, 1);
    assertThat(fresh.weight("zeros")).containsExactly(0, 0);
  }

  @Test
  void batchNormalisationStartsAsTheIdentity() {
    WhiteBox copy = fresh("bn1");
    assertThat(copy.weight("bn1.weight")).containsOnly(1f);
    assertThat(copy.weight("bn1.bias")).containsOnly(0f);
    assertThat(copy.weight("bn1.running_mean")).containsOnly(0f);
    assertThat(copy.weight("bn1.running_var")).containsOnly(1f);
  }

  @Test
  void equalStreamsGiveEqualWeights() {
    assertThat(hash(fresh("conv1", "fc2"))).isEqualTo(hash(fresh("conv1", "fc2")));
  }

  @Test
  void normalisationsDoNotMultiply() {
    assertThat(
            box.layers().stream()
                .filter(layer -> Reinitialisation.multiplies(box, layer))
                .map(Layer::name))
        .containsExactly("conv1", "conv2", "fc1", "fc2");
  }
}
