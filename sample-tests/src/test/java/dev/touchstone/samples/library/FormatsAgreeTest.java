package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.Torch;
import dev.touchstone.training.Cnn;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same weights given as ONNX, TorchScript and DJL blocks give what PyTorch computes in double
 * ({@code fashion-cnn-reference.json}, written by {@code scripts/train_fashion.py}).
 */
@Tag("library")
class FormatsAgreeTest {
  private static final String MODELS = "classpath:models/";
  private static final int CASES = 8;
  private static final Map<String, Classifier> FORMATS = new LinkedHashMap<>();

  private static JsonArray cases = new JsonArray();
  private static Map<String, Dataset> images = Map.of();

  @BeforeAll
  static void load() {
    Classifier onnx = Models.onnx(MODELS + "fashion-healthy.onnx").emittingLogits();
    FORMATS.put("ONNX", onnx);
    FORMATS.put("TorchScript", Models.torchScript(MODELS + "fashion-cnn.pt").emittingLogits());
    FORMATS.put("DJL blocks", asBlocks(onnx.require(WhiteBox.class, "this test", "none")));
    byte[] json = Location.of(MODELS + "fashion-cnn-reference.json").read(1 << 20);
    cases =
        JsonParser.parseString(new String(json, StandardCharsets.UTF_8))
            .getAsJsonObject()
            .getAsJsonArray("cases");
    images = Map.of("test", fashion("test"), "textured-test", fashion("textured-test"));
  }

  private static Dataset fashion(String part) {
    String file = "classpath:data/fashion/" + part;
    return Datasets.idx(file + "-images-idx3-ubyte.gz", file + "-labels-idx1-ubyte.gz")
        .scaledBy(1 / 255f)
        .load();
  }

  private static Classifier asBlocks(WhiteBox weights) {
    // Whether gradients are recorded is a property of the thread, and JUnit may use any.
    return Torch.evaluate(() -> copiedIntoBlocks(weights));
  }

  private static Classifier copiedIntoBlocks(WhiteBox weights) {
    Map<String, String> names =
        Map.of(
            "gamma",
            "weight",
            "beta",
            "bias",
            "runningMean",
            "running_mean",
            "runningVar",
            "running_var");
    try (NDManager manager = Torch.manager("cpu")) {
      Block block = Cnn.small(10);
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 28, 28));
      block
          .getParameters()
          .forEach(
              parameter -> {
                String[] parts = parameter.getKey().split("_", 2);
                String name = parts[0] + "." + names.getOrDefault(parts[1], parts[1]);
                NDArray array = parameter.getValue().getArray();
                array.subi(array).addi(manager.create(weights.weight(name), array.getShape()));
              });
      return Models.block("fashion-healthy as blocks", block, 1, 28, 28).emittingLogits();
    }
  }

  @AfterAll
  static void release() {
    FORMATS.values().forEach(Models::release);
  }

  private static Tensor image(JsonObject one) {
    return images.get(one.get("images").getAsString()).batch(one.get("index").getAsInt());
  }

  private static double[] numbers(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  private static double[] softmax(double[] logits) {
    double sum = 0;
    double[] p = new double[logits.length];
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(logits[c]);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Test
  void everyFormatPredictsAsPyTorch() {
    assertThat(cases).hasSize(CASES);
    FORMATS.forEach(
        (format, model) -> {
          for (JsonElement one : cases) {
            Predictions predictions = model.predict(image(one.getAsJsonObject()));
            assertThat(predictions.probabilities(0))
                .as(format)
                .containsExactly(
                    softmax(numbers(one.getAsJsonObject().get("logits"))), within(1e-5));
          }
        });
  }

  @Test
  void everyFormatsInputGradientsArePyTorchs() {
    FORMATS.forEach(
        (format, model) -> {
          InputGradients gradients = model.require(InputGradients.class, "this test", "none");
          for (JsonElement element : cases) {
            JsonObject one = element.getAsJsonObject();
            int[] label = {one.get("label").getAsInt()};
            double[] gradient = gradients.inputGradients(image(one), Quantity.ofClass(label))[0];
            double[] row14 = new double[28];
            System.arraycopy(gradient, 14 * 28, row14, 0, 28);
            double absolute = 0;
            for (double g : gradient) {
              absolute += Math.abs(g);
            }
            assertThat(row14)
                .as(format)
                .containsExactly(numbers(one.get("gradientRow14")), within(1e-4));
            assertThat(absolute)
                .as(format)
                .isCloseTo(one.get("gradientAbsoluteSum").getAsDouble(), within(1e-2));
          }
        });
  }

  @Test
  void aWholeTestSetIsPredictedAlike() {
    Dataset test = images.get("test");
    Predictions onnx = FORMATS.get("ONNX").predictAll(test, 64L << 20);
    for (String other : new String[] {"TorchScript", "DJL blocks"}) {
      Predictions predictions = FORMATS.get(other).predictAll(test, 64L << 20);
      for (int i = 0; i < test.size(); i++) {
        assertThat(predictions.probabilities(i))
            .as(other)
            .containsExactly(onnx.probabilities(i), within(1e-5));
      }
    }
  }
}
