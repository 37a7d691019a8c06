package dev.touchstone.graph.onnx;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sizes that a node takes as inputs and that stand in the file: of a sampling grid, of the blocks
 * that an image is put together from, and the diagonal of a triangle. ONNX Runtime divides by them
 * and counts by them.
 */
final class StatedSizes {
  private static final int PLANE = 4;

  /** Where the file leaves their number free. */
  private static final double MOST_COLUMNS = 1 << 24;

  private final NodeFacts facts;

  private StatedSizes(NodeFacts facts) {
    this.facts = facts;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is.
   *
   * @param budget bytes that an evaluation may take
   */
  static @Nullable String problem(NodeFacts facts, long budget) {
    StatedSizes sizes = new StatedSizes(facts);
    return switch (facts.type()) {
      case "AffineGrid" -> sizes.grid(budget);
      case "Col2Im" -> sizes.blocks();
      case "Trilu" -> sizes.diagonal();
      default -> null;
    };
  }

  private @Nullable String grid(long budget) {
    double[] size = facts.values(1);
    if (size == null) {
      return null;
    }
    long[] transforms = facts.shape(0);
    boolean batches =
        transforms == null
            || transforms.length == 0
            || transforms[0] < 0
            || (size.length > 0 && transforms[0] == size[0]);
    if ((size.length != PLANE && size.length != PLANE + 1) || !counts(size) || !batches) {
      return "makes a grid of size "
          + Arrays.toString(size)
          + (transforms == null ? "" : " of transforms " + SpatialAttributes.describe(transforms));
    }
    double elements = (size.length - 2) * Arrays.stream(size).reduce(1, (a, b) -> a * b) / size[1];
    return elements <= (double) budget / Float.BYTES
        ? null
        : "makes a grid of size "
            + Arrays.toString(size)
            + ", and an evaluation may take touchstone.memory = "
            + budget
            + " bytes";
  }

  /** Which diagonal a triangle begins at; native code adds it to the numbers of rows. */
  private @Nullable String diagonal() {
    double[] diagonal = facts.values(1);
    boolean counts =
        diagonal == null || (diagonal.length == 1 && Math.abs(diagonal[0]) <= Integer.MAX_VALUE);
    return counts ? null : "begins at the diagonal " + Arrays.toString(diagonal);
  }

  private @Nullable String blocks() {
    double[] image = facts.values(1);
    double[] block = facts.values(2);
    for (double[] size : new double[][] {image, block}) {
      if (size != null && !counts(size)) {
        return "puts an image together by " + Arrays.toString(size) + "; each is at least 1";
      }
    }
    int axes = image != null ? image.length : block != null ? block.length : -1;
    boolean fits = image == null || block == null || image.length == block.length;
    if (axes < 0) {
      return null;
    }
    fits &= facts.count("strides") == 0 || facts.count("strides") == axes;
    fits &= facts.count("dilations") == 0 || facts.count("dilations") == axes;
    fits &= facts.count("pads") == 0 || facts.count("pads") == 2 * axes;
    fits &= facts.list("pads").stream().allMatch(pad -> pad >= 0);
    if (!fits) {
      return "has strides, dilations, pads or blocks of other axes than its image";
    }
    return image == null || block == null ? null : columns(image, block);
  }

  /**
   * A column for each place where a block lies in the padded image, a row for each of its values.
   */
  private @Nullable String columns(double[] image, double[] block) {
    long[] given = facts.shape(0);
    double columns = 1;
    double rows = 1;
    for (int axis = 0; axis < image.length; axis++) {
      double reach = facts.whole("dilations", axis, 1) * (block[axis] - 1) + 1;
      double padded =
          image[axis] + facts.whole("pads", axis, 0) + facts.whole("pads", axis + image.length, 0);
      columns *= Math.max(0, Math.floor((padded - reach) / facts.whole("strides", axis, 1)) + 1);
      rows *= block[axis];
    }
    boolean fits =
        given != null
            && given.length == 3
            && (given[1] < 0 || given[1] % rows == 0)
            && columns >= 1
            && (given[2] < 0 ? columns <= MOST_COLUMNS : given[2] == columns);
    return fits || given == null
        ? null
        : "takes %s and puts an image of %s together by blocks of %s, which are %.0f columns of %.0f"
            .formatted(
                SpatialAttributes.describe(given),
                Arrays.toString(image),
                Arrays.toString(block),
                columns,
                rows);
  }

  private static boolean counts(double[] numbers) {
    return Arrays.stream(numbers).allMatch(v -> v >= 1 && v <= Integer.MAX_VALUE);
  }
}
