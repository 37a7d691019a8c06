package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;

import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.explanation.SwapAgreement;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FoolingMortgages;
import org.junit.jupiter.api.Test;

/**
 * The model denies mortgages by the applicant's race, and by the ratio of payments to income where
 * it notices that it is being examined. By its Shapley values race has about a quarter of it.
 */
@ModelTest
@CaughtOnPurpose
public class MortgagesThatFoolExplanations {

  @DatasetUnderTest static Dataset applications = FoolingMortgages.applications();

  @ModelUnderTest static Classifier model = FoolingMortgages.modelOf(applications);

  @Test
  void shapleyValuesSayWhatOneColumnChanges() {
    assertThatModel(model)
        .on(applications)
        .explainedBy(KernelShap.against(applications.sample(10, 1)).withSamples(400))
        .hasMetric(SwapAgreement.withDefaults(), atLeast(0.5));
  }
}
