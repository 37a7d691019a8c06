package dev.touchstone.check.privacy;

import dev.touchstone.check.evaluation.SharedPredictions;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Leakage;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * The offline likelihood-ratio attack, LiRA (Carlini, Chien, Nasr, Song, Terzis and Tramèr 2022,
 * section IV.B): shadow models are trained on random halves of examples like the training data, and
 * an example is taken for a member that the model is surer of than models are that never saw it.
 * With φ = log p(y) − log(1 − p(y)) of the model, and mean μ and deviation σ of φ over the shadow
 * models, the score is the probability {@code P(N(μ, σ²) ≤ φ)} on the scale of its argument, (φ −
 * μ)/σ. With fewer than {@value #ENOUGH} shadow models σ is one for all examples, as in the
 * authors' code. {@link OnlineLikelihoodRatio} also knows what models say that did see the example.
 */
public final class LikelihoodRatio implements MembershipAttack {
  private static final int MODELS = 16;
  static final int ENOUGH = 64;
  private static final double LEAST_PROBABILITY = 1e-45;

  /** Of confidences that all shadow models share to rounding. */
  static final double LEAST_VARIANCE = 1e-12;

  private final Trainer trainer;
  private final Dataset pool;
  private final int models;

  private LikelihoodRatio(Trainer trainer, Dataset pool, int models) {
    this.trainer = trainer;
    this.pool = pool;
    this.models = models;
  }

  /**
   * Trains {@value #MODELS} shadow models.
   *
   * @param trainer how the model was made, as far as an attacker knows
   * @param pool examples like the training data, none of them a member or a non-member
   */
  public static LikelihoodRatio by(Trainer trainer, Dataset pool) {
    ShadowModels.requireTraining(trainer);
    return new LikelihoodRatio(trainer, pool, MODELS);
  }

  /**
   * Trains another number of shadow models.
   *
   * @throws IllegalArgumentException for fewer than two
   */
  public LikelihoodRatio withModels(int number) {
    if (number < 2) {
      throw new IllegalArgumentException("at least two shadow models are needed, was " + number);
    }
    return new LikelihoodRatio(trainer, pool, number);
  }

  @Override
  public String name() {
    return "likelihood ratio";
  }

  /** Empty where the trainer does not say all that it is made of. */
  @Override
  public Map<String, String> settings() {
    return ShadowModels.settings(trainer, models, "shadow data", pool);
  }

  @Override
  public void check(Classifier model, Dataset examples) {
    if (!pool.classNames().equals(examples.classNames())) {
      throw new TouchstoneException(
          "the shadow data %s have the classes %s, and %s has %s; read both with the same classes"
              .formatted(pool.name(), pool.classNames(), examples.name(), examples.classNames()));
    }
    Leakage.refuse("shadow data", pool, "attacked data", examples);
  }

  @Override
  public double[] scores(Classifier model, Dataset examples, RunContext context) {
    double[] own = confidences(SharedPredictions.of(model, examples, context), examples);
    double[] mean = new double[own.length];
    double[] square = new double[own.length];
    for (int m = 0; m < models; m++) {
      int[] order = PermutationSampler.natural(pool.size());
      PermutationSampler.shuffle(context.random().of("shadow model", pool.sha256(), m), order);
      int[] half = Arrays.copyOf(order, order.length / 2);
      Arrays.sort(half);
      String which = "shadow %d".formatted(m + 1);
      TrainedModel trained =
          trainer.train(TrainingTask.of(pool.select(half, which), which, context));
      try {
        double[] shadow =
            confidences(
                CheckedAnswers.of(trained.model(), examples, context.settings().memoryBytes()),
                examples);
        for (int i = 0; i < own.length; i++) {
          double before = mean[i];
          mean[i] += (shadow[i] - before) / (m + 1);
          square[i] += (shadow[i] - before) * (shadow[i] - mean[i]);
        }
      } finally {
        trained.release();
      }
      context.progress().step("shadow models", m + 1, models);
    }
    double together = Arrays.stream(square).sum() / ((models - 1.0) * own.length);
    double[] scores = new double[own.length];
    for (int i = 0; i < scores.length; i++) {
      double variance = models < ENOUGH ? together : square[i] / (models - 1);
      scores[i] = (own[i] - mean[i]) / Math.sqrt(Math.max(variance, Double.MIN_NORMAL));
    }
    return scores;
  }

  /** φ of the true class. */
  static double[] confidences(Predictions predictions, Dataset examples) {
    double[] confidences = new double[examples.size()];
    for (int i = 0; i < confidences.length; i++) {
      double p = predictions.probability(i, examples.label(i));
      double rest = 0;
      for (int c = 0; c < predictions.classes(); c++) {
        rest += c == examples.label(i) ? 0 : predictions.probability(i, c);
      }
      confidences[i] =
          Math.log(Math.max(LEAST_PROBABILITY, p)) - Math.log(Math.max(LEAST_PROBABILITY, rest));
    }
    return confidences;
  }

  @Override
  public String toString() {
    return "%s, %d shadow models by %s".formatted(name(), models, trainer);
  }
}
