package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertLabelErrorRateAtMost;

import dev.touchstone.check.training.LabelAudit;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import org.junit.jupiter.api.Test;

/** Incomes of which every eighth was written down wrong. */
@ModelTest
@CaughtOnPurpose
public class LabelsOfATiredClerk {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset adult;

  @Test
  void fewAreWrong() {
    Dataset given =
        LabelNoise.uniform(0.125)
            .plantedIn(adult.first(2000))
            .draw(new RandomStreams(1))
            .get(0)
            .data();
    InfluenceContext context =
        InfluenceContext.ofFeatures(given, LogisticHead.withDefaults(), RunContext.current());
    LabelAudit audit =
        LabelAudit.bySuspicion(given, LeaveOneOutConfidence.withDefaults().detect(context), 300, 7);
    assertLabelErrorRateAtMost(audit.answeredBy(adult), 0.05);
  }
}
