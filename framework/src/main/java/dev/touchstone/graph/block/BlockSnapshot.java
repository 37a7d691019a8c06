package dev.touchstone.graph.block;

import ai.djl.nn.Block;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * A tree of DJL blocks as it was when read: structure and weights as plain values. Training the
 * block afterwards, or closing its arrays, changes nothing here. Immutable.
 */
public final class BlockSnapshot {
  private final String model;
  private final Graph graph;
  private final String sha256;

  private BlockSnapshot(String model, Graph graph) {
    this.model = model;
    this.graph = graph;
    this.sha256 = graph.sha256();
  }

  /**
   * Reads a block tree.
   *
   * @param block sequences and parallel branches are taken apart, any other block is one node
   * @param model what to call it in messages
   * @param exampleShape the shape of one example; empty to take what the block was initialised with
   * @throws TouchstoneException if the block has no weights yet, or holds a block of another format
   */
  public static BlockSnapshot of(Block block, String model, int... exampleShape) {
    return Torch.evaluate(
        () -> new BlockSnapshot(model, BlockImport.read(block, model, exampleShape)));
  }

  /**
   * Returns the SHA-256 of structure, weights and every block's settings, in hexadecimal; the same
   * in every JVM. What a lambda computes it knows by the lambda's name alone.
   */
  public String sha256() {
    return sha256;
  }

  /**
   * Returns what is equal where two snapshots compute alike, also what the hash does not cover; in
   * one JVM.
   */
  public Object identity() {
    return List.of(sha256, graph.code());
  }

  /**
   * Returns paths of unnamed lambdas and of values that cannot be read, which the hash does not
   * cover.
   */
  public List<String> notDescribed() {
    return graph.notDescribed();
  }

  /**
   * Returns the block as a white box.
   *
   * @param device as in {@code touchstone.device}
   */
  public WhiteBox load(String device) {
    return WhiteBox.of(model, graph, device);
  }
}
