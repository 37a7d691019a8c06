package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RandomStreams;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class OnnxRuntimeAgreementTest {

  @Test
  void theWhiteBoxAgreesWithOnnxRuntimeOnAPublishedNetwork() {
    OnnxFile file = OnnxFile.read(Location.of("classpath:org/tribuo/interop/onnx/cnn_mnist.onnx"));
    UniformRandomProvider random = new RandomStreams(42).of("images");
    float[] pixels = new float[64 * 784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256);
    }
    Tensor images = Tensor.of(pixels, 64, 1, 28, 28);

    double[][] white = file.whiteBox("cpu").outputs(images);
    OnnxRuntime runtime = OnnxRuntime.open(file);
    double[][] reference = runtime.outputs(images);
    runtime.close();

    assertThat(reference).hasDimensions(64, 10);
    for (int i = 0; i < reference.length; i++) {
      for (int c = 0; c < reference[i].length; c++) {
        assertThat(Math.abs(white[i][c] - reference[i][c]))
            .isLessThanOrEqualTo(1e-4 * Math.max(1, Math.abs(reference[i][c])));
      }
    }
  }
}
