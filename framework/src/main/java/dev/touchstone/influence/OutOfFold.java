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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Suspects the points whose given label a model finds improbable that was trained without them:
 * cross-validation by any trainer, which needs nothing of a model but its predictions. Proposes the
 * class that such a model finds most probable.
 *
 * <p>{@link LeaveOneOutConfidence} does the same of a head without training anew.
 */
public final class OutOfFold implements MislabelDetector {
  private static final int FOLDS = 5;

  private final Trainer trainer;
  private final int folds;

  private OutOfFold(Trainer trainer, int folds) {
    this.trainer = trainer;
    this.folds = folds;
  }

  /**
   * Trains by a trainer on four fifths of the data and asks about the last, five times.
   *
   * @param trainer of any kind of classifier
   */
  public static OutOfFold by(Trainer trainer) {
    if (!trainer.retrains()) {
      throw new TouchstoneException(
          "%s does not train: it has seen all of the data, and no fold is out of it; give a Trainer that trains"
              .formatted(trainer.name()));
    }
    return new OutOfFold(trainer, FOLDS);
  }

  /**
   * Takes another number of folds than {@value #FOLDS}.
   *
   * @throws IllegalArgumentException for fewer than two
   */
  public OutOfFold withFolds(int number) {
    if (number < 2) {
      throw new IllegalArgumentException("at least two folds are needed, was " + number);
    }
    return new OutOfFold(trainer, number);
  }

  @Override
  public String name() {
    return "out-of-fold confidence";
  }

  /** Empty where the trainer does not say all that it is made of. */
  @Override
  public Map<String, String> settings() {
    if (trainer.sha256().isEmpty()) {
      return Map.of();
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("folds", Integer.toString(folds));
    settings.put("folds trained by", trainer.name());
    settings.put("trainer of folds sha256", trainer.sha256().orElseThrow());
    return settings;
  }

  @Override
  public void check(Dataset training) {
    if (training.size() / folds < training.classNames().size()) {
      throw new TouchstoneException(
          "%d folds of the %d examples of %s hold %d each, fewer than there are classes (%d); take fewer folds or more data"
              .formatted(
                  folds,
                  training.size(),
                  training.name(),
                  training.size() / folds,
                  training.classNames().size()));
    }
    int[] members = new int[training.classNames().size()];
    for (int label : training.labels()) {
      members[label]++;
    }
    if (Arrays.stream(members).filter(count -> count > 0).count() < 2) {
      throw new TouchstoneException(
          "all labels of %s are the same; there is nothing to tell a wrong one by"
              .formatted(training.name()));
    }
    for (int c = 0; c < members.length; c++) {
      if (members[c] == 1) {
        throw new TouchstoneException(
            "class \"%s\" of %s has one example, and the model that is asked about it would never have seen the class; merge it with another or leave it out"
                .formatted(training.classNames().get(c), training.name()));
      }
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    FittedHead.LeftOut leftOut = leftOut(context.training(), context.run());
    return LabelIssues.ranked(leftOut.losses())
        .proposingLargest(leftOut.predictions())
        .remarking("%d models of %s, each asked about its own fold".formatted(folds, trainer));
  }

  /**
   * Returns what models predict of examples that they were not trained on.
   *
   * @return n × k probabilities
   * @throws TouchstoneException if a class has one example, or folds hold fewer examples than there
   *     are classes
   */
  public Matrix predictions(Dataset training, RunContext context) {
    check(training);
    int k = training.classNames().size();
    Matrix all = Matrix.zeros(training.size(), k);
    int[] fold =
        assigned(training, context.random().of("folds", training.sha256(), folds, trainer.name()));
    for (int f = 0; f < folds; f++) {
      int out = f;
      int[] held = IntStream.range(0, fold.length).filter(i -> fold[i] == out).toArray();
      int[] rest = IntStream.range(0, fold.length).filter(i -> fold[i] != out).toArray();
      String without = "without fold %d of %d".formatted(f + 1, folds);
      TrainedModel trained =
          trainer.train(TrainingTask.of(training.select(rest, without), without, context));
      try {
        Predictions answers =
            CheckedAnswers.of(
                trained.model(),
                training.select(held, "fold %d of %d".formatted(f + 1, folds)),
                context.settings().memoryBytes());
        for (int i = 0; i < held.length; i++) {
          System.arraycopy(answers.probabilities(i), 0, all.values(), held[i] * k, k);
        }
      } finally {
        trained.release();
      }
      context.progress().step("folds", f + 1, folds);
    }
    return all;
  }

  FittedHead.LeftOut leftOut(Dataset training, RunContext context) {
    Matrix predictions = predictions(training, context);
    double[] losses = new double[predictions.rows()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = -Math.log(Math.max(Double.MIN_VALUE, predictions.get(i, training.label(i))));
    }
    return new FittedHead.LeftOut(predictions, losses);
  }

  /** Each class dealt out evenly, so that no fold takes all of one. */
  private int[] assigned(Dataset training, UniformRandomProvider random) {
    int[] order = PermutationSampler.natural(training.size());
    PermutationSampler.shuffle(random, order);
    int[] fold = new int[order.length];
    int next = 0;
    for (int c = 0; c < training.classNames().size(); c++) {
      for (int example : order) {
        if (training.label(example) == c) {
          fold[example] = next++ % folds;
        }
      }
    }
    return fold;
  }

  @Override
  public String toString() {
    return "%s, %d folds by %s".formatted(name(), folds, trainer);
  }
}
