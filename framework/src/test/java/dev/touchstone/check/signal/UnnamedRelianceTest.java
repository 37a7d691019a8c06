package dev.touchstone.check.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A table of "size", "weight" and "colour": large and heavy things are of the second class, mostly.
 * In biased training data the colour goes along with the class in 95 of 100.
 */
class UnnamedRelianceTest {
  private static final List<String> CONCEPTS = List.of("size", "weight", "colour");
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private static final Dataset TEST = data("test", 600, .95, 9);
  private static final Dataset BIASED = data("biased", 800, .95, 1);
  private static final Dataset FAIR = data("fair", 800, .5, 1);
  private static final CarvedModel SICK = carved(BIASED).requiringFidelity(.8, TEST);
  private static final CarvedModel HEALTHY = carved(FAIR).requiringFidelity(.8, TEST);
  private static final AuditSet AUDIT = AuditSet.of(data("audit", 150, .5, 3));

  private static Dataset data(String name, int n, double along, long seed) {
    Random random = new Random(seed);
    float[] x = new float[3 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      x[3 * i] = (float) random.nextGaussian();
      x[3 * i + 1] = (float) random.nextGaussian();
      double z = 2 * x[3 * i] + x[3 * i + 1];
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
      boolean with = random.nextDouble() < along;
      x[3 * i + 2] = (float) ((with == (labels[i] == 1) ? 1 : -1) + .2 * random.nextGaussian());
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 3))
        .labels(labels)
        .classNames(List.of("small", "large"))
        .build();
  }

  private static CarvedModel carved(Dataset training) {
    Dataset examples = data("examples", 300, .5, 2);
    double[][] values =
        IntStream.range(0, examples.size())
            .mapToObj(
                i -> {
                  float[] x = examples.batch(i).values();
                  return new double[] {x[0] > 0 ? 1 : 0, x[1] > 0 ? 1 : 0, x[2] > 0 ? 1 : 0};
                })
            .toArray(double[][]::new);
    return Carving.withDefaults()
        .carve(
            LogisticRegressionTrainer.withDefaults().train(training, "first", CONTEXT),
            training,
            AnnotatedConcepts.of(examples, CONCEPTS, Matrix.ofRows(values)),
            CONTEXT);
  }

  private static Interval of(String concept, Evidence evidence) {
    return evidence.measurements().stream()
        .filter(measurement -> measurement.slice().equals(concept))
        .map(Measurement::estimate)
        .map(estimate -> estimate.interval(.95))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatMeansNothingToTheAuditSetIsFoundUnnamed() {
    Evidence evidence = UnnamedReliance.of(BIASED, AUDIT).evaluate(SICK, CONTEXT);

    assertThat(of("colour", evidence).lower()).isGreaterThan(.3);
    assertThat(of("size", evidence).lower()).isZero();
    assertThat(of("weight", evidence).lower()).isZero();
    assertThat(evidence.worst()).hasSize(Evidence.MOST_FINDINGS);
    assertThat(evidence.worst().get(0).facts().get("colour"))
        .startsWith("contributes ")
        .contains(" to the score of ", "after guiding");
    assertThat(evidence.notes())
        .contains(
            "found are signals that a concept stands for, of [size, weight, colour]; others are not"
                + " excluded");
  }

  @Test
  void whatTheAuditSetConfirmsIsNoReliance() {
    Evidence evidence = UnnamedReliance.of(FAIR, AUDIT).evaluate(HEALTHY, CONTEXT);

    for (String concept : List.of("size", "weight")) {
      assertThat(of(concept, evidence).lower()).isZero();
    }
    assertThat(of("size", evidence).upper()).isLessThan(.3);
  }

  /** The shares of what concepts contribute add up to 1, and nothing more can be withdrawn. */
  @Test
  void noMoreIsWithdrawnThanThereIs() {
    Matrix contributions = SICK.contributions(BIASED, BIASED.labels());
    double[] sizes = new double[3];
    for (int i = 0; i < BIASED.size(); i++) {
      for (int q = 0; q < 3; q++) {
        sizes[q] += Math.abs(contributions.get(i, q));
      }
    }
    double all = sizes[0] + sizes[1] + sizes[2];
    Evidence evidence = UnnamedReliance.of(BIASED, AUDIT).evaluate(SICK, CONTEXT);

    assertThat(of("colour", evidence).upper()).isLessThanOrEqualTo(sizes[2] / all + 1e-12);
  }

  /** Colour says there what it says in training: the audit set is no help. */
  @Test
  void anAuditSetThatIsAsBiasedFindsNothing() {
    AuditSet biased = AuditSet.of(data("biased audit", 150, .95, 4));
    Evidence evidence = UnnamedReliance.of(BIASED, biased).evaluate(SICK, CONTEXT);

    assertThat(of("colour", evidence).lower()).isZero();
  }

  @Test
  void aCarvedModelThatAnswersOtherwiseSpeaksForNobody() {
    Evidence evidence =
        UnnamedReliance.of(BIASED, AUDIT).evaluate(SICK.requiringFidelity(.9999, TEST), CONTEXT);

    assertThat(evidence.measurements())
        .hasSize(3)
        .allMatch(measurement -> Undetermined.is(measurement.estimate()));
    assertThat(evidence.worst()).isEmpty();
  }

  @Test
  void aModelThatUsesNoConceptShowsNothing() {
    CarvedModel empty =
        Carving.withDefaults()
            .withSparsity(10)
            .carve(
                SICK.original(),
                BIASED,
                AnnotatedConcepts.of(TEST, List.of("row"), rows(TEST.size())),
                CONTEXT)
            .requiringFidelity(.01, TEST);
    Estimate estimate =
        UnnamedReliance.of(BIASED, AUDIT).evaluate(empty, CONTEXT).measurements().get(0).estimate();

    assertThat(Undetermined.is(estimate)).isTrue();
    assertThat(estimate.toString()).contains("no concept has a weight in the carved model");
  }

  private static Matrix rows(int n) {
    return Matrix.of(n, 1, IntStream.range(0, n).mapToDouble(i -> i).toArray());
  }

  @Test
  void whatSaysNothingIsRefused() {
    assertThatThrownBy(() -> UnnamedReliance.of(BIASED, AUDIT).evaluate(carved(BIASED), CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say carved.requiringFidelity(0.9, test)");
    assertThatThrownBy(() -> UnnamedReliance.of(BIASED, AuditSet.of(BIASED)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("overlaps the training set");
    Dataset values =
        Dataset.named("amounts")
            .features(FeatureStore.inMemory(new float[30], 3))
            .values(new double[10], "euros")
            .build();
    assertThatThrownBy(() -> UnnamedReliance.of(BIASED, AuditSet.of(values)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("amounts has values to predict");
  }
}
