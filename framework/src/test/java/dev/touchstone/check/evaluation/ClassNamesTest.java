package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Warning;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.StatedClasses;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The models are those of {@code src/test/python/guessed_classes.py}: their scores are features.
 */
class ClassNamesTest {
  @TempDir Path folder;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Classifier model(String name) {
    return Models.onnx("classpath:classes/" + name + ".onnx").emittingLogits();
  }

  private Evidence evaluate(String model, String... classes) {
    return evaluate(model(model), classes);
  }

  private Evidence evaluate(Classifier model, String... classes) {
    Dataset data =
        Dataset.named("two")
            .features(FeatureStore.inMemory(new float[] {3, -1, -1, 3, 3, -1}, 2))
            .labels(0, 1, 0)
            .classNames(List.of(classes))
            .build();
    return MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, context);
  }

  @ParameterizedTest
  @CsvSource({
    "named_list, cat, dog",
    "named_list, ' Cat', dog",
    "named_dictionary, cat, dog",
    "named_positions, cat, dog",
    "named_list, 0, 1",
    "identity2, cat, dog",
  })
  void namesThatAgreeOrSayNothingAreNotWarnedOf(String model, String first, String second) {
    assertThat(evaluate(model, first, second).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"named_list", "named_dictionary"})
  void theSameNamesInAnotherOrderAreRefused(String model) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> evaluate(model, "dog", "cat"))
        .withMessageStartingWith(
            model
                + ".onnx states the classes [cat, dog], and two has [dog, cat] in their place: the"
                + " same in another order")
        .withMessageContaining("declare them in the model's order, by \"classes\" in the schema");
  }

  @Test
  void otherNamesAreWarnedOf() {
    assertThat(evaluate("named_list", "chat", "chien").warnings())
        .containsExactly(
            new Warning(
                "other-class-names",
                "named_list.onnx states the classes [cat, dog], and two has [chat, chien] in their"
                    + " place; look whether they mean the same, in this order"));
  }

  @Test
  void theLabelsOfAClassifierAreItsClasses() {
    Classifier linear = Models.onnx("classpath:sklearn/named.onnx").emittingProbabilities();
    assertThat(linear.capability(StatedClasses.class).map(StatedClasses::statedClasses))
        .contains(List.of("bad", "good"));
    assertThat(
            Models.onnx("classpath:sklearn/named.onnx")
                .normalising(new double[] {0}, new double[] {1})
                .emittingProbabilities()
                .capability(StatedClasses.class))
        .as("behind preprocessing, too")
        .isPresent();
  }

  @Test
  void whatIsNoListOfNamesStatesNothing() {
    assertThat(model("named_nothing").capability(StatedClasses.class)).isEmpty();
  }

  /**
   * A label encoder's classes are positions; they mislead where they are names of the data, too.
   */
  @ParameterizedTest
  @CsvSource({"1, 2, 1", "1, 0, 1", "2.0, 0, 0"})
  void aNumberThatMeansTwoClassesIsWarnedOf(String first, String second, String ambiguous) {
    assertThat(evaluate("named_positions", first, second).warnings())
        .containsExactly(
            new Warning(
                "other-class-names",
                ("named_positions.onnx states the classes [0, 1], and two has [%s, %s] in their"
                        + " place: %s is another class in each, so that whoever reads the file's"
                        + " own label takes one for the other; look which the model was trained on,"
                        + " and declare the classes in its order")
                    .formatted(first, second, ambiguous)));
  }

  @ParameterizedTest
  @CsvSource({"named_positions, -1, 1", "named_positions, 10, 20"})
  void positionsBesideOtherNumbersAreNotWarnedOf(String model, String first, String second) {
    assertThat(evaluate(model, first, second).warnings()).isEmpty();
  }

  /** The position of the largest score as a label output: it states 0 to k − 1. */
  @Test
  void aLabelOutputOfPositionsStatesPositions() throws IOException {
    OnnxBuilder file =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Identity", List.of("x"), "scores")
            .node("ArgMax", List.of("scores"), "label", OnnxBuilder.attribute("axis", 1))
            .output("label", TensorProto.DataType.INT64, 0, 1)
            .output("scores", 0, 2);
    Classifier model =
        Models.onnx(Files.write(folder.resolve("argmax.onnx"), file.bytes()).toString())
            .emittingLogits();
    assertThat(evaluate(model, "1", "2").warnings())
        .extracting(Warning::text)
        .singleElement()
        .asString()
        .startsWith("argmax.onnx states the classes [0, 1], and two has [1, 2] in their place");
    assertThat(evaluate(model, "cat", "dog").warnings()).isEmpty();
    assertThat(evaluate(model, "0", "1").warnings()).isEmpty();
    Models.release(model);
  }
}
