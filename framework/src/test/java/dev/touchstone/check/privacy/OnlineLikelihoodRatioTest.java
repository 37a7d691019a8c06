package dev.touchstone.check.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OnlineLikelihoodRatioTest {
  private static final int SIZE = 2000;
  private static final double SHIFT = 1.5;
  private static final double SPREAD = 3;

  /** An example's one feature is its number, and the label is always the second class. */
  private static final Dataset POPULATION =
      Dataset.named("population")
          .features(FeatureStore.inMemory(numbers(), 1))
          .labels(IntStream.range(0, SIZE).map(i -> 1).toArray())
          .classNames(List.of("no", "yes"))
          .ids(IntStream.range(0, SIZE).mapToObj(i -> "p" + i).toList())
          .build();

  private static final Dataset MEMBERS = POPULATION.where(i -> i % 2 == 0, "members");
  private static final Dataset OTHERS = POPULATION.where(i -> i % 2 == 1, "others");

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static float[] numbers() {
    float[] numbers = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  private static double gaussian(String stream, int example) {
    SplittableRandom random = new SplittableRandom(31L * stream.hashCode() + example);
    random.nextLong();
    return random.nextGaussian();
  }

  /**
   * What theory has of models: φ of an example is normal about its own difficulty, which differs
   * from example to example, and higher by a shift where the model has seen it.
   */
  private static final class Gaussian implements Trainer {
    private final double deviationOfSeen;

    Gaussian(double deviationOfSeen) {
      this.deviationOfSeen = deviationOfSeen;
    }

    @Override
    public String name() {
      return "Gaussian";
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext run) {
      Set<Integer> seen = new HashSet<>();
      for (int i = 0; i < data.size(); i++) {
        seen.add((int) data.batch(i).values()[0]);
      }
      return saying(
          example -> {
            boolean in = seen.contains(example);
            double phi =
                SPREAD * gaussian("difficulty", example)
                    + (in ? SHIFT : 0)
                    + (in ? deviationOfSeen : 1) * gaussian(stream, example);
            return 1 / (1 + Math.exp(-phi));
          });
    }
  }

  private double hitsAtFewAlarms(MembershipAttack attack, Trainer trainer) {
    Classifier model = trainer.train(MEMBERS, "model", context);
    double[] in = attack.scores(model, MEMBERS, context);
    double[] out = attack.scores(model, OTHERS, context);
    double[] sorted = Arrays.stream(out).map(v -> -v).sorted().map(v -> -v).toArray();
    double threshold = sorted[SIZE / 2 / 100];
    return Arrays.stream(in).filter(score -> score > threshold).count() / (SIZE / 2.0);
  }

  /**
   * The shape of Carlini et al. 2022, figures 1 and 5: at one false alarm in a hundred a threshold
   * of the loss finds hardly more than chance does, Φ(z + s/√(1 + d²)) = .032 for a shift s and
   * difficulties of deviation d, and the ratio what the shift is worth, Φ(z + s) = .204.
   */
  @Test
  void curvesHaveThePublishedShape() {
    Gaussian alike = new Gaussian(1);
    double loss = hitsAtFewAlarms(LossThreshold.withDefaults(), alike);
    double online =
        hitsAtFewAlarms(OnlineLikelihoodRatio.by(alike, POPULATION).withModels(64), alike);
    assertThat(loss).isCloseTo(.032, within(.025));
    assertThat(online).isCloseTo(.204, within(.07));
    assertThat(online).isGreaterThan(3 * loss);
  }

  /** Seen examples vary less, and only the online attack knows that. */
  @Test
  void itTellsMoreThanTheOfflineAttackWhereVariancesDiffer() {
    Gaussian surer = new Gaussian(.25);
    double online =
        hitsAtFewAlarms(OnlineLikelihoodRatio.by(surer, POPULATION).withModels(32), surer);
    double offline = hitsAtFewAlarms(LikelihoodRatio.by(surer, farOff()).withModels(16), surer);
    assertThat(online).isGreaterThan(offline + .05);
  }

  /** As many examples that nobody attacks. */
  private static Dataset farOff() {
    float[] numbers = numbers();
    for (int i = 0; i < SIZE; i++) {
      numbers[i] += SIZE;
    }
    return Dataset.named("pool")
        .features(FeatureStore.inMemory(numbers, 1))
        .labels(IntStream.range(0, SIZE).map(i -> 1).toArray())
        .classNames(List.of("no", "yes"))
        .ids(IntStream.range(0, SIZE).mapToObj(i -> "q" + i).toList())
        .build();
  }

  /**
   * Shadow models that say .9, .8, .7, .6 of what they saw and less of the rest; the model says
   * .75.
   */
  @Test
  void theRatioIsByHand() {
    Dataset few = POPULATION.where(i -> i < 30, "few");
    List<Set<Integer>> seen = new ArrayList<>();
    Trainer known =
        new Trainer() {
          @Override
          public String name() {
            return "known";
          }

          @Override
          public Classifier train(Dataset data, String stream, RunContext run) {
            Set<Integer> in = new HashSet<>();
            for (int i = 0; i < data.size(); i++) {
              in.add((int) data.batch(i).values()[0]);
            }
            int m = seen.size();
            seen.add(in);
            return saying(example -> said(m, in.contains(example)));
          }
        };
    Classifier model = saying(example -> .75);
    double[] scores =
        OnlineLikelihoodRatio.by(known, few).withModels(4).scores(model, few, context);
    assertThat(seen).hasSize(4);
    for (boolean in : new boolean[] {true, false}) {
      assertThat(variance(seen, in)).isPositive();
    }
    double phi = Math.log(.75 / .25);
    for (int e = 0; e < 30; e++) {
      double expected =
          logDensity(phi, mean(seen, e, true), variance(seen, true))
              - logDensity(phi, mean(seen, e, false), variance(seen, false));
      assertThat(scores[e]).isCloseTo(expected, within(1e-5));
    }
  }

  private static double said(int model, boolean seen) {
    return (seen ? .9 : .55) - .1 * model * (seen ? 1 : .5);
  }

  private static double phi(double p) {
    return Math.log(p / (1 - p));
  }

  /** Each example is seen by two of the four. */
  private static double mean(List<Set<Integer>> seen, int example, boolean in) {
    return IntStream.range(0, 4)
            .filter(m -> seen.get(m).contains(example) == in)
            .mapToDouble(m -> phi(said(m, in)))
            .sum()
        / 2;
  }

  private static double variance(List<Set<Integer>> seen, boolean in) {
    double square = 0;
    for (int e = 0; e < 30; e++) {
      for (int m = 0; m < 4; m++) {
        if (seen.get(m).contains(e) == in) {
          square += Math.pow(phi(said(m, in)) - mean(seen, e, in), 2);
        }
      }
    }
    return square / 30;
  }

  private static double logDensity(double value, double mean, double variance) {
    return -(value - mean) * (value - mean) / (2 * variance) - Math.log(variance) / 2;
  }

  private static Classifier saying(IntToDoubleFunction probability) {
    return Models.function(
            "as told",
            "1",
            (Tensor batch) -> {
              double[][] output = new double[batch.rows()][];
              for (int i = 0; i < output.length; i++) {
                double p = probability.applyAsDouble((int) batch.row(i)[0]);
                output[i] = new double[] {1 - p, p};
              }
              return output;
            })
        .emittingProbabilities();
  }

  @Test
  void examplesOutsideThePopulationAreRefused() {
    Gaussian trainer = new Gaussian(1);
    Classifier model = trainer.train(MEMBERS, "model", context);
    OnlineLikelihoodRatio attack = OnlineLikelihoodRatio.by(trainer, POPULATION);
    assertThatThrownBy(() -> attack.check(model, farOff()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("example q0 of pool is not in the population population")
        .hasMessageContaining("population.where(…)");
    assertThatThrownBy(() -> OnlineLikelihoodRatio.by(trainer, withoutIds()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has no ids");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attack.withModels(5))
        .withMessageContaining("an even number");
  }

  private static Dataset withoutIds() {
    return Dataset.named("nameless")
        .features(FeatureStore.inMemory(new float[] {0, 1}, 1))
        .labels(0, 1)
        .build();
  }
}
