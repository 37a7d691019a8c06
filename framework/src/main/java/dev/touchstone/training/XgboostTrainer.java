package dev.touchstone.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains gradient-boosted trees with XGBoost (Chen and Guestrin 2016), whose Java library the suite
 * adds: {@code ml.dmlc:xgboost4j_2.12}. What was trained is written in XGBoost's own format and
 * read as {@link Models#xgboost} reads a file, so that the model shows its trees, to {@code
 * TreeShap} and {@code BoostIn} too, and holds no native memory.
 *
 * <pre>{@code
 * Trainer trainer = XgboostTrainer.withDefaults().withRounds(200).withLearningRate(0.1);
 * }</pre>
 *
 * <p>Defaults are XGBoost's: learning rate .3, depth 6, λ = 1, leaves of a Hessian of at least 1,
 * all rows and columns; and 100 rounds, as scikit-learn's interface to it has. Histograms of at
 * most 256 bins, on one thread, so that the model does not hang on how many there are. Two classes
 * by {@code binary:logistic}, several by {@code multi:softprob}; features in single precision, NaN
 * where one is missing.
 */
public final class XgboostTrainer implements Trainer {
  /** Part of the digest; the number rises when the same settings give another model. */
  private static final String RECIPE = "XGBoost, hist, binary:logistic or multi:softprob, 1";

  private static final int ROWS_AT_ONCE = 4096;

  private final Settings settings;

  private XgboostTrainer(Settings settings) {
    this.settings = settings;
  }

  /** How to train; the numbers are checked by the {@code with…} methods. */
  private record Settings(
      int rounds,
      double learningRate,
      int depth,
      double ridge,
      double leastHessian,
      double rowShare,
      double columnShare) {}

  /** Returns a trainer with the defaults above. */
  public static XgboostTrainer withDefaults() {
    return new XgboostTrainer(new Settings(100, 0.3, 6, 1, 1, 1, 1));
  }

  /** Sets how many rounds are boosted, each with a tree a class, or one for two classes. */
  public XgboostTrainer withRounds(int rounds) {
    Checks.positive("rounds", rounds);
    return with(
        new Settings(
            rounds,
            settings.learningRate,
            settings.depth,
            settings.ridge,
            settings.leastHessian,
            settings.rowShare,
            settings.columnShare));
  }

  /** Sets η in (0, 1], by which each round's leaves are multiplied ({@code learning_rate}). */
  public XgboostTrainer withLearningRate(double rate) {
    share("learning rate", rate);
    return with(
        new Settings(
            settings.rounds,
            rate,
            settings.depth,
            settings.ridge,
            settings.leastHessian,
            settings.rowShare,
            settings.columnShare));
  }

  /** Sets how many splits a tree makes at most from root to leaf ({@code max_depth}). */
  public XgboostTrainer withDepth(int splits) {
    Checks.positive("depth", splits);
    return with(
        new Settings(
            settings.rounds,
            settings.learningRate,
            splits,
            settings.ridge,
            settings.leastHessian,
            settings.rowShare,
            settings.columnShare));
  }

  /** Sets λ ≥ 0 of the squared leaves ({@code reg_lambda}). */
  public XgboostTrainer withRidge(double lambda) {
    Checks.between("ridge", lambda, 0, Double.POSITIVE_INFINITY);
    return with(
        new Settings(
            settings.rounds,
            settings.learningRate,
            settings.depth,
            lambda,
            settings.leastHessian,
            settings.rowShare,
            settings.columnShare));
  }

  /** Sets how large a leaf's sum of Hessians is at least ({@code min_child_weight}). */
  public XgboostTrainer withLeastHessian(double sum) {
    Checks.between("least Hessian of a leaf", sum, 0, Double.POSITIVE_INFINITY);
    return with(
        new Settings(
            settings.rounds,
            settings.learningRate,
            settings.depth,
            settings.ridge,
            sum,
            settings.rowShare,
            settings.columnShare));
  }

  /** Sets in (0, 1] which share of the rows each round draws ({@code subsample}). */
  public XgboostTrainer drawingRows(double share) {
    share("share of the rows", share);
    return with(
        new Settings(
            settings.rounds,
            settings.learningRate,
            settings.depth,
            settings.ridge,
            settings.leastHessian,
            share,
            settings.columnShare));
  }

  /** Sets in (0, 1] which share of the columns each tree draws ({@code colsample_bytree}). */
  public XgboostTrainer drawingColumns(double share) {
    share("share of the columns", share);
    return with(
        new Settings(
            settings.rounds,
            settings.learningRate,
            settings.depth,
            settings.ridge,
            settings.leastHessian,
            settings.rowShare,
            share));
  }

  private static void share(String what, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new TouchstoneException(
          "%s %s is outside (0, 1]; give a number inside".formatted(what, value));
    }
  }

  private static XgboostTrainer with(Settings other) {
    return new XgboostTrainer(other);
  }

  @Override
  public String name() {
    return "XGBoost";
  }

  @Override
  public TrainerFacts facts() {
    return TrainerFacts.of(name())
        .describedAs(toString())
        .with("library", library())
        .with("rounds", settings.rounds)
        .with("learning rate", settings.learningRate)
        .with("depth", settings.depth)
        .with("ridge", settings.ridge)
        .with("least Hessian of a leaf", settings.leastHessian)
        .with("share of the rows", settings.rowShare)
        .with("share of the columns", settings.columnShare);
  }

  private static String library() {
    try {
      return "XGBoost4J " + XgboostLibrary.version();
    } catch (LinkageError e) {
      throw missing(e);
    }
  }

  private static TouchstoneException missing(LinkageError e) {
    return new TouchstoneException(
        "boosted trees are trained by XGBoost4J, which is missing or has no natives for this platform (%s); add %s"
            .formatted(e.getMessage(), Dependencies.xgboost()),
        e);
  }

  /** Over all settings. */
  @Override
  public Optional<String> sha256() {
    return Optional.of(
        Digest.sha256()
            .add(RECIPE)
            .add(settings.rounds)
            .add(Double.toString(settings.learningRate))
            .add(settings.depth)
            .add(Double.toString(settings.ridge))
            .add(Double.toString(settings.leastHessian))
            .add(Double.toString(settings.rowShare))
            .add(Double.toString(settings.columnShare))
            .hex());
  }

  /**
   * Boosts trees.
   *
   * @throws TouchstoneException for fewer than two classes or examples, or if XGBoost4J is missing
   */
  @Override
  public Classifier train(Dataset data, String stream, RunContext context) {
    return train(TrainingTask.of(data, stream, context)).model();
  }

  /**
   * Boosts trees, with example weights.
   *
   * @throws TouchstoneException for fewer than two classes of examples that weigh something, if a
   *     warm start is asked for, which would add trees to those that are there, or checkpoints, or
   *     if XGBoost4J is missing
   */
  @Override
  public TrainedModel train(TrainingTask task) {
    if (task.start().isPresent() || task.checkpointsEvery() > 0) {
      throw new TouchstoneException(
          task.start().isPresent()
              ? name()
                  + " starts from scratch: more rounds on top of other trees are another model;"
                  + " leave startingAt out"
              : name()
                  + " keeps no checkpoints: its rounds add trees and move no weights; leave"
                  + " keepingCheckpoints out, train a DjlTrainer, or take BoostIn for influence");
    }
    Dataset data = task.dataOfFeatures(name());
    double[] weights = task.weights().orElse(null);
    requireClasses(data, weights);
    float[] labels = new float[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
    }
    byte[] trained;
    try {
      trained =
          XgboostLibrary.train(
              values(data),
              labels,
              weights == null ? null : singles(weights),
              data.featureNames(),
              parameters(task),
              settings.rounds);
    } catch (LinkageError e) {
      throw missing(e);
    }
    return TrainedModel.of(
        Models.xgboost(name() + " on " + data.name(), trained).emittingProbabilities(), this);
  }

  private Map<String, Object> parameters(TrainingTask task) {
    int classes = task.data().classNames().size();
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("booster", "gbtree");
    parameters.put("tree_method", "hist");
    parameters.put("objective", classes == 2 ? "binary:logistic" : "multi:softprob");
    if (classes > 2) {
      parameters.put("num_class", classes);
    }
    parameters.put("learning_rate", settings.learningRate);
    parameters.put("max_depth", settings.depth);
    parameters.put("reg_lambda", settings.ridge);
    parameters.put("min_child_weight", settings.leastHessian);
    parameters.put("subsample", settings.rowShare);
    parameters.put("colsample_bytree", settings.columnShare);
    parameters.put("nthread", 1);
    parameters.put("verbosity", 0);
    parameters.put(
        "seed",
        task.context()
            .random()
            .of("training", name(), task.stream(), "draws")
            .nextInt(Integer.MAX_VALUE));
    return parameters;
  }

  /** One class has no odds to start from. */
  private void requireClasses(Dataset data, double @Nullable [] weights) {
    boolean[] there = new boolean[data.classNames().size()];
    for (int i = 0; i < data.size(); i++) {
      there[data.label(i)] |= weights == null || weights[i] > 0;
    }
    int classes = 0;
    for (boolean one : there) {
      classes += one ? 1 : 0;
    }
    if (classes < 2) {
      throw new TouchstoneException(
          "%s holds %s%s; a classifier needs two classes to tell apart"
              .formatted(
                  data.name(),
                  data.size() == 0
                      ? "no examples"
                      : "examples of " + data.classCounts().keySet() + " alone",
                  weights == null ? "" : " that weigh something"));
    }
  }

  private float[] values(Dataset data) {
    int width = Arrays.stream(data.shape()).reduce(1, Math::multiplyExact);
    if ((long) data.size() * width > Integer.MAX_VALUE - 8) {
      throw new TouchstoneException(
          "%s holds %d × %d numbers, more than one array; train on data.sample(n, seed)"
              .formatted(data.name(), data.size(), width));
    }
    float[] values = new float[data.size() * width];
    for (int from = 0; from < data.size(); from += ROWS_AT_ONCE) {
      int to = Math.min(data.size(), from + ROWS_AT_ONCE);
      Tensor batch = data.batch(from, to);
      System.arraycopy(batch.values(), 0, values, from * width, (to - from) * width);
    }
    return values;
  }

  private static float[] singles(double... weights) {
    float[] singles = new float[weights.length];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) weights[i];
    }
    return singles;
  }

  /** Trainers are equal if their settings are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof XgboostTrainer that && settings.equals(that.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  @Override
  public String toString() {
    return "XGBoost of %d rounds of depth %d, learning rate %s"
        .formatted(settings.rounds, settings.depth, settings.learningRate);
  }
}
