package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.RowSource;

/** Shows data as a model's last layer sees them. */
@FunctionalInterface
public interface Encoder {

  /**
   * Returns the representation, to be read while the encoder is open.
   *
   * @return n × d, one row per example, a chunk at a time
   */
  RowSource encode(Dataset data);
}
