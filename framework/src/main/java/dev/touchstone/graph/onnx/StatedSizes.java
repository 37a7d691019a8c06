package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.Map;
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

  private final NodeProto node;
  private final Map<String, AttributeProto> attributes;
  private final Map<String, long[]> shapes;
  private final Map<String, double[]> values;

  private StatedSizes(
      NodeProto node,
      Map<String, AttributeProto> attributes,
      Map<String, long[]> shapes,
      Map<String, double[]> values) {
    this.node = node;
    this.attributes = attributes;
    this.shapes = shapes;
    this.values = values;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is.
   *
   * @param shapes of inputs that are known; -1 for a free dimension
   * @param values of short lists of numbers that stand in the file
   * @param budget bytes that an evaluation may take
   */
  static @Nullable String problem(
      NodeProto node,
      Map<String, AttributeProto> attributes,
      Map<String, long[]> shapes,
      Map<String, double[]> values,
      long budget) {
    StatedSizes sizes = new StatedSizes(node, attributes, shapes, values);
    return switch (node.getOpType()) {
      case "AffineGrid" -> sizes.grid(budget);
      case "Col2Im" -> sizes.blocks();
      case "Trilu" -> sizes.diagonal();
      default -> null;
    };
  }

  private @Nullable String grid(long budget) {
    double[] size = values.get(node.getInput(1));
    if (size == null) {
      return null;
    }
    long[] transforms = shapes.get(node.getInput(0));
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
    double[] diagonal = node.getInputCount() > 1 ? values.get(node.getInput(1)) : null;
    boolean counts =
        diagonal == null || (diagonal.length == 1 && Math.abs(diagonal[0]) <= Integer.MAX_VALUE);
    return counts ? null : "begins at the diagonal " + Arrays.toString(diagonal);
  }

  private @Nullable String blocks() {
    double[] image = values.get(node.getInput(1));
    double[] block = values.get(node.getInput(2));
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
    fits &= length("strides") < 0 || length("strides") == axes;
    fits &= length("dilations") < 0 || length("dilations") == axes;
    fits &= length("pads") < 0 || length("pads") == 2 * axes;
    AttributeProto pads = attributes.get("pads");
    fits &= pads == null || pads.getIntsList().stream().allMatch(pad -> pad >= 0);
    if (!fits) {
      return "has strides, dilations, pads or blocks of other axes than its image";
    }
    return image == null || block == null ? null : columns(image, block);
  }

  /**
   * A column for each place where a block lies in the padded image, a row for each of its values.
   */
  private @Nullable String columns(double[] image, double[] block) {
    long[] given = shapes.get(node.getInput(0));
    double columns = 1;
    double rows = 1;
    for (int axis = 0; axis < image.length; axis++) {
      double reach = number("dilations", axis, 1) * (block[axis] - 1) + 1;
      double padded =
          image[axis] + number("pads", axis, 0) + number("pads", axis + image.length, 0);
      columns *= Math.max(0, Math.floor((padded - reach) / number("strides", axis, 1)) + 1);
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

  private double number(String name, int at, double otherwise) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null || attribute.getIntsCount() == 0 ? otherwise : attribute.getInts(at);
  }

  private int length(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null || attribute.getIntsCount() == 0 ? -1 : attribute.getIntsCount();
  }

  private static boolean counts(double[] numbers) {
    return Arrays.stream(numbers).allMatch(v -> v >= 1 && v <= Integer.MAX_VALUE);
  }
}
