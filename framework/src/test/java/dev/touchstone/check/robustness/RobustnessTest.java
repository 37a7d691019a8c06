package dev.touchstone.check.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Warning;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.robustness.FastGradientSign;
import dev.touchstone.robustness.Perturbation;
import dev.touchstone.robustness.Perturbed;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.robustness.RobustnessOracle;
import dev.touchstone.robustness.SquareAttack;
import dev.touchstone.robustness.ThreatModel;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RobustnessTest {
  private static final double[] WEIGHTS = {1, -2, .5, 3};

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Two classes by the sign of w·x, with the derivative, or with none where it is masked. */
  private record Linear(boolean masked) implements Classifier, InputGradients, Scores {
    private static double score(float[] row) {
      return IntStream.range(0, row.length).mapToDouble(j -> WEIGHTS[j] * row[j]).sum();
    }

    @Override
    public String name() {
      return masked ? "masked" : "linear";
    }

    @Override
    public String sha256() {
      return (masked ? "1" : "2").repeat(64);
    }

    @Override
    public ModelFacts facts() {
      return facts("Java");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public OutputKind outputs() {
      return OutputKind.MARGIN;
    }

    @Override
    public Predictions predict(Tensor batch) {
      double[][] rows = new double[batch.rows()][];
      Arrays.setAll(
          rows,
          i -> {
            double p = 1 / (1 + Math.exp(-score(batch.row(i))));
            return new double[] {1 - p, p};
          });
      return Predictions.of(rows);
    }

    @Override
    public Scored scores(Tensor batch) {
      double[][] rows = new double[batch.rows()][];
      Arrays.setAll(rows, i -> new double[] {score(batch.row(i))});
      return new Scored(rows, ScoreKind.MARGIN);
    }

    @Override
    public double[][] inputGradients(Tensor batch, Quantity quantity) {
      double[][] rows = new double[batch.rows()][];
      Arrays.setAll(
          rows,
          i -> {
            double along = quantity.gradient(new double[] {score(batch.row(i))}, i)[0];
            return Arrays.stream(WEIGHTS).map(w -> masked ? 0 : along * w).toArray();
          });
      return rows;
    }

    @Override
    public int gradientBatchSize(long budgetBytes) {
      return 7;
    }

    @Override
    public int batchSize(long budgetBytes) {
      return 50;
    }
  }

  private static Dataset table(int n) {
    SplittableRandom random = new SplittableRandom(5);
    float[] x = new float[n * 4];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      float[] row = new float[4];
      for (int j = 0; j < 4; j++) {
        row[j] = (float) (random.nextDouble() * 2 - 1);
        x[i * 4 + j] = row[j];
      }
      // One of ten is labelled wrongly.
      labels[i] = Linear.score(row) > 0 ^ i % 10 == 0 ? 1 : 0;
    }
    return Dataset.named("table")
        .features(FeatureStore.inMemory(x, 4))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column(
            "half", IntStream.range(0, n).mapToObj(i -> i < n / 2 ? "first" : "second").toList())
        .build();
  }

  private static double share(Dataset data, double reach) {
    return IntStream.range(0, data.size())
            .filter(
                i -> {
                  double score = Linear.score(data.batch(i).values());
                  return (data.label(i) == 1 ? score : -score) <= reach;
                })
            .count()
        / (double) data.size();
  }

  private Measurement only(Evidence evidence) {
    return evidence.measurements().get(0);
  }

  /** A linear score moves by ε times the dual norm of its weights, and by no more. */
  @Test
  void theWorstCaseOfALinearModelIsFound() {
    Dataset data = table(400);
    Linear model = new Linear(false);
    Evidence box =
        Robustness.to(ProjectedGradientDescent.within(ThreatModel.linf(.1).withoutRange()))
            .evaluate(model, data, context);
    assertThat(only(box).estimate().value()).isEqualTo(share(data, .1 * 6.5));
    Evidence ball =
        Robustness.to(
                ProjectedGradientDescent.within(ThreatModel.l2(.2).withoutRange()).fromTheExample())
            .evaluate(model, data, context);
    assertThat(only(ball).estimate().value()).isEqualTo(share(data, .2 * Math.sqrt(14.25)));
    Evidence step =
        Robustness.to(FastGradientSign.within(ThreatModel.linf(.1).withoutRange()))
            .evaluate(model, data, context);
    assertThat(only(step).estimate().value()).isEqualTo(share(data, .1 * 6.5));
    assertThat(step.context().get(0).estimate().value()).isEqualTo(.1);
    assertThat(step.warnings()).isEmpty();
    assertThat(step.notes()).anyMatch(note -> note.startsWith("an attack can only show failure"));
  }

  /** Four features, ±ε each: a thousand questions find the corner. */
  @Test
  void whoOnlyAsksFindsItToo() {
    Dataset data = table(100);
    Evidence evidence =
        Robustness.to(SquareAttack.within(ThreatModel.linf(.1).inRange(-1.2, 1.2)))
            .evaluate(new Linear(false), data, context);
    assertThat(only(evidence).estimate().value()).isEqualTo(share(data, .1 * 6.5));
  }

  @Test
  void maskedGradientsShowNothing() {
    Dataset data = table(100);
    Evidence evidence =
        Robustness.to(ProjectedGradientDescent.within(ThreatModel.linf(.1).inRange(-1, 1)))
            .evaluate(new Linear(true), data, context);
    Estimate estimate = only(evidence).estimate();
    // Random starts alone break few; nothing bounds what another attack would.
    assertThat(estimate.interval(.95).upper()).isEqualTo(1);
    assertThat(estimate.pValueBelow(.9)).isEqualTo(1);
    assertThat(estimate.pValueAbove(.01)).isLessThan(.01);
    assertThat(evidence.warnings()).extracting(Warning::kind).contains(Warning.GRADIENTS_MASKED);
    assertThat(evidence.warnings().get(0).text())
        .contains("the gradient is zero at 90 of the 90 attacked examples")
        .contains(
            "attack by ProjectedGradientDescent with more steps and starts, and by SquareAttack");
  }

  /** A constant shift of all scores has no gradient that a search would beat. */
  @Test
  void gradientsOfANetworkAreNotMasked() {
    Evidence evidence =
        Robustness.to(ProjectedGradientDescent.within(ThreatModel.linf(.1).inRange(0, 1)))
            .evaluate(RobustnessOracle.model(), RobustnessOracle.digits(), context);
    assertThat(evidence.warnings()).isEmpty();
    assertThat(evidence.figures()).extracting("name").contains("course-1", "perturbed-1");
    assertThat(only(evidence).estimate().value()).isBetween(.7, .8);
    assertThat(evidence.worst()).hasSize(10);
  }

  @Test
  void groupsAreMeasuredEach() {
    Dataset data = table(100).groupedBy("half");
    Evidence evidence =
        Robustness.to(FastGradientSign.within(ThreatModel.linf(.1).withoutRange()))
            .evaluate(new Linear(false), data, context);
    assertThat(evidence.measurements())
        .extracting(Measurement::slice)
        .containsExactly(
            "FGSM within L∞ ≤ 0.1",
            "FGSM within L∞ ≤ 0.1, half=first",
            "FGSM within L∞ ≤ 0.1, half=second");
  }

  /** A perturbation of a user's own. */
  private record Shift(float by, boolean attack) implements Perturbation {
    @Override
    public String name() {
      return "shift";
    }

    @Override
    public Map<String, String> settings() {
      return Map.of("by", Float.toString(by));
    }

    @Override
    public Optional<ThreatModel> threat() {
      return attack ? Optional.of(ThreatModel.linf(.1).withoutRange()) : Optional.empty();
    }

    @Override
    public void check(Classifier model, Dataset data) {}

    @Override
    public Perturbed perturb(Classifier model, Dataset data, int[] examples, RunContext context) {
      float[][] rows = new float[examples.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = data.batch(examples[i]).values().clone();
        rows[i][3] += by;
      }
      return Perturbed.of(rows);
    }
  }

  /** Class 1 by w·x > 0: a large shift of a column of positive weight answers 1 everywhere. */
  @Test
  void whatIsNoAttackCountsByItsAnswersAlone() {
    Dataset data = table(100);
    Evidence evidence =
        Robustness.to(new Shift(10, false)).evaluate(new Linear(false), data, context);
    double zeros = Arrays.stream(data.labels()).filter(label -> label == 0).count() / 100.0;
    assertThat(only(evidence).quantity()).isEqualTo("error on corrupted examples");
    assertThat(only(evidence).estimate().value()).isEqualTo(zeros);
  }

  @Test
  void misuseIsNamed() {
    Dataset data = table(50);
    Model function =
        Models.function("function", "1", batch -> new double[batch.rows()][2])
            .emittingProbabilities();
    FastGradientSign fgsm = FastGradientSign.within(ThreatModel.linf(.1).withoutRange());
    assertThatThrownBy(() -> Robustness.to(fgsm).evaluate((Classifier) function, data, context))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("FGSM needs input gradients")
        .hasMessageContaining("or attack it by SquareAttack, which only asks it");
    assertThatThrownBy(() -> Robustness.to(List.of())).hasMessageContaining("shows nothing");
    assertThatThrownBy(() -> Robustness.to(List.of(fgsm, fgsm)))
        .hasMessageContaining("give each once");
    assertThatThrownBy(
            () -> Robustness.to(new Shift(1, true)).evaluate(new Linear(false), data, context))
        .hasMessageContaining("shift moved an example by 1 in L∞, where L∞ ≤ 0.1");
    Dataset wrong =
        data.withLabels(
            IntStream.range(0, 50)
                .map(i -> Linear.score(data.batch(i).values()) > 0 ? 0 : 1)
                .toArray(),
            "turned");
    assertThatThrownBy(() -> Robustness.to(fgsm).evaluate(new Linear(false), wrong, context))
        .hasMessageContaining("answers none of the 50 examples");
  }
}
