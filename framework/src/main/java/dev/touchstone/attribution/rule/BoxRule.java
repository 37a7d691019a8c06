package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.NativeArrays;
import java.util.List;

/**
 * The zᴮ rule. The bias stands in all three sums, and falls away.
 *
 * @param bounds of the model's input
 * @param stabiliser of the quotient
 */
record BoxRule(InputBounds bounds, Stabiliser stabiliser) implements Stabilised {

  @Override
  public String describe() {
    return stabiliser.describe("z box " + bounds);
  }

  @Override
  public boolean needsWeights() {
    return true;
  }

  @Override
  public RelevanceRule with(Stabiliser other) {
    return new BoxRule(bounds, other);
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    InputBounds.Reached reached = bounds.at(box, node.inputs().get(0));
    return passage -> share(passage, reached);
  }

  private List<NDArray> share(Passage passage, InputBounds.Reached reached) {
    AffineLayer layer = AffineLayer.of(passage);
    AffineLayer.Contributions all = layer.of(layer.input(), layer.weight(), null);
    AffineLayer.Contributions fromLow =
        layer.of(like(layer.input(), reached.lowest()), layer.weight().maximum(0), null);
    AffineLayer.Contributions fromHigh =
        layer.of(like(layer.input(), reached.highest()), layer.weight().minimum(0), null);
    NDArray sum = all.output().sub(fromLow.output()).sub(fromHigh.output());
    NDArray perUnit = stabiliser.quotient(passage.gradient(), sum);
    return List.of(all.shares(perUnit).sub(fromLow.shares(perUnit)).sub(fromHigh.shares(perUnit)));
  }

  /** One example's numbers for each of them. */
  private static NDArray like(NDArray input, double[] numbers) {
    long[] shape = input.getShape().getShape().clone();
    shape[0] = 1;
    return NativeArrays.of(input.getManager(), numbers, new Shape(shape))
        .toType(input.getDataType(), false)
        .broadcast(input.getShape());
  }
}
