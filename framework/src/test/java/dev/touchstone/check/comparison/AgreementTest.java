package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ClusteredProportion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Each says class 1 with the probability that stands in a column of its own. */
  private final Classifier reference = byColumn("reference", 0);

  private final Classifier model = byColumn("model", 1);

  private static Classifier byColumn(String name, int column) {
    return Models.function(name, "1", batch -> probabilities(batch, column))
        .emittingProbabilities();
  }

  private static double[][] probabilities(Tensor batch, int column) {
    double[][] output = new double[batch.rows()][];
    for (int i = 0; i < output.length; i++) {
      double p = batch.row(i)[column];
      output[i] = new double[] {1 - p, p};
    }
    return output;
  }

  private static Dataset data(float... referenceThenModel) {
    return Dataset.named("six")
        .features(FeatureStore.inMemory(referenceThenModel, 2))
        .ids(List.of("a", "b", "c", "d", "e", "f"))
        .labels(1, 1, 0, 0, 1, 0)
        .classNames(List.of("no", "yes"))
        .column("sex", List.of("f", "f", "f", "m", "m", "m"))
        .column("household", List.of("1", "1", "2", "2", "3", "3"))
        .build();
  }

  // They disagree on a (by 0.5), d (by 0.25) and e (by 0.75). The reference is wrong on d; the
  // model on a and e.
  private static final Dataset SIX =
      data(0.75f, 0.25f, 0.75f, 1, 0.25f, 0.25f, 0.625f, 0.375f, 0.875f, 0.125f, 0, 0.125f);

  @Test
  void examplesOfOneMindAreCountedOverallAndPerGroup() {
    Evidence evidence = Agreement.with(reference).evaluate(model, SIX.groupedBy("sex"), context);
    assertThat(evidence.measurements())
        .extracting(m -> m.quantity() + " " + m.slice(), m -> m.estimate().toString())
        .containsExactly(
            tuple("agreement overall", "3/6"),
            tuple("agreement sex=f", "2/3"),
            tuple("agreement sex=m", "1/3"));
  }

  @Test
  void bothErrorRatesTheNegativeFlipsAndTheChangeStandBesideIt() {
    Evidence evidence = Agreement.with(reference).evaluate(model, SIX, context);
    assertThat(evidence.context())
        .extracting(m -> m.quantity(), m -> m.estimate().value())
        .containsExactly(
            tuple("error rate", 2.0 / 6),
            tuple("error rate of the reference", 1.0 / 6),
            tuple("negative-flip rate", 2.0 / 6),
            tuple("mean change of probability", (0.5 + 0.25 + 0 + 0.25 + 0.75 + 0.125) / 6));
  }

  @Test
  void disagreementsWithTheLargestChangeComeFirst() {
    Evidence evidence = Agreement.with(reference).evaluate(model, SIX.groupedBy("sex"), context);
    assertThat(evidence.worst()).extracting(Finding::subject).containsExactly("e", "a", "d");
    assertThat(evidence.worst().get(0).facts())
        .isEqualTo(
            Map.of(
                "predicted", "no (0.875)",
                "by the reference", "yes (0.875)",
                "label", "yes",
                "sex", "m"));
    assertThat(evidence.notes())
        .containsExactly("no probability changes by more than 0.75 (example e)");
  }

  @Test
  void clusteredExamplesGetAnIntervalOverClusters() {
    Evidence evidence =
        Agreement.with(reference)
            .evaluate(model, SIX.clusteredBy("household").withClustersOfAtMost(2), context);
    // Of the households 1, 2 and 3 one example each agrees.
    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(
            ClusteredProportion.of(new int[] {1, 1, 1}, new int[] {2, 2, 2}, 2).interval(0.95));
  }

  @Test
  void aReferenceThatAlwaysSaysTheSameIsRefused() {
    Dataset data = data(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0);
    assertThatThrownBy(() -> Agreement.with(reference).evaluate(model, data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "reference predicts the same class for every example of six; a constant would agree"
                + " with it, so that agreement shows nothing");
  }

  @Test
  void aModelThatIsTheReferenceItselfIsRefused() {
    Classifier again = byColumn("reference", 0);
    assertThatThrownBy(() -> Agreement.with(reference).evaluate(again, SIX, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "reference and reference are the same model (SHA-256 "
                + reference.sha256()
                + "), and nothing is compared; give the model and its reference their own files");
  }

  @Test
  void inPlaceOfAnotherFileItIsTheReferenceItself() {
    Classifier replaced =
        Models.function("v2", "1", batch -> probabilities(batch, 0))
            .inPlaceOf("v1.onnx")
            .emittingProbabilities();
    Classifier plain =
        Models.function("v2", "1", batch -> probabilities(batch, 0)).emittingProbabilities();
    assertThatThrownBy(() -> Agreement.with(plain).evaluate(replaced, SIX, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("v2 and v2 are the same model (SHA-256 ");
    assertThatThrownBy(() -> Agreement.with(replaced).evaluate(plain, SIX, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("v2 and v2 are the same model (SHA-256 ");
  }

  @Test
  void theSameFileBehindOtherPreprocessingIsAnotherModel() {
    Classifier halved =
        Models.function("reference", "1", batch -> probabilities(batch, 0))
            .normalising(new double[] {0, 0}, new double[] {2, 2})
            .emittingProbabilities();
    Evidence evidence = Agreement.with(reference).evaluate(halved, SIX, context);
    // Of the reference's 0.75, 0.75, 0.25, 0.625, 0.875 and 0 no half is above 0.5.
    assertThat(evidence.measurements().get(0).estimate()).hasToString("2/6");
    assertThat(evidence.notes())
        .contains(
            "both models come from one file, and differ in normalisation: SHA-256 "
                + reference.sha256());
    assertThat(evidence.provenance().comparesWithItself()).isFalse();
    assertThat(evidence.provenance().texts().model())
        .containsEntry("reference name", "reference")
        .containsEntry("reference sha256", reference.sha256())
        .containsKey("normalisation")
        .doesNotContainKey("reference normalisation");
  }

  @Test
  void anotherReferenceIsAnotherEvaluation() {
    Evidence first = Agreement.with(reference).evaluate(model, SIX, context);
    assertThat(Agreement.with(reference).evaluate(model, SIX, context)).isSameAs(first);
    Evidence second = Agreement.with(byColumn("other", 1)).evaluate(model, SIX, context);
    assertThat(second.measurements().get(0).estimate().value()).isEqualTo(1);
  }
}
