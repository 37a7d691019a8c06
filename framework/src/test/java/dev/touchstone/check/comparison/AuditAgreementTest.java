package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Undetermined;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditAgreementTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Says "yes" with the probability that is its input. */
  private final Classifier model = ofClasses(2);

  private static Classifier ofClasses(int classes) {
    return Models.function(
            "reader",
            "1",
            batch -> {
              double[][] output = new double[batch.rows()][classes];
              for (int i = 0; i < output.length; i++) {
                output[i][1] = batch.row(i)[0];
                output[i][0] = 1 - output[i][1];
              }
              return output;
            })
        .emittingProbabilities();
  }

  private static Dataset six(String... classes) {
    return Dataset.named("audit")
        .features(FeatureStore.inMemory(new float[] {0.25f, 0.75f, 0.125f, 0.875f, 1, 0}, 1))
        .ids(List.of("a", "b", "c", "d", "e", "f"))
        .labels(0, 1, 1, 0, 1, 0)
        .classNames(List.of(classes))
        .column("sex", List.of("f", "f", "f", "m", "m", "m"))
        .column("household", List.of("1", "1", "2", "2", "3", "3"))
        .build();
  }

  /** Of these c and d are answered otherwise; the expert is less sure of c. */
  private static AuditSet sure(Dataset of, double... confidence) {
    return AuditSet.of(of)
        .annotatedBy(
            Annotations.of(List.of("x"), new double[][] {{0}, {1}, {0}, {1}, {0}, {1}})
                .withConfidence(confidence));
  }

  @Test
  void whatTheExpertIsSureOfCountsForMore() {
    AuditSet audit = sure(six("no", "yes"), 1, 1, 0.2, 0.8, 1, 0.5).groupedBy("sex");
    Evidence evidence = AuditAgreement.with(audit).evaluate(model, context);

    assertThat(evidence.measurements())
        .extracting(m -> m.quantity() + " " + m.slice(), m -> m.estimate().value())
        .containsExactly(
            tuple("agreement with the expert overall", 3.5 / 4.5),
            tuple("agreement with the expert sex=f", 2 / 2.2),
            tuple("agreement with the expert sex=m", 1.5 / 2.3));
    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(
            BoundedMean.weighted(
                    new double[] {1, 1, 0, 0, 1, 1}, new double[] {1, 1, 0.2, 0.8, 1, 0.5}, 1, 0, 1)
                .interval(0.95));
    assertThat(evidence.context())
        .extracting(m -> m.quantity() + " " + m.slice(), m -> m.estimate().toString())
        .containsExactly(
            tuple("agreement, all counted alike overall", "4/6"),
            tuple("agreement, all counted alike sex=f", "2/3"),
            tuple("agreement, all counted alike sex=m", "2/3"));
    assertThat(evidence.provenance().settings())
        .containsEntry("audit sha256", audit.sha256())
        .containsEntry("weighed by", "the expert's confidence");
  }

  @Test
  void anExpertWhoIsSureOfAllHasARate() {
    Evidence evidence = AuditAgreement.with(AuditSet.of(six("no", "yes"))).evaluate(model, context);

    assertThat(evidence.measurements().get(0).estimate()).hasToString("4/6");
    assertThat(evidence.context()).isEmpty();
  }

  @Test
  void theDisagreementsOfWhichTheExpertIsMostSureComeFirst() {
    Evidence evidence =
        AuditAgreement.with(sure(six("no", "yes"), 1, 1, 0.25, 0.75, 1, 0.5).groupedBy("sex"))
            .evaluate(model, context);

    assertThat(evidence.worst()).extracting(Finding::subject).containsExactly("d", "c");
    assertThat(evidence.worst().get(0).facts())
        .isEqualTo(
            Map.of("predicted", "yes (0.875)", "by the expert", "no (sure to 0.75)", "sex", "m"));
  }

  /** Of a weighed 2.5 the larger part is "no". */
  @Test
  void aGuessNamesWhatTheExpertIsMostSureOf() {
    Evidence evidence =
        AuditAgreement.with(sure(six("no", "yes"), 1, 0.5, 0.5, 1, 0, 0)).evaluate(model, context);

    assertThat(evidence.measurements().get(0).guess().orElseThrow())
        .hasToString("Guess[answer=always answering \"no\", value=%s]".formatted(2 / 3.0));
  }

  @Test
  void householdsAreWhatIsIndependent() {
    AuditSet audit =
        sure(
            six("no", "yes").clusteredBy("household").withClustersOfAtMost(2),
            1,
            1,
            0.2,
            0.8,
            1,
            0.5);
    Evidence evidence = AuditAgreement.with(audit).evaluate(model, context);

    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(
            BoundedMean.weightedInClusters(
                    new double[] {1, 1, 0, 0, 1, 1},
                    new double[] {1, 1, 0.2, 0.8, 1, 0.5},
                    1,
                    new int[] {0, 0, 1, 1, 2, 2},
                    2,
                    0,
                    1)
                .interval(0.95));
  }

  @Test
  void aGroupOfWhichTheExpertIsSureOfNothingIsUndetermined() {
    Evidence evidence =
        AuditAgreement.with(sure(six("no", "yes"), 1, 1, 1, 0, 0, 0).groupedBy("sex"))
            .evaluate(model, context);

    assertThat(evidence.measurements().get(2).estimate()).isInstanceOf(Undetermined.class);
    assertThat(evidence.measurements().get(1).estimate().value()).isEqualTo(2 / 3.0);
  }

  @Test
  void aClassWithoutAnExampleIsSaid() {
    Evidence evidence =
        AuditAgreement.with(AuditSet.of(six("no", "yes", "perhaps")))
            .evaluate(ofClasses(3), context);

    assertThat(evidence.warnings())
        .containsExactly(
            new Warning(
                Warning.CLASS_NOT_AUDITED,
                "the audit set has no example of \"perhaps\": how the model answers these, and"
                    + " whether it takes others for them rightly, is not known; annotate some"));
  }

  @Test
  void anotherConfidenceIsAnotherEvaluation() {
    Dataset data = six("no", "yes");
    Evidence first = AuditAgreement.with(sure(data, 1, 1, 1, 1, 1, 0.5)).evaluate(model, context);
    Evidence other = AuditAgreement.with(sure(data, 1, 1, 0.5, 1, 1, 1)).evaluate(model, context);

    assertThat(first.measurements().get(0).estimate().value()).isEqualTo(3.5 / 5.5);
    assertThat(other.measurements().get(0).estimate().value()).isEqualTo(4 / 5.5);
  }

  @Test
  void anAuditOfOneClassIsRefused() {
    AuditSet audit = AuditSet.of(six("no", "yes").select(new int[] {0, 3, 5}, "three"));
    assertThatThrownBy(() -> AuditAgreement.with(audit).evaluate(model, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "every example of the audit set audit, three is labelled \"no\"; a constant answer"
                + " would agree with it, so that agreement shows nothing. Audit examples of other"
                + " classes, too");
  }

  @Test
  void tooFewExamplesAreKnownBeforeAModelRuns() {
    AuditSet audit = AuditSet.of(six("no", "yes"));
    // Six of six: the lower limit of Clopper and Pearson is .025^(1/6) = .5407.
    assertThat(AuditAgreement.with(audit).lack(0.55, 0.95).orElseThrow().text())
        .isEqualTo(
            "6 audit examples (overall) cannot show an agreement of at least 0.55, whatever the"
                + " model answers: if it agreed on all of them, 0.5407 would be shown; annotate"
                + " more examples, or claim less");
    assertThat(AuditAgreement.with(audit).lack(0.5, 0.95)).isEmpty();
  }
}
