package dev.touchstone.graph;

import ai.djl.nn.Block;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashSet;
import java.util.Set;

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
    this.sha256 = hash(graph);
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

  private static String hash(Graph graph) {
    Digest digest = Digest.sha256().add(graph.inputShape());
    Set<String> weights = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      digest.add(node.name()).add(node.type());
      node.inputs().forEach(digest::add);
      node.inputs().stream().filter(graph.constants()::containsKey).forEach(weights::add);
    }
    for (String name : weights) {
      Constant weight = graph.constants().get(name);
      if (weight != null) {
        digest.add(name).add(weight.toString()).add(weight.floats());
        for (long value : weight.longs()) {
          digest.add(value);
        }
      }
    }
    return digest.hex();
  }

  /** The SHA-256 of structure and weights, in hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /**
   * The block as a white box.
   *
   * @param device as in {@code touchstone.device}
   */
  public WhiteBox load(String device) {
    return WhiteBox.of(model, graph, device);
  }
}
