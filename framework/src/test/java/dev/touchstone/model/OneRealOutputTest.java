package dev.touchstone.model;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One real output: the score of a class, or a prediction? */
class OneRealOutputTest {
  private static final long MEMORY = 64 << 20;

  @TempDir Path folder;

  private static Dataset data(float... values) {
    return Dataset.named("data")
        .features(FeatureStore.inMemory(values, 1))
        .labels(IntStream.range(0, values.length).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static ModelSource asGiven() {
    return Models.function(
        "as given",
        "1",
        batch ->
            IntStream.range(0, batch.rows())
                .mapToObj(i -> new double[] {batch.row(i)[0]})
                .toArray(double[][]::new));
  }

  private String linearRegressor() throws IOException {
    Path file = folder.resolve("amount.onnx");
    Files.write(
        file,
        new OnnxBuilder()
            .input("x", 0, 1)
            .output("amount", 0, 1)
            .node(
                "ai.onnx.ml",
                "regress",
                "LinearRegressor",
                List.of("x"),
                List.of("raw"),
                attribute("coefficients", new float[] {2}),
                attribute("intercepts", new float[] {1}))
            .node("Identity", List.of("raw"), "amount")
            .bytes());
    return file.toString();
  }

  @Test
  void whatARegressorPredictsIsAskedAbout() throws IOException {
    String file = linearRegressor();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Models.onnx(file).emittingLogits().predict(Tensor.of(new float[1], 1, 1)))
        .withMessage(
            "amount.onnx was declared to emit LOGITS, and its output \"amount\" is what"
                + " LinearRegressor (node regress) predicts. Is it a prediction? Then declare a"
                + " Regressor: outputs = VALUES, or .emittingValues(). Is it the score of class 1?"
                + " Then say so: outputs = MARGIN, or .emittingMargin()");
  }

  @Test
  void eitherAnswerIsTaken() throws IOException {
    String file = linearRegressor();
    Tensor batch = Tensor.of(new float[] {0, -0.5f, 1}, 3, 1);

    assertThat(Models.onnx(file).emittingValues().predict(batch).value(2)).isEqualTo(3);
    Predictions scored = Models.onnx(file).emittingMargin().predict(batch);
    assertThat(scored.probability(1, 1)).isEqualTo(0.5);
    assertThat(scored.probability(0, 1)).isEqualTo(1 / (1 + Math.exp(-1)));
  }

  /** Amounts of money: of 700 and of 12,000 a sigmoid makes 1. */
  @Test
  void numbersOfWhichASigmoidLeavesNothingAreAskedAbout() {
    Dataset amounts = data(700, 1_500, 12_000, 2_300, 3, 20);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(asGiven().emittingLogits(), amounts, MEMORY))
        .withMessageStartingWith(
            "as given was declared to emit LOGITS and makes one real number for each example, of"
                + " which a sigmoid makes 0 or 1 and nothing between at 4 of the 6 examples of"
                + " data. Is it a prediction?");
    assertThat(CheckedAnswers.of(asGiven().emittingMargin(), amounts, MEMORY).predicted(0))
        .isEqualTo(1);
  }

  @Test
  void confidentScoresAreNot() {
    Dataset scores = data(35, -36, 12, -400, 3, -20);

    assertThat(CheckedAnswers.of(asGiven().emittingLogits(), scores, MEMORY).counts())
        .containsExactly(3, 3);
  }

  @Test
  void aMarginIsOneNumber() {
    ModelSource two =
        Models.function(
            "two",
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {i, 2})
                    .toArray(double[][]::new));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> two.emittingMargin().predict(Tensor.of(new float[2], 2, 1)))
        .withMessageContaining(
            "a margin is one number, that of class 1, and these are 2; declare outputs = LOGITS,"
                + " one for each class");
  }

  @Test
  void aMarginThatLooksLikeAProbabilityIsRefusedLikeLogits() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                CheckedAnswers.of(
                    asGiven().emittingMargin(), data(0.1f, 0.7f, 0.3f, 0.9f, 0.2f), MEMORY))
        .withMessageContaining("was declared to emit MARGIN, and all its 5 rows")
        .withMessageContaining("declare outputs = PROBABILITIES");
  }
}
