package dev.touchstone.training;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

/** Ready architectures of convolutional networks. */
public final class Cnn {
  private static final int[] CHANNELS = {8, 16, 24};
  private static final int KERNEL = 5;
  private static final int HIDDEN = 64;

  private Cnn() {}

  /**
   * Returns the small network of J. Adebayo, "Towards Effective Tools for Debugging Machine
   * Learning Models", appendix A.1: convolution 5×5 - ReLU - batch norm - max pooling, thrice (8,
   * 16 and 24 channels, padded), then two dense layers (64 units); emits logits. Its layers are
   * {@code conv1}, {@code bn1}, … {@code fc1}, {@code fc2}. Images [C, H, W] have to be 8×8 or
   * larger.
   *
   * @param classes the number of classes
   * @return a new block without weights
   */
  public static Block small(int classes) {
    NamedBlocks blocks = new NamedBlocks();
    for (int i = 1; i <= CHANNELS.length; i++) {
      blocks
          .add(
              "conv" + i,
              Conv2d.builder()
                  .setFilters(CHANNELS[i - 1])
                  .setKernelShape(new Shape(KERNEL, KERNEL))
                  .optPadding(new Shape(KERNEL / 2, KERNEL / 2))
                  .build())
          .add("relu" + i, Activation.reluBlock())
          .add("bn" + i, BatchNorm.builder().build())
          .add("pool" + i, Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    }
    return blocks
        .add("flatten", Blocks.batchFlattenBlock())
        .add("fc1", Linear.builder().setUnits(HIDDEN).build())
        .add("relu4", Activation.reluBlock())
        .add("fc2", Linear.builder().setUnits(classes).build());
  }
}
