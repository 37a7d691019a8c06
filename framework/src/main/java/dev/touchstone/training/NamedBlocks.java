package dev.touchstone.training;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import dev.touchstone.runtime.TouchstoneException;

/**
 * DJL blocks one after the other, each with a name of one's own, by which claims name layers: DJL's
 * sequences know only {@code 01Conv2d}.
 *
 * <pre>{@code
 * Block block =
 *     new NamedBlocks()
 *         .add("fc1", Linear.builder().setUnits(64).build())
 *         .add("relu1", Activation.reluBlock())
 *         .add("fc2", Linear.builder().setUnits(10).build());
 * }</pre>
 */
public final class NamedBlocks extends SequentialBlock {

  /** An empty sequence. */
  public NamedBlocks() {}

  /**
   * Appends a block.
   *
   * @throws TouchstoneException if the name is taken
   */
  public NamedBlocks add(String name, Block block) {
    if (children.keys().contains(name)) {
      throw new TouchstoneException(
          "two blocks are named \"" + name + "\"; give every layer a name of its own");
    }
    children.add(name, block);
    return this;
  }
}
