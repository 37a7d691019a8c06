package dev.touchstone.model;

import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.WhiteBox;

/** A white box as a model; whoever made the white box owns its native memory. */
final class GivenWhiteBox extends WhiteBoxClassifier {
  private final String name;
  private final WhiteBox box;

  GivenWhiteBox(String name, WhiteBox box, OutputKind kind) {
    super(kind, name);
    this.name = name;
    this.box = box;
  }

  @Override
  WhiteBox whiteBox() {
    return box;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return box.sha256();
  }

  @Override
  public Object identity() {
    return box.identity();
  }

  @Override
  public ModelFacts facts() {
    return facts("white box").withNotDescribed(box.notDescribed());
  }

  /** Nothing: the white box was given. */
  @Override
  public void release() {}
}
