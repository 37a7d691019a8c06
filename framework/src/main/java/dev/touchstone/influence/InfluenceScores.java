package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.Optional;

/**
 * The scores of n training examples for m test examples, made block by block: nothing of size n × m
 * is held unless {@link #toMatrix} asks for it. Each reading computes them anew.
 */
public abstract class InfluenceScores {
  private final int training;
  private final int test;

  /** Of so many training and test examples. */
  protected InfluenceScores(int training, int test) {
    this.training = training;
    this.test = test;
  }

  /**
   * Scores for some consecutive test examples.
   *
   * @param from the first test example
   * @param scores n × the number of these test examples
   * @param largestResidual of the inverse-Hessian products behind them, relative; 0 where there are
   *     none
   * @param steps of an iterative solver, all together
   */
  public record Block(int from, Matrix scores, double largestResidual, int steps) {}

  /** Takes blocks. */
  @FunctionalInterface
  public interface BlockVisitor {
    /** Takes the next block; it may be kept. */
    void accept(Block block);
  }

  /** Returns the number of training examples n. */
  public final int training() {
    return training;
  }

  /** Returns the number of test examples m. */
  public final int test() {
    return test;
  }

  /**
   * Computes all blocks, in the order of the test examples.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if an inverse-Hessian product did not
   *     converge
   */
  public abstract void forEach(BlockVisitor visitor);

  /**
   * Returns the scores for the mean loss of the test examples.
   *
   * @return n numbers
   */
  public double[] mean() {
    double[] mean = new double[training];
    forEach(
        block -> {
          Matrix scores = block.scores();
          for (int i = 0; i < training; i++) {
            for (int j = 0; j < scores.columns(); j++) {
              mean[i] += scores.get(i, j) / test;
            }
          }
        });
    return mean;
  }

  /**
   * Scores for the mean loss of the test examples.
   *
   * @param scores n numbers
   * @param product the inverse-Hessian product that they rest on; empty where there is none, or one
   *     for each test example
   * @param remark how they came about, in a sentence for the evidence; empty if that needs none
   */
  public record Mean(
      double[] scores, Optional<InverseHessianProduct> product, Optional<String> remark) {

    /** Scores that need no remark. */
    public Mean(double[] scores, Optional<InverseHessianProduct> product) {
      this(scores, product, Optional.empty());
    }
  }

  /** Returns {@link #mean} and the inverse-Hessian product that it rests on. */
  public Mean meanSolved() {
    return new Mean(mean(), Optional.empty());
  }

  /**
   * Returns all scores at once, n × m: as much memory as the name says.
   *
   * @return n × m
   */
  public final Matrix toMatrix() {
    Matrix all = Matrix.zeros(training, test);
    forEach(
        block -> {
          Matrix scores = block.scores();
          for (int i = 0; i < training; i++) {
            System.arraycopy(
                scores.values(),
                i * scores.columns(),
                all.values(),
                i * test + block.from(),
                scores.columns());
          }
        });
    return all;
  }

  /**
   * Returns the training examples by their score for one test example: opponents first, whose
   * removal lowers its loss most, proponents last.
   *
   * @param scores n numbers, such as {@link #mean} or a column
   */
  public static int[] opponentsFirst(double... scores) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(scores[a], scores[b]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }
}
