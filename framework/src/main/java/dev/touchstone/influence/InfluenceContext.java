package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a training when one asks which examples matter in it. The head may be fitted
 * when it is first asked for, so that a detector that needs predictions only also ranks the data of
 * models that show no representation.
 */
public final class InfluenceContext {
  private static final String WITH_HEAD =
      "new InfluenceContext(training, head, encoder, checkpoints, run)";

  private final Dataset training;
  private final @Nullable Supplier<FittedHead> fit;
  private final @Nullable Encoder encoder;
  private final @Nullable Supplier<Classifier> model;
  private final List<Checkpoint> checkpoints;
  private final RunContext run;
  private @Nullable FittedHead head;

  private InfluenceContext(
      Dataset training,
      @Nullable Supplier<FittedHead> fit,
      @Nullable Encoder encoder,
      @Nullable Supplier<Classifier> model,
      List<Checkpoint> checkpoints,
      RunContext run) {
    this.training = training;
    this.fit = fit;
    this.encoder = encoder;
    this.model = model;
    this.checkpoints = List.copyOf(checkpoints);
    this.run = run;
  }

  /**
   * Describes a training whose head is fitted.
   *
   * @param training the training data with the labels as given
   * @param head fitted to the representation of these data and labels
   * @param encoder represents further data as the head's training data were
   * @param checkpoints of the training, in its order; empty where none were kept
   * @param run settings, random streams and progress
   * @throws IllegalArgumentException if the head was fitted to another number of examples
   */
  public InfluenceContext(
      Dataset training,
      FittedHead head,
      Encoder encoder,
      List<Checkpoint> checkpoints,
      RunContext run) {
    this(training, () -> head, encoder, null, checkpoints, run);
    head();
  }

  /**
   * Describes a training whose head is fitted when a detector first asks for it.
   *
   * @param fit fits the head to the representation of these data and labels
   * @see #InfluenceContext(Dataset, FittedHead, Encoder, List, RunContext)
   */
  public static InfluenceContext fittedWhenAsked(
      Dataset training,
      Supplier<FittedHead> fit,
      Encoder encoder,
      List<Checkpoint> checkpoints,
      RunContext run) {
    return new InfluenceContext(training, fit, encoder, null, checkpoints, run);
  }

  /**
   * Describes a trained model, for estimators that look at all of it; there is no head.
   *
   * @param training the training data with the labels as given
   * @param model trained on them
   * @param run settings, random streams and progress
   */
  public static InfluenceContext of(Dataset training, Classifier model, RunContext run) {
    return new InfluenceContext(training, null, null, () -> model, List.of(), run);
  }

  /** Returns a copy that knows the trained model, which is asked for when an estimator needs it. */
  public InfluenceContext withModel(Supplier<Classifier> trained) {
    return new InfluenceContext(training, fit, encoder, trained, checkpoints, run);
  }

  /** Returns a copy with checkpoints of the training, in its order. */
  public InfluenceContext withCheckpoints(List<Checkpoint> kept) {
    return new InfluenceContext(training, fit, encoder, model, kept, run);
  }

  /**
   * Describes a head on the features of a table as they are: a logistic regression is all of the
   * model.
   *
   * @param training a table of features alone
   */
  public static InfluenceContext ofFeatures(Dataset training, Head head, RunContext run) {
    Encoder features = FeatureRows::new;
    return fittedWhenAsked(
        training,
        () -> {
          HeadData data =
              HeadData.of(
                      features.encode(training), training.labels(), training.classNames().size())
                  .computedOn(run.settings().device());
          return head.fit(training.trainingWeights().map(data::weightedBy).orElse(data));
        },
        features,
        List.of(),
        run);
  }

  /** Returns the training data with the labels as given. */
  public Dataset training() {
    return training;
  }

  /**
   * Returns the head, fitted to the representation of the training data and their labels.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the trained model shows no
   *     representation
   * @throws TouchstoneException if there is no head
   */
  public synchronized FittedHead head() {
    FittedHead present = head;
    if (present == null) {
      present = known(fit, "head", WITH_HEAD).get();
      if (present.size() != training.size()) {
        throw new IllegalArgumentException(
            "a %s for the %d examples of %s".formatted(present, training.size(), training.name()));
      }
      head = present;
    }
    return present;
  }

  /**
   * Returns what represents further data as the head's training data were.
   *
   * @throws TouchstoneException if there is no head
   */
  public Encoder encoder() {
    return known(encoder, "encoder", WITH_HEAD);
  }

  /**
   * Returns the trained model.
   *
   * @throws TouchstoneException if it is not known
   */
  public Classifier model() {
    return known(model, "model", "withModel(() -> model)").get();
  }

  private <T> T known(@Nullable T part, String what, String cure) {
    if (part == null) {
      throw new TouchstoneException(
          "the %s that learnt from %s is needed here and was not given; give it: %s"
              .formatted(what, training.name(), cure));
    }
    return part;
  }

  /** Returns the checkpoints of the training, in its order; empty where none were kept. */
  public List<Checkpoint> checkpoints() {
    return checkpoints;
  }

  /** Returns settings, random streams and progress. */
  public RunContext run() {
    return run;
  }

  /**
   * Refuses test data on which there is no influence.
   *
   * @throws TouchstoneException if they are empty, or their classes are not the training data's
   */
  public void requireSuits(Dataset test) {
    if (test.size() == 0) {
      throw new TouchstoneException("there is no influence on " + test + ": it holds no examples");
    }
    if (!test.classNames().equals(training.classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s, the training data %s have %s; read both with the same classes"
              .formatted(test, test.classNames(), training, training.classNames()));
    }
  }
}
