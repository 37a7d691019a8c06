package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertExplanationsAgree;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtLeast;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A scorecard that somebody wrote as code: no file, no gradients, and yet whoever is refused has to
 * be told the principal reasons (12 CFR 1002.9(b)(2)). KernelShap asks the function itself.
 */
@ModelTest
class RefusalReasonsTest {
  /** How many earlier applications stand for the usual one. */
  private static final int USUAL = 20;

  /** What is explained: the points towards a refusal. */
  private static final Quantity POINTS = Quantity.ofClass(1);

  @ModelUnderTest
  static Classifier scorecard =
      Models.function("scorecard", "2026-11", RefusalReasonsTest::points).emittingMargin();

  /** The same in steps of a twentieth, as the branches know it: a table on paper. */
  static Classifier onPaper =
      Models.function("scorecard on paper", "2026-11", RefusalReasonsTest::rounded)
          .emittingMargin();

  @DatasetUnderTest(
      value = "classpath:data/hmda/train.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset earlier;

  @DatasetUnderTest(
      value = "classpath:data/hmda/test.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset test;

  /** Debt beside income, history, and what is lent beside what the house is worth. */
  private static double[][] points(Tensor applications) {
    double[][] points = new double[applications.rows()][];
    for (int i = 0; i < points.length; i++) {
      float[] row = applications.row(i);
      double debt = 8 * (row[0] - 0.33);
      double history = 0.4 * (row[3] - 1) + 0.2 * (row[4] - 1);
      double loan = row[2] > 0.8 ? 3 * (row[2] - 0.8) * (1 + 5 * Math.max(0, row[0] - 0.36)) : 0;
      points[i] = new double[] {debt + history + loan - 2};
    }
    return points;
  }

  private static double[][] rounded(Tensor applications) {
    double[][] points = points(applications);
    for (double[] row : points) {
      row[0] = Math.rint(20 * row[0]) / 20;
    }
    return points;
  }

  /** What the scorecard gives applicants more than it gives those before them, by column. */
  private static Attribution reasons(AttributionMethod method, int... applicants) {
    return method.attribute(scorecard, test.inputs(applicants), POINTS, RunContext.current());
  }

  private static KernelShap shares() {
    return KernelShap.against(earlier.sample(USUAL, 1));
  }

  private static int[] refused() {
    double[][] points = points(test.batch(0, test.size()));
    return IntStream.range(0, points.length).filter(i -> points[i][0] > 0).limit(20).toArray();
  }

  private static List<String> largest(Attribution reasons, int applicant, int number) {
    double[] shares = reasons.maps()[applicant];
    return IntStream.range(0, shares.length)
        .boxed()
        .sorted(Comparator.comparingDouble(column -> -shares[column]))
        .limit(number)
        .map(reasons.columns()::get)
        .toList();
  }

  @Test
  void everyRefusalHasReasonsThatAddUpToItsPoints() {
    int[] refused = refused();
    assertThat(refused).hasSize(20);
    double[][] before = points(earlier.sample(USUAL, 1).batch(0, USUAL));
    double usual = Arrays.stream(before).mapToDouble(row -> row[0]).average().orElseThrow();

    Attribution reasons = reasons(shares(), refused);

    double[][] points = points(test.batch(refused));
    for (int i = 0; i < refused.length; i++) {
      assertThat(Arrays.stream(reasons.maps()[i]).sum())
          .isEqualTo(points[i][0] - usual, within(1e-9));
    }
  }

  @Test
  void thePrincipalReasonsAreAmongThoseThatTheScorecardKnows() {
    int[] refused = refused();
    Attribution reasons = reasons(shares(), refused);

    for (int i = 0; i < refused.length; i++) {
      assertThat(largest(reasons, i, 2)).isSubsetOf("pirat", "lvrat", "chist", "mhist");
    }
  }

  /** The scorecard does not look at it, so that its share is 0 to the last digit. */
  @Test
  void whetherSomeoneIsSingleIsNoReason() {
    Attribution reasons = reasons(shares(), refused());
    int single =
        IntStream.range(0, reasons.columns().size())
            .filter(column -> reasons.columns().get(column).startsWith("single"))
            .findFirst()
            .orElseThrow();

    for (double[] shares : reasons.maps()) {
      assertThat(shares[single]).isEqualTo(0, within(1e-12));
    }
  }

  /** The letter names two reasons: what is owed, and how earlier loans were paid back. */
  @Test
  void columnsThatTheLetterNamesTogetherAreExplainedTogether() {
    KernelShap together =
        shares().grouping(FeatureGroups.ofColumns(Map.of("history", List.of("chist", "mhist"))));
    int applicant = refused()[0];

    double[] apart = reasons(shares(), applicant).maps()[0];
    double[] grouped = reasons(together, applicant).maps()[0];

    // History adds to the rest, so that playing together changes nothing but how it is divided.
    assertThat(grouped[3] + grouped[4]).isEqualTo(apart[3] + apart[4], within(1e-9));
    assertThat(grouped[3]).isEqualTo(grouped[4]);
  }

  /** More alike than a regression that was fitted to the same decisions, which has others. */
  @Test
  void onPaperTheReasonsAreTheSame(
      @ModelUnderTest(value = "classpath:models/hmda-logistic.onnx", outputs = LOGITS)
          Classifier regression) {
    assertExplanationsAgree(
        onPaper,
        scorecard,
        test,
        shares(),
        HealthyModels.of(regression),
        excessSimilarityAtLeast(0.1));
  }
}
