package dev.touchstone.model;

import static dev.touchstone.model.OutputKind.LOGITS;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;
import static dev.touchstone.model.OutputKind.PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.EveryPath.Step;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no answer is refused: in every batch, on every path, whoever wrote the model. */
class CheckedAnswersTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final int ROWS = 600;
  private static final int BAD = 433;
  private static final long MEMORY = 64L << 20;

  @TempDir Path folder;

  private final List<Classifier> models = new ArrayList<>();

  @AfterEach
  void release() {
    models.forEach(Models::release);
  }

  private Classifier kept(Classifier model) {
    models.add(model);
    return model;
  }

  /** Rows 0, 1, 2, …, each knowing its number. */
  private static Dataset numbered(int rows) {
    float[] features = new float[rows];
    for (int i = 0; i < rows; i++) {
      features[i] = i;
    }
    return Dataset.named("numbered")
        .features(FeatureStore.inMemory(features, 1))
        .labels(IntStream.range(0, rows).map(i -> i % 2).toArray())
        .ids(IntStream.range(0, rows).mapToObj(i -> "id" + i).toList())
        .build();
  }

  /** CheckedAnswers every row alike, but one row of the second batch. */
  private static Classifier butOne(OutputKind kind, double[] usual, double[] once) {
    return Models.function(
            "service",
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> batch.row(i)[0] == BAD ? once : usual)
                    .map(double[]::clone)
                    .toArray(double[][]::new))
        .emitting(kind);
  }

  private static double[] logarithms(double... p) {
    return Arrays.stream(p).map(Math::log).toArray();
  }

  static List<Arguments> rowsThatAreNoAnswers() {
    return List.of(
        Arguments.of(PROBABILITIES, new double[] {.4, .6}, new double[] {4, -3}, "4"),
        Arguments.of(PROBABILITIES, new double[] {.4, .6}, new double[] {.9, .85}, "1.75"),
        Arguments.of(PROBABILITIES, new double[] {.4, .6}, new double[] {.2, .3}, "0.5"),
        Arguments.of(PROBABILITIES, new double[] {.4, .6}, new double[] {1.01, -.01}, "1.01"),
        Arguments.of(PROBABILITIES, new double[] {.6}, new double[] {1.5}, "1.5"),
        Arguments.of(PROBABILITIES, new double[] {.6}, new double[] {-.2}, "-0.2"),
        Arguments.of(PROBABILITIES, new double[] {.4, .6}, new double[] {-INFINITY, 1}, "Infinity"),
        Arguments.of(PROBABILITIES, new double[] {.4, .6}, new double[] {Double.NaN, 1}, "NaN"),
        Arguments.of(LOG_PROBABILITIES, logarithms(.4, .6), logarithms(.2, .3), "0.5"),
        Arguments.of(LOG_PROBABILITIES, logarithms(.4, .6), new double[] {.3, -9}, "1.3498"),
        Arguments.of(
            LOG_PROBABILITIES,
            logarithms(.4, .6),
            new double[] {-INFINITY, -INFINITY},
            "-Infinity"),
        Arguments.of(LOG_PROBABILITIES, logarithms(.6), new double[] {.3}, "1.3498"),
        Arguments.of(LOG_PROBABILITIES, logarithms(.6), new double[] {-INFINITY}, "-Infinity"),
        Arguments.of(
            LOGITS, new double[] {3, -1}, new double[] {-INFINITY, -INFINITY}, "-Infinity"),
        Arguments.of(LOGITS, new double[] {3}, new double[] {-INFINITY}, "-Infinity"),
        Arguments.of(LOGITS, new double[] {3, -1}, new double[] {Double.NaN, 0}, "NaN"),
        Arguments.of(LOGITS, new double[] {3, -1}, new double[] {0, INFINITY}, "Infinity"));
  }

  @ParameterizedTest
  @MethodSource("rowsThatAreNoAnswers")
  void oneBadRowOfALaterBatchIsRefusedByItsExample(
      OutputKind kind, double[] usual, double[] bad, String named) {
    assertThatThrownBy(() -> butOne(kind, usual, bad).predictAll(numbered(ROWS), MEMORY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("service", "row 433 of numbered", "id433", named, kind.toString());
  }

  static List<Arguments> rowsThatAreAnswers() {
    return List.of(
        Arguments.of(PROBABILITIES, new double[] {1.0000001, 0}, 1.0),
        Arguments.of(PROBABILITIES, new double[] {1.0005, -.0005}, 1.0),
        Arguments.of(PROBABILITIES, new double[] {.30000001, .7}, .30000001),
        Arguments.of(LOG_PROBABILITIES, new double[] {0, -INFINITY}, 1.0),
        Arguments.of(LOG_PROBABILITIES, new double[] {1e-7, -30}, 1.0),
        Arguments.of(LOGITS, new double[] {2, -INFINITY}, 1.0),
        Arguments.of(LOGITS, new double[] {1e300, -1e300}, 1.0),
        Arguments.of(LOGITS, new double[] {800}, 0.0),
        Arguments.of(LOGITS, new double[] {-800}, 1.0));
  }

  /** Rounding is no error, and no probability beyond 0 and 1 is handed on. */
  @ParameterizedTest
  @MethodSource("rowsThatAreAnswers")
  void whatRoundingAndMasksLeaveIsAnAnswer(OutputKind kind, double[] row, double first) {
    double[] usual = row.length == 1 ? new double[] {3} : row;
    Predictions predictions = butOne(kind, usual, row).predictAll(numbered(ROWS), MEMORY);

    double[] seen = predictions.probabilities(BAD);
    assertThat(seen[0]).isCloseTo(first, within(1e-9));
    assertThat(Arrays.stream(seen)).allMatch(p -> p >= 0 && p <= 1);
  }

  /** In this first batch every row could be a probability, and the model is linear all the same. */
  @Test
  void logitsAreNotRefusedBecauseSomeLookLikeProbabilities() {
    Classifier linear =
        Models.function(
                "linear",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> batch.row(i)[0] / 300.0)
                        .map(z -> new double[] {1 - z, z})
                        .toArray(double[][]::new))
            .emittingLogits();

    Predictions predictions = linear.predictAll(numbered(ROWS), MEMORY);

    assertThat(predictions.probability(599, 1))
        .isCloseTo(1 / (1 + Math.exp(1 - 2 * 599 / 300.0)), within(1e-6));
    assertThat(linear.predict(numbered(ROWS).batch(0, 1)).probability(0, 1))
        .isCloseTo(1 / (1 + Math.exp(1)), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource(EveryPath.class)
  void aRowOfMinusInfinityIsRefusedOnEveryPath(EveryPath path) {
    Classifier model = kept(path.of(Step.FEATURES, folder).emittingLogits());
    float none = Float.NEGATIVE_INFINITY;
    assertThat(model.predict(Tensor.of(new float[] {0, 4, 3, none, -9, 9}, 3, 2)).predicted(1))
        .isEqualTo(0);

    assertThatThrownBy(() -> model.predict(Tensor.of(new float[] {0, 4, none, none, 9, 0}, 3, 2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("row 1", "-Infinity", "every class");
  }

  @ParameterizedTest
  @EnumSource(EveryPath.class)
  void aCrosswiseOutputIsRefusedOnEveryPath(EveryPath path) {
    Classifier model = kept(path.of(Step.CROSSWISE, folder).emittingLogits());
    for (int n : new int[] {1, 2, 3, 4, 5}) {
      float[] features = new float[2 * n];
      Arrays.fill(features, 3);
      assertThatThrownBy(() -> model.predict(Tensor.of(features, n, 2)), "%s rows", n)
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("first axis");
    }
  }

  @ParameterizedTest
  @EnumSource(EveryPath.class)
  void anOutputOfNoWidthIsRefusedOnEveryPath(EveryPath path) {
    Classifier model = kept(path.of(Step.NOTHING, folder).emittingLogits());
    for (int n : new int[] {1, 2, 3}) {
      assertThatThrownBy(() -> model.predict(Tensor.of(new float[2 * n], n, 2)), "%s rows", n)
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("made 0 numbers for row 0 of the batch; give each example");
    }
  }

  @ParameterizedTest
  @EnumSource(EveryPath.class)
  void twoRowsOfTwoClassesAreReadAsTheyAre(EveryPath path) {
    Classifier model = kept(path.of(Step.FEATURES, folder).emittingLogits());
    Predictions predictions = model.predict(Tensor.of(new float[] {5, 1, 7, -2}, 2, 2));
    assertThat(predictions.size()).isEqualTo(2);
    assertThat(predictions.predicted(0)).isEqualTo(0);
    assertThat(predictions.predicted(1)).isEqualTo(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = EveryPath.class,
      names = {"TORCH_SCRIPT", "DJL_BLOCK"})
  void wholeNumbersAreNoScores(EveryPath path) {
    Classifier model = kept(path.of(Step.WHOLE_NUMBERS, folder).emittingLogits());
    assertThatThrownBy(() -> model.predict(Tensor.of(new float[] {5, 1, 7, -2, 0, 1}, 3, 2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("whole numbers", "scores");
  }

  private Classifier gemm(float... weights) throws IOException {
    byte[] model =
        new OnnxBuilder()
            .input("x", 0, 1)
            .weights("W", weights, 1, weights.length)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", 0, weights.length)
            .bytes();
    Path file = Files.write(folder.resolve("large.onnx"), model);
    return kept(Models.onnx(file.toString()).emittingLogits());
  }

  /** 1e38 · 10 is no float: both scores become −∞, of which a softmax makes NaN. */
  @Test
  void scoresThatOverflowAreRefused() throws IOException {
    Classifier model = gemm(-1e38f, -2e38f);
    assertThat(model.predict(Tensor.of(new float[] {1}, 1, 1)).predicted(0)).isEqualTo(0);
    assertThatThrownBy(() -> model.predictAll(numbered(20), MEMORY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("large.onnx", "-Infinity", "id4", "overflow");
  }

  static List<Arguments> answersThatDoNotCount() {
    return List.of(
        answers("a surplus row", n -> new double[n + 1][2]),
        answers("a missing row", n -> new double[n - 1][2]),
        answers("no rows", n -> new double[0][]),
        answers("nothing", n -> null),
        answers("a row that is none", n -> new double[n][]),
        answers("rows without a class", n -> new double[n][0]),
        answers("rows of different lengths", n -> ragged(n)));
  }

  private static Arguments answers(String what, Function<Integer, double[][]> rows) {
    return Arguments.of(what, rows);
  }

  private static double[][] ragged(int n) {
    double[][] rows = new double[n][2];
    rows[n - 1] = new double[3];
    return rows;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answersThatDoNotCount")
  void aFunctionAnswersEachRowOnce(String what, Function<Integer, double[][]> rows) {
    Classifier model =
        Models.function("service", "1", batch -> rows.apply(batch.rows())).emittingLogits();
    assertThatThrownBy(() -> model.predictAll(numbered(ROWS), MEMORY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("service");
  }

  /** A classifier of a user's own, that shares no code with the built-in ones. */
  private static Classifier own(Function<Tensor, double[][]> probabilities) {
    return new Classifier() {
      @Override
      public String name() {
        return "own";
      }

      @Override
      public String sha256() {
        return "1";
      }

      @Override
      public ModelFacts facts() {
        return facts("own");
      }

      @Override
      public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
      }

      @Override
      public OutputKind outputs() {
        return PROBABILITIES;
      }

      @Override
      public Predictions predict(Tensor batch) {
        return Predictions.of(probabilities.apply(batch));
      }

      @Override
      public int batchSize(long budgetBytes) {
        return 100;
      }
    };
  }

  private static double[][] halves(int rows) {
    return IntStream.range(0, rows).mapToObj(i -> new double[] {.5, .5}).toArray(double[][]::new);
  }

  @Test
  void anOwnClassifiersNaNIsRefusedByItsExample() {
    Classifier model =
        own(
            batch -> {
              double[][] rows = halves(batch.rows());
              for (int i = 0; i < rows.length; i++) {
                rows[i] = batch.row(i)[0] == BAD ? new double[] {Double.NaN, .5} : rows[i];
              }
              return rows;
            });
    assertThatThrownBy(() -> model.predictAll(numbered(ROWS), MEMORY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("own", "row 433 of numbered", "id433", "NaN");
  }

  @Test
  void anOwnClassifierAnswersEachRowOnce() {
    Classifier surplus = own(batch -> halves(batch.rows() + 1));
    assertThatThrownBy(() -> surplus.predictAll(numbered(ROWS), MEMORY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("own", "101 answers", "100 examples");
  }

  @Test
  void anOwnClassifiersClassesDoNotChangeFromBatchToBatch() {
    Classifier changing =
        own(
            batch ->
                batch.row(0)[0] < 300
                    ? halves(batch.rows())
                    : IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {.5, .25, .25})
                        .toArray(double[][]::new));
    assertThatThrownBy(() -> changing.predictAll(numbered(ROWS), MEMORY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("own predicts 3 classes from row 300 on and numbered has 2");
  }

  @Test
  void predictionsThatWereMadeDoNotChangeAfterwards() {
    double[][] rows = {{.25, .75}};
    Predictions predictions = Predictions.of(rows);
    rows[0][0] = Double.NaN;
    assertThat(predictions.probability(0, 0)).isEqualTo(.25);
  }
}
