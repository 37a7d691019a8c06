package dev.touchstone.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;
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

  /** With the ridge of {@link LogisticHead#withDefaults()}. */
  public static LogisticRegressionTrainer withDefaults() {
    return new LogisticRegressionTrainer(LogisticHead.withDefaults());
  }

  /** With another ridge λ &gt; 0. */
  public LogisticRegressionTrainer withRidge(double lambda) {
    return new LogisticRegressionTrainer(head.withRidge(lambda));
  }

  @Override
  public String name() {
    return "logistic regression";
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of("trainer", head.toString());
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
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          data.name()
              + " holds examples of "
              + data.classCounts().keySet()
              + " alone; a classifier needs two classes to tell apart");
    }
    Matrix features = LogisticRegression.features(data.batch(0, data.size()));
    FittedHead fitted = head.fit(features, data.labels(), data.classNames().size());
    return new LogisticRegression(name() + " on " + data.name(), head, fitted, data.shape());
  }

  /** Trainers are equal if their ridges are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogisticRegressionTrainer that
        && head.equals(that.head);
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
