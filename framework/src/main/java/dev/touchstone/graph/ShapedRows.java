package dev.touchstone.graph;

/**
 * Values, or gradients, of the examples of a batch, with the shape that one example has.
 *
 * @param ofOne the shape of one example
 * @param rows one per example, row-major
 */
record ShapedRows(int[] ofOne, double[][] rows) {

  /** As many rows of the same shape, still to be filled in. */
  ShapedRows empty(int examples) {
    return new ShapedRows(ofOne, new double[examples][]);
  }
}
