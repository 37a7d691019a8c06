package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.AveragePrecision;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.FalseNegativeRate;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A group that cannot be judged is a finding of that group, and takes no other one with it. */
class GroupsTest {
  private static final int N = 300;
  private static final String NOT_JUDGED = "site=c";

  /**
   * Site c has class 0 alone, and all of it belongs to one household; the first pixel is the label,
   * the second the position in its site.
   */
  private static final Dataset DATA =
      Dataset.named("sites")
          .features(FeatureStore.inMemory(features(), 1, 2, 2))
          .labels(IntStream.range(0, N).map(GroupsTest::label).toArray())
          .column("site", IntStream.range(0, N).mapToObj(i -> "" + "abc".charAt(i % 3)).toList())
          .column(
              "household",
              IntStream.range(0, N).mapToObj(i -> i % 3 == 2 ? "one" : "h" + i / 6).toList())
          .build();

  private static final Dataset GROUPED = DATA.groupedBy("site");

  /** Right everywhere. */
  private static final Classifier APPROVED = wrongInSiteA("approved", 0);

  @TempDir Path folder;

  private static int label(int i) {
    return i % 3 == 2 ? 0 : i / 3 % 2;
  }

  private static float[] features() {
    float[] features = new float[4 * N];
    for (int i = 0; i < N; i++) {
      features[4 * i] = label(i);
      features[4 * i + 1] = i % 3 == 0 ? i / 3 : N;
    }
    return features;
  }

  /** Wrong about the first examples of site a, else right; sees nothing else. */
  private static Classifier wrongInSiteA(String name, int errors) {
    return Models.function(
            name,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(batch::row)
                    .map(x -> (x[0] > 0) == x[1] >= errors)
                    .map(one -> one ? new double[] {.1, .9} : new double[] {.9, .1})
                    .toArray(double[][]::new))
        .emittingProbabilities();
  }

  private RunContext context(boolean update) {
    return RunContext.of(
        new Settings(
            "cpu",
            42,
            Policy.STRICT,
            64L << 20,
            folder,
            folder.resolve("baseline.json"),
            update,
            false,
            Optional.empty()),
        RunSession.isolated());
  }

  private static Verdict judged(Evidence evidence, double tolerance) {
    return Claim.of("as good as before", Bound.upper(tolerance)).judge(evidence, Policy.STRICT);
  }

  private static void assertThatOnlySiteCIsOpen(Verdict verdict) {
    assertThat(verdict.judgements())
        .extracting(j -> j.measurement().slice(), Verdict.Judgement::outcome)
        .containsExactly(
            tuple("overall", Outcome.PASS),
            tuple("site=a", Outcome.PASS),
            tuple("site=b", Outcome.PASS),
            tuple(NOT_JUDGED, Outcome.INCONCLUSIVE));
  }

  static ClassificationMetric[] ofPositives() {
    return new ClassificationMetric[] {
      FalseNegativeRate.ofClass(1), AreaUnderRoc.ofClass(1), AveragePrecision.ofClass(1)
    };
  }

  @ParameterizedTest
  @MethodSource("ofPositives")
  void aGroupWithoutPositivesIsInconclusiveAndTheOthersAreJudged(ClassificationMetric metric) {
    Evidence evidence =
        Regression.in(metric)
            .evaluate(wrongInSiteA("candidate", 2), APPROVED, GROUPED, context(false));

    Verdict verdict = judged(evidence, .4);
    assertThatOnlySiteCIsOpen(verdict);
    assertThat(verdict.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(verdict.acceptable()).isFalse();
    assertThat(verdict.deciding().measurement().slice()).isEqualTo(NOT_JUDGED);
    assertThat(verdict.toDecide(verdict.deciding()))
        .contains("take groups together with .withMerged(…)");
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith(NOT_JUDGED + " was not judged"));
  }

  @Test
  void aGroupThatFailsIsNotHiddenByOneThatCannotBeJudged() {
    Evidence evidence =
        Regression.in(FalseNegativeRate.ofClass(1))
            .evaluate(wrongInSiteA("candidate", 100), APPROVED, GROUPED, context(false));

    Verdict verdict = judged(evidence, .4);
    assertThat(verdict.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(verdict.deciding().measurement().slice()).isEqualTo("site=a");
  }

  @Test
  void thatAGroupCannotBeJudgedMayBeAccepted() {
    Evidence evidence =
        Regression.in(FalseNegativeRate.ofClass(1))
            .evaluate(wrongInSiteA("candidate", 2), APPROVED, GROUPED, context(false));
    assertThat(
            Claim.of("as good as before", Bound.upper(.4))
                .allowingInconclusive("site c has no cases yet")
                .judge(evidence, Policy.STRICT)
                .acceptable())
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("ofPositives")
  void aBaselineKeepsTheGroupsThatHaveAValue(ClassificationMetric metric) {
    for (BaselineRegression<Classifier> regression :
        new BaselineRegression[] {
          BaselineRegression.in(metric), BaselineRegression.in(metric).keepingOutcomes()
        }) {
      regression.evaluate(APPROVED, GROUPED, Optional.of("id"), context(true));
      Evidence evidence =
          regression.evaluate(
              wrongInSiteA("candidate", 2), GROUPED, Optional.of("id"), context(false));

      assertThat(judged(evidence, .45).judgements())
          .extracting(j -> j.measurement().slice(), Verdict.Judgement::outcome)
          .containsExactly(
              tuple("overall", Outcome.PASS),
              tuple("site=a", Outcome.PASS),
              tuple("site=b", Outcome.PASS),
              tuple(NOT_JUDGED, Outcome.INCONCLUSIVE));
    }
  }

  @Test
  void allOfTheDataWithTooFewPositivesAreRefused() {
    Dataset one = GROUPED.where(i -> label(i) == 0 || i == 3, "one case");
    Regression regression = Regression.in(AreaUnderRoc.ofClass(1));
    Classifier candidate = wrongInSiteA("candidate", 2);
    assertThatThrownBy(() -> regression.evaluate(candidate, APPROVED, one, context(false)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("sites, one case: an AUROC needs two examples of 1");
  }

  @Test
  void aGroupOfOneClusterIsInconclusiveAndTheOthersAreJudged() {
    // Four of the one household, as of each other: a household of a hundred would leave all open.
    Dataset data =
        GROUPED
            .where(i -> i % 3 != 2 || i < 12, "four of site c")
            .clusteredBy("household")
            .withClustersOfAtMost(4);
    RunContext context = context(false);
    Classifier candidate = wrongInSiteA("candidate", 2);
    for (Evidence evidence :
        new Evidence[] {
          MetricValue.of(ErrorRate.withDefaults()).evaluate(candidate, data, context),
          Regression.in(BrierScore.withDefaults()).evaluate(candidate, APPROVED, data, context)
        }) {
      Verdict verdict = judged(evidence, 1.2);
      assertThatOnlySiteCIsOpen(verdict);
      assertThat(verdict.toDecide(verdict.deciding())).contains("the single cluster household");
    }
    Evidence agreement = Agreement.with(APPROVED).evaluate(candidate, data, context);
    assertThat(Claim.of("agrees", Bound.lower(.1)).judge(agreement, Policy.STRICT).judgements())
        .extracting(Verdict.Judgement::outcome)
        .containsExactly(Outcome.PASS, Outcome.PASS, Outcome.PASS, Outcome.INCONCLUSIVE);
  }

  /** All of site c are predicted as class 0 without the signal: nothing can send them there. */
  @Test
  void aGroupThatASignalCannotSendIsInconclusiveAndTheOthersAreJudged() {
    Evidence evidence =
        SpuriousReliance.on(PatchTag.of(new float[][] {{N}}).at(1, 1))
            .forClass("0")
            .evaluate(APPROVED, GROUPED, context(false));

    assertThat(judged(evidence, .3).judgements())
        .extracting(j -> j.measurement().slice(), Verdict.Judgement::outcome)
        .extracting(t -> t.toList().get(1))
        .containsExactly(Outcome.PASS, Outcome.PASS, Outcome.PASS, Outcome.INCONCLUSIVE);
  }

  /** The mean over the positives, without a thought for groups that have none. */
  private static final class Careless implements ClassificationMetric {
    @Override
    public String quantity() {
      return "care";
    }

    @Override
    public double[] outcome(double[] probabilities, int label) {
      return new double[] {label};
    }

    @Override
    public Optional<Estimate> value(Outcomes outcomes) {
      Outcomes positives = outcomes.where(i -> outcomes.row(i)[0] > 0);
      return Optional.of(Proportion.of(positives.size() - 1 / positives.size(), outcomes.size()));
    }

    @Override
    public Estimate regression(Outcomes now, Outcomes before) {
      return value(now).orElseThrow();
    }
  }

  @Test
  void aMetricOfOnesOwnThatFailsIsNamedWithItsGroup() {
    Classifier model = wrongInSiteA("candidate", 2);
    String message =
        Careless.class.getName()
            + ".%s(…) failed on "
            + NOT_JUDGED
            + " (n = %d): %s; where outcomes";
    int n = N / 3;
    String cause = "java.lang.ArithmeticException: / by zero";
    assertThatThrownBy(
            () -> MetricValue.of(new Careless()).evaluate(model, GROUPED, context(false)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(message.formatted("value", n, cause))
        .hasCauseInstanceOf(ArithmeticException.class);
    assertThatThrownBy(
            () -> Regression.in(new Careless()).evaluate(model, APPROVED, GROUPED, context(false)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(message.formatted("regression", n, cause));
  }
}
