package dev.touchstone.samples.served;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InferenceEndpoint;
import dev.touchstone.model.ModelReader;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        new Served("xgboost", "a server", ServedModelsTest::endpoint),
        new Served("catboost", "CatBoost", ServedModelsTest::catboost),
        new Served("tribuo", "Tribuo", ServedModelsTest::tribuo));
  }

  private static Classifier xgboost() {
    return Models.served(
            "classpath:models/adult-xgboost.ubj", "XGBoost4J 3.4.0", new XgboostReader())
        .emittingProbabilities();
  }

  private static Classifier endpoint() {
    ModelReader reader =
        file -> {
          IncomeServer server = IncomeServer.start(file.path());
          return InferenceEndpoint.at(server.address(), "income").stopping(server::stop);
        };
    return Models.served("classpath:models/adult-xgboost.ubj", "our server 7", reader)
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

  private static Classifier tribuo() {
    return Models.served("classpath:models/adult-tribuo.pb", "Tribuo 4.3.2", new TribuoReader())
        .emittingProbabilities();
  }

  /** Python's answers, and Tribuo's own. */
  private static double[] expected(String library) {
    if (library.equals("tribuo")) {
      return new String(resource("/models/adult-tribuo.txt"), StandardCharsets.UTF_8)
          .lines()
          .mapToDouble(Double::parseDouble)
          .toArray();
    }
    return json().getAsJsonArray(library).asList().stream()
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  private static JsonObject json() {
    return JsonParser.parseString(
            new String(resource("/models/adult-served.json"), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }

  private static byte[] resource(String name) {
    try (InputStream in = ServedModelsTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void answersAsTheLibraryItselfDoes(Served served) {
    Classifier model = served.model().get();
    double[] expected = expected(served.library());

    Predictions said = CheckedAnswers.of(model, PEOPLE, MEMORY);

    double furthest = 0;
    for (int i = 0; i < PEOPLE.size(); i++) {
      furthest = Math.max(furthest, Math.abs(said.probability(i, 1) - expected[i]));
    }
    assertThat(furthest).isLessThan(1e-6);
    for (int i = 0; i < 20; i++) {
      Predictions alone = model.predict(PEOPLE.inputs(i, i + 1));
      assertThat(alone.probability(0, 1)).isCloseTo(said.probability(i, 1), within(1e-7));
    }
    Models.release(model);
    // It loads itself again.
    assertThat(model.predict(PEOPLE.inputs(0, 1)).probability(0, 1))
        .isCloseTo(expected[0], within(1e-6));
    Models.release(model);
  }

  @Test
  void classesThatTheFileStatesAreThoseOfTheData() {
    for (Classifier model : List.of(tribuo(), catboost())) {
      Dataset reversed =
          Datasets.csv("classpath:data/adult/test.csv.gz")
              .schema("classpath:data/adult/served-schema.json")
              .label("income", ">50K", "<=50K")
              .load()
              .first(200);
      assertErrorRateWithin(model, PEOPLE, 0.3);
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> assertErrorRateWithin(model, reversed, 0.3))
          .withMessageContaining("the same in another order");
      Models.release(model);
    }
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
            "and 2 more, and the data lack [%s] of them"
                .formatted(
                    served.library().equals("tribuo")
                        ? "marital_status, native_country, occupation, relationship, workclass"
                        : "occupation, marital_status, workclass, relationship, native_country"))
        .withMessageContaining(".text(…) leaves it as it stands");
    Models.release(model);
  }

  /** Reading it would run code that the file names. */
  @Test
  void tribuosFilesOfJavasSerializationAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.ser");
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(new ArrayList<>(List.of("a model")));
    }
    Classifier model =
        Models.served(file.toString(), "Tribuo 4.3.2", new TribuoReader()).emittingProbabilities();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(PEOPLE.inputs(0, 1)))
        .withMessageContaining("model.ser could not be read by Tribuo 4.3.2")
        .withMessageContaining("InvalidProtocolBufferException");
  }

  /** Its answers would be written beyond the memory that lightgbm4j has for them. */
  @Test
  void severalClassesAreNotForLightgbm4j(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("three.txt");
    String text = new String(resource("/models/adult-lightgbm.txt"), StandardCharsets.UTF_8);
    Files.writeString(
        file,
        text.replace("num_class=1\n", "num_class=3\n")
            .replace("num_tree_per_iteration=1", "num_tree_per_iteration=3")
            .replace("objective=binary sigmoid:1", "objective=multiclass num_class:3"));
    Classifier model =
        Models.served(file.toString(), "lightgbm4j 4.3.0-1", new LightgbmReader())
            .emittingProbabilities();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(PEOPLE.inputs(0, 1)))
        .withMessageContaining("writes those of 3 classes beyond it; take Models.lightgbm(file)");
    assertThat(
            Models.lightgbm(file.toString())
                .emittingProbabilities()
                .predict(PEOPLE.inputs(0, 5))
                .classes())
        .isEqualTo(3);
  }

  @Test
  void provenanceSaysByWhatTheFileIsRead() {
    assertThat(List.of(xgboost(), lightgbm(), catboost(), tribuo()))
        .extracting(model -> model.facts().runsOn().orElse(""))
        .containsExactly("XGBoost4J 3.4.0", "lightgbm4j 4.3.0-1", "CatBoost 1.2.7", "Tribuo 4.3.2");
  }
}
