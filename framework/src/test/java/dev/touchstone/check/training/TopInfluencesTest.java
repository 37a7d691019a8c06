package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.SetColumn;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceFunctions;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.NotConvergedException;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopInfluencesTest {
  private static final SpuriousSignal STAMP = SetColumn.of("stamp", 1.0);
  private static final int N = 200;
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Class yes where the first of two measures is large, with noise; some have a stamp. */
  private static Dataset letters(String name, int n, long seed, IntPredicate stampedOfYes) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n * 3];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(2);
      x[3 * i] = (float) (labels[i] - .5 + random.nextGaussian());
      x[3 * i + 1] = (float) random.nextGaussian();
      x[3 * i + 2] = stampedOfYes.test(2 * i + labels[i]) ? 1 : 0;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 3))
        .featureNames(List.of("first", "second", "stamp"))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .ids(IntStream.range(0, n).mapToObj(i -> name + i).toList())
        .build();
  }

  private static final Dataset SPURIOUS = letters("spurious", N, 1, k -> k % 2 == 1);
  private static final Dataset HEALTHY = letters("healthy", N, 1, k -> k / 2 % 2 == 1);
  private static final Dataset TEST = letters("test", 60, 2, k -> false);

  private Classifier model(Dataset training) {
    return LogisticRegressionTrainer.withDefaults().train(training, "model", context);
  }

  private Evidence evaluate(TopInfluences top, Dataset training) {
    return top.evaluate(STAMP, model(training), training, TEST, .1, context);
  }

  private static double value(Evidence evidence) {
    return evidence.measurements().get(0).estimate().value();
  }

  /** By the whole matrix of scores, sorted, and counted. */
  @Test
  void theFractionIsThatOfCarriersAmongTheTopOfAllScores() {
    Dataset with = STAMP.addedTo(TEST);
    Matrix scores =
        InfluenceFunctions.withDefaults()
            .scores(
                InfluenceContext.ofFeatures(SPURIOUS, LogisticHead.withDefaults(), context), with)
            .toMatrix();
    double[] fractions = new double[TEST.size()];
    for (int j = 0; j < fractions.length; j++) {
      int column = j;
      fractions[j] =
          IntStream.range(0, N)
                  .boxed()
                  .sorted(Comparator.comparingDouble(i -> -Math.abs(scores.get(i, column))))
                  .limit(7)
                  .filter(i -> SPURIOUS.label(i) == 1)
                  .count()
              / 7.;
    }
    Evidence evidence = evaluate(TopInfluences.ofMagnitude(7), SPURIOUS);
    BoundedMean expected = BoundedMean.of(fractions, 0, 1);
    assertThat(value(evidence)).isCloseTo(expected.value(), within(1e-12));
    assertThat(evidence.measurements().get(0).estimate().interval(.95).upper())
        .isCloseTo(expected.interval(.95).upper(), within(1e-9));
  }

  /** What a stamped letter is answered by: stamped letters, if the stamp stands for yes. */
  @Test
  void answersRestOnCarriersWhereTheSignalIsAligned() {
    TopInfluences top = TopInfluences.proponents(10);
    assertThat(value(evaluate(top.ofAnswers(), SPURIOUS))).isGreaterThan(.8);
    assertThat(value(evaluate(top, SPURIOUS))).isLessThan(.7);
  }

  @Test
  void theIdenticalClassMetricStandsBesideAndIsCompared() {
    Evidence evidence =
        evaluate(TopInfluences.proponents(10).besideNormal(model(HEALTHY), HEALTHY), SPURIOUS);
    assertThat(evidence.measurements()).hasSize(1);
    assertThat(evidence.context())
        .extracting(measurement -> measurement.quantity())
        .containsExactly(
            "identical class metric, with the signal", "identical class metric, without it");
    assertThat(evidence.notes())
        .anyMatch(note -> note.contains("cause for concern") && note.contains("p = "))
        .anyMatch(note -> note.contains("false alarm"))
        .anyMatch(note -> note.contains("no sign of health"))
        .anyMatch(note -> note.matches(".* training examples carry the signal .* of yes"));
  }

  @Test
  void theTopIsShownInRows() {
    List<Figure> figures = evaluate(TopInfluences.opponents(4), SPURIOUS).figures();
    assertThat(figures).hasSize(6);
    Ranking first = (Ranking) figures.get(0);
    assertThat(first.items()).hasSize(4);
    for (Ranking.Item item : first.items()) {
      int i = Integer.parseInt(item.id().substring("spurious".length()));
      assertThat(item.marked()).isEqualTo(SPURIOUS.label(i) == 1);
    }
  }

  @Test
  void carriersMayBeNamed() {
    int[] some = IntStream.range(0, N).filter(i -> i % 4 == 0).toArray();
    Evidence named = evaluate(TopInfluences.ofMagnitude(5).carriedBy(some), SPURIOUS);
    assertThat(named.notes()).anyMatch(note -> note.startsWith("50 of 200 training examples"));
    assertThat(value(named)).isNotEqualTo(value(evaluate(TopInfluences.ofMagnitude(5), SPURIOUS)));
    assertThatThrownBy(() -> evaluate(TopInfluences.ofMagnitude(5).carriedBy(N), SPURIOUS))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("carriedBy(…) names 200");
  }

  @Test
  void withoutTheSignalRankingsAreOthers() {
    TopInfluences top = TopInfluences.proponents(10).ofAnswers();
    double with = value(evaluate(top, SPURIOUS));
    assertThat(value(evaluate(top.onExamplesAsTheyAre(), SPURIOUS))).isLessThan(with - .2);
  }

  @Test
  void whatDidNotConvergeDecidesNothing() {
    InfluenceEstimator lost =
        new InfluenceEstimator() {
          @Override
          public String name() {
            return "lost";
          }

          @Override
          public InfluenceScores scores(InfluenceContext context, Dataset test) {
            throw new NotConvergedException("a residual of 0.5; give more steps");
          }
        };
    Evidence evidence = evaluate(TopInfluences.ofMagnitude(5).by(lost), SPURIOUS);
    assertThat(evidence.measurements().get(0).estimate()).isInstanceOf(Undetermined.class);
    assertThat(evidence.measurements().get(0).estimate().toString()).contains("give more steps");
  }

  @Test
  void claimsThatCannotFailAreRefused() {
    Dataset none = letters("none", N, 1, k -> false);
    Dataset all = letters("all", N, 1, k -> true);
    Dataset few = letters("few", N, 1, k -> k < 6);
    assertThatThrownBy(() -> evaluate(TopInfluences.ofMagnitude(5), none))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("none of the 200 examples of none carries the signal")
        .hasMessageContaining("as the model saw them");
    assertThatThrownBy(() -> evaluate(TopInfluences.ofMagnitude(5), all))
        .hasMessageContaining("every one of the 200");
    assertThatThrownBy(() -> evaluate(TopInfluences.ofMagnitude(40), few))
        .hasMessageContaining("3 of the examples of few carry the signal")
        .hasMessageContaining("take fewer on top");
  }

  @Test
  void testDataThatDoNotServeAreRefused() {
    Classifier model = model(SPURIOUS);
    TopInfluences top = TopInfluences.ofMagnitude(5);
    assertThatThrownBy(() -> top.evaluate(STAMP, model, SPURIOUS, TEST.first(9), .1, context))
        .hasMessageContaining("has 9 examples");
    assertThatThrownBy(() -> top.evaluate(STAMP, model, SPURIOUS, SPURIOUS.first(50), .1, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("take them out of one of both");
    Dataset clustered =
        Dataset.named("clustered")
            .features(TEST.features())
            .featureNames(TEST.featureNames())
            .labels(TEST.labels())
            .classNames(TEST.classNames())
            .column("writer", IntStream.range(0, TEST.size()).mapToObj(i -> "w" + i / 2).toList())
            .build()
            .clusteredBy("writer");
    assertThatThrownBy(() -> top.evaluate(STAMP, model, SPURIOUS, clustered, .1, context))
        .hasMessageContaining("test.onePerCluster(seed)");
    assertThat(Arrays.stream(TEST.labels()).distinct().count()).isEqualTo(2);
  }
}
