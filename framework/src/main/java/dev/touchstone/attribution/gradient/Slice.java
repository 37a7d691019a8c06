package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantSums;
import dev.touchstone.runtime.RunContext;
import java.util.Optional;

/**
 * Where in a network a quantity is differentiated (slice; Leino et al. 2018, section 3): in the
 * input, behind a node, or in the input through one neuron behind a node.
 */
interface Slice {

  /** The network, of any number of examples at once where it can be. */
  WhiteBox box();

  /** How many points the memory admits at once. */
  default int rowsAtOnce(RunContext context) {
    return box().batchSize(context.settings().memoryBytes(), true);
  }

  /** Whether the values there go straight where the inputs go straight. */
  boolean isStraight();

  /** The values there of some inputs, a row each. */
  double[][] values(Tensor points);

  /** The gradients there. */
  GradientFunction gradients(RunContext context);

  /** Begins secants there along paths of inputs; empty where the network has none. */
  Optional<Secants> secants();

  /**
   * Begins sums of secants there along paths of inputs, which cost less than the secants of each
   * point; empty where there are none.
   */
  default Optional<SecantSums> secantSums() {
    return Optional.empty();
  }

  /** Secants in place of gradients, as {@link SecantPaths} has them. */
  interface Secants extends AutoCloseable {

    double[][] along(Tensor points, SecantPaths.After[] after, Quantity quantity);

    @Override
    void close();
  }
}
