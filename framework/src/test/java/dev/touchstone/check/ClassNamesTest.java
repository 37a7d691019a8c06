package dev.touchstone.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.StatedClasses;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The models are those of {@code src/test/python/guessed_classes.py}: their scores are features.
 */
class ClassNamesTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Classifier model(String name) {
    return Models.onnx("classpath:classes/" + name + ".onnx").emittingLogits();
  }

  private Evidence evaluate(String model, String... classes) {
    Dataset data =
        Dataset.named("two")
            .features(FeatureStore.inMemory(new float[] {3, -1, -1, 3, 3, -1}, 2))
            .labels(0, 1, 0)
            .classNames(List.of(classes))
            .build();
    return ErrorRate.withDefaults().evaluate(model(model), data, context);
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
}
