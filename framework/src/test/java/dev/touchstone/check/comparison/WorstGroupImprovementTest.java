package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Feature 0 is what the first model says, feature 1 what the second does. */
class WorstGroupImprovementTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final WorstGroupImprovement<Classifier> check =
      WorstGroupImprovement.in(ErrorRate.withDefaults());
  private final Classifier before = saying(0);
  private final Classifier after = saying(1);

  private static Classifier saying(int feature) {
    return Models.function(
            "model " + feature,
            "1",
            batch -> {
              double[][] output = new double[batch.rows()][];
              for (int i = 0; i < output.length; i++) {
                double yes = batch.row(i)[feature];
                output[i] = new double[] {1 - yes, yes};
              }
              return output;
            })
        .emittingProbabilities();
  }

  /** Groups of 100, of which the first so many are wrong. */
  private static Dataset data(int[] wrongBefore, int[] wrongAfter) {
    return data(first(wrongBefore), first(wrongAfter));
  }

  private static boolean[][] first(int[] counts) {
    return Arrays.stream(counts)
        .mapToObj(
            count -> {
              boolean[] wrong = new boolean[100];
              Arrays.fill(wrong, 0, count, true);
              return wrong;
            })
        .toArray(boolean[][]::new);
  }

  private static Dataset data(boolean[][] wrongBefore, boolean[][] wrongAfter) {
    int size = wrongBefore[0].length;
    int n = wrongBefore.length * size;
    float[] said = new float[n * 2];
    int[] labels = new int[n];
    List<String> names = new ArrayList<>();
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int group = i / size;
      labels[i] = i % 2;
      said[2 * i] = answer(labels[i], wrongBefore[group][i % size]);
      said[2 * i + 1] = answer(labels[i], wrongAfter[group][i % size]);
      names.add("abcd".substring(group, group + 1));
      pairs.add(Integer.toString(i % size));
    }
    return Dataset.named("groups")
        .features(FeatureStore.inMemory(said, 2))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("group", names)
        .column("pair", pairs)
        .build()
        .groupedBy("group");
  }

  /** The probability of class 1. */
  private static float answer(int label, boolean wrong) {
    return wrong == (label == 1) ? .2f : .8f;
  }

  private static Measurement of(Evidence evidence, String slice) {
    return evidence.measurements().stream()
        .filter(m -> m.slice().equals("group = " + slice) || m.slice().endsWith(slice))
        .findFirst()
        .orElseThrow();
  }

  /** .40 before; .10 and .05 after. */
  @Test
  void everyGroupIsHeldAgainstTheWorstOneBefore() {
    Evidence evidence =
        check.evaluate(after, before, data(new int[] {5, 40}, new int[] {10, 5}), context);

    assertThat(evidence.measurements()).hasSize(2);
    assertThat(of(evidence, "a").estimate().value()).isCloseTo(.30, within(1e-12));
    assertThat(of(evidence, "b").estimate().value()).isCloseTo(.35, within(1e-12));
    assertThat(evidence.notes())
        .anyMatch(note -> note.startsWith("worst before: ") && note.contains("worst after: "));
  }

  /** By the paired interval at half the error probability, as two groups may have been worst. */
  @Test
  void theWorstGroupItselfIsPaired() {
    Dataset data = data(new int[] {5, 40}, new int[] {5, 5});
    Interval measured =
        of(check.evaluate(after, before, data, context), "b").estimate().interval(.95);

    Evidence paired =
        Regression.in(ErrorRate.withDefaults()).evaluate(before, after, data, context);
    Interval alone = of(paired, "b").estimate().interval(.975);
    assertThat(measured.lower()).isCloseTo(alone.lower(), within(1e-9));
  }

  @Test
  void aRepairThatOnlyMovesTheErrorsIsNone() {
    Evidence evidence =
        check.evaluate(after, before, data(new int[] {5, 40}, new int[] {40, 5}), context);

    assertThat(of(evidence, "a").estimate().value()).isCloseTo(0, within(1e-12));
    assertThat(of(evidence, "a").estimate().interval(.95).lower()).isLessThan(0);
    assertThat(of(evidence, "a").estimate().interval(.95).upper()).isGreaterThan(0);
  }

  /**
   * Models draw their errors at random, and the true gain lies at the tolerance: of two groups one
   * may be far worse than the other, before or after, or none. Either wrong verdict is rare.
   */
  @ParameterizedTest
  @CsvSource({".6 .6, .4 .4", ".6 .1, .4 0", ".6 .1, .1 .4", ".6 .6, .4 0"})
  void eitherWrongVerdictIsRare(String ratesBefore, String ratesAfter) {
    Random random = new Random((ratesBefore + ratesAfter).hashCode());
    Claim claim = Claim.of("better by a fifth", Bound.lower(.2));
    int draws = 200;
    int passed = 0;
    int failed = 0;
    for (int draw = 0; draw < draws; draw++) {
      Dataset data = data(drawn(ratesBefore, random), drawn(ratesAfter, random));
      Outcome outcome =
          claim.judge(check.evaluate(after, before, data, context), Policy.STRICT).outcome();
      passed += outcome == Outcome.PASS ? 1 : 0;
      failed += outcome == Outcome.FAIL ? 1 : 0;
    }
    // Measured: 0 to 3 of 250. Allowed are three standard errors more than 2.5 %.
    double most = .025 + 3 * Math.sqrt(.025 * .975 / draws);
    assertThat(passed / (double) draws).isLessThan(most);
    assertThat(failed / (double) draws).isLessThan(most);
  }

  /** Of each example of groups of 24, whether it is wrong, at a rate. */
  private static boolean[][] drawn(String rates, Random random) {
    return Arrays.stream(rates.split(" "))
        .map(
            rate -> {
              boolean[] wrong = new boolean[24];
              for (int i = 0; i < wrong.length; i++) {
                wrong[i] = random.nextDouble() < Double.parseDouble(rate);
              }
              return wrong;
            })
        .toArray(boolean[][]::new);
  }

  @Test
  void whatHasNoGroupsIsRefused() {
    Dataset data = data(new int[] {5, 40}, new int[] {40, 5});

    assertThatThrownBy(() -> check.evaluate(after, before, data.groupedBy(), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is not grouped, and the worst group's error rate is one of several");
    assertThatThrownBy(() -> check.evaluate(before, before, data, context))
        .hasMessageContaining("give the repaired model, and the one that it was made of");
    assertThatThrownBy(
            () ->
                check.evaluate(
                    after, before, data.clusteredBy("pair").withClustersOfAtMost(2), context))
        .hasMessageContaining("which are not independent then");
  }
}
