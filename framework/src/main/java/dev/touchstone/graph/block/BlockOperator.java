package dev.touchstone.graph.block;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.runtime.TouchstoneException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A DJL block's own forward computation at inference, with weights that are handed in: the first
 * input is the block's, the others stand for its parameters, in their order. So any block is
 * computed as DJL computes it, and yet can be given other weights.
 */
record BlockOperator(Block block, List<Parameter> parameters, String name) implements Operator {

  BlockOperator {
    parameters = List.copyOf(parameters);
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    Map<Parameter, NDArray> values = new IdentityHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      values.put(parameters.get(i), inputs.get(i + 1));
    }
    NDList outputs = block.forward(new Handed(x.getManager(), values), new NDList(x), false);
    return BlockOperator.single(outputs, name);
  }

  @Override
  public boolean isStatistic(int input) {
    if (input == 0) {
      return false;
    }
    Parameter.Type type = parameters.get(input - 1).getType();
    return type == Parameter.Type.RUNNING_MEAN || type == Parameter.Type.RUNNING_VAR;
  }

  static NDArray single(NDList outputs, String name) {
    if (outputs.size() != 1) {
      throw new TouchstoneException(
          "block "
              + name
              + " makes "
              + outputs.size()
              + " outputs; the white box needs one from every block: put it and the block that"
              + " takes its outputs into one LambdaBlock or AbstractBlock");
    }
    return outputs.get(0);
  }

  /** Gives blocks the values that were handed in instead of their own. */
  private static final class Handed extends ParameterStore {
    private final Map<Parameter, NDArray> values;

    Handed(NDManager manager, Map<Parameter, NDArray> values) {
      super(manager, false);
      this.values = values;
    }

    /** Blocks ask for parameters that they do not have, such as a bias that was switched off. */
    @Override
    public @Nullable NDArray getValue(
        @Nullable Parameter parameter, Device device, boolean training) {
      return parameter == null ? null : values.get(parameter);
    }
  }
}
