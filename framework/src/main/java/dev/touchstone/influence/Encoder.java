package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;

/** Shows data as a model's last layer sees them. */
@FunctionalInterface
public interface Encoder {

  /**
   * The representation.
   *
   * @return n × d, one row per example
   */
  Matrix encode(Dataset data);
}
