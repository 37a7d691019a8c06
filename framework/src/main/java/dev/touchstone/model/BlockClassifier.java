package dev.touchstone.model;

import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.block.BlockSnapshot;
import dev.touchstone.runtime.RunContext;
import org.jspecify.annotations.Nullable;

/** A model made of DJL blocks, as it was when declared. */
final class BlockClassifier extends WhiteBoxClassifier {
  private final String name;
  private final BlockSnapshot block;
  private @Nullable WhiteBox whiteBox;

  BlockClassifier(String name, BlockSnapshot block, OutputKind kind) {
    super(kind, name);
    this.name = name;
    this.block = block;
  }

  @Override
  synchronized WhiteBox whiteBox() {
    WhiteBox loaded = whiteBox;
    if (loaded == null) {
      loaded = block.load(RunContext.current().settings().device());
      whiteBox = loaded;
    }
    return loaded;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return block.sha256();
  }

  @Override
  public Object identity() {
    return block.identity();
  }

  @Override
  public ModelFacts facts() {
    return facts("DJL block").withNotDescribed(block.notDescribed());
  }

  @Override
  public synchronized void release() {
    if (whiteBox != null) {
      whiteBox.release();
      whiteBox = null;
    }
  }
}
