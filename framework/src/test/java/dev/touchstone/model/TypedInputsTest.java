package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of {@code typed_inputs.py}, which take other things than one tensor of floats. */
class TypedInputsTest {
  private static final JsonObject EXPECTED = expected();
  private static final long MEMORY = 64 << 20;

  @TempDir Path folder;

  private static JsonObject expected() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                TypedInputsTest.class.getResourceAsStream("/typed/expected.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Classifier model(String name) {
    return Models.onnx("classpath:typed/%s.onnx".formatted(name)).emittingProbabilities();
  }

  private static JsonObject inputs(String model) {
    return EXPECTED.getAsJsonObject(model).getAsJsonObject("inputs");
  }

  private static TypedTensor tensor(JsonObject given) {
    int[] shape =
        given.getAsJsonArray("shape").asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    List<JsonElement> values = given.getAsJsonArray("values").asList();
    var first = values.get(0).getAsJsonPrimitive();
    if (first.isBoolean()) {
      boolean[] truths = new boolean[values.size()];
      for (int i = 0; i < truths.length; i++) {
        truths[i] = values.get(i).getAsBoolean();
      }
      return new TypedTensor.Booleans(truths, shape);
    }
    if (first.isString()) {
      return new TypedTensor.Texts(
          values.stream().map(JsonElement::getAsString).toArray(String[]::new), shape);
    }
    if (values.stream().noneMatch(value -> value.getAsString().contains("."))) {
      return new TypedTensor.Integers(
          values.stream().mapToLong(JsonElement::getAsLong).toArray(), shape);
    }
    return new TypedTensor.Doubles(
        values.stream().mapToDouble(JsonElement::getAsDouble).toArray(), shape);
  }

  /** As many labels as answers, of as many classes; which they are does not matter here. */
  private static Dataset.Builder labelled(String model) {
    JsonArray answers = EXPECTED.getAsJsonObject(model).getAsJsonArray("answers");
    int classes = answers.get(0).getAsJsonArray().size();
    return Dataset.named(model)
        .labels(IntStream.range(0, answers.size()).map(i -> i % classes).toArray())
        .classNames(IntStream.range(0, classes).mapToObj(c -> "c" + c).toList());
  }

  private static Dataset byName(String model) {
    Dataset.Builder data = labelled(model);
    inputs(model)
        .asMap()
        .forEach((name, given) -> data.input(name, tensor(given.getAsJsonObject())));
    return data.build();
  }

  private static void answersAsExpected(String name, Dataset data) {
    Predictions said = CheckedAnswers.of(model(name), data, MEMORY);
    JsonArray answers = EXPECTED.getAsJsonObject(name).getAsJsonArray("answers");
    for (int i = 0; i < data.size(); i++) {
      double[] row =
          answers.get(i).getAsJsonArray().asList().stream()
              .mapToDouble(JsonElement::getAsDouble)
              .toArray();
      assertThat(said.probabilities(i)).as("example %d", i).containsExactly(row, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipeline",
        "words",
        "doubles",
        "linear_double",
        "two",
        "ids",
        "halves",
        "pixels",
        "narrow"
      })
  void everyInputTakesWhatHasItsName(String name) {
    answersAsExpected(name, byName(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"doubles", "linear_double", "halves", "pixels"})
  void theOneInputTakesTheFeatures(String name) {
    TypedTensor given = tensor(inputs(name).asMap().values().iterator().next().getAsJsonObject());
    double[] values =
        given instanceof TypedTensor.Integers whole
            ? Arrays.stream(whole.values()).asDoubleStream().toArray()
            : ((TypedTensor.Doubles) given).values();
    int[] one = Arrays.copyOfRange(given.shape(), 1, given.shape().length);
    answersAsExpected(name, labelled(name).features(FeatureStore.inMemory(values, one)).build());
  }

  @Test
  void columnsOfATableGoWhereTheyBelong() throws IOException {
    Path file = folder.resolve("people.csv");
    Files.writeString(file, table("age,job,hours,y,shoe", ",40"));
    Dataset people =
        Datasets.csv(file.toString())
            .label("y", "no", "yes")
            .numeric("hours", "age")
            .text("job")
            .load();

    answersAsExpected("pipeline", people);
    assertThat(people.inputNames()).containsExactly("job");
    assertThat(people.select(new int[] {3, 1}, "two").inputs(0, 2).named("job"))
        .get()
        .isInstanceOfSatisfying(
            TypedTensor.Texts.class,
            texts -> assertThat(texts.values()).containsExactly(text("job", 3), text("job", 1)));
    Files.writeString(
        folder.resolve("schema.json"),
        """
        {"label": "y", "classes": ["no", "yes"], "features": [{"name": "age", "type": "numeric"},
         {"name": "hours", "type": "numeric"}, {"name": "job", "type": "text"}]}
        """);
    answersAsExpected(
        "pipeline",
        Datasets.csv(file.toString()).schema(folder.resolve("schema.json").toString()).load());
  }

  private static String text(String column, int row) {
    return inputs("pipeline")
        .getAsJsonObject(column)
        .getAsJsonArray("values")
        .get(row)
        .getAsString();
  }

  private static String table(String header, String more) {
    StringBuilder rows = new StringBuilder(header).append('\n');
    for (int i = 0; i < 12; i++) {
      rows.append(
          "%s,%s,%s,%s%s%n"
              .formatted(
                  text("age", i),
                  text("job", i),
                  text("hours", i),
                  i % 2 == 0 ? "no" : "yes",
                  more));
    }
    return rows.toString();
  }

  @Test
  void doublePrecisionIsKeptFromTheFileToTheModel() throws IOException {
    Path file = folder.resolve("at.csv");
    List<JsonElement> values =
        inputs("doubles").getAsJsonObject("x").getAsJsonArray("values").asList();
    StringBuilder rows = new StringBuilder("x,y\n");
    values.forEach(x -> rows.append(x.getAsString()).append(",").append("0\n"));
    Files.writeString(file, rows.toString());
    Dataset data = Datasets.csv(file.toString()).label("y", "0", "1").load();

    answersAsExpected("doubles", data);
    answersAsExpected("doubles", data.select(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, "all"));
    // What is changed in single precision leaves the others as they are.
    float[] moved = data.batch(0, data.size()).values().clone();
    Dataset changed = data.withFeatures(FeatureStore.inMemory(moved, 1), "unchanged");
    answersAsExpected("doubles", changed);
    Dataset onDisk = Datasets.csv(file.toString()).label("y", "0", "1").keepingInMemory(0).load();
    answersAsExpected("doubles", onDisk);
    assertThat(onDisk.sha256()).isEqualTo(data.sha256());
  }

  /** Three numbers that are one number in single precision. */
  @Test
  void whatSinglePrecisionWouldRoundCountsForHashAndCopies() {
    double[] values = {1_790_000_000, 1_790_000_001, 1_790_000_002};
    Dataset data = labelledThree(values);

    assertThat(data.identicalExamples()).isZero();
    assertThat(data.sha256())
        .isNotEqualTo(labelledThree(new double[] {1.79e9, 1.79e9, 1.79e9}).sha256());
    assertThat(labelledThree(new double[] {1.79e9, 1.79e9, 1.79e9}).identicalExamples())
        .isEqualTo(2);
  }

  private static Dataset labelledThree(double[] values) {
    return Dataset.named("three")
        .features(FeatureStore.inMemory(values, 1))
        .labels(0, 0, 0)
        .classNames(List.of("a", "b"))
        .build();
  }

  @Test
  void aNetworkOfDoublesKeepsItsDerivatives() {
    Classifier model = model("linear_double");
    Dataset data = byName("linear_double");

    assertThat(model.capability(WhiteBox.class)).isPresent();
    assertThat(model.facts().runsOn()).hasValue("ONNX Runtime");
    double[][] gradients =
        model
            .require(InputGradients.class, "test", "")
            .inputGradients(
                Tensor.of(new float[] {1, 2, 3}, 1, 3), Quantity.ofClass(new int[] {1}));
    assertThat(gradients[0]).hasSize(3);
    assertThat(data.size()).isEqualTo(6);
  }

  @Test
  void namesOfAZipMapAreTheClasses() {
    StatedClasses stated = model("pipeline").capability(StatedClasses.class).orElseThrow();

    assertThat(stated.statedClasses()).containsExactly("no", "yes");
    // Without its dictionary the regression over one-hot columns is a white box but for its texts.
    assertThat(model("pipeline").whyMissing(WhiteBox.class))
        .contains("texts in [\"job\" (STRING[?, 1])]");
  }

  /** As XGBoost and LightGBM write it. */
  @Test
  void aMissingValueTakesItsBranch() {
    TypedTensor.Doubles x = (TypedTensor.Doubles) tensor(inputs("stump").getAsJsonObject("x"));
    assertThat(x.values()[7]).isNaN();

    answersAsExpected(
        "stump",
        labelled("stump").features(FeatureStore.inMemory(x.values(), 2)).allowingMissing().build());
  }

  private static void refused(String name, Dataset data, String... why) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(model(name), data, MEMORY))
        .satisfies(e -> assertThat(e.getMessage()).contains(why));
  }

  private static Dataset two(Map<String, TypedTensor> inputs) {
    Dataset.Builder data = Dataset.named("two").labels(0, 1, 2).classNames(List.of("a", "b", "c"));
    inputs.forEach(data::input);
    return data.build();
  }

  @Test
  void whatIsMissingOrLeftOverIsNamed() {
    TypedTensor tokens = new TypedTensor.Integers(new long[12], 3, 4);
    TypedTensor mask = new TypedTensor.Booleans(new boolean[12], 3, 4);
    refused(
        "ids",
        two(Map.of("input_ids", tokens)),
        "takes \"attention_mask\" (BOOLEAN[?, 4])",
        "[input_ids]",
        ".input(\"name\", …)");
    refused(
        "ids",
        two(Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", tokens)),
        "the data have [token_type_ids] besides");
    refused(
        "ids",
        two(
            Map.of(
                "input_ids", new TypedTensor.Integers(new long[15], 3, 5), "attention_mask", mask)),
        "takes \"input_ids\" (INT64[?, 4])",
        "shape [3, 5]");
    refused(
        "ids",
        two(
            Map.of(
                "input_ids",
                new TypedTensor.Doubles(new double[] {0, 1, 2, 3, 4, 5, 6, 7, 8.5, 1, 1, 1}, 3, 4),
                "attention_mask",
                mask)),
        "8.5 is no whole number in its range; give them as the file takes them, images from 0 to"
            + " 255 without .scaledBy(…) and .normalising(…)");
    refused(
        "narrow",
        Dataset.named("narrow")
            .labels(0, 1)
            .input("a", new TypedTensor.Integers(new long[] {1, 128}, 2))
            .input("b", new TypedTensor.Integers(new long[] {1, 128}, 2))
            .input("c", new TypedTensor.Integers(new long[] {1, 128}, 2))
            .build(),
        "takes \"a\" (INT8[?, 1])",
        "128 is outside its range");
  }

  @Test
  void aTextIsNoNumberAndNumbersAreNoTexts() throws IOException {
    Path file = folder.resolve("people.csv");
    Files.writeString(file, table("age,job,hours,y", ""));
    refused(
        "pipeline",
        Datasets.csv(file.toString())
            .label("y", "no", "yes")
            .numeric("hours", "age")
            .categorical("job", "clerk", "nurse", "smith")
            .load(),
        "takes \"job\" (STRING[?, 1])",
        "job=clerk");
    refused(
        "words",
        labelled("words").features(FeatureStore.inMemory(new float[16], 2)).build(),
        "takes texts in \"both\" (STRING[?, 2])",
        ".text(\"column\")");
  }

  @Test
  void aModelOfFeaturesAloneRefusesOthers() {
    Dataset data = byName("ids");
    Classifier function =
        Models.function("f", "1", batch -> new double[batch.rows()][3]).emittingLogits();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(function, data, MEMORY))
        .withMessageContaining("f takes features alone")
        .withMessageContaining("[input_ids, attention_mask]");
  }

  @Test
  void aTextColumnIsPartOfTheData() throws IOException {
    Path file = folder.resolve("people.csv");
    String text = table("age,job,hours,y", "");
    Files.writeString(file, text);
    String hash = withJobs(file).sha256();
    Files.writeString(file, text.replace("nurse", "baker"));

    assertThat(withJobs(file).sha256()).isNotEqualTo(hash);
    Files.writeString(file, text.replaceFirst("clerk|nurse|smith", ""));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> withJobs(file))
        .withMessageContaining("column \"job\": the value is missing; write what the model");
  }

  private static Dataset withJobs(Path file) {
    return Datasets.csv(file.toString()).label("y", "no", "yes").text("job").load();
  }
}
