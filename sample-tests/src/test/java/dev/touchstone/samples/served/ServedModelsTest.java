package dev.touchstone.samples.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The libraries' readers for Java, and our own, answer as the libraries' Python did, on a thousand
 * people with categories and missing values; alone and together alike.
 */
@Tag("library")
class ServedModelsTest {
  private static final long MEMORY = 64 << 20;
  private static final Dataset PEOPLE =
      Datasets.csv("classpath:data/adult/test.csv.gz")
          .schema("classpath:data/adult/served-schema.json")
          .load()
          .first(1000);

  /** A model, and what the library's Python answers. */
  record Served(String library, String readBy, Supplier<Classifier> model) {
    @Override
    public String toString() {
      return "%s by %s".formatted(library, readBy);
    }
  }

  static Stream<Served> models() {
    return Stream.of(
        new Served("xgboost", "XGBoost4J", ServedModelsTest::xgboost),
        new Served(
            "xgboost",
            "Touchstone",
            () -> Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities()),
        new Served("lightgbm", "lightgbm4j", ServedModelsTest::lightgbm),
        new Served(
            "lightgbm",
            "Touchstone",
            () -> Models.lightgbm("classpath:models/adult-lightgbm.txt").emittingProbabilities()),
        new Served("catboost", "CatBoost", ServedModelsTest::catboost));
  }

  private static Classifier xgboost() {
    return Models.served(
            "classpath:models/adult-xgboost.ubj", "XGBoost4J 3.4.0", new XgboostReader())
        .emittingProbabilities();
  }

  private static Classifier lightgbm() {
    return Models.served(
            "classpath:models/adult-lightgbm.txt", "lightgbm4j 4.3.0-1", new LightgbmReader())
        .emittingProbabilities();
  }

  private static Classifier catboost() {
    return Models.served(
            "classpath:models/adult-catboost.cbm", "CatBoost 1.2.7", new CatboostReader())
        .emittingLogits();
  }

  private static JsonArray expected(String library) {
    return json().getAsJsonArray(library);
  }

  private static JsonObject json() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                ServedModelsTest.class.getResourceAsStream("/models/adult-served.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void answersAsPythonDoes(Served served) {
    Classifier model = served.model().get();
    JsonArray expected = expected(served.library());

    Predictions said = CheckedAnswers.of(model, PEOPLE, MEMORY);

    double furthest = 0;
    for (int i = 0; i < PEOPLE.size(); i++) {
      furthest =
          Math.max(furthest, Math.abs(said.probability(i, 1) - expected.get(i).getAsDouble()));
    }
    assertThat(furthest).isLessThan(1e-6);
    for (int i = 0; i < 20; i++) {
      Predictions alone = model.predict(PEOPLE.inputs(i, i + 1));
      assertThat(alone.probability(0, 1)).isCloseTo(said.probability(i, 1), within(1e-7));
    }
    Models.release(model);
    // It loads itself again.
    assertThat(model.predict(PEOPLE.inputs(0, 1)).probability(0, 1))
        .isCloseTo(expected.get(0).getAsDouble(), within(1e-6));
    Models.release(model);
  }

  @Test
  void catboostStatesItsClassesAsTheDataDo() {
    assertThat(json().getAsJsonArray("classes").asList().stream().map(JsonElement::getAsString))
        .containsExactlyElementsOf(PEOPLE.classNames());
  }

  @ParameterizedTest
  @MethodSource("models")
  void columnsThatAreNotTheModelsAreRefused(Served served) {
    Dataset encoded =
        Datasets.csv("classpath:data/adult/test.csv.gz")
            .schema("classpath:data/adult/schema.json")
            .load()
            .first(10);
    Classifier model = served.model().get();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(encoded.inputs(0, 10)))
        .withMessageContaining(
            "takes the columns [occupation, age, marital_status, capital_gain, workclass,"
                + " hours_per_week, relationship, education_num] and 2 more, and the data lack"
                + " [occupation, marital_status, workclass, relationship, native_country] of them")
        .withMessageContaining(".text(…) leaves it as it stands");
    Models.release(model);
  }

  @Test
  void provenanceSaysByWhatTheFileIsRead() {
    assertThat(List.of(xgboost(), lightgbm(), catboost()))
        .extracting(model -> model.facts().runsOn().orElse(""))
        .containsExactly("XGBoost4J 3.4.0", "lightgbm4j 4.3.0-1", "CatBoost 1.2.7");
  }
}
