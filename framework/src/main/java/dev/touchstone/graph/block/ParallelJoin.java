package dev.touchstone.graph.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.ParallelBlock;
import dev.touchstone.graph.operator.Operator;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How a DJL {@link ParallelBlock} puts its branches together: a sum, a concatenation, … */
record ParallelJoin(Function<List<NDList>, NDList> function, String name) implements Operator {

  /**
   * A block's joining function. DJL keeps it in a private field and offers no other way to it;
   * where that cannot be read, the whole block has to stay one opaque node.
   */
  static Optional<ParallelJoin> of(ParallelBlock block, String name) {
    try {
      Field field = ParallelBlock.class.getDeclaredField("function");
      field.setAccessible(true);
      @SuppressWarnings("unchecked") // the field's declared type
      Function<List<NDList>, NDList> function = (Function<List<NDList>, NDList>) field.get(block);
      return Optional.ofNullable(function).map(f -> new ParallelJoin(f, name));
    } catch (NoSuchFieldException | IllegalAccessException | InaccessibleObjectException e) {
      return Optional.empty();
    }
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    return BlockOperator.single(
        function.apply(inputs.stream().map(branch -> new NDList(branch)).toList()), name);
  }
}
