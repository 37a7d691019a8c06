package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files on which answers were wrong or refused, with those of the library that trained them. */
class CasesTest {
  private static final long MEMORY = 64 << 20;

  private static Classifier model(String name) {
    return Models.onnx("classpath:cases/%s.onnx".formatted(name)).emittingProbabilities();
  }

  private static double[][] table(String name) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(CasesTest.class.getResourceAsStream("/cases/" + name)),
                StandardCharsets.UTF_8))) {
      return in.lines()
          .map(
              line ->
                  Arrays.stream(line.split("[, ]"))
                      .mapToDouble(
                          cell -> cell.equals("nan") ? Double.NaN : Double.parseDouble(cell))
                      .toArray())
          .toArray(double[][]::new);
    }
  }

  private static void answersAsTrained(String name, Dataset data) throws IOException {
    Predictions said = CheckedAnswers.of(model(name), data, MEMORY);
    double[][] expected = table(name + ".p.csv");
    assertThat(said.size()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(said.probabilities(i)).as("row %d", i).containsExactly(expected[i], within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"boost-cat-binary", "boost-lgb-binary-default", "boost-xgb-nan"})
  void boostedTreesAnswerAsTheirLibrary(String name) throws IOException {
    double[][] rows = table(name + ".x.csv");
    answersAsTrained(
        name,
        Dataset.named(name)
            .features(
                FeatureStore.inMemory(
                    Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), rows[0].length))
            .labels(IntStream.range(0, rows.length).map(i -> i % 2).toArray())
            .classNames(List.of("0", "1"))
            .allowingMissing()
            .build());
  }

  @Test
  void aPipelineOverADataFrameAnswersAsScikitLearn() throws IOException {
    answersAsTrained(
        "dataframe-pipeline",
        Datasets.csv("classpath:cases/dataframe-pipeline.x.csv")
            .label("income", "<=50K", ">50K")
            .numeric("age", "education_num", "hours_per_week")
            .text("workclass", "marital_status", "sex")
            .load());
  }

  private static Tensor rowsOf(double[][] rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return Tensor.of(values, rows.length, rows[0].length);
  }

  /** Its head puts 1 − p beside p: what is explained is the score that p is the sigmoid of. */
  @Test
  void aNetworkOfScikitLearnIsExplainedBeforeItsSigmoid() throws IOException {
    Tensor rows = rowsOf(table("sk-mlp.x.csv"));
    double[][] expected = table("sk-mlp.p.csv");
    Classifier mlp = model("sk-mlp");
    Predictions said = mlp.predict(rows);
    Scored scored = CheckedAnswers.scores(mlp, rows);

    assertThat(scored.kind()).isEqualTo(ScoreKind.MARGIN);
    for (int i = 0; i < expected.length; i++) {
      assertThat(said.probabilities(i)).containsExactly(expected[i], within(1e-6));
      double logit = Math.log(expected[i][1] / expected[i][0]);
      assertThat(scored.rows()[i][0]).isCloseTo(logit, within(2e-3 * Math.max(1, Math.abs(logit))));
    }
    Models.release(mlp);
  }

  /** One real output, no classes: amounts of which a sigmoid makes 0 or 1 are asked about. */
  @Test
  void oneRealOutputIsAskedAbout() {
    float[] values = new float[6 * 50];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1_000 * Math.sin(i));
    }
    Dataset amounts =
        Dataset.named("amounts")
            .features(FeatureStore.inMemory(values, 6))
            .labels(IntStream.range(0, 50).map(i -> i % 2).toArray())
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                CheckedAnswers.of(
                    Models.onnx("classpath:cases/one-real-output.onnx").emittingLogits(),
                    amounts,
                    MEMORY))
        .withMessageContaining("Is it a prediction? Then declare a Regressor");
  }

  /** Whole numbers that single precision does not tell apart. */
  @Test
  void aModelOfDoublesErrsNowhere() {
    Dataset data = Datasets.csv("classpath:cases/double.csv").label("y", "0", "1").load();
    Predictions said = CheckedAnswers.of(model("double_step"), data, MEMORY);

    assertThat(data.size()).isEqualTo(200);
    assertThat(IntStream.range(0, 200).filter(i -> said.predicted(i) != data.label(i))).isEmpty();
  }

  /** Two inputs of numbers, and one of whole numbers; scores are those of {@code cases.py}. */
  @ParameterizedTest
  @ValueSource(strings = {"two-inputs", "integer-ids"})
  void everyInputIsFed(String name) throws IOException {
    JsonObject given =
        JsonParser.parseString(
                new String(
                    Objects.requireNonNull(
                            CasesTest.class.getResourceAsStream("/cases/expected.json"))
                        .readAllBytes(),
                    StandardCharsets.UTF_8))
            .getAsJsonObject()
            .getAsJsonObject(name);
    Map<String, TypedTensor> inputs =
        name.equals("two-inputs")
            ? Map.of(
                "x", new TypedTensor.Doubles(numbers(given.get("x")), 5, 4, 5),
                "m", new TypedTensor.Doubles(numbers(given.get("m")), 5, 5, 5))
            : Map.of(
                "ids",
                new TypedTensor.Integers(
                    Arrays.stream(numbers(given.get("ids"))).mapToLong(v -> (long) v).toArray(),
                    5,
                    4));
    Dataset.Builder data =
        Dataset.named(name).labels(0, 1, 2, 0, 1).classNames(List.of("0", "1", "2"));
    inputs.forEach(data::input);
    Classifier model = Models.onnx("classpath:cases/%s.onnx".formatted(name)).emittingLogits();
    Predictions said = CheckedAnswers.of(model, data.build(), MEMORY);

    double[] scores = numbers(given.get("scores"));
    for (int i = 0; i < 5; i++) {
      double[] powers =
          Arrays.stream(Arrays.copyOfRange(scores, 3 * i, 3 * i + 3)).map(Math::exp).toArray();
      double sum = Arrays.stream(powers).sum();
      assertThat(said.probabilities(i))
          .containsExactly(Arrays.stream(powers).map(p -> p / sum).toArray(), within(1e-6));
    }
    Models.release(model);
  }

  private static double[] numbers(JsonElement rows) {
    return rows.getAsJsonArray().asList().stream()
        .flatMap(row -> row.getAsJsonArray().asList().stream())
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }
}
