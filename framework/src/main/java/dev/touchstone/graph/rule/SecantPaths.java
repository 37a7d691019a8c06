package dev.touchstone.graph.rule;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Secants along paths that leave origins, of which as many points are handed over at once as the
 * memory admits. No point is computed twice: what the nodes with a secant hold at the latest origin
 * and at a portion's last point is kept for the portions after it. Not thread-safe.
 */
public final class SecantPaths implements AutoCloseable {
  private final WhiteBox box;
  private final SecantMemory memory;

  /** What a point comes after on its path. */
  public enum After {
    /** It is an origin itself, and its secant means nothing. */
    NOTHING,
    /** The latest origin. */
    ORIGIN,
    /** The point before. */
    POINT_BEFORE
  }

  private SecantPaths(WhiteBox box, SecantRules rules) {
    this.box = box;
    this.memory = new SecantMemory(rules);
  }

  /**
   * Begins paths through a model.
   *
   * @param rules of that model
   */
  public static SecantPaths of(WhiteBox box, SecantRules rules) {
    return new SecantPaths(box, rules);
  }

  /**
   * Returns the secants from each point's predecessor to the point: multiplied with the step there
   * from the predecessor, a row sums to the rise of the quantity.
   *
   * @param points the paths' next points, in order
   * @param after what each comes after; the very first of all is an origin
   * @param quantity what is differentiated, of the example that each point was made of
   */
  public double[][] inputGradients(Tensor points, After[] after, Quantity quantity) {
    return inputGradients(Inputs.of(points), after, quantity);
  }

  /** Returns the same of points whose other inputs are their examples'. */
  public double[][] inputGradients(Inputs points, After[] after, Quantity quantity) {
    double[][] all = new double[points.rows()][];
    inPieces(
        points,
        after,
        quantity,
        (piece, places, asked, from) -> {
          double[][] rows = box.inputGradients(piece, asked, memory.along(places));
          System.arraycopy(rows, 0, all, from, rows.length);
        });
    return all;
  }

  /**
   * Returns the secants of what follows a tap in the network: multiplied with the step there of the
   * value at the tap, a row sums to the rise of the quantity, if all of it passes through there.
   *
   * @param points as for {@link #inputGradients}
   * @param after as there
   * @param quantity as there
   * @param at of the model
   */
  public Activations gradients(Inputs points, After[] after, Quantity quantity, Tap at) {
    double[][] all = new double[points.rows()][];
    List<int[]> shapes = new ArrayList<>();
    inPieces(
        points,
        after,
        quantity,
        (piece, places, asked, from) -> {
          Activations made =
              box.gradients(piece, asked, List.of(at), memory.along(places))
                  .values()
                  .iterator()
                  .next();
          System.arraycopy(made.rows(), 0, all, from, piece.rows());
          shapes.add(made.shape());
        });
    int[] ofAll = shapes.get(0);
    ofAll[0] = all.length;
    return new Activations(at, ofAll, all);
  }

  /** What is done with some of the points, of which the first stands at a place among all. */
  @FunctionalInterface
  private interface Piece {
    void take(Inputs points, Predecessors.Places places, Quantity asked, int from);
  }

  /**
   * Goes through points in pieces that the model computes at once: it would part neighbours that it
   * had to divide, where examples may have any length and are long.
   */
  private void inPieces(Inputs points, After[] after, Quantity quantity, Piece use) {
    int n = points.rows();
    int most = box.atOnce(points, true);
    for (int from = 0; from < n; from += most) {
      int to = Math.min(n, from + most);
      boolean whole = to - from == n;
      int[] some = IntStream.range(from, to).toArray();
      Inputs piece = whole ? points : points.select(some);
      Quantity ofPiece = whole ? quantity : quantity.ofRows(some);
      Predecessors.Places places = Predecessors.Places.of(Arrays.copyOfRange(after, from, to));
      use.take(piece, places, secant(ofPiece, piece, places), from);
    }
  }

  private Quantity secant(Quantity quantity, Inputs points, Predecessors.Places places) {
    return quantity.isLinear() ? quantity : memory.secant(quantity, box.scores(points), places);
  }

  /** How many native arrays are kept; for tests that watch for leaks. */
  int nativeArrays() {
    return memory.nativeArrays();
  }

  /** Frees what was kept. */
  @Override
  public void close() {
    memory.close();
  }
}
