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
import dev.touchstone.evidence.Guess;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueAgreementTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Says its input. */
  private final Regressor model =
      Models.function("echo", "1", batch -> rows(batch.rows(), i -> new double[] {batch.row(i)[0]}))
          .emittingValues();

  /** Says its input, and that it may be 3 less or 1 more. */
  private final Regressor sure =
      Models.function(
              "sure",
              "1",
              batch ->
                  rows(
                      batch.rows(),
                      i -> {
                        double x = batch.row(i)[0];
                        return new double[] {x - 3, x, x + 1};
                      }))
          .emittingIntervals();

  private interface Row {
    double[] of(int i);
  }

  private static double[][] rows(int n, Row row) {
    double[][] rows = new double[n][];
    Arrays.setAll(rows, row::of);
    return rows;
  }

  /** The model is off by 0, 2, −2, 2.5, −4 and 1. */
  private static Dataset six() {
    return Dataset.named("audit")
        .features(FeatureStore.inMemory(new float[] {10, 12, 8, 22.5f, 26, 41}, 1))
        .ids(List.of("a", "b", "c", "d", "e", "f"))
        .values(new double[] {10, 10, 10, 20, 30, 40}, "DM")
        .column("sex", List.of("f", "f", "f", "m", "m", "m"))
        .build();
  }

  private static AuditSet audit(double... confidence) {
    return AuditSet.of(six())
        .annotatedBy(
            Annotations.of(List.of("x"), new double[][] {{0}, {1}, {0}, {1}, {0}, {1}})
                .withConfidence(confidence));
  }

  @Test
  void agreesWhereItIsOffByAtMostTheDistance() {
    AuditSet audit = audit(1, 1, 0.2, 0.8, 1, 0.5).groupedBy("sex");
    Evidence evidence = ValueAgreement.within(2, audit).evaluate(model, context);

    assertThat(evidence.measurements())
        .extracting(m -> m.quantity() + " " + m.slice(), m -> m.estimate().value())
        .containsExactly(
            tuple("agreement with the expert overall", 2.7 / 4.5),
            tuple("agreement with the expert sex=f", 1.0),
            tuple("agreement with the expert sex=m", 0.5 / 2.3));
    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(
            BoundedMean.weighted(
                    new double[] {1, 1, 1, 0, 0, 1}, new double[] {1, 1, 0.2, 0.8, 1, 0.5}, 1, 0, 1)
                .interval(0.95));
    assertThat(evidence.worst())
        .containsExactly(
            new Finding(
                "e",
                Map.of("predicted", "26 DM", "by the expert", "30 DM (sure to 1)", "sex", "m")),
            new Finding(
                "d",
                Map.of(
                    "predicted", "22.5 DM", "by the expert", "20 DM (sure to 0.8)", "sex", "m")));
  }

  /** From 10 to 10 three of six, which no window of width 4 exceeds. */
  @Test
  void besideStandsTheValueThatAgreesMostOften() {
    Evidence evidence = ValueAgreement.within(2, AuditSet.of(six())).evaluate(model, context);

    assertThat(evidence.measurements().get(0).guess())
        .contains(new Guess("always answering 10 DM", 0.5));
    Evidence wide = ValueAgreement.within(5, AuditSet.of(six())).evaluate(model, context);
    assertThat(wide.measurements().get(0).guess())
        .contains(new Guess("always answering 15 DM", 4 / 6.0));
  }

  /** The expert's 10, 10, 10, 20, 30 and 40 beside 7-11, 9-13, 5-9, 19.5-23.5, 23-27, 38-42. */
  @Test
  void agreesWhereTheIntervalHoldsTheExpertsValue() {
    Evidence evidence = ValueAgreement.inIntervals(AuditSet.of(six())).evaluate(sure, context);

    assertThat(evidence.measurements().get(0).estimate().value()).isEqualTo(4 / 6.0);
    assertThat(evidence.measurements().get(0).guess()).isEmpty();
    assertThat(evidence.worst())
        .extracting(finding -> finding.facts().get("predicted"))
        .containsExactly("23 DM to 27 DM", "5 DM to 9 DM");
  }

  @Test
  void whatCannotBeAskedIsRefused() {
    AuditSet audit = AuditSet.of(six());
    assertThatThrownBy(() -> ValueAgreement.within(0, audit))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("off by at most a distance above 0, and 0.0 was given; say how far");
    assertThatThrownBy(() -> ValueAgreement.inIntervals(audit).evaluate(model, context))
        .hasMessageContaining("echo gives no intervals")
        .hasMessageContaining("declare outputs = INTERVALS if it does");
    AuditSet alike = AuditSet.of(six().where(i -> i < 3, "first"));
    assertThatThrownBy(() -> ValueAgreement.within(1, alike).evaluate(model, context))
        .hasMessageContaining("the expert says 10 of every example");
    AuditSet ofClasses =
        AuditSet.of(
            Dataset.named("classes")
                .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
                .labels(0, 1)
                .classNames(List.of("no", "yes"))
                .build());
    assertThatThrownBy(() -> ValueAgreement.within(1, ofClasses))
        .hasMessageContaining("has classes, of which a regressor says nothing");
  }
}
