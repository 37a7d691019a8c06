package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scores of each kind of model are, and that answers and gradients are made of them. */
class ScoresTest {
  private static final Tensor BATCH =
      Tensor.of(new float[] {1, 2, -0.5f, 0.5f, 1.5f, -1, 0.75f, 0.5f}, 4, 2);

  private final Map<Classifier, ScoreKind> models = new LinkedHashMap<>();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    models.put(onnx("logits", network(3, "")).emittingLogits(), ScoreKind.LOGITS);
    models.put(onnx("softmax", network(3, "Softmax")).emittingProbabilities(), ScoreKind.LOGITS);
    models.put(onnx("logs", network(3, "LogSoftmax")).emittingLogProbabilities(), ScoreKind.LOGITS);
    models.put(onnx("margin", network(1, "")).emittingLogits(), ScoreKind.MARGIN);
    models.put(onnx("sigmoid", network(1, "Sigmoid")).emittingProbabilities(), ScoreKind.MARGIN);
    models.put(
        onnx("normalised", network(3, "Softmax"))
            .normalising(new double[] {0.5, 1}, new double[] {2, 0.5})
            .emittingProbabilities(),
        ScoreKind.LOGITS);
    models.put(
        onnx("stand-in", network(3, "Softmax")).inPlaceOf("another").emittingProbabilities(),
        ScoreKind.LOGITS);
    models.put(tree(), ScoreKind.PROBABILITIES);
    models.put(script().emittingLogits(), ScoreKind.LOGITS);
    models.put(function("logits").emittingLogits(), ScoreKind.LOGITS);
    models.put(
        Models.function("odds", "1", ScoresTest::odds).emittingProbabilities(),
        ScoreKind.PROBABILITIES);
  }

  @AfterEach
  void release() {
    models.keySet().forEach(Models::release);
  }

  private ModelSource onnx(String name, OnnxBuilder model) throws IOException {
    return Models.onnx(Files.write(folder.resolve(name + ".onnx"), model.bytes()).toString());
  }

  /** On ONNX Runtime alone. */
  private Classifier tree() throws IOException {
    return Models.onnx(Files.write(folder.resolve("tree.onnx"), OnnxBuilder.oneTree()).toString())
        .emittingProbabilities();
  }

  private static ModelSource script() {
    return Models.torchScript("classpath:torchscript/encoder.pt");
  }

  private static ModelSource function(String name) {
    return Models.function(
        name,
        "1",
        batch -> {
          double[][] rows = new double[batch.rows()][];
          Arrays.setAll(rows, i -> new double[] {batch.row(i)[0] - batch.row(i)[1], 2});
          return rows;
        });
  }

  /** One number: the probability of class 1. */
  private static double[][] odds(Tensor batch) {
    double[][] rows = new double[batch.rows()][];
    Arrays.setAll(rows, i -> new double[] {1 / (1 + Math.exp(-batch.row(i)[0]))});
    return rows;
  }

  /**
   * Logits (x₀ − x₁, 2 x₁ + 0.5, −x₀), or 2 x₁ + 0.5 alone; what comes last makes probabilities.
   */
  private static OnnxBuilder network(int classes, String last) {
    boolean one = classes == 1;
    OnnxBuilder onnx =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("w", one ? new float[] {0, 2} : new float[] {1, 0, -1, -1, 2, 0}, 2, classes)
            .weights("b", one ? new float[] {0.5f} : new float[] {0, 0.5f, 0}, classes)
            .node("Gemm", List.of("x", "w", "b"), last.isEmpty() ? "y" : "s");
    if (!last.isEmpty()) {
      onnx.node(last, List.of("s"), "y");
    }
    return onnx.output("y", 0, classes);
  }

  private Classifier named(String name) {
    return models.keySet().stream()
        .filter(model -> model.name().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyModelStatesWhatItsScoresAre() {
    models.forEach(
        (model, kind) -> {
          assertThat(model.capability(Scores.class)).as(model.name()).isPresent();
          assertThat(CheckedAnswers.scores(model, BATCH).kind()).as(model.name()).isEqualTo(kind);
        });
  }

  @Test
  void scoresInFrontOfASoftmaxAreTheLogitsByHand() {
    for (String name : new String[] {"logits", "softmax", "logs", "stand-in"}) {
      double[][] rows = CheckedAnswers.scores(named(name), BATCH).rows();
      for (int i = 0; i < rows.length; i++) {
        float[] x = BATCH.row(i);
        assertThat(rows[i])
            .as(name)
            .containsExactly(new double[] {x[0] - x[1], 2 * x[1] + 0.5, -x[0]}, within(1e-6));
      }
    }
    assertThat(CheckedAnswers.scores(named("sigmoid"), BATCH).rows()[0])
        .containsExactly(new double[] {4.5}, within(1e-6));
    // (1 − 0.5)/2 = 0.25 and (2 − 1)/0.5 = 2.
    assertThat(CheckedAnswers.scores(named("normalised"), BATCH).rows()[0])
        .containsExactly(new double[] {-1.75, 4.5, -0.25}, within(1e-6));
  }

  @Test
  void predictionsAreMadeOfTheScores() {
    for (Classifier model : models.keySet()) {
      Scored scored = CheckedAnswers.scores(model, BATCH);
      Predictions predictions = model.predict(BATCH);
      for (int i = 0; i < BATCH.rows(); i++) {
        assertThat(probabilities(scored, i))
            .as(model.name())
            .containsExactly(predictions.probabilities(i), within(1e-6));
      }
    }
  }

  private static double[] probabilities(Scored scored, int example) {
    double[] row = scored.rows()[example];
    double[] made =
        switch (scored.kind()) {
          case LOGITS -> {
            double sum = Arrays.stream(row).map(Math::exp).sum();
            yield Arrays.stream(row).map(s -> Math.exp(s) / sum).toArray();
          }
          case MARGIN -> new double[] {1 / (1 + Math.exp(-row[0]))};
          case LOG_PROBABILITIES -> Arrays.stream(row).map(Math::exp).toArray();
          case PROBABILITIES -> row;
          case OUTPUTS -> throw new AssertionError("a classifier has classes");
        };
    return made.length == 1 ? new double[] {1 - made[0], made[0]} : made;
  }

  @Test
  void gradientsAreTheDerivativesOfTheScores() {
    double step = 1 / 64.0;
    int differentiated = 0;
    for (Classifier model : models.keySet()) {
      Optional<InputGradients> gradients = model.capability(InputGradients.class);
      if (gradients.isEmpty()) {
        continue;
      }
      differentiated++;
      Quantity quantity = Quantity.difference(1, 0);
      double[][] derivatives = CheckedAnswers.gradients(gradients.get(), BATCH, quantity);
      for (int j = 0; j < 2; j++) {
        double[][] above = CheckedAnswers.scores(model, moved(j, step)).rows();
        double[][] below = CheckedAnswers.scores(model, moved(j, -step)).rows();
        for (int i = 0; i < BATCH.rows(); i++) {
          double rise = quantity.value(above[i], i) - quantity.value(below[i], i);
          assertThat(rise / (2 * step)).as(model.name()).isCloseTo(derivatives[i][j], within(1e-3));
        }
      }
    }
    assertThat(differentiated).isEqualTo(8);
  }

  private static Tensor moved(int input, double by) {
    float[] values = BATCH.values().clone();
    for (int i = 0; i < BATCH.rows(); i++) {
      values[2 * i + input] += (float) by;
    }
    return Tensor.of(values, BATCH.shape());
  }

  /** A model that only predicts, and knows nothing of scores. */
  private static Classifier onlyPredicting(Classifier model) {
    return new WrappedClassifier(model) {
      @Override
      public ModelFacts facts() {
        return ModelFacts.none();
      }

      @Override
      public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
      }

      @Override
      public Predictions predict(Tensor batch) {
        return model.predict(batch);
      }

      @Override
      public Classifier withFile(String location) {
        throw new UnsupportedOperationException();
      }
    };
  }

  @Test
  void aClassifierThatShowsNoScoresIsAskedForItsProbabilitiesAndTheKindSaysSo() {
    Classifier own = onlyPredicting(named("odds"));
    Scored scored = CheckedAnswers.scores(own, BATCH);

    assertThat(scored.kind()).isEqualTo(ScoreKind.PROBABILITIES);
    assertThat(scored.rows()[0]).containsExactly(own.predict(BATCH).probabilities(0), within(0.0));
  }

  private static Classifier emitting(double... row) {
    return Models.function(
            "odd",
            "1",
            batch -> {
              double[][] rows = new double[batch.rows()][];
              Arrays.fill(rows, row);
              return rows;
            })
        .emittingLogits();
  }

  @Test
  void aMaskedClassIsAScoreAndNaNIsNone() {
    double[] masked = {1, Double.NEGATIVE_INFINITY, 2};
    assertThat(CheckedAnswers.scores(emitting(masked), BATCH).rows()[3]).containsExactly(masked);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.scores(emitting(1, Double.NaN, 2), BATCH))
        .withMessageStartingWith("odd made a score that is NaN (logits) for row 0 of the batch");
  }

  @Test
  void aModelThatNeitherScoresNorPredictsIsRefused() {
    Model nothing =
        new Model() {
          @Override
          public String name() {
            return "nothing";
          }

          @Override
          public String sha256() {
            return "";
          }

          @Override
          public ModelFacts facts() {
            return ModelFacts.none();
          }

          @Override
          public <C> Optional<C> capability(Class<C> type) {
            return Optional.empty();
          }
        };
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> CheckedAnswers.scores(nothing, BATCH))
        .withMessageContaining("needs scores (the numbers that predictions are made of); nothing");
  }
}
