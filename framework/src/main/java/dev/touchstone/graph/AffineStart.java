package dev.touchstone.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a network does with its input before the first node that is not affine, such as a rectifier:
 * there values of straight lines between inputs lie on straight lines, and one pass back serves a
 * sum of gradients.
 *
 * @param tap the last value that affine nodes alone make and that all of the network passes
 *     through; empty where that is the input itself
 * @param rest the network from there on
 */
record AffineStart(Optional<Tap> tap, WhiteBox rest) {

  /**
   * Of a model of one input of floating-point numbers, whose examples have one shape; looked for
   * once.
   */
  static AffineStart of(WhiteBox box) {
    return box.once(AffineStart.class, AffineStart::find);
  }

  private static AffineStart find(WhiteBox box) {
    Graph graph = box.graph();
    List<String> values = graph.affineValues();
    for (int i = values.size() - 1; i >= 0; i--) {
      String value = values.get(i);
      Optional<Tap> tap =
          box.taps().stream()
              .filter(each -> each.value().equals(value) && hasOneShape(each))
              .filter(each -> !value.equals(graph.score()) && box.passesThrough(each))
              .findFirst();
      if (tap.isPresent()) {
        return new AffineStart(tap, box.from(tap.get()));
      }
    }
    return new AffineStart(Optional.empty(), box);
  }

  private static boolean hasOneShape(Tap tap) {
    return Arrays.stream(tap.shape()).skip(1).allMatch(length -> length > 0);
  }

  /** The shape of so many rows behind the start. */
  int[] shape(int rows) {
    int[] shape = tap.map(Tap::shape).orElseGet(rest::inputShape);
    shape[0] = rows;
    return shape;
  }
}
