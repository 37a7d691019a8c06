package dev.touchstone.attribution.rule;

import dev.touchstone.graph.Quantity;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The relevance with which a walk back begins: of a quantity q of scores s, each score has s·∂q/∂s,
 * and a linear quantity is their sum. Remembers the sums of what it was asked about; not
 * thread-safe.
 */
final class StartingRelevance implements Quantity {
  private final Quantity quantity;
  private final DoubleUnaryOperator kept;
  private final double[] sums;

  private StartingRelevance(Quantity quantity, int examples, DoubleUnaryOperator kept) {
    this.quantity = quantity;
    this.kept = kept;
    this.sums = new double[examples];
  }

  /**
   * Of a batch.
   *
   * @param quantity what is explained
   * @param examples how many there are
   */
  static StartingRelevance of(Quantity quantity, int examples) {
    return new StartingRelevance(quantity, examples, relevance -> relevance);
  }

  /** The same without what speaks against the quantity. */
  static StartingRelevance ofWhatSpeaksFor(Quantity quantity, int examples) {
    return new StartingRelevance(quantity, examples, relevance -> Math.max(0, relevance));
  }

  /** What is explained. */
  Quantity quantity() {
    return quantity;
  }

  /** The relevance that each example began with, in all. */
  double[] sums() {
    return sums.clone();
  }

  @Override
  public double value(double[] scores, int example) {
    return quantity.value(scores, example);
  }

  /** The relevance of the scores, in the place of derivatives. */
  @Override
  public double[] gradient(double[] scores, int example) {
    double[] relevance = quantity.gradient(scores, example);
    for (int i = 0; i < relevance.length; i++) {
      relevance[i] = kept.applyAsDouble(relevance[i] * scores[i]);
    }
    sums[example] = Arrays.stream(relevance).sum();
    return relevance;
  }

  @Override
  public String describe() {
    return quantity.describe();
  }
}
