package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Model;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Numbers in double precision, texts, whole numbers and truth values beside each other. */
class TypedColumnsTest {
  private final RunContext context = RunContext.current();

  /** Scores a loan by every type of column. */
  private record Loans(int mostRows) implements Model, Scores {
    @Override
    public String name() {
      return "loans";
    }

    @Override
    public String sha256() {
      return "0";
    }

    @Override
    public ModelFacts facts() {
      return ModelFacts.of(name(), sha256(), "function", "VALUES");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public Scored scores(Tensor batch) {
      throw new AssertionError("asked about features alone");
    }

    @Override
    public Scored scores(Inputs batch) {
      assertThat(batch.rows()).isLessThanOrEqualTo(mostRows);
      double[] income = batch.exactFeatures().values();
      String[] purpose = ((TypedTensor.Texts) batch.named("purpose").orElseThrow()).values();
      long[] terms = ((TypedTensor.Integers) batch.named("terms").orElseThrow()).values();
      boolean[] owner = ((TypedTensor.Booleans) batch.named("owner").orElseThrow()).values();
      double[][] rows = new double[batch.rows()][1];
      for (int i = 0; i < rows.length; i++) {
        rows[i][0] =
            income[i] * (purpose[i].equals("car") ? 3 : 1)
                + terms[2 * i]
                - terms[2 * i + 1] * (owner[i] ? 2 : 5);
      }
      return new Scored(rows, ScoreKind.OUTPUTS);
    }

    @Override
    public int batchSize(long budgetBytes) {
      return mostRows;
    }
  }

  private static Dataset loans(
      double[] incomes, String[] purposes, long[] terms, boolean... owner) {
    int n = incomes.length;
    return Dataset.named("loans")
        .features(FeatureStore.inMemory(incomes, 1))
        .featureNames(List.of("income"))
        .input("purpose", new TypedTensor.Texts(purposes, n, 1))
        .input("terms", new TypedTensor.Integers(terms, n, 2))
        .input("owner", new TypedTensor.Booleans(owner, n))
        .labels(new int[n])
        .build();
  }

  private final Dataset background =
      loans(
          new double[] {1, 3},
          new String[] {"house", "car"},
          new long[] {1, (1L << 40) + 1, 2, 0},
          true,
          true);

  private final Dataset explained =
      loans(
          new double[] {10.1, 3},
          new String[] {"car", "house"},
          new long[] {7, 4, 2, 0},
          false,
          true);

  /**
   * By hand: a product of income and purpose, a sum, a product of the second term and the owner.
   */
  private static double[] byHand() {
    // v over the background: (1·1, 3·3) of the pair of income and purpose.
    double none = (1 + 9) / 2.0;
    double income = (10.1 * 1 + 10.1 * 3) / 2.0;
    double purpose = (1 * 3 + 3 * 3) / 2.0;
    double both = 10.1 * 3;
    double meanTerm = ((1L << 40) + 1) / 2.0;
    // −t₁ · c with c from 2 to 5 and t₁ from the background's mean to 4.
    double term = -(2 + 5) / 2.0 * (4 - meanTerm);
    double owner = -(5 - 2) * (4 + meanTerm) / 2;
    return new double[] {
      (income - none + both - purpose) / 2,
      (purpose - none + both - income) / 2,
      7 - 1.5,
      term,
      owner
    };
  }

  @Test
  void everyTypeOfColumnHasItsShare() {
    Attribution attribution =
        ExactShapley.against(background)
            .attribute(new Loans(7), explained.inputs(0, 2), Quantity.output(0), context);

    assertThat(attribution.columns())
        .containsExactly("income", "purpose", "terms[0]", "terms[1]", "owner");
    // Beside numbers around 2^40 doubles keep three decimals.
    assertThat(attribution.maps()[0]).containsExactly(byHand(), within(2e-3));
  }

  @Test
  void columnsThatAreTakenTogetherPlayAsOne() {
    Attribution attribution =
        KernelShap.against(background)
            .grouping(FeatureGroups.ofColumns(Map.of("loan", List.of("income", "purpose"))))
            .attribute(new Loans(3), explained.inputs(0), Quantity.output(0), context);

    double together = 10.1 * 3 - (1 + 9) / 2.0;
    assertThat(attribution.maps()[0][0]).isEqualTo(together / 2, within(1e-3));
    assertThat(attribution.maps()[0][1]).isEqualTo(together / 2, within(1e-3));
  }

  @Test
  void aBackgroundWithoutAnInputIsRefused() {
    Dataset numbers =
        Dataset.named("numbers")
            .features(FeatureStore.inMemory(new double[] {1, 2}, 1))
            .featureNames(List.of("income"))
            .labels(0, 0)
            .build();

    assertThatThrownBy(
            () ->
                KernelShap.against(numbers)
                    .attribute(new Loans(3), explained.inputs(0), Quantity.output(0), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the background numbers has the inputs [] besides features, and the examples [purpose,"
                + " terms, owner]; give a background with the same inputs");
  }

  @Test
  void aBaselineIsOfFeaturesAlone() {
    KernelShap method = KernelShap.againstBaseline(0);

    assertThatThrownBy(
            () -> method.attribute(new Loans(3), explained.inputs(0), Quantity.output(0), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "a baseline stands for features, and the data have the inputs [purpose, terms, owner]"
                + " besides; explain against examples: .against(background)");
  }

  @Test
  void groupsNameColumnsThatThereAre() {
    KernelShap method =
        KernelShap.against(background)
            .grouping(FeatureGroups.ofColumns(Map.of("loan", List.of("incomes", "purpose"))));

    assertThatThrownBy(
            () -> method.attribute(new Loans(3), explained.inputs(0), Quantity.output(0), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the group \"loan\" has the column \"incomes\", which the data lack (did you mean"
                + " \"income\"?); they have [income, purpose, terms[0], terms[1], owner]");
  }

  @Test
  void aModelWithoutScoresIsRefused() {
    Model silent =
        new Model() {
          @Override
          public String name() {
            return "silent";
          }

          @Override
          public String sha256() {
            return "0";
          }

          @Override
          public ModelFacts facts() {
            return ModelFacts.of(name(), sha256(), "function", "VALUES");
          }

          @Override
          public <C> Optional<C> capability(Class<C> type) {
            return Optional.empty();
          }
        };
    KernelShap method = KernelShap.against(background);

    assertThatThrownBy(() -> method.require(silent))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessage(
            "KernelShap needs scores (the numbers that predictions are made of); silent has none;"
                + " load the model by Models, or implement Scores in it, which shows the numbers"
                + " that its predictions are made of");
  }

  @Test
  void aScoreWithoutDifferenceIsRefused() {
    Quantity logarithm =
        new Quantity() {
          @Override
          public double value(double[] scores, int example) {
            return Double.NEGATIVE_INFINITY;
          }

          @Override
          public double[] gradient(double[] scores, int example) {
            return new double[scores.length];
          }
        };
    KernelShap method = KernelShap.against(background);

    assertThatThrownBy(
            () -> method.attribute(new Loans(3), explained.inputs(0), logarithm, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(
            "KernelShap explains differences of a function of the scores, which is -Infinity at a"
                + " row made of example 0");
  }
}
