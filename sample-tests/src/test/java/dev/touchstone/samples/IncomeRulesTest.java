package dev.touchstone.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.perturbation.Anchor;
import dev.touchstone.attribution.perturbation.Anchors;
import dev.touchstone.attribution.perturbation.Lime;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What holds the answers of boosted trees to single people in place (UCI Adult). */
@ModelTest
class IncomeRulesTest {

  @ModelUnderTest
  static Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  private static Dataset others() {
    return test.split(0.5, 1).first();
  }

  private static Dataset people() {
    return test.split(0.5, 1).second();
  }

  /** Little schooling and no capital gains: what else is said of this person hardly matters. */
  @Test
  void fewFactsHoldAnOrdinaryAnswer() {
    Anchor anchor =
        Anchors.onTables(others())
            .explain(model, people().inputs(2, 3), RunContext.current())
            .get(0);

    assertThat(anchor.inWords()).contains("education_num ≤ 9");
    assertThat(anchor.conditions()).hasSizeLessThanOrEqualTo(3);
    assertThat(anchor.reached()).isTrue();
    assertThat(anchor.precision().interval(0.95).lower()).isGreaterThan(0.85);
    assertThat(anchor.coverage().interval(0.95).lower()).isGreaterThan(0.3);
  }

  /** A local surrogate says how much of the answers around each person it explains. */
  @Test
  void capitalGainsMatterMostAroundEveryone() {
    Attribution around =
        Lime.onTables(others())
            .attribute(model, people().inputs(0, 5), Quantity.ofClass(1), RunContext.current());

    int gain = around.columns().indexOf("capital_gain");
    for (double[] map : around.maps()) {
      assertThat(Math.abs(map[gain]))
          .isEqualTo(Arrays.stream(map).map(Math::abs).max().orElseThrow());
    }
    Fidelity fit = around.fidelity(Fidelity.SURROGATE_FIT).orElseThrow();
    assertThat(fit.values()[fit.worst()]).isBetween(0.5, 0.8);
  }
}
