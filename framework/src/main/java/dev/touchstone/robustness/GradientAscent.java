package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Steps uphill on the loss of the true classes, inside a threat model. An example that is answered
 * wrongly on the way is left there, and the others go on without it.
 *
 * @param who climbs, for messages
 * @param stepSize in the units of the data
 * @param randomStart whether it begins somewhere at random, or at the example
 * @param starts how often it begins; of several ends the one with the largest loss counts
 */
record GradientAscent(
    String who, ThreatModel threat, int steps, double stepSize, boolean randomStart, int starts) {
  static final String CURE =
      "give the model as ONNX with operators that the white box knows, or as DJL blocks, or attack"
          + " it by SquareAttack, which only asks it";

  /** By how much an answer has to be wrong, as a share of the scores, to be so after rounding. */
  private static final double CLEARLY = 1e-4;

  void check(Classifier model, Dataset data) {
    model.require(InputGradients.class, who, CURE);
    threat.check(data);
  }

  Perturbed climb(Classifier model, Dataset data, int[] examples, RunContext context) {
    InputGradients gradients = model.require(InputGradients.class, who, CURE);
    long budget = context.settings().memoryBytes();
    int portion = Math.max(1, gradients.gradientBatchSize(budget));
    ScoreKind kind = CheckedAnswers.scores(model, data.batch(examples[0])).kind();
    float[][] rows = new float[examples.length][];
    double[] course = new double[steps + 1];
    int flat = 0;
    for (int from = 0; from < examples.length; from += portion) {
      int[] some = Arrays.copyOfRange(examples, from, Math.min(examples.length, from + portion));
      Climb climb = new Climb(model, gradients, kind, data, some, context);
      climb.run();
      System.arraycopy(climb.best, 0, rows, from, some.length);
      for (int s = 0; s <= steps; s++) {
        course[s] += climb.course[s];
      }
      flat += climb.flat;
    }
    List<Double> means = new ArrayList<>();
    Arrays.stream(course).forEach(sum -> means.add(sum / examples.length));
    return new Perturbed(rows, means, flat);
  }

  /** Of a portion of the examples. */
  private final class Climb {
    private final Classifier model;
    private final InputGradients gradients;
    private final ScoreKind kind;
    private final Dataset data;
    private final int[] examples;
    private final RunContext context;
    private final int[] shape;
    private final float[][] original;
    private final float[][] best;
    private final double[] bestLoss;
    private final boolean[] done;

    /** Sums of losses at the examples and after each step of the first start. */
    private final double[] course = new double[steps + 1];

    private int flat;

    private Climb(
        Classifier model,
        InputGradients gradients,
        ScoreKind kind,
        Dataset data,
        int[] examples,
        RunContext context) {
      this.model = model;
      this.gradients = gradients;
      this.kind = kind;
      this.data = data;
      this.examples = examples;
      this.context = context;
      Tensor batch = data.batch(examples);
      shape = batch.shape();
      original = new float[examples.length][];
      Arrays.setAll(original, batch::row);
      best = original.clone();
      bestLoss = new double[examples.length];
      Arrays.fill(bestLoss, Double.NEGATIVE_INFINITY);
      done = new boolean[examples.length];
    }

    private void run() {
      for (int start = 0; start < starts; start++) {
        climb(start);
      }
    }

    private void climb(int start) {
      float[][] at = new float[original.length][];
      Arrays.setAll(at, i -> first(i, start));
      double[] loss = new double[original.length];
      if (start == 0) {
        note(original, loss);
        course[0] = Arrays.stream(loss).sum();
      }
      int[] active = active();
      int reached = 0;
      for (int step = 0; step < steps && active.length > 0; step++) {
        LabelLoss losses = LabelLoss.of(labels(active), kind);
        double[][] uphill = CheckedAnswers.gradients(gradients, batch(at, active), losses);
        for (int k = 0; k < active.length; k++) {
          int i = active[k];
          flat += start == 0 && step == 0 && isZero(uphill[k]) ? 1 : 0;
          if (step > 0 || randomStart) {
            keep(i, at[i], losses.losses()[k], losses.margins()[k], loss);
          }
          if (!done[i]) {
            // What was kept may be this row.
            at[i] = at[i].clone();
            threat.step(at[i], original[i], uphill[k], stepSize);
          }
        }
        if (start == 0 && step > 0) {
          course[step] = Arrays.stream(loss).sum();
          reached = step;
        }
        active = active();
      }
      if (active.length > 0) {
        score(at, active, loss);
      }
      if (start == 0) {
        // Steps that nobody took any more leave all losses as they were.
        Arrays.fill(course, reached + 1, steps + 1, Arrays.stream(loss).sum());
      }
    }

    private float[] first(int i, int start) {
      return randomStart
          ? threat.draw(
              original[i],
              context.random().of(who, threat, data.sha256(), data.id(examples[i]), start))
          : original[i];
    }

    /** Keeps a row with the largest loss so far, and ends where the answer is clearly wrong. */
    private void keep(int i, float[] row, double loss, double margin, double[] now) {
      now[i] = loss;
      if (margin > CLEARLY * Math.max(1, Math.abs(loss))) {
        done[i] = true;
        best[i] = row;
        bestLoss[i] = Double.POSITIVE_INFINITY;
      } else if (loss > bestLoss[i]) {
        bestLoss[i] = loss;
        best[i] = row;
      }
    }

    private void score(float[][] at, int[] active, double[] now) {
      Scored scored = CheckedAnswers.scores(model, Inputs.of(batch(at, active)));
      for (int k = 0; k < active.length; k++) {
        int label = data.label(examples[active[k]]);
        double[] scores = scored.rows()[k];
        keep(
            active[k],
            at[active[k]],
            LabelLoss.loss(scores, label, kind),
            LabelLoss.margin(scores, label, kind),
            now);
      }
    }

    private void note(float[][] rows, double[] losses) {
      int[] all = new int[rows.length];
      Arrays.setAll(all, i -> i);
      Scored scored = CheckedAnswers.scores(model, Inputs.of(batch(rows, all)));
      for (int i = 0; i < rows.length; i++) {
        losses[i] = LabelLoss.loss(scored.rows()[i], data.label(examples[i]), kind);
      }
    }

    private int[] active() {
      int[] active = new int[done.length];
      int count = 0;
      for (int i = 0; i < done.length; i++) {
        if (!done[i]) {
          active[count++] = i;
        }
      }
      return Arrays.copyOf(active, count);
    }

    private int[] labels(int[] active) {
      return Arrays.stream(active).map(i -> data.label(examples[i])).toArray();
    }

    private Tensor batch(float[][] rows, int[] active) {
      int width = original[0].length;
      float[] values = new float[active.length * width];
      for (int k = 0; k < active.length; k++) {
        System.arraycopy(rows[active[k]], 0, values, k * width, width);
      }
      int[] of = shape.clone();
      of[0] = active.length;
      return Tensor.of(values, of);
    }
  }

  private static boolean isZero(double[] gradient) {
    return Arrays.stream(gradient).allMatch(g -> g == 0);
  }
}
