package dev.touchstone.check.privacy;

import dev.touchstone.check.evaluation.SharedPredictions;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * The online likelihood-ratio attack, LiRA (Carlini, Chien, Nasr, Song, Terzis and Tramèr 2022,
 * algorithm 1): shadow models are trained on random halves of a population that holds members and
 * others, each example in half of them. With φ as in {@link LikelihoodRatio}, mean and variance of
 * φ over the shadow models that saw an example, and over those that did not, the score is
 *
 * <pre>log N(φ; μ_in, σ²_in) − log N(φ; μ_out, σ²_out)</pre>
 *
 * <p>With fewer than {@value LikelihoodRatio#ENOUGH} shadow models each σ is one for all examples,
 * as in the authors' code. It costs shadow models that have to be trained anew for other examples,
 * and tells more than the offline attack where a model that saw an example is not only surer of it,
 * but also of less variance.
 */
public final class OnlineLikelihoodRatio implements MembershipAttack {
  private static final int MODELS = 16;

  private final Trainer trainer;
  private final Dataset population;
  private final int models;

  private OnlineLikelihoodRatio(Trainer trainer, Dataset population, int models) {
    this.trainer = trainer;
    this.population = population;
    this.models = models;
  }

  /**
   * Trains {@value #MODELS} shadow models, once for the members and once for the others.
   *
   * @param trainer how the model was made, as far as an attacker knows
   * @param population members, others, and further examples like them if there are any, told by
   *     their ids
   */
  public static OnlineLikelihoodRatio by(Trainer trainer, Dataset population) {
    ShadowModels.requireTraining(trainer);
    if (!population.hasOwnIds()) {
      throw new TouchstoneException(
          "%s has no ids, by which members and others are found in it; read it with a column of ids (.id(\"…\"), or \"id\" in the schema), and take both out of it"
              .formatted(population.name()));
    }
    return new OnlineLikelihoodRatio(trainer, population, MODELS);
  }

  /**
   * Trains another number of shadow models.
   *
   * @throws IllegalArgumentException for fewer than four, or an odd number: half of them see an
   *     example
   */
  public OnlineLikelihoodRatio withModels(int number) {
    if (number < 4 || number % 2 != 0) {
      throw new IllegalArgumentException(
          "an even number of at least four shadow models is needed, was " + number);
    }
    return new OnlineLikelihoodRatio(trainer, population, number);
  }

  @Override
  public String name() {
    return "online likelihood ratio";
  }

  /** Empty where the trainer does not say all that it is made of. */
  @Override
  public Map<String, String> settings() {
    return ShadowModels.settings(trainer, models, "population", population);
  }

  @Override
  public void check(Classifier model, Dataset examples) {
    places(examples);
  }

  /** Where the attacked examples stand in the population. */
  private int[] places(Dataset examples) {
    if (!population.classNames().equals(examples.classNames())) {
      throw new TouchstoneException(
          "the population %s has the classes %s, and %s has %s; read both with the same classes"
              .formatted(
                  population.name(),
                  population.classNames(),
                  examples.name(),
                  examples.classNames()));
    }
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < population.size(); i++) {
      known.put(population.id(i), i);
    }
    int[] places = new int[examples.size()];
    for (int i = 0; i < places.length; i++) {
      Integer place = examples.hasOwnIds() ? known.get(examples.id(i)) : null;
      if (place == null
          || population.label(place) != examples.label(i)
          || !population.inputs(place).sha256().equals(examples.inputs(i).sha256())) {
        throw new TouchstoneException(
            "example %s of %s is not in the population %s under its id, with the same features and label; take members and others out of the population, as population.where(…) does"
                .formatted(examples.id(i), examples.name(), population.name()));
      }
      places[i] = place;
    }
    return places;
  }

  @Override
  public double[] scores(Classifier model, Dataset examples, RunContext context) {
    int[] places = places(examples);
    double[] own =
        LikelihoodRatio.confidences(SharedPredictions.of(model, examples, context), examples);
    boolean[][] seen = seen(context);
    Moments in = new Moments(own.length);
    Moments out = new Moments(own.length);
    for (int m = 0; m < models; m++) {
      int shadow = m;
      int[] half = IntStream.range(0, population.size()).filter(i -> seen[i][shadow]).toArray();
      String which = "shadow %d".formatted(m + 1);
      TrainedModel trained =
          trainer.train(TrainingTask.of(population.select(half, which), which, context));
      try {
        double[] said =
            LikelihoodRatio.confidences(
                CheckedAnswers.of(trained.model(), examples, context.settings().memoryBytes()),
                examples);
        for (int i = 0; i < own.length; i++) {
          (seen[places[i]][m] ? in : out).add(i, said[i]);
        }
      } finally {
        trained.release();
      }
      context.progress().step("shadow models", m + 1, models);
    }
    double[] whenSeen = in.logDensities(own, models >= LikelihoodRatio.ENOUGH);
    double[] whenNot = out.logDensities(own, models >= LikelihoodRatio.ENOUGH);
    double[] scores = new double[own.length];
    Arrays.setAll(scores, i -> whenSeen[i] - whenNot[i]);
    return scores;
  }

  /** For each example of the population the half of the models that see it. */
  private boolean[][] seen(RunContext context) {
    boolean[][] seen = new boolean[population.size()][models];
    UniformRandomProvider random =
        context.random().of("online shadow models", population.sha256(), models);
    int[] order = PermutationSampler.natural(models);
    for (boolean[] example : seen) {
      PermutationSampler.shuffle(random, order);
      for (int m = 0; m < models / 2; m++) {
        example[order[m]] = true;
      }
    }
    return seen;
  }

  /** Means and variances, example by example. */
  private static final class Moments {
    private final int[] count;
    private final double[] mean;
    private final double[] square;

    Moments(int examples) {
      this.count = new int[examples];
      this.mean = new double[examples];
      this.square = new double[examples];
    }

    void add(int example, double value) {
      double before = mean[example];
      mean[example] += (value - before) / ++count[example];
      square[example] += (value - before) * (value - mean[example]);
    }

    /** Up to a constant that all examples share. */
    double[] logDensities(double[] values, boolean ownVariances) {
      double together = Arrays.stream(square).sum() / Arrays.stream(count).map(c -> c - 1).sum();
      double[] densities = new double[values.length];
      for (int i = 0; i < densities.length; i++) {
        double variance =
            Math.max(
                LikelihoodRatio.LEAST_VARIANCE,
                ownVariances ? square[i] / (count[i] - 1) : together);
        double gap = values[i] - mean[i];
        densities[i] = -gap * gap / (2 * variance) - Math.log(variance) / 2;
      }
      return densities;
    }
  }

  @Override
  public String toString() {
    return "%s, %d shadow models by %s".formatted(name(), models, trainer);
  }
}
