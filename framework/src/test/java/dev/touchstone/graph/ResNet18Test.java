package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxFile;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResNet18Test {
  private static byte[] onnx;
  private static WhiteBox model;

  @BeforeAll
  static void build() {
    onnx = ResNet18.onnx(10);
    model = OnnxFile.of(onnx, "resnet18.onnx").whiteBox("cpu");
  }

  @AfterAll
  static void release() {
    model.release();
  }

  private static Tensor images(int n) {
    return Tensor.of(TestModels.normal("images", n * 3 * 64 * 64), n, 3, 64, 64);
  }

  @Test
  void theWhiteBoxAgreesWithOnnxRuntime() throws OrtException {
    Tensor images = images(2);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[][] reference;
    try (OrtSession session = environment.createSession(onnx);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(images.values()), new long[] {2, 3, 64, 64});
        OrtSession.Result result = session.run(Map.of("image", input))) {
      reference = (float[][]) result.get(0).getValue();
    }

    double[][] outputs = model.outputs(images);

    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 10; c++) {
        assertThat(Math.abs(outputs[i][c] - reference[i][c]))
            .isLessThanOrEqualTo(1e-4 * Math.max(1, Math.abs(reference[i][c])));
      }
    }
  }

  @Test
  void theInputGradientAgreesWithCentralDifferences() {
    WhiteBox precise = model.inDoublePrecision();

    double worst = TestModels.worstDirectionalError(precise, images(1), 3, 1e-6);
    precise.release();

    assertThat(worst).isLessThan(1e-6);
  }

  @Test
  void itsLayersAreThoseOfItsAuthors() {
    assertThat(model.layers())
        .extracting(Layer::name)
        .hasSize(20 + 20 + 1)
        .startsWith("conv1", "bn1", "layer1.0.conv1", "layer1.0.bn1")
        .contains("layer2.0.downsample.0")
        .endsWith("layer4.1.bn2", "fc");
  }
}
