package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.LastLayer;
import dev.touchstone.graph.onnx.LastLayerForms;
import dev.touchstone.graph.onnx.OnnxFile;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime loads files with another last layer, and answers as the white box does. */
class LastLayerOnRuntimeTest {

  private static Stream<String> forms() {
    return LastLayerForms.all().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void runtimeAndWhiteBoxAgree(String form) {
    double[][] slopes = {{-1, .3}, {2, -3}, {.5, .7}};
    OnnxFile file =
        OnnxFile.of(
            LastLayer.of(OnnxFile.of(LastLayerForms.all().get(form), "m.onnx"))
                .replacedBy(slopes, .1, -.2),
            "repaired.onnx");
    Random random = new Random(8);
    float[] values = new float[5 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor batch = Tensor.of(values, 5, 3);

    OnnxRuntime runtime = OnnxRuntime.open(file);
    try {
      double[][] there = runtime.outputs(batch);
      double[][] here = file.whiteBox("cpu").outputs(batch);
      for (int i = 0; i < 5; i++) {
        assertThat(there[i]).containsExactly(here[i], within(1e-6));
      }
    } finally {
      runtime.close();
    }
  }
}
