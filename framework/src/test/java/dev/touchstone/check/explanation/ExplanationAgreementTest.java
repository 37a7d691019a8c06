package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.MeanEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Maps of four values, whose rank correlation is 1 − Σd²/10. */
class ExplanationAgreementTest {
  private static final int N = 20;
  private static final double[] ORDER = {1, 2, 3, 4};

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** The first feature is the example's number; classes alternate. */
  private static final Dataset DATA = data(N);

  private static Dataset data(int n) {
    float[] x = new float[n * 4];
    for (int i = 0; i < n; i++) {
      x[4 * i] = i;
    }
    return Dataset.named("data")
        .features(FeatureStore.inMemory(x, 4))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("even", "odd"))
        .column("pair", IntStream.range(0, n).mapToObj(i -> "" + i / 2).toList())
        .build();
  }

  private static Classifier model(String name) {
    return Models.function(
            name,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {0, batch.row(i)[0] % 2 - 0.5})
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  private static final Classifier REFERENCE = model("reference");
  private static final Classifier COPY = model("copy");
  private static final Classifier HEALTHY = model("healthy");
  private static final Classifier OTHER_HEALTHY = model("other healthy");

  /** Draws for each model the map that a test wants, and remembers which class was asked for. */
  private static final class Drawn implements AttributionMethod {
    private final List<Integer> targets = new ArrayList<>();

    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      IntStream.range(0, batch.rows())
          .map(i -> (int) quantity.gradient(new double[2], i)[1])
          .forEach(targets::add);
      double[][] maps =
          IntStream.range(0, batch.rows())
              .mapToObj(i -> map(model.name(), (int) batch.row(i)[0]))
              .toArray(double[][]::new);
      return Attribution.of(maps, batch, quantity, "drawn");
    }

    double[] map(String model, int example) {
      return switch (model) {
        case "reference" -> ORDER;
        // Σd² = 2, ρ = 0.8, on even examples; ρ = 1 on odd ones.
        case "copy" -> example % 2 == 0 ? new double[] {1, 2, 4, 3} : ORDER;
        // Σd² = 4, ρ = 0.6.
        case "healthy" -> new double[] {2, 1, 4, 3};
        // ρ = −1.
        case "other healthy" -> new double[] {4, 3, 2, 1};
        case "blind" -> example < 5 ? new double[4] : ORDER;
        default -> new double[4];
      };
    }
  }

  private Evidence evidence(Classifier model, HealthyModels healthy) {
    return ExplanationAgreement.of(new Drawn(), REFERENCE, healthy).evaluate(model, DATA, context);
  }

  private static Measurement measured(Evidence evidence, String quantity) {
    return evidence.context().stream()
        .filter(m -> m.quantity().equals(quantity))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void explanationsAreNotWeighedByTrainingWeights() {
    double[] weights = new double[DATA.size()];
    weights[0] = 1;
    Dataset weighted = DATA.withTrainingWeights(weights, "first");
    ExplanationAgreement agreement =
        ExplanationAgreement.of(new Drawn(), REFERENCE, HealthyModels.of(HEALTHY));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> agreement.evaluate(COPY, weighted, context))
        .withMessageEndingWith(
            "carries training weights, and in a claim about a model every example counts once;"
                + " claim it of data.withoutTrainingWeights()");
  }

  @Test
  void whatIsJudgedIsTheSimilarityInExcessOfThatOfHealthyModels() {
    Evidence evidence = evidence(COPY, HealthyModels.of(HEALTHY));
    assertThat(measured(evidence, "similarity to the reference").estimate().value())
        .isCloseTo(0.9, within(1e-12));
    assertThat(measured(evidence, "similarity of healthy models").estimate().value())
        .isCloseTo(0.6, within(1e-12));
    assertThat(evidence.measurements()).hasSize(1);
    assertThat(evidence.measurements().get(0).estimate())
        .isInstanceOfSatisfying(
            MeanEstimate.class,
            excess -> {
              assertThat(excess.value()).isCloseTo(0.3, within(1e-12));
              assertThat(excess.replicates()).hasSize(N);
            });
    assertThat(evidence.notes())
        .contains(
            "one healthy model: the interval covers other examples, and not other healthy"
                + " models");
  }

  @Test
  void severalHealthyModelsAreCrossedWithTheExamples() {
    Evidence evidence = evidence(COPY, HealthyModels.of(HEALTHY, OTHER_HEALTHY));
    double[][] table = new double[N][];
    for (int i = 0; i < N; i++) {
      table[i] = i % 2 == 0 ? new double[] {0.2, 1.8} : new double[] {0.4, 2};
    }
    assertThat(evidence.measurements().get(0).estimate())
        .isInstanceOfSatisfying(
            CrossedMean.class,
            excess -> {
              assertThat(excess.value()).isCloseTo(1.1, within(1e-12));
              assertThat(excess.interval(0.5).lower())
                  .isCloseTo(CrossedMean.of(table).interval(0.5).lower(), within(1e-9));
              // Two models tell so little that the limit is the least that an excess can be.
              assertThat(excess.interval(0.95).lower()).isEqualTo(-2);
            });
  }

  @Test
  void anotherHealthyModelHasNothingInExcess() {
    Classifier third = model("other healthy");
    Evidence evidence =
        ExplanationAgreement.of(new Drawn(), REFERENCE, HealthyModels.of(HEALTHY))
            .evaluate(third, DATA, context);
    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(-1.6, within(1e-12));
  }

  @Test
  void everyonesMapsAreForTheClassThatTheReferencePredicts() {
    Drawn method = new Drawn();
    ExplanationAgreement.of(method, REFERENCE, HealthyModels.of(HEALTHY))
        .evaluate(COPY, DATA, context);
    List<Integer> alternating = IntStream.range(0, 3 * N).mapToObj(i -> i % N % 2).toList();
    assertThat(method.targets).isEqualTo(alternating);
  }

  @Test
  void anotherTargetIsAskedOfEveryone() {
    Drawn method = new Drawn();
    ExplanationAgreement check =
        ExplanationAgreement.of(method, REFERENCE, HealthyModels.of(HEALTHY))
            .explaining(Target.ofClass(1));
    Evidence evidence = check.evaluate(COPY, DATA, context);

    assertThat(method.targets).hasSize(3 * N).containsOnly(1);
    assertThat(check.describe()).startsWith("maps of Drawn for class 1 with those of reference");
    assertThat(evidence.notes())
        .anyMatch(note -> note.startsWith("signed Spearman of the maps for class 1, minus"));
    assertThat(evidence.provenance().texts().settings())
        .containsEntry("explained", "class 1")
        .containsEntry("rule", "drawn")
        .containsEntry("scores", "logits");
  }

  @Test
  void theExamplesThatAreExplainedMostDifferentlyComeFirst() {
    Evidence evidence = evidence(COPY, HealthyModels.of(HEALTHY));
    assertThat(evidence.worst()).hasSize(5);
    assertThat(evidence.worst().get(0).facts())
        .isEqualTo(Map.of("to the reference", "0.8", "of healthy models", "0.6"));
  }

  @Test
  void aConstantMapOfTheModelIsNotAlike() {
    Evidence evidence = evidence(model("blind"), HealthyModels.of(HEALTHY));
    assertThat(measured(evidence, "similarity to the reference").estimate().value())
        .isCloseTo(15.0 / 20, within(1e-12));
    assertThat(evidence.notes())
        .contains("5 maps of the model are constant and count as not alike");
  }

  @Test
  void examplesWithoutAMapToCompareWithAreLeftOut() {
    Evidence evidence =
        ExplanationAgreement.of(new Drawn(), model("blind"), HealthyModels.of(HEALTHY))
            .evaluate(COPY, DATA, context);
    assertThat(evidence.measurements().get(0).estimate().sampleSize()).isEqualTo(15);
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("5 examples were left out"));
    assertThat(evidence.provenance().texts().settings())
        .as("what was asked for, not what came of it")
        .containsEntry("examples", "50");
  }

  @Test
  void aReferenceThatExplainsNothingIsRefused() {
    assertThatThrownBy(
            () ->
                ExplanationAgreement.of(new Drawn(), model("mute"), HealthyModels.of(HEALTHY))
                    .evaluate(COPY, DATA, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("Drawn gives a constant map for 20 of 20 examples of mute or a");
  }

  @Test
  void aModelThatOnlyPredictsIsRefusedWithTheCapabilityThatItLacks() {
    assertThatThrownBy(
            () ->
                ExplanationAgreement.of(
                        Gradient.withDefaults(), REFERENCE, HealthyModels.of(HEALTHY))
                    .evaluate(COPY, DATA, context))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("Gradient needs input gradients; copy");
  }

  @Test
  void aHealthyModelThatIsOneOfTheComparedIsRefused() {
    for (Classifier compared : List.of(COPY, REFERENCE)) {
      assertThatThrownBy(() -> evidence(COPY, HealthyModels.of(HEALTHY, compared)))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageStartingWith(
              "the healthy model " + compared.name() + " is one of the models that are compared");
    }
  }

  @Test
  void aHealthyModelThatIsGivenTwiceIsRefused() {
    assertThatThrownBy(() -> evidence(COPY, HealthyModels.of(HEALTHY, OTHER_HEALTHY, HEALTHY)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the healthy models healthy and healthy come from the same file and count as one; give"
                + " each once, and others that were trained on their own, from other seeds");
  }

  @Test
  void aModelThatIsTheReferenceItselfIsRefused() {
    assertThatThrownBy(() -> evidence(model("reference"), HealthyModels.of(HEALTHY)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("reference and reference are the same model (SHA-256 ");
  }

  @Test
  void clusteredDataAreRefusedWithTheCure() {
    assertThatThrownBy(
            () ->
                ExplanationAgreement.of(new Drawn(), REFERENCE, HealthyModels.of(HEALTHY))
                    .evaluate(COPY, DATA.clusteredBy("pair"), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("data.onePerCluster(seed)");
  }

  @Test
  void fewExamplesAreRefused() {
    assertThatThrownBy(
            () ->
                ExplanationAgreement.of(new Drawn(), REFERENCE, HealthyModels.of(HEALTHY))
                    .evaluate(COPY, data(9), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("data has 9 examples; comparing explanations needs at least 10");
  }

  /** Gives the named models in turn, and remembers what it was asked for. */
  private static final class Given implements Trainer {
    private final List<String> streams = new ArrayList<>();
    private final boolean retrains;

    Given(boolean retrains) {
      this.retrains = retrains;
    }

    @Override
    public String name() {
      return "given";
    }

    @Override
    public TrainerFacts facts() {
      return TrainerFacts.of(name());
    }

    @Override
    public boolean retrains() {
      return retrains;
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext context) {
      streams.add(stream);
      return streams.size() % 2 == 1 ? HEALTHY : OTHER_HEALTHY;
    }
  }

  @Test
  void healthyModelsAreTrainedFromSeveralSeeds() {
    Given trainer = new Given(true);
    Evidence evidence = evidence(COPY, HealthyModels.trainedBy(trainer, DATA, 2));
    assertThat(trainer.streams).hasSize(2).doesNotHaveDuplicates();
    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(1.1, within(1e-12));
    assertThat(evidence.provenance().texts().settings())
        .containsEntry("healthy", "2 trained by given on data");
  }

  @Test
  void aTrainerThatTrainsNothingOrNoSeedIsRefused() {
    assertThatThrownBy(() -> HealthyModels.trainedBy(new Given(false), DATA, 2))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("given is a fixed model and gives the same one for every seed");
    assertThatThrownBy(() -> HealthyModels.trainedBy(new Given(true), DATA, 0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("at least one healthy model is needed, was 0");
  }
}
