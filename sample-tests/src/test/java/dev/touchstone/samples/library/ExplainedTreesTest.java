package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Boosted trees explained as a user would: what speaks for each person's answer. */
class ExplainedTreesTest {
  private final Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  private final Dataset people =
      Datasets.csv("classpath:data/adult/test.csv.gz")
          .schema("classpath:data/adult/served-schema.json")
          .load();

  @Test
  void whatSpeaksForAnAnswerAddsUpToIt() {
    TreeShap method = TreeShap.against(people.sample(100, 1)).ofProbabilities();

    Attribution explained =
        method.attribute(model, people.inputs(0, 20), Quantity.ofClass(1), RunContext.current());

    assertThat(explained.columns()).contains("age", "relationship").hasSize(10);
    Fidelity residual = explained.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow();
    assertThat(residual.relative()[residual.worst()]).isLessThan(1e-9);
    // Two people differ by what is said of them beyond the same background.
    double apart =
        Arrays.stream(explained.maps()[0]).sum() - Arrays.stream(explained.maps()[1]).sum();
    double[] answers = {
      model.predict(people.inputs(0, 2)).probability(0, 1),
      model.predict(people.inputs(0, 2)).probability(1, 1)
    };
    assertThat(apart).isCloseTo(answers[0] - answers[1], within(1e-5));
  }

  /** The trees of XGBoost know how their training data went through them. */
  @Test
  void theTrainingDatasWayThroughTheTreesIsInTheFile() {
    Attribution explained =
        TreeShap.pathDependent()
            .attribute(model, people.inputs(0, 500), Quantity.ofClass(1), RunContext.current());

    assertThat(explained.rule()).isEqualTo("path-dependent, covers of the file");
    Fidelity residual = explained.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow();
    assertThat(residual.relative()[residual.worst()]).isLessThan(1e-10);
  }
}
