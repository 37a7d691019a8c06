package dev.touchstone.graph;

import dev.touchstone.statistics.Softmax;
import java.util.Arrays;

/** −Σ t_c log p_c with p = softmax(scores); a single score s stands for the scores (0, s). */
record CrossEntropy(Targets targets) implements Loss {

  /** The targets of an example. */
  @FunctionalInterface
  interface Targets {
    double[] of(int length, int example);
  }

  private double[] targets(double[] scores, int example) {
    return targets.of(Math.max(2, scores.length), example);
  }

  @Override
  public double value(double[] scores, int example) {
    double[] all = withBoth(scores);
    double[] target = targets(scores, example);
    double greatest = Arrays.stream(all).max().orElse(0);
    double sum = Arrays.stream(all).map(score -> Math.exp(score - greatest)).sum();
    double loss = 0;
    for (int c = 0; c < all.length; c++) {
      loss += target[c] * (greatest + Math.log(sum) - all[c]);
    }
    return loss;
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    double[] p = Softmax.of(withBoth(scores));
    double[] target = targets(scores, example);
    double mass = Arrays.stream(target).sum();
    for (int c = 0; c < p.length; c++) {
      p[c] = mass * p[c] - target[c];
    }
    return scores.length == 1 ? new double[] {p[1]} : p;
  }

  /** (diag p − ppᵀ) times the vector, times the targets' sum. */
  @Override
  public double[] hessianVector(double[] scores, int example, double[] vector) {
    double[] p = Softmax.of(withBoth(scores));
    double[] all = withBoth(vector);
    double mass = Arrays.stream(targets(scores, example)).sum();
    double mean = 0;
    for (int c = 0; c < p.length; c++) {
      mean += p[c] * all[c];
    }
    double[] product = new double[p.length];
    for (int c = 0; c < p.length; c++) {
      product[c] = mass * p[c] * (all[c] - mean);
    }
    return scores.length == 1 ? new double[] {product[1]} : product;
  }

  private static double[] withBoth(double[] numbers) {
    return numbers.length == 1 ? new double[] {0, numbers[0]} : numbers;
  }
}
