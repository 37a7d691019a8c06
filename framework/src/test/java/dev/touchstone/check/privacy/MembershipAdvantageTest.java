package dev.touchstone.check.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Interval;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembershipAdvantageTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** As many random features as it takes for a regression to learn labels by heart. */
  private static Dataset noise(String name, int n, int d, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n * d];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, d))
        .labels(IntStream.range(0, n).map(i -> random.nextInt(2)).toArray())
        .classNames(List.of("no", "yes"))
        .ids(IntStream.range(0, n).mapToObj(i -> name + i).toList())
        .build();
  }

  private static Classifier sayingFirstFeature() {
    return Models.function(
            "as given",
            "1",
            (Tensor batch) -> {
              double[][] output = new double[batch.rows()][];
              for (int i = 0; i < output.length; i++) {
                double p = (batch.row(i)[0] + 1) / 2;
                output[i] = new double[] {1 - p, p};
              }
              return output;
            })
        .emittingProbabilities();
  }

  private static final Dataset MEMBERS = noise("members", 120, 100, 1);
  private static final Dataset OTHERS = noise("others", 120, 100, 2);
  private static final LogisticRegressionTrainer BY_HEART =
      LogisticRegressionTrainer.withDefaults().withRidge(1e-3);

  @Test
  void labelsLearntByHeartGiveMembersAway() {
    Classifier model = BY_HEART.train(MEMBERS, "model", context);
    Evidence evidence =
        MembershipAdvantage.withDefaults().evaluate(model, MEMBERS, OTHERS, context);
    // A regression of 100 weights fits 120 random labels all but exactly, and others like a coin.
    assertThat(evidence.measurements().get(0).quantity()).isEqualTo("membership advantage");
    assertThat(evidence.measurements().get(0).estimate().pValueAbove(.2)).isLessThan(.01);
  }

  @Test
  void aModelThatWasNotTrainedKnowsNobody() {
    Interval interval =
        MembershipAdvantage.withDefaults()
            .evaluate(sayingFirstFeature(), MEMBERS, OTHERS, context)
            .measurements()
            .get(0)
            .estimate()
            .interval(.95);
    assertThat(interval.lower()).isNegative();
    assertThat(interval.upper()).isPositive();
  }

  /** The threshold is chosen elsewhere, so that a claim of no advantage is refuted at its level. */
  @Test
  void choosingTheThresholdAddsNothing() {
    int refuted = 0;
    for (int seed = 0; seed < 100; seed++) {
      Evidence evidence =
          MembershipAdvantage.withDefaults()
              .evaluate(
                  sayingFirstFeature(),
                  noise("a" + seed, 60, 1, 100 + seed),
                  noise("b" + seed, 60, 1, 300 + seed),
                  context);
      refuted += evidence.measurements().get(0).estimate().pValueAbove(0) <= .025 ? 1 : 0;
    }
    assertThat(refuted).isLessThanOrEqualTo(7);
  }

  @Test
  void shadowModelsGiveMembersAway() {
    Classifier model = BY_HEART.train(MEMBERS, "model", context);
    Evidence evidence =
        MembershipAdvantage.of(
                LikelihoodRatio.by(BY_HEART, noise("pool", 240, 100, 3)).withModels(8))
            .evaluate(model, MEMBERS, OTHERS, context);
    assertThat(evidence.measurements().get(0).estimate().pValueAbove(0)).isLessThan(.001);
  }

  /**
   * Shadow models that say .6 and .9 of the true class, whatever the example; the model says .8.
   */
  @Test
  void theRatioIsByHand() {
    Trainer known =
        new Trainer() {
          @Override
          public String name() {
            return "known";
          }

          @Override
          public Classifier train(Dataset data, String stream, RunContext run) {
            return saying(stream.equals("shadow 1") ? .6 : .9);
          }
        };
    Dataset ones = MEMBERS.withLabels(allOne(), "of one class");
    double[] scores =
        LikelihoodRatio.by(known, OTHERS).withModels(2).scores(saying(.8), ones, context);
    double low = Math.log(.6 / .4);
    double high = Math.log(.9 / .1);
    double mean = (low + high) / 2;
    double deviation = Math.sqrt((low - mean) * (low - mean) + (high - mean) * (high - mean));
    assertThat(scores[7]).isCloseTo((Math.log(4) - mean) / deviation, within(1e-6));
  }

  private static int[] allOne() {
    int[] ones = new int[120];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Classifier saying(double p) {
    return Models.function(
            "saying " + p,
            "1",
            (Tensor batch) -> {
              double[][] output = new double[batch.rows()][];
              Arrays.setAll(output, i -> new double[] {1 - p, p});
              return output;
            })
        .emittingProbabilities();
  }

  @Test
  void normsOfExplanationsNeedAModelThatHasThem() {
    assertThatThrownBy(
            () ->
                MembershipAdvantage.of(AttributionNorm.of(Gradient.withDefaults()))
                    .evaluate(sayingFirstFeature(), MEMBERS, OTHERS, context))
        .isInstanceOf(MissingCapabilityException.class);
  }

  @Test
  void membersAmongTheOthersAreRefused() {
    assertThatThrownBy(
            () ->
                MembershipAdvantage.withDefaults()
                    .evaluate(sayingFirstFeature(), MEMBERS, MEMBERS.first(30), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("30 of the 30 examples of the non-members")
        .hasMessageContaining("members0");
  }

  @Test
  void membersInTheShadowDataAreRefused() {
    assertThatThrownBy(
            () ->
                MembershipAdvantage.of(LikelihoodRatio.by(BY_HEART, MEMBERS))
                    .evaluate(sayingFirstFeature(), MEMBERS, OTHERS, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("shadow data");
  }

  @Test
  void fewExamplesAreRefused() {
    assertThatThrownBy(
            () ->
                MembershipAdvantage.withDefaults()
                    .evaluate(sayingFirstFeature(), MEMBERS.first(19), OTHERS, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has 19 examples")
        .hasMessageContaining("at least 20 members");
  }
}
