package dev.touchstone.robustness;

import ai.djl.ndarray.NDManager;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.LabelOfLargest;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.function.Function;

/** What bounds need to know of a model and its data, and how proofs follow from them. */
final class ScoreMargins {
  static final String CURE =
      "give the model as ONNX with operators that the white box knows, or as DJL blocks, or use"
          + " RandomisedSmoothing, which asks any model";

  private ScoreMargins() {}

  /**
   * The white box of a model whose class is that of its largest score.
   *
   * @throws TouchstoneException if it decides otherwise, or its scores are no logits
   */
  static WhiteBox boxOf(Classifier model, Dataset data, String who) {
    WhiteBox given = model.require(WhiteBox.class, who, CURE);
    WhiteBox box = given.withFreeBatch().orElse(given);
    int few = Math.min(8, data.size());
    Predictions predictions = CheckedAnswers.of(model, data.inputs(0, few));
    if (predictions.threshold().isPresent()) {
      throw new TouchstoneException(
          "%s decides by a threshold of its own, and %s bounds which score is the largest; leave decidingAt(%s) out, or use RandomisedSmoothing, which asks any model"
              .formatted(model.name(), who, predictions.threshold().getAsDouble()));
    }
    Scored scored = CheckedAnswers.scores(model, data.batch(0));
    ScoreKind kind = scored.kind();
    int scores = scored.rows()[0].length;
    Graph graph = box.graph();
    boolean byLabel = predictions.namesClasses();
    if (byLabel
        && model
            .capability(LabelOfLargest.class)
            .filter(label -> graph.isLargestWhereScoresAre(label.largestOf(), scores))
            .isEmpty()) {
      throw new TouchstoneException(
          "%s decides by a label output that is not known to name the class of the largest score, and %s bounds which score is the largest; claim it of the file without labels, Python onnx.utils.extract_model(file, newFile, [input], [scores]), or use RandomisedSmoothing, which asks any model"
              .formatted(model.name(), who));
    }
    if (kind != ScoreKind.LOGITS
        && kind != ScoreKind.MARGIN
        && kind != ScoreKind.LOG_PROBABILITIES) {
      throw new TouchstoneException(
          "%s shows %s, and %s bounds scores in front of a softmax or sigmoid; export the model with these as outputs"
              .formatted(model.name(), kind, who));
    }
    if (!byLabel && !graph.isLargestWhereScoresAre(graph.output(), scores)) {
      throw new TouchstoneException(
          "%s answers with sigmoids of %d scores, of which several are 1 where they saturate, and %s bounds which score is the largest; export the model with the scores as outputs, or use RandomisedSmoothing, which asks any model"
              .formatted(model.name(), scores, who));
    }
    return box;
  }

  /**
   * By how much scores have to lie apart so that what is made of them in single precision does,
   * too: a softmax, or a sigmoid beside its complement. Near to one another they change by a
   * quarter of the difference at least, and are rounded at 2⁻²².
   */
  private static double resolution(WhiteBox box) {
    return box.scoresAreOutputs() ? 0 : 1e-5;
  }

  /** The least and the largest an example's features may be; of a ball the box around it. */
  static double[][] ends(ThreatModel threat, float[] example) {
    double[] lower = new double[example.length];
    double[] upper = new double[example.length];
    for (int i = 0; i < example.length; i++) {
      lower[i] = Math.max(example[i] - threat.epsilon(), threat.lowest());
      upper[i] = Math.min(example[i] + threat.epsilon(), threat.highest());
    }
    return new double[][] {lower, upper};
  }

  /** How much scores of a class have to lie above those of others: 1 or −1 each, one row each. */
  static double[][] specifications(int label, int scores) {
    if (scores == 1) {
      return new double[][] {{label == 1 ? 1 : -1}};
    }
    double[][] rows = new double[scores - 1][scores];
    for (int j = 0, row = 0; j < scores; j++) {
      if (j != label) {
        rows[row][label] = 1;
        rows[row++][j] = -1;
      }
    }
    return rows;
  }

  /** Computes something in native memory that goes when it ends. */
  static <T> T inScope(Function<NDManager, T> evaluation) {
    return Torch.evaluate(
        () -> {
          try (NDManager scope = Torch.manager("cpu")) {
            return evaluation.apply(scope);
          }
        });
  }

  /** The least that margins may be, and how far rounding may take them. */
  record Margins(double[] lower, double[] slack) {
    /** Whether the class stays, in single precision, too. */
    boolean prove() {
      for (int i = 0; i < lower.length; i++) {
        if (!(lower[i] > slack[i])) {
          return false;
        }
      }
      return true;
    }
  }

  /** Margins of intervals: the lower end of the label's score minus the upper of another's. */
  static Margins of(
      WhiteBox box, double[] lower, double[] upper, double[] error, double[][] specifications) {
    double[] least = new double[specifications.length];
    double[] slack = new double[specifications.length];
    Arrays.fill(slack, resolution(box));
    for (int s = 0; s < least.length; s++) {
      double[] row = specifications[s];
      for (int j = 0; j < row.length; j++) {
        least[s] += row[j] > 0 ? row[j] * lower[j] : row[j] < 0 ? row[j] * upper[j] : 0;
        slack[s] += Math.abs(row[j]) * error[j];
      }
    }
    return new Margins(least, slack);
  }

  static double[] row(double[] flat, int index, int width) {
    return Arrays.copyOfRange(flat, index * width, (index + 1) * width);
  }
}
