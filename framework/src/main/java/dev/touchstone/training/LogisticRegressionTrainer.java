package dev.touchstone.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.influence.FeatureRows;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains a multinomial logistic regression on z-scored features. Its representation, what its last
 * layer sees, is the features themselves. Deterministic: the optimum is unique.
 *
 * @see LogisticHead
 */
public final class LogisticRegressionTrainer implements Trainer {
  /** Part of the digest; the number rises when the same ridge gives another model. */
  private static final String RECIPE = "multinomial logistic regression on z-scored features, 1";

  private final LogisticHead head;

  private LogisticRegressionTrainer(LogisticHead head) {
    this.head = head;
  }

  /** Makes a trainer with the ridge of {@link LogisticHead#withDefaults()}. */
  public static LogisticRegressionTrainer withDefaults() {
    return new LogisticRegressionTrainer(LogisticHead.withDefaults());
  }

  /** Returns a copy with another ridge λ &gt; 0. */
  public LogisticRegressionTrainer withRidge(double lambda) {
    return new LogisticRegressionTrainer(head.withRidge(lambda));
  }

  @Override
  public String name() {
    return "logistic regression";
  }

  @Override
  public TrainerFacts facts() {
    return TrainerFacts.of(name()).describedAs(head.toString());
  }

  /** Over the ridge, which decides everything. */
  @Override
  public Optional<String> sha256() {
    return Optional.of(Digest.sha256().add(RECIPE).add(Double.toString(head.ridge())).hex());
  }

  /**
   * Fits the regression.
   *
   * @throws TouchstoneException for fewer than two classes or examples
   */
  @Override
  public Classifier train(Dataset data, String stream, RunContext context) {
    return train(TrainingTask.of(data, stream, context)).model();
  }

  /**
   * Fits the regression, with example weights and from a warm start, which saves steps and changes
   * no optimum.
   *
   * @throws TouchstoneException for fewer than two classes or examples, a start at another kind of
   *     model, or if checkpoints are asked for: it has one optimum and no epochs
   */
  @Override
  public TrainedModel train(TrainingTask task) {
    Dataset data = task.dataOfFeatures(name());
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          data.name()
              + " holds examples of "
              + data.classCounts().keySet()
              + " alone; a classifier needs two classes to tell apart");
    }
    requireAllValues(data);
    if (task.checkpointsEvery() > 0) {
      throw new TouchstoneException(
          name()
              + " keeps no checkpoints: it goes to its one optimum and has no epochs; leave"
              + " keepingCheckpoints out, or train a DjlTrainer");
    }
    HeadData examples =
        HeadData.of(new FeatureRows(data), data.labels(), data.classNames().size())
            .computedOn(task.context().settings().device());
    if (task.weights().isPresent()) {
      examples = examples.weightedBy(task.weights().get());
    }
    if (task.start().isPresent()) {
      examples = examples.startingAt(learnt(task.start().get()));
    }
    FittedHead fitted = head.fit(examples);
    LogisticRegression model =
        new LogisticRegression(name() + " on " + data.name(), head, fitted, data.shape());
    return TrainedModel.of(model, this).withState(fitted);
  }

  /** Of a missing value no number would be learnt, and NaN for everybody. */
  private void requireAllValues(Dataset data) {
    float[] row = new float[data.features().rowSize()];
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, row, 0);
      for (int c = 0; c < row.length; c++) {
        if (Float.isNaN(row[c])) {
          throw new TouchstoneException(
              "%s lacks %s in example %s, and a %s has no use for missing values; impute them first, or train an XgboostTrainer"
                  .formatted(
                      data.name(),
                      data.featureNames().isEmpty() ? "feature " + c : data.featureNames().get(c),
                      data.id(i),
                      name()));
        }
      }
    }
  }

  private FittedHead learnt(TrainedModel start) {
    return start
        .state(FittedHead.class)
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "%s cannot start at %s; give what a LogisticRegressionTrainer has trained"
                        .formatted(name(), start)));
  }

  /** Trainers are equal if their ridges are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogisticRegressionTrainer that && head.equals(that.head);
  }

  @Override
  public int hashCode() {
    return head.hashCode();
  }

  @Override
  public String toString() {
    return head.toString();
  }
}
