package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.Rows;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are served, of a column of texts beside numbers. */
class TypedExplanationsTest {
  private static final int N = 12;
  private static final List<String> TRADES = List.of("baker", "smith", "miller");

  @TempDir Path folder;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Dataset people() {
    float[] numbers = new float[2 * N];
    String[] trades = new String[N];
    for (int i = 0; i < N; i++) {
      numbers[2 * i] = i % 5 - 2;
      numbers[2 * i + 1] = i % 4 - 1.5f;
      trades[i] = TRADES.get(i % 3);
    }
    return Dataset.named("people")
        .features(FeatureStore.inMemory(numbers, 2))
        .featureNames(List.of("age", "income"))
        .input("trade", new TypedTensor.Texts(trades, N, 1))
        .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  /** Weights of age, income and how far down the list the trade stands. */
  private Classifier served(String name, double age, double income, double trade)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name), name);
    ToDoubleFunction<String> place = text -> TRADES.indexOf(text) - 1;
    return Models.served(
            file.toString(), "by hand", read -> rows -> answers(rows, age, income, trade, place))
        .emittingMargin();
  }

  private static double[][] answers(
      Rows rows, double age, double income, double trade, ToDoubleFunction<String> place) {
    double[] ages = rows.numbers("age");
    double[] incomes = rows.numbers("income");
    String[] trades = rows.texts("trade");
    double[][] answers = new double[rows.size()][1];
    for (int i = 0; i < answers.length; i++) {
      answers[i][0] =
          age * ages[i] + income * incomes[i] + trade * place.applyAsDouble(trades[i]) - 0.3;
    }
    return answers;
  }

  /** Of linear models a share is weight times distance from the mean, and ranks follow from it. */
  @Test
  void aClaimAboutExplanationsHoldsForTextsBesideNumbers() throws IOException {
    Dataset people = people();
    Evidence evidence =
        ExplanationAgreement.of(
                KernelShap.against(people),
                served("reference", 1, 0.5, 2),
                HealthyModels.of(served("healthy", -1, 0.5, -2)))
            .evaluate(served("copy", 1.01, 0.51, 2.02), people, context);

    Measurement excess = evidence.measurements().get(0);
    assertThat(excess.quantity()).isEqualTo(ExplanationAgreement.QUANTITY);
    assertThat(excess.estimate().value()).isGreaterThan(0.9);
    assertThat(evidence.figures()).isEmpty();
  }

  @Test
  void aMethodOfGradientsNamesTheOneThatNeedsNone() throws IOException {
    Classifier reference = served("reference", 1, 0.5, 2);
    ExplanationAgreement agreement =
        ExplanationAgreement.of(
            Gradient.withDefaults(), reference, HealthyModels.of(served("healthy", 1, 1, 1)));
    Classifier copy = served("copy", 1, 0.5, 2);
    Dataset people = people();

    assertThatThrownBy(() -> agreement.evaluate(copy, people, context))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("or explain by KernelShap, which asks any model");
  }

  /** Columns that are all taken together share alike, and nothing can be compared. */
  @Test
  void mapsWithoutVarianceAreRefused() throws IOException {
    Dataset people = people();
    ExplanationAgreement agreement =
        ExplanationAgreement.of(
            KernelShap.against(people).grouping(FeatureGroups.segments(0, 0, 0)),
            served("reference", 1, 0.5, 2),
            HealthyModels.of(served("healthy", 1, 1, 1)));
    Classifier copy = served("copy", 1, 0.5, 2);

    assertThatThrownBy(() -> agreement.evaluate(copy, people, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(
            "KernelShap gives a constant map for 12 of 12 examples of reference");
  }
}
