package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.assertThatTrainer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is noted of assertions that are begun and not finished. */
class UnfinishedClaimTest {
  private static final Classifier MODEL =
      Models.function("always yes", "1", UnfinishedClaimTest::alwaysYes).emittingProbabilities();

  @TempDir Path directory;

  private static double[][] alwaysYes(Tensor batch) {
    double[][] rows = new double[batch.rows()][];
    Arrays.fill(rows, new double[] {0, 1});
    return rows;
  }

  private static Dataset data() {
    int[] labels = new int[200];
    Arrays.fill(labels, 1);
    labels[0] = 0;
    float[] features = new float[200];
    for (int i = 0; i < 200; i++) {
      features[i] = i;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(features, 1))
        .labels(labels)
        .build();
  }

  /** What a test that does something has left open. */
  private OpenClaims.Taken after(Consumer<Classifier> test) {
    RunContext context =
        RunContext.of(
                new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory), RunSession.isolated())
            .forTest(new TestIdentity("[test]", "ATest", "test", "test()"));
    try (RunContext.Binding binding = context.bind()) {
      test.accept(MODEL);
    }
    return OpenClaims.of(context.session()).take("[test]");
  }

  @Test
  void aClaimThatIsMadeIsFinished() {
    OpenClaims.Taken made =
        after(
            model -> {
              assertErrorRateWithin(model, data(), 0.1);
              assertThatModel(model).on(data()).because("of a law").hasErrorRateWithin(0.1);
            });
    assertThat(made).isEqualTo(new OpenClaims.Taken(true, List.of()));
  }

  @Test
  void aTestWithoutAnyHasNone() {
    assertThat(after(model -> model.name())).isEqualTo(new OpenClaims.Taken(false, List.of()));
  }

  @Test
  void aClaimThatIsRefutedOrMisusedIsFinished() {
    assertThat(
            after(
                    model -> {
                      assertThatExceptionOfType(ModelAssertionError.class)
                          .isThrownBy(() -> assertErrorRateWithin(model, data(), 0));
                      assertThatExceptionOfType(TouchstoneException.class)
                          .isThrownBy(() -> assertErrorRateWithin(model, data(), 2));
                      assertThatExceptionOfType(TouchstoneException.class)
                          .isThrownBy(() -> assertThatModel(model).on((Dataset) null));
                    })
                .unfinished())
        .isEmpty();
  }

  @Test
  void eachBeginningSaysWhereItStandsAndWhatToWrite() {
    assertThat(after(model -> assertThatModel(model)).unfinished())
        .singleElement()
        .asString()
        .matches(
            "assertThatModel\\(…\\) at UnfinishedClaimTest.java:\\d+ decides nothing: finish it"
                + " with what it claims, such as \\.on\\(data\\)\\.hasErrorRateWithin\\(0\\.05\\),"
                + " or remove it");
    assertThat(after(model -> assertThatModel(model).on(data()).because("x")).unfinished())
        .singleElement()
        .asString()
        .contains("assertThatModel(…).on(…) at ", "such as .hasErrorRateWithin(0.05), or");
    assertThat(after(model -> assertThatModel(model).on(data()).forClass("yes")).unfinished())
        .singleElement()
        .asString()
        .contains(".on(…).forClass(…) at ", "such as .doesNotRelyOn(signal, atMost(0.10)), or");
    assertThat(
            after(
                    model ->
                        assertThatModel(model)
                            .on(data())
                            .explainedBy(Gradient.withDefaults())
                            .withExamples(10))
                .unfinished())
        .singleElement()
        .asString()
        .contains(
            ".on(…).explainedBy(…) at ",
            "such as .isSensitiveToWeights(excessSimilarityAtMost(0.1)), or");
    assertThat(
            after(model -> assertThatTrainer(LogisticRegressionTrainer.withDefaults()))
                .unfinished())
        .singleElement()
        .asString()
        .contains("assertThatTrainer(…) at ", ".on(planted).detectsMislabelledBy(");
  }

  /** A regressor has no error rate that could be claimed. */
  @Test
  void theBeginningOfAClaimAboutARegressorSaysWhatOneCanClaim() {
    Regressor regressor =
        Models.function("r", "1", batch -> new double[batch.rows()][1]).emittingValues();

    assertThat(after(model -> assertThatModel(regressor)).unfinished())
        .singleElement()
        .asString()
        .contains("such as .on(data).hasMetric(MeanAbsoluteError.cappedAt(…), atMost(…)), or");
    assertThat(after(model -> assertThatModel(regressor).on(data())).unfinished())
        .singleElement()
        .asString()
        .contains("such as .hasMetric(MeanAbsoluteError.cappedAt(…), atMost(…)), or");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertThatModel((Classifier) null).on(data()))
        .withMessage("the model is null; give the one that the claim is about");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertErrorRateWithin(MODEL, null, 0.1))
        .withMessage("the data set is null; give the one that the claim is about");
  }
}
