package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.facts.Comparison;
import dev.touchstone.metric.Accuracy;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.Recall;
import dev.touchstone.model.ModelSource;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The p-values are scipy's: {@code binom.sf(wrong - 1, 400, .15)}. */
class MultiLabelAssertionTest {
  private static final int N = 400;
  private static final List<String> LABELS = List.of("toxic", "obscene", "threat");
  private static final MultiLabelModel MODEL =
      source("1").emittingProbabilitiesOf("toxic", "obscene", "threat");

  /** Answers each label by the feature at its place. */
  private static ModelSource source(String version) {
    return Models.function(
        "comments",
        version,
        batch ->
            IntStream.range(0, batch.rows())
                .mapToObj(i -> new double[] {batch.row(i)[0], batch.row(i)[1], batch.row(i)[2]})
                .toArray(double[][]::new));
  }

  /** Data on which the model is wrong so many times about each label. */
  private static MultiLabelDataset wrong(int... times) {
    float[] said = new float[3 * N];
    int[][] labels = new int[N][3];
    for (int i = 0; i < N; i++) {
      for (int label = 0; label < 3; label++) {
        labels[i][label] = i % 2;
        // No two examples are alike.
        said[3 * i + label] = ((i % 2 == 1) == (i < times[label]) ? 0.1f : 0.9f) + i * 1e-6f;
      }
    }
    Dataset examples =
        Dataset.named("comments.csv")
            .features(FeatureStore.inMemory(said, 3))
            .labels(new int[N])
            .classNames(List.of("a", "b"))
            .column(
                "language", IntStream.range(0, N).mapToObj(i -> i % 4 < 2 ? "de" : "en").toList())
            .build();
    return MultiLabelDataset.of(examples, LABELS, labels);
  }

  private static Verdict failed(Runnable claim) {
    return catchThrowableOfType(ModelAssertionError.class, claim::run).verdict();
  }

  @Test
  void whatIsShownOfEveryLabelPasses() {
    Verdict verdict = assertErrorRateWithin(MODEL, wrong(20, 30, 40), 0.15);

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.evidence().measurements())
        .extracting(Measurement::slice)
        .containsExactly("label toxic", "label obscene", "label threat");
    assertThat(verdict.evidence().measurements())
        .extracting(measured -> measured.estimate().value())
        .containsExactly(0.05, 0.075, 0.1);
    assertThat(verdict.evidence().provenance().texts().model())
        .containsEntry("label", "each of 3: toxic, obscene, threat");
  }

  @Test
  void oneLabelFailsAfterHolmsCorrectionOverAll() {
    Verdict verdict = failed(() -> assertErrorRateWithin(MODEL, wrong(20, 30, 84), 0.15));

    assertThat(verdict.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(verdict.deciding().measurement().slice()).isEqualTo("label threat");
    assertThat(verdict.deciding().inWords()).startsWith("label threat: 21 % of examples");
    assertThat(verdict.pValue()).isCloseTo(3 * 0.0008036991199148414, within(1e-12));
    assertThat(verdict.evidence().worst())
        .extracting(finding -> finding.facts().get("of label"))
        .startsWith("toxic", "obscene", "threat", "toxic");
  }

  /** 77 of 400 refute a claim of this label alone, at .0123, and not among three, at .0369. */
  @Test
  void whatRefutesOneLabelAloneDoesNotRefuteAll() {
    MultiLabelDataset data = wrong(20, 30, 77);

    Verdict all = failed(() -> assertErrorRateWithin(MODEL, data, 0.15));
    Verdict alone =
        failed(() -> assertErrorRateWithin(MODEL.ofLabel("threat"), data.ofLabel("threat"), 0.15));

    assertThat(alone.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(alone.pValue()).isCloseTo(0.012287159323886385, within(1e-12));
    assertThat(all.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(all.pValue()).isCloseTo(3 * 0.012287159323886385, within(1e-12));
    assertThat(all.deciding().isRefutedAlone()).isTrue();
  }

  @Test
  void groupsAreGroupsOfEachLabel() {
    Verdict verdict =
        assertMetric(MODEL, wrong(0, 4, 8).groupedBy("language"), Recall.ofClass(1), atLeast(0.85));

    assertThat(verdict.evidence().measurements())
        .extracting(Measurement::slice)
        .contains("label toxic", "language=de, label threat", "language=en, label obscene");
    assertThat(
            verdict
                .evidence()
                .provenance()
                .data()
                .dependOn("language=de, label threat", "language"))
        .isTrue();
  }

  @Test
  void gapsAndCalibrationAreOfEachLabel() {
    Verdict gap =
        assertThatModel(MODEL)
            .on(wrong(0, 4, 8).groupedBy("language"))
            .hasGapBetweenGroups(Accuracy.withDefaults(), atMost(0.12));
    Verdict calibrated = assertThatModel(MODEL).on(wrong(40, 40, 40)).isCalibratedWithin(0.06);

    assertThat(gap.judgements()).hasSize(6);
    assertThat(calibrated.judgements()).hasSize(3);
  }

  @Test
  void aCandidateIsHeldToTheApprovedModelLabelByLabel() {
    MultiLabelModel same = source("2").emittingProbabilitiesOf("toxic", "obscene", "threat");

    Verdict verdict =
        assertThatModel(MODEL)
            .on(wrong(20, 30, 40))
            .hasNotRegressedFrom(same, ErrorRate.withDefaults(), atMost(0.05));

    assertThat(verdict.judgements()).hasSize(3);
    assertThat(verdict.evidence().provenance().comparisons())
        .extracting(Comparison::role)
        .containsExactly(Comparison.Role.APPROVED);
  }

  /** Names decide, not places. */
  @Test
  void dataMayNameTheLabelsInAnotherOrder() {
    MultiLabelDataset data = wrong(20, 20, 120);
    int[][] turned = new int[N][3];
    for (int i = 0; i < N; i++) {
      for (int label = 0; label < 3; label++) {
        turned[i][2 - label] = data.ofLabel(LABELS.get(label)).label(i);
      }
    }
    List<String> names = new ArrayList<>(LABELS);
    Collections.reverse(names);
    MultiLabelDataset other = MultiLabelDataset.of(data.ofLabel("toxic"), names, turned);

    Verdict verdict = failed(() -> assertErrorRateWithin(MODEL, other, 0.15));

    assertThat(verdict.deciding().measurement().slice()).isEqualTo("label threat");
  }

  @Test
  void otherLabelsAreRefused() {
    MultiLabelModel two = source("1").emittingProbabilitiesOf("toxic", "insult", "threat");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertErrorRateWithin(two, wrong(1, 1, 1), 0.15))
        .withMessageStartingWith(
            "comments has the labels [toxic, insult, threat], and comments.csv has [toxic, obscene,"
                + " threat]; name the same of both");
  }

  @Test
  void whatIsRefusedNamesTheLabel() {
    MultiLabelDataset never =
        MultiLabelDataset.of(wrong(1, 1, 1).ofLabel("toxic"), LABELS, new int[N][3]);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertErrorRateWithin(MODEL, never, 0.15))
        .withMessageStartingWith("label toxic: ");
  }

  @Test
  void aToleranceThatEveryModelKeepsIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertMetric(MODEL, wrong(1, 1, 1), Recall.ofClass(1), atLeast(0)))
        .withMessageContaining("every model keeps the tolerance");
  }
}
