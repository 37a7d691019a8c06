package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.graph.Application;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The z⁺ rule of sums without weights: what adds to the sum shares, what takes off or is constant
 * gets nothing.
 *
 * @param stabiliser of the quotient
 */
record PositiveSumRule(Stabiliser stabiliser) implements Stabilised {

  @Override
  public String describe() {
    return stabiliser.describe("positive contributions");
  }

  @Override
  public RelevanceRule with(Stabiliser other) {
    return new PositiveSumRule(other);
  }

  @Override
  public BackwardRule at(WhiteBox box, Node node) {
    return this::share;
  }

  private List<NDArray> share(Passage passage) {
    int[] computed = passage.computed();
    List<@Nullable NDArray> adding = passage.inputs();
    for (int i = 0; i < adding.size(); i++) {
      int index = i;
      boolean constant = Arrays.stream(computed).noneMatch(place -> place == index);
      NDArray input = adding.get(i);
      // The axes of a reduction are whole numbers, and stay.
      if (input != null && input.getDataType().isFloating()) {
        adding.set(i, constant ? input.zerosLike() : adding(passage.node(), i, input));
      }
    }
    Application sum = passage.applied(adding, computed);
    List<NDArray> weighted =
        sum.gradients(stabiliser.quotientOfPositive(passage.gradient(), sum.output()));
    List<NDArray> shares = new ArrayList<>();
    IntStream.range(0, computed.length)
        .forEach(i -> shares.add(weighted.get(i).mul(adding.get(computed[i]))));
    return shares;
  }

  private static NDArray adding(Node node, int index, NDArray input) {
    boolean takesOff = node.type().equals("Sub") && index == 1;
    return takesOff ? input.minimum(0) : input.maximum(0);
  }
}
