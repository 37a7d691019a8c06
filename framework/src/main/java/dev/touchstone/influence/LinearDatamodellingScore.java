package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.statistics.BoundedMean;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How well an estimator of influence predicts what training on other data does: the linear
 * datamodelling score (Park, Georgiev, Ilyas, Leclerc and Madry 2023, section 2.2; Ilyas et al.
 * 2022). Models are trained on random subsets S of the training data; for each test example the
 * losses of these models are compared with what the scores say, −Σ_{i ∈ S} score(i), by Spearman's
 * rank correlation over the subsets, and the correlations are averaged over the test examples.
 *
 * <pre>{@code
 * LinearDatamodellingScore.Retrained models =
 *     LinearDatamodellingScore.withDefaults().retrain(trainer, train, test, context);
 * models.of(Trak.withDefaults().scores(influence, test)).mean();
 * }</pre>
 *
 * <p>1 is an estimator that orders all subsets right, 0 one that knows nothing. What it judges is
 * the estimator for one kind of training and data; the more the same subset gives other models each
 * time, the less any estimator can reach ({@link Retrained#reliability}).
 */
public final class LinearDatamodellingScore {
  private static final int FEWEST_SUBSETS = 5;

  private final int subsets;
  private final double share;
  private final int replicates;

  private LinearDatamodellingScore(int subsets, double share, int replicates) {
    this.subsets = subsets;
    this.share = share;
    this.replicates = replicates;
  }

  /** Trains on 50 subsets of one half of the data, once on each. */
  public static LinearDatamodellingScore withDefaults() {
    return new LinearDatamodellingScore(50, .5, 1);
  }

  /**
   * Trains on so many subsets.
   *
   * @throws IllegalArgumentException for fewer than {@value #FEWEST_SUBSETS}, whose order is chance
   */
  public LinearDatamodellingScore withSubsets(int count) {
    if (count < FEWEST_SUBSETS) {
      throw new IllegalArgumentException(
          "the order of %d subsets is chance; take at least %d".formatted(count, FEWEST_SUBSETS));
    }
    return new LinearDatamodellingScore(count, share, replicates);
  }

  /**
   * Trains on subsets of another share of the data.
   *
   * @throws IllegalArgumentException unless it lies between 0 and 1
   */
  public LinearDatamodellingScore withShare(double ofExamples) {
    if (!(ofExamples > 0 && ofExamples < 1)) {
      throw new IllegalArgumentException(
          "a subset is a share of the data between 0 and 1, was " + ofExamples);
    }
    return new LinearDatamodellingScore(subsets, ofExamples, replicates);
  }

  /**
   * Trains so many times on each subset, by other random numbers, and takes the mean loss.
   *
   * @throws IllegalArgumentException for less than one
   */
  public LinearDatamodellingScore withReplicates(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("%d trainings on each subset".formatted(count));
    }
    return new LinearDatamodellingScore(subsets, share, count);
  }

  /**
   * Trains the models, by which any number of estimators are then judged.
   *
   * @param training all of the data that estimators are asked about
   * @param test with their right labels, and the same classes
   * @throws TouchstoneException if the trainer does not train, a subset would hold nothing or all,
   *     or the classes differ
   */
  public Retrained retrain(Trainer trainer, Dataset training, Dataset test, RunContext context) {
    if (!trainer.retrains()) {
      throw new TouchstoneException(
          "%s does not train, and all subsets would give one model; give a Trainer that trains"
              .formatted(trainer.name()));
    }
    if (!test.classNames().equals(training.classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s, the training data %s have %s; read both with the same classes"
              .formatted(test, test.classNames(), training, training.classNames()));
    }
    int size = (int) Math.round(share * training.size());
    if (size < 1 || size >= training.size() || test.size() == 0) {
      throw new TouchstoneException(
          "subsets of %d of the %d examples of %s, and %d test examples, show nothing; give more data or another share"
              .formatted(size, training.size(), training.name(), test.size()));
    }
    UniformRandomProvider random =
        context.random().of("datamodelling subsets", training.sha256(), subsets, share);
    int[][] members = new int[subsets][];
    Matrix[] losses = new Matrix[replicates];
    Arrays.setAll(losses, r -> Matrix.zeros(subsets, test.size()));
    for (int s = 0; s < subsets; s++) {
      int[] order = PermutationSampler.natural(training.size());
      PermutationSampler.shuffle(random, order);
      members[s] = Arrays.copyOf(order, size);
      Arrays.sort(members[s]);
      for (int r = 0; r < replicates; r++) {
        String what = "subset %d of %d, training %d".formatted(s + 1, subsets, r + 1);
        TrainedModel trained =
            trainer.train(TrainingTask.of(training.select(members[s], what), what, context));
        try {
          double[] row = losses(trained, test, context);
          System.arraycopy(row, 0, losses[r].values(), s * row.length, row.length);
        } finally {
          trained.release();
        }
        context
            .progress()
            .step("models of subsets", (long) s * replicates + r + 1, (long) subsets * replicates);
      }
    }
    return new Retrained(training.size(), members, losses);
  }

  private static double[] losses(TrainedModel trained, Dataset test, RunContext context) {
    Predictions answers =
        CheckedAnswers.of(trained.model(), test, context.settings().memoryBytes());
    double[] losses = new double[test.size()];
    Arrays.setAll(
        losses, j -> -Math.log(Math.max(Double.MIN_VALUE, answers.probability(j, test.label(j)))));
    return losses;
  }

  /** Models that were trained on subsets: what they lost on the test examples. */
  public static final class Retrained {
    private final int size;
    private final int[][] subsets;
    private final Matrix[] losses;

    /**
     * Of models that were trained elsewhere, or by {@link LinearDatamodellingScore#retrain}.
     *
     * @param training how many training examples there are
     * @param subsets the places of the training examples that each model learnt from
     * @param losses of each training on these, subsets × test examples
     */
    Retrained(int training, int[][] subsets, Matrix... losses) {
      this.size = training;
      this.subsets = subsets;
      this.losses = losses;
    }

    /**
     * Judges an estimator by its scores of all training examples for the same test examples.
     *
     * @throws TouchstoneException if they are of other numbers of examples
     */
    public Score of(InfluenceScores scores) {
      int tests = losses[0].columns();
      if (scores.training() != size || scores.test() != tests) {
        throw new TouchstoneException(
            "scores of %d training and %d test examples, and models were trained on subsets of %d and asked about %d; give the scores of the same"
                .formatted(scores.training(), scores.test(), size, tests));
      }
      double[] mean = new double[subsets.length * tests];
      for (Matrix of : losses) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += of.values()[i] / losses.length;
        }
      }
      Matrix lost = Matrix.of(subsets.length, tests, mean);
      double[] each = new double[tests];
      scores.forEach(
          block -> {
            for (int j = 0; j < block.scores().columns(); j++) {
              double[] said = new double[subsets.length];
              for (int s = 0; s < said.length; s++) {
                for (int i : subsets[s]) {
                  said[s] -= block.scores().get(i, j);
                }
              }
              each[block.from() + j] = correlation(said, column(lost, block.from() + j));
            }
          });
      return new Score(each);
    }

    /**
     * Returns how much of the order of subsets comes again when trained anew: the mean over test
     * examples of Spearman's correlation of the first half of the trainings on each subset and the
     * second; empty for one training on each.
     */
    public OptionalDouble reliability() {
      if (losses.length < 2) {
        return OptionalDouble.empty();
      }
      int tests = losses[0].columns();
      int half = losses.length / 2;
      Matrix first = Matrix.zeros(subsets.length, tests);
      Matrix second = Matrix.zeros(subsets.length, tests);
      for (int r = 0; r < 2 * half; r++) {
        double[] sum = (r < half ? first : second).values();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += losses[r].values()[i];
        }
      }
      double mean = 0;
      for (int j = 0; j < tests; j++) {
        mean += correlation(column(first, j), column(second, j)) / tests;
      }
      return OptionalDouble.of(mean);
    }

    private static double[] column(Matrix of, int j) {
      double[] column = new double[of.rows()];
      Arrays.setAll(column, i -> of.get(i, j));
      return column;
    }

    private static double correlation(double[] one, double[] other) {
      return Spearman.isConstant(one) || Spearman.isConstant(other) ? 0 : Spearman.of(one, other);
    }
  }

  /**
   * The linear datamodelling score of an estimator.
   *
   * @param each Spearman's correlation over the subsets for each test example; 0 where all subsets
   *     have one loss, or one score
   */
  public record Score(double[] each) {

    /** Returns the mean over the test examples: the score. */
    public double mean() {
      return Arrays.stream(each).average().orElseThrow();
    }

    /** Returns the mean with limits over test examples, of these subsets' models. */
    public BoundedMean estimate() {
      return BoundedMean.of(each, -1, 1);
    }

    @Override
    public String toString() {
      return "linear datamodelling score %.3f on %d test examples".formatted(mean(), each.length);
    }
  }
}
