package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.HeadData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Layers against SciPy's ({@code src/test/python/repair_oracle.py}): the worst group's loss is
 * minimised there under constraints, not by mixtures.
 */
class GroupDroTest {
  private static final Json REFERENCE = Json.of("repair.json");
  private static final RunContext CONTEXT = RunContext.current();
  private static final Dataset TRAINING = Backgrounds.draw("training", 400, .95, 1);
  private static final Dataset TEST = Backgrounds.draw("test", 1000, .5, 2);
  private static final AuditSet AUDIT = AuditSet.of(Backgrounds.draw("audit", 60, .5, 3));
  private static final AnnotatedConcepts CONCEPTS =
      AnnotatedConcepts.ofColumns(Backgrounds.draw("concepts", 100, .5, 4), "background=water");

  private static RepairTask task(Dataset training, AuditSet audit) {
    Classifier model = LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", CONTEXT);
    return RepairTask.of(model, training, audit, CONCEPTS, "background");
  }

  @Test
  void agreesWithScipy() {
    Matrix training = REFERENCE.matrix("training");
    int[] labels = REFERENCE.labels("labels");
    double[] there = REFERENCE.numbers("there");
    Groups groups =
        Groups.of(
            IntStream.range(0, labels.length)
                .mapToObj(i -> labels[i] + " " + there[i])
                .toArray(String[]::new));

    GroupDro.Robust fitted =
        GroupDro.withDefaults()
            .withTolerance(1e-7)
            .fit(HeadData.of(RowSource.of(training), labels, 3), groups);

    Matrix scores = LinearLayer.of(fitted.head()).scores(training);
    Matrix expected = REFERENCE.matrix("robust");
    for (int i = 0; i < labels.length; i++) {
      for (int c = 1; c < 3; c++) {
        assertThat(scores.get(i, c) - scores.get(i, 0))
            .isCloseTo(expected.get(i, c) - expected.get(i, 0), within(2e-3));
      }
    }
    // All five groups bear the same loss there, which no mixture of fewer would.
    double[] losses = groups.means(fitted.head().losses());
    assertThat(Arrays.stream(losses).max().orElseThrow())
        .isCloseTo(Arrays.stream(losses).min().orElseThrow(), within(1e-3));
  }

  /** The gap is a certificate: the objective is above its minimum by no more. */
  @Test
  void endsWithinItsTolerance() {
    double least = REFERENCE.object().get("robustObjective").getAsDouble();
    Matrix training = REFERENCE.matrix("training");
    int[] labels = REFERENCE.labels("labels");
    double[] there = REFERENCE.numbers("there");
    Groups groups =
        Groups.of(
            IntStream.range(0, labels.length)
                .mapToObj(i -> labels[i] + " " + there[i])
                .toArray(String[]::new));
    for (double tolerance : new double[] {.1, .01, 1e-3}) {
      GroupDro dro = GroupDro.withDefaults().withTolerance(tolerance);
      GroupDro.Robust fitted = dro.fit(HeadData.of(RowSource.of(training), labels, 3), groups);
      double worst = Arrays.stream(groups.means(fitted.head().losses())).max().orElseThrow();
      Matrix weights = fitted.head().weights();
      double penalty = 0;
      for (int j = 0; j < weights.rows(); j++) {
        for (double weight : weights.row(j)) {
          penalty += (j < weights.rows() - 1 ? .01 : 1e-4) * weight * weight / 2;
        }
      }
      assertThat(worst + penalty - least).isBetween(-1e-6, tolerance);
    }
  }

  @Test
  void theWorstGroupFaresBetter() {
    RepairTask task = task(TRAINING, AUDIT);

    RepairedModel repaired = GroupDro.withDefaults().repair(task, CONTEXT);

    // The best rule, by the first feature alone, is right in .84 of all.
    assertThat(Backgrounds.accuracyOffTheTrack(task.model(), TEST)).isLessThan(.4);
    assertThat(Backgrounds.accuracyOffTheTrack(repaired.model(), TEST)).isGreaterThan(.7);
    assertThat(repaired.how()).contains("group DRO of the last layer", "4 groups", "gap");
  }

  /** The second feature shows the background so well that the audit set's classifier sees it. */
  @Test
  void spreadAttributesAreThoseOfTheColumns() {
    RepairTask task = task(TRAINING, AUDIT);

    RepairedModel told = GroupDro.withDefaults().repair(task, CONTEXT);
    RepairedModel seen = SpreadSpuriousAttribute.withDefaults().repair(task, CONTEXT);

    assertThat(Backgrounds.accuracyOffTheTrack(seen.model(), TEST))
        .isCloseTo(Backgrounds.accuracyOffTheTrack(told.model(), TEST), within(.06));
    assertThat(seen.how()).startsWith("spread spurious attribute, group DRO").contains("4 groups");
  }

  @Test
  void whatItIsNotToldIsRefused() {
    Dataset without = Tables.of("without", rows(TRAINING), TRAINING.labels());

    assertThatThrownBy(() -> GroupDro.withDefaults().repair(task(without, AUDIT), CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "GroupDro has to know \"background\" of every example of without, which has the columns"
                + " []; read it with .groups(\"background\"), or use SpreadSpuriousAttribute, which"
                + " has to know it of the audit set alone");
    AuditSet bare = AuditSet.of(Tables.of("bare", rows(AUDIT.data()), AUDIT.data().labels()));
    assertThatThrownBy(
            () -> SpreadSpuriousAttribute.withDefaults().repair(task(TRAINING, bare), CONTEXT))
        .hasMessageContaining("SpreadSpuriousAttribute has to know \"background\" of every audit")
        .hasMessageContaining("annotate it, or read it with .groups(\"background\")");
    AuditSet water = AuditSet.of(AUDIT.data().where("background", "water"));
    assertThatThrownBy(
            () -> SpreadSpuriousAttribute.withDefaults().repair(task(TRAINING, water), CONTEXT))
        .hasMessageContaining("has \"background\" = water, of which SpreadSpuriousAttribute can");
    double[] weights = new double[TRAINING.size()];
    Arrays.fill(weights, 2);
    assertThatThrownBy(
            () ->
                GroupDro.withDefaults()
                    .repair(task(TRAINING.withTrainingWeights(weights, "doubled"), AUDIT), CONTEXT))
        .hasMessageContaining("carries training weights, and GroupDro weighs groups");
    assertThatThrownBy(() -> GroupDro.withDefaults().withRidge(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void columnsOfManyValuesAreRefused() {
    Dataset numbered =
        Tables.builder("numbered", rows(TRAINING), TRAINING.labels())
            .column(
                "background",
                IntStream.range(0, TRAINING.size()).mapToObj(Integer::toString).toList())
            .build();

    assertThatThrownBy(() -> GroupDro.withDefaults().repair(task(numbered, AUDIT), CONTEXT))
        .hasMessage(
            "the column \"background\" of numbered has 400 values, and GroupDro makes a group of"
                + " each; give a column of at most 20");
  }

  private static Matrix rows(Dataset data) {
    float[] values = data.batch(0, data.size()).values();
    Matrix rows = Matrix.zeros(data.size(), values.length / data.size());
    for (int i = 0; i < values.length; i++) {
      rows.values()[i] = values[i];
    }
    return rows;
  }
}
