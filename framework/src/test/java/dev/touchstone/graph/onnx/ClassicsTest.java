package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * AlexNet, ResNet-50, ShuffleNet and SqueezeNet as ONNX's own tests have them, with weights that
 * tell something: scores and derivatives as {@code onnx.reference} computes them in double
 * precision ({@code classics.py}, which makes the other classics, too). The models take 360 MB and
 * are not kept; where they lie is said by {@code -Dtouchstone-tests.classics=DIRECTORY}, and
 * AlexNet needs a heap of 1.5 GB.
 */
class ClassicsTest {
  private static final int SIZE = 3 * 224 * 224;
  private static final List<String> NAMES =
      List.of(
          "bvlc_alexnet",
          "densenet121",
          "inception_v1",
          "inception_v2",
          "resnet50",
          "shufflenet",
          "squeezenet",
          "vgg19",
          "zfnet512");

  /** What was computed of one model; it is named where it fails. */
  record Reference(JsonObject json) {
    String name() {
      return json.get("name").getAsString();
    }

    double[] numbers(String of) {
      return json.getAsJsonArray(of).asList().stream()
          .mapToDouble(JsonElement::getAsDouble)
          .toArray();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static List<Reference> references() throws IOException {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                ClassicsTest.class.getResourceAsStream("/attribution/classics.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonArray().asList().stream()
          .map(element -> new Reference(element.getAsJsonObject()))
          .toList();
    }
  }

  /** 32 bits for each value, as {@code pseudo} of the script makes them. */
  private static long pseudo(String name, int stream, int place) {
    long mask = 0xFFFFFFFFL;
    long mixed = (place + 1000003L * (64L * NAMES.indexOf(name) + stream)) * 2654435761L & mask;
    mixed ^= mixed >>> 15;
    mixed = mixed * 2246822519L & mask;
    return mixed ^ mixed >>> 13;
  }

  private static Tensor example(String name) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (pseudo(name, 0, i) >>> 8) / (float) (1 << 24);
    }
    return Tensor.of(values, 1, 3, 224, 224);
  }

  private static double slope(String name, int which, double[] gradient) {
    return IntStream.range(0, SIZE)
        .mapToDouble(i -> gradient[i] * (2 * (pseudo(name, 1 + which, i) >>> 7 & 1) - 1))
        .sum();
  }

  @ParameterizedTest
  @MethodSource("references")
  void scoresAndDerivativesAreThoseOfTheReference(Reference reference) {
    String folder = System.getProperty("touchstone-tests.classics", "");
    Path file = Path.of(folder, reference.name() + ".onnx");
    assumeTrue(
        !folder.isEmpty() && Files.exists(file),
        "no models; run src/test/python/classics.py models DIRECTORY, and say"
            + " -Dtouchstone-tests.classics=DIRECTORY");
    boolean probabilities = !reference.name().equals("densenet121");
    Classifier model =
        probabilities
            ? Models.onnx(file.toString()).emittingProbabilities()
            : Models.onnx(file.toString()).emittingLogits();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    Tensor batch = example(reference.name());

    double[] scores = box.scores(batch)[0];
    double[] expected = reference.numbers("scores");
    double difference =
        Math.sqrt(
            IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.pow(scores[i] - expected[i], 2))
                .sum());
    double norm = reference.json().get("norm").getAsDouble();
    int target = reference.json().get("target").getAsInt();
    Attribution gradient =
        Gradient.withDefaults()
            .keepingSign()
            .attribute(model, batch, Quantity.ofClass(target), RunContext.current());
    double[] map = gradient.maps()[0];
    double length = Math.sqrt(IntStream.range(0, SIZE).mapToDouble(i -> map[i] * map[i]).sum());
    double[] slopes = reference.numbers("slopes");

    assertThat(difference / norm).isCloseTo(0, within(1e-5));
    for (int which = 0; which < slopes.length; which++) {
      // A direction of ±1 at each pixel meets an error of the gradient as its length does.
      assertThat(slope(reference.name(), which, map))
          .isCloseTo(slopes[which], within(1e-5 * length));
    }
    Models.release(model);
  }
}
