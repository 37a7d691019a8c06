package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.graph.Application;
import dev.touchstone.graph.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A layer as a rule sees it: one computed input, weights, and perhaps a bias behind them. */
final class AffineLayer {
  private static final int BIAS = 2;

  private final Passage passage;
  private final int data;
  private final boolean biased;

  private AffineLayer(Passage passage, boolean biased) {
    this.passage = passage;
    this.data = passage.computed()[0];
    this.biased = biased;
  }

  static AffineLayer of(Passage passage) {
    return new AffineLayer(passage, passage.has(BIAS));
  }

  /** The same layer as if it had no bias. */
  AffineLayer withoutBias() {
    return new AffineLayer(passage, false);
  }

  NDArray input() {
    return passage.input(data);
  }

  NDArray weight() {
    return passage.input(1 - data);
  }

  @Nullable NDArray bias() {
    return biased ? passage.input(BIAS) : null;
  }

  /** What the layer makes of another input with other weights. */
  Contributions of(NDArray input, NDArray weight, @Nullable NDArray bias) {
    List<@Nullable NDArray> inputs = passage.inputs();
    inputs.set(data, input);
    inputs.set(1 - data, weight);
    if (inputs.size() > BIAS) {
      inputs.set(BIAS, bias);
    }
    return new Contributions(List.of(new Contributions.Term(input, passage.applied(inputs, data))));
  }

  /**
   * The sums of products of each input with each output that it has a weight for, over all examples
   * and places; of the shape of the weights.
   *
   * @param outputs numbers of the shape of the layer's output
   */
  NDArray products(NDArray outputs) {
    return passage.applied(passage.inputs(), 1 - data).gradients(outputs).get(0);
  }

  /** What comes back through other weights; for each computed input, of which there is one. */
  List<NDArray> back(NDArray weight, NDArray arriving) {
    return of(input(), weight, null).terms().get(0).application().gradients(arriving);
  }

  /**
   * What positive inputs contribute through some weights, and negative inputs through others.
   *
   * @param ofPositive makes the weights of positive inputs, and the bias
   * @param ofNegative makes the weights of negative inputs
   */
  Contributions bySign(UnaryOperator<NDArray> ofPositive, UnaryOperator<NDArray> ofNegative) {
    NDArray x = input();
    NDArray bias = bias();
    NDArray changed = bias == null ? null : ofPositive.apply(bias);
    if (!hasNegative(x)) {
      return of(x, ofPositive.apply(weight()), changed);
    }
    return of(x.maximum(0), ofPositive.apply(weight()), changed)
        .and(of(x.minimum(0), ofNegative.apply(weight()), null));
  }

  /** Behind a rectifier no number is negative, and half of the work falls away. */
  private static boolean hasNegative(NDArray x) {
    return x.min().toType(DataType.FLOAT64, false).getDouble() < 0;
  }

  /** Parts of a layer's sums, each of which can be gone back through once. */
  record Contributions(List<Term> terms) {

    /**
     * Some input under some weights.
     *
     * @param input what went in
     * @param application of the layer
     */
    record Term(NDArray input, Application application) {}

    Contributions and(Contributions others) {
      List<Term> all = new ArrayList<>(terms);
      all.addAll(others.terms);
      return new Contributions(all);
    }

    /** Their sum. */
    NDArray output() {
      return terms.stream()
          .map(term -> term.application().output())
          .reduce(NDArray::add)
          .orElseThrow();
    }

    /**
     * Each input's share.
     *
     * @param perUnit relevance by unit of the sum
     */
    NDArray shares(NDArray perUnit) {
      return terms.stream()
          .map(term -> term.application().gradients(perUnit).get(0).mul(term.input()))
          .reduce(NDArray::add)
          .orElseThrow();
    }
  }
}
