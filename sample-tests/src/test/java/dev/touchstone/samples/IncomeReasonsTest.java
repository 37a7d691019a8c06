package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.show;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.check.explanation.ExplanationPanel;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the trees that XGBoost saved go by, of numbers and of categories as texts (UCI Adult). */
@ModelTest
class IncomeReasonsTest {

  @ModelUnderTest
  static Classifier model =
      Models.xgboost("classpath:models/adult-xgboost.ubj").emittingProbabilities();

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/served-schema.json")
  static Dataset test;

  private static Dataset others() {
    return test.sample(20, 2);
  }

  private static Attribution shares(AttributionMethod method, Quantity quantity) {
    Dataset people = test.sample(25, 1);
    return method.attribute(model, people.inputs(0, people.size()), quantity, RunContext.current());
  }

  /** The sum of the trees, of which the model shows the probability. */
  private record LogOdds() implements Quantity {
    @Override
    public double value(double[] scores, int example) {
      double probability = scores[scores.length - 1];
      return Math.log(probability / (1 - probability));
    }

    @Override
    public double[] gradient(double[] scores, int example) {
      double[] gradient = new double[scores.length];
      double probability = scores[scores.length - 1];
      gradient[scores.length - 1] = 1 / probability / (1 - probability);
      return gradient;
    }
  }

  /** The part that each column has in all that moves the predictions of some people. */
  private static Map<String, Double> parts() {
    Dataset people = test.sample(25, 1);
    Dataset others = test.sample(20, 2);
    Attribution attribution =
        KernelShap.against(others)
            .attribute(
                model, people.inputs(0, people.size()), Quantity.ofClass(1), RunContext.current());
    Map<String, Double> parts = new LinkedHashMap<>();
    double all =
        Arrays.stream(attribution.maps()).flatMapToDouble(Arrays::stream).map(Math::abs).sum();
    for (int column = 0; column < attribution.columns().size(); column++) {
      double part = 0;
      for (double[] map : attribution.maps()) {
        part += Math.abs(map[column]) / all;
      }
      parts.put(attribution.columns().get(column), part);
    }
    return parts;
  }

  /** For people: what speaks for the answer to one of them, column by column. */
  @Test
  void showsWhatTheAnswerToOnePersonRestsOn() {
    show(
        ExplanationPanel.of(model, test, 4)
            .by(TreeShap.against(others()), KernelShap.against(others())));
  }

  @Test
  void whereSomeoneWasBornHardlyMovesThePrediction() {
    Map<String, Double> parts = parts();

    assertThat(parts).hasSize(10).containsKey("native_country");
    assertThat(parts.get("native_country")).isLessThan(0.05);
    assertThat(parts.get("education_num")).isGreaterThan(parts.get("native_country"));
  }

  /** Nothing of the trees is known to KernelShap, which only asks; ten columns are few enough. */
  @Test
  void whatTheTreesAreMadeOfGivesTheSameShares() {
    Attribution asked = shares(KernelShap.against(others()), new LogOdds());
    Attribution read = shares(TreeShap.against(others()), Quantity.ofClass(1));

    assertThat(asked.columns()).isEqualTo(read.columns());
    for (int i = 0; i < asked.maps().length; i++) {
      assertThat(asked.maps()[i]).containsExactly(read.maps()[i], within(1e-6));
    }
  }
}
