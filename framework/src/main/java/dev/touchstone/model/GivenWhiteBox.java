package dev.touchstone.model;

import dev.touchstone.graph.Layer;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Digest;
import java.util.Map;

/** A white box as a model; whoever made the white box owns its native memory. */
final class GivenWhiteBox extends WhiteBoxClassifier {
  private final String name;
  private final WhiteBox box;
  private final String sha256;

  GivenWhiteBox(String name, WhiteBox box, OutputKind kind) {
    super(kind, name);
    this.name = name;
    this.box = box;
    Digest digest = Digest.sha256();
    for (Layer layer : box.layers()) {
      layer.weights().forEach(weight -> digest.add(weight).add(box.weight(weight)));
    }
    this.sha256 = digest.hex();
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
    return sha256;
  }

  @Override
  public Map<String, String> provenance() {
    return facts("white box");
  }

  /** Nothing: the white box was given. */
  @Override
  public void release() {}
}
