package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.Location;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The white box gives the sample models' outputs as ONNX Runtime does, over whole test sets. */
@Tag("library")
class WhiteBoxAgreementTest {
  private static final int BATCH = 200;

  @ParameterizedTest
  @CsvSource({
    "org/tribuo/interop/onnx/cnn_mnist.onnx, data/mnist/test, 1, 3000",
    "models/fashion-healthy.onnx, data/fashion/test, 255, 2000"
  })
  void agreesOverAWholeTestSet(
      String model, String data, float divisor, int examples, TestReporter reporter)
      throws OrtException {
    OnnxFile file = OnnxFile.read(Location.of("classpath:" + model));
    Dataset images =
        Datasets.idx(
                "classpath:" + data + "-images-idx3-ubyte.gz",
                "classpath:" + data + "-labels-idx1-ubyte.gz")
            .scaledBy(1 / divisor)
            .load();
    WhiteBox whiteBox = file.whiteBox("cpu");
    OrtEnvironment environment = OrtEnvironment.getEnvironment();

    double worst = 0;
    int compared = 0;
    try (OrtSession session = environment.createSession(file.bytes())) {
      for (int from = 0; from < images.size(); from += BATCH) {
        Tensor batch = images.batch(from, Math.min(images.size(), from + BATCH));
        double[][] outputs = whiteBox.outputs(batch);
        float[][] reference = reference(environment, session, file, batch);
        for (int i = 0; i < outputs.length; i++) {
          for (int c = 0; c < outputs[i].length; c++) {
            double scale = Math.max(1, Math.abs(reference[i][c]));
            worst = Math.max(worst, Math.abs(outputs[i][c] - reference[i][c]) / scale);
          }
          compared++;
        }
      }
    }
    whiteBox.release();

    reporter.publishEntry(model, "largest |difference|/max(1, |x|) = " + worst);
    assertThat(compared).isEqualTo(examples);
    // 3.8e-5 with AVX-512, 9.7e-5 with SSE 4.1; a wrong operator is off by far more.
    assertThat(worst).isLessThan(4e-4);
  }

  private static float[][] reference(
      OrtEnvironment environment, OrtSession session, OnnxFile file, Tensor batch)
      throws OrtException {
    long[] shape = Arrays.stream(batch.shape()).asLongStream().toArray();
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(batch.values()), shape);
        OrtSession.Result result = session.run(Map.of(file.inputs().get(0).name(), input))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  static Stream<Path> neuralModels() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(
                    WhiteBoxAgreementTest.class.getResource("/models/fashion-healthy.onnx"))
                .toURI());
    try (Stream<Path> files = Files.list(folder.resolveSibling(""))) {
      return files
          .filter(f -> f.toString().endsWith(".onnx"))
          // Trees, whole numbers and texts have no derivatives: they run on ONNX Runtime.
          .filter(f -> !f.toString().matches(".*(boosted|forest|quantised|pipeline|reviews).*"))
          // It is a white box with an operator of the test's own: OwnOperatorTest.
          .filter(f -> !f.toString().contains("quick-gelu"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("neuralModels")
  void everyModelWithDerivativesIsAWhiteBoxWithItsAuthorsLayers(Path model) {
    OnnxFile file = OnnxFile.read(Location.of(model.toString()));
    String name = model.getFileName().toString();
    List<String> expected = layersOf(name);

    WhiteBox whiteBox = file.whiteBox("cpu");

    assertThat(whiteBox.layers()).extracting(Layer::name).isEqualTo(expected);
    if (name.startsWith("mnist") || name.startsWith("german-quantiles")) {
      // Tribuo's network rectifies its logits, and the quantiles are kept in their order: they do
      // not depend linearly on what the last layer sees.
      assertThat(whiteBox.linearHead()).isNull();
    } else {
      assertThat(whiteBox.linearHead()).isEqualTo(whiteBox.layers().get(expected.size() - 1));
    }
    whiteBox.release();
  }

  private static List<String> layersOf(String model) {
    if (model.startsWith("fashion")) {
      return List.of("conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "fc1", "fc2");
    }
    if (model.startsWith("mnist")) {
      return List.of("conv1", "conv2", "fc1", "fc2");
    }
    if (model.startsWith("digit-birds")) {
      return List.of("0", "3", "7", "9"); // Sequential
    }
    if (model.startsWith("adult-labels")) {
      return List.of("MatMul", "MatMul1"); // scikit-learn's multilayer perceptron
    }
    if (model.startsWith("digits-")) {
      return List.of("fc1", "fc2"); // defended and undefended
    }
    if (!model.startsWith("resnet18")) {
      return List.of("fc");
    }
    // Sequential: the stem is 0, the blocks are 3 to 10, of which three are narrowed; 13 is the
    // head.
    List<String> layers = new ArrayList<>(List.of("0"));
    for (int block = 3; block <= 10; block++) {
      layers.add(block + ".conv1");
      layers.add(block + ".conv2");
      if (block == 5 || block == 7 || block == 9) {
        layers.add(block + ".shortcut.0");
      }
    }
    layers.add("13");
    return layers;
  }

  @Test
  void theRepresentationTimesTheHeadGivesTheLogits() {
    Classifier model = Models.onnx("classpath:models/fashion-healthy.onnx").emittingLogits();
    Dataset images =
        Datasets.idx(
                "classpath:data/fashion/test-images-idx3-ubyte.gz",
                "classpath:data/fashion/test-labels-idx1-ubyte.gz")
            .scaledBy(1 / 255f)
            .load()
            .first(5);
    Tensor batch = images.batch(0, 5);
    WhiteBox whiteBox = model.capability(WhiteBox.class).orElseThrow();
    float[] weight = whiteBox.weight("fc2.weight");
    float[] bias = whiteBox.weight("fc2.bias");

    double[][] seen = model.capability(Representation.class).orElseThrow().representation(batch);
    double[][] logits = whiteBox.outputs(batch);

    for (int i = 0; i < 5; i++) {
      int width = seen[i].length;
      for (int c = 0; c < bias.length; c++) {
        double logit = bias[c];
        for (int j = 0; j < width; j++) {
          logit += seen[i][j] * weight[c * width + j];
        }
        assertThat(Math.abs(logit - logits[i][c])).isLessThan(1e-4);
      }
    }
    Models.release(model);
  }

  @Test
  void theBoostedTreesPredictThroughOnnxRuntimeAndSayWhyTheyHaveNoGradients() {
    Classifier trees = Models.onnx("classpath:models/adult-boosted.onnx").emittingProbabilities();

    assertThat(trees.predict(Tensor.of(new float[3 * 84], 3, 84)).classes()).isEqualTo(2);
    assertThat(trees.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    assertThat(trees.capability(InputGradients.class)).isEmpty();
    assertThat(trees.whyMissing(InputGradients.class))
        .isEqualTo(
            "runs on ONNX Runtime because operator TreeEnsembleClassifier of ai.onnx.ml has no"
                + " white-box form");
    Models.release(trees);
  }
}
