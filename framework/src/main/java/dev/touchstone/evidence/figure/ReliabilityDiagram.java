package dev.touchstone.evidence.figure;

import java.util.List;

/**
 * Confidence against accuracy, per bin.
 *
 * @param bins the bins in ascending order, empty ones too
 */
public record ReliabilityDiagram(String name, String title, List<Bin> bins) implements Figure {

  /** Copies the bins. */
  public ReliabilityDiagram {
    bins = List.copyOf(bins);
  }

  @Override
  public Kind kind() {
    return Kind.RELIABILITY_DIAGRAM;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.reliabilityDiagram(this);
  }

  /**
   * One bin {@code (lower, upper]}.
   *
   * @param confidence mean confidence, 0 if empty
   * @param accuracy share correct, 0 if empty
   */
  public record Bin(double lower, double upper, int count, double confidence, double accuracy) {}
}
