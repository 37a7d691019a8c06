package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole networks that ONNX's own tests have, with weights that tell something: scores and
 * derivatives as {@code onnx.reference} computes them in double precision ({@code classics.py}).
 * AlexNet, ResNet-50, VGG-19 and ZFNet have 26 to 144 million weights: {@code
 * -Dtouchstone-tests.classics=all} and a heap of 5 GB ask for them, too.
 */
class ClassicsTest {
  private static final Set<String> LARGE = Set.of("bvlc_alexnet", "resnet50", "vgg19", "zfnet512");

  @TempDir Path folder;

  /** What was computed of one model; it is named where it fails. */
  record Reference(ClassicModel model, JsonObject json) {
    double[] numbers(String of) {
      return json.getAsJsonArray(of).asList().stream()
          .mapToDouble(JsonElement::getAsDouble)
          .toArray();
    }

    @Override
    public String toString() {
      return model.name();
    }
  }

  static List<Reference> references() throws IOException {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                ClassicsTest.class.getResourceAsStream("/attribution/classics.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonArray().asList().stream()
          .map(JsonElement::getAsJsonObject)
          .map(json -> new Reference(new ClassicModel(json.get("name").getAsString()), json))
          .toList();
    }
  }

  private static double length(double[] values) {
    return Math.sqrt(
        IntStream.range(0, values.length).mapToDouble(i -> values[i] * values[i]).sum());
  }

  /** Of the scores' norm. */
  private static double difference(double[] scores, Reference reference) {
    double[] expected = reference.numbers("scores");
    return length(
            IntStream.range(0, expected.length).mapToDouble(i -> scores[i] - expected[i]).toArray())
        / reference.json().get("norm").getAsDouble();
  }

  /**
   * Derivatives in double precision: in single precision some of the ten million comparisons in the
   * poolings of an Inception network go to another value than in double, which moves its gradient
   * by 1 %.
   */
  @ParameterizedTest
  @MethodSource("references")
  void scoresAndDerivativesAreThoseOfTheReference(Reference reference) throws IOException {
    ClassicModel classic = reference.model();
    assumeTrue(
        !LARGE.contains(classic.name())
            || System.getProperty("touchstone-tests.classics", "").equals("all"),
        "many weights; say -Dtouchstone-tests.classics=all, and a heap of 5 GB");
    Path file = folder.resolve(classic.name() + ".onnx");
    Files.write(file, classic.bytes());
    Classifier model =
        classic.name().equals("densenet121")
            ? Models.onnx(file.toString()).emittingLogits()
            : Models.onnx(file.toString()).emittingProbabilities();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    Tensor batch = classic.example();

    double[] single = box.scores(batch)[0];
    WhiteBox exact = box.keptInDoublePrecision();
    double[] scores = exact.scores(batch)[0];
    int target = reference.json().get("target").getAsInt();
    double[] gradient =
        exact.inputGradients(batch, Quantity.ofClass(target), BackwardRules.derivatives())[0];
    double[] inSingle =
        box.inputGradients(batch, Quantity.ofClass(target), BackwardRules.derivatives())[0];
    double[] apart =
        IntStream.range(0, gradient.length).mapToDouble(i -> inSingle[i] - gradient[i]).toArray();
    Models.release(model);

    assertThat(difference(single, reference)).isLessThan(1e-5);
    assertThat(difference(scores, reference)).isLessThan(1e-11);
    double[] slopes = reference.numbers("slopes");
    for (int which = 0; which < slopes.length; which++) {
      // A direction of ±1 at each number meets an error of the gradient as its length does.
      assertThat(classic.slope(which, gradient))
          .isCloseTo(slopes[which], within(1e-4 * length(gradient)));
    }
    assertThat(length(apart)).isLessThan(0.05 * length(gradient));
  }
}
