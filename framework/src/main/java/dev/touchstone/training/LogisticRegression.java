package dev.touchstone.training;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Representation;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Softmax;
import java.util.Arrays;
import java.util.Optional;

/** A trained multinomial logistic regression; plain Java, no native memory of its own. */
final class LogisticRegression implements Classifier, Scores, Representation, InputGradients {
  private final String name;
  private final LogisticHead settings;
  private final FittedHead head;
  private final Matrix slopes;
  private final int[] shape;
  private final String sha256;

  LogisticRegression(String name, LogisticHead settings, FittedHead head, int... shape) {
    this.name = name;
    this.settings = settings;
    this.head = head;
    this.slopes = head.slopes();
    this.shape = shape.clone();
    this.sha256 = Digest.sha256().add(shape).add(head.sha256()).hex();
  }

  /** Each example's values in one row, whatever its shape. */
  static Matrix features(Tensor batch) {
    Matrix features = Matrix.zeros(batch.rows(), batch.rowSize());
    for (int i = 0; i < features.values().length; i++) {
      features.values()[i] = batch.values()[i];
    }
    return features;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public ModelFacts facts() {
    return facts(settings.toString());
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == FittedHead.class) {
      return Optional.of(type.cast(head)); // it is its own last layer
    }
    return type == Scores.class || type == Representation.class || type == InputGradients.class
        ? Optional.of(type.cast(this))
        : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return "it is a logistic regression";
  }

  @Override
  public OutputKind outputs() {
    return OutputKind.LOGITS;
  }

  @Override
  public Predictions predict(Tensor batch) {
    Matrix logits = head.logits(features(checked(batch)));
    double[][] probabilities = new double[logits.rows()][];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = Softmax.of(logits.row(i));
    }
    return Predictions.of(probabilities);
  }

  @Override
  public Scored scores(Tensor batch) {
    Matrix logits = head.logits(features(checked(batch)));
    double[][] rows = new double[logits.rows()][];
    Arrays.setAll(rows, logits::row);
    return new Scored(rows, ScoreKind.LOGITS);
  }

  @Override
  public double[][] representation(Tensor batch) {
    Matrix features = features(checked(batch));
    double[][] rows = new double[features.rows()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = features.row(i);
    }
    return rows;
  }

  @Override
  public double[][] inputGradients(Tensor batch, Quantity quantity) {
    Matrix logits = head.logits(features(checked(batch)));
    double[][] gradients = new double[logits.rows()][slopes.rows()];
    for (int i = 0; i < gradients.length; i++) {
      double[] byLogit = quantity.gradient(logits.row(i), i);
      for (int c = 0; c < byLogit.length; c++) {
        for (int j = 0; j < slopes.rows() && byLogit[c] != 0; j++) {
          gradients[i][j] += byLogit[c] * slopes.get(j, c);
        }
      }
    }
    return gradients;
  }

  private Tensor checked(Tensor batch) {
    int[] given = Arrays.copyOfRange(batch.shape(), 1, batch.shape().length);
    if (!Arrays.equals(given, shape)) {
      throw new TouchstoneException(
          name
              + " takes examples of shape "
              + Arrays.toString(shape)
              + ", was given "
              + Arrays.toString(given));
    }
    float[] values = batch.values();
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        int width = batch.rowSize();
        throw new TouchstoneException(
            "%s was asked about an example that lacks feature %d (row %d of the batch), and has no use for missing values; impute them first, or train an XgboostTrainer"
                .formatted(name, i % width, i / width));
      }
    }
    return batch;
  }

  @Override
  public int batchSize(long budgetBytes) {
    long perExample = 8L * (2L * slopes.rows() + 3L * slopes.columns()) + 64;
    return (int) Math.max(1, Math.min(1 << 16, budgetBytes / perExample));
  }

  @Override
  public int gradientBatchSize(long budgetBytes) {
    return batchSize(budgetBytes);
  }

  @Override
  public String toString() {
    return name;
  }
}
