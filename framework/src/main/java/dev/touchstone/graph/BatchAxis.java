package dev.touchstone.graph;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Holds the shape of what a model made against its examples, axis by axis: the first axis is theirs
 * and no other. By the number of values alone {@code [2, n]} would be taken for {@code [n, 2]}.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class BatchAxis {
  /** Each is kept as several doubles: of one example some 100 MB. */
  private static final int MOST_CLASSES = 1 << 22;

  private BatchAxis() {}

  /**
   * Returns how many numbers an array holds of each example.
   *
   * @param what made it, such as the model's name
   * @param shape the array's; of a single example also none, for one number
   * @param n the number of examples
   * @throws TouchstoneException if the first axis does not have the examples' length
   */
  public static int width(String what, long[] shape, int n) {
    if (n == 1 && shape.length == 0) {
      return 1;
    }
    if (n == 0 || shape.length == 0 || shape[0] != n) {
      throw new TouchstoneException(
          what
              + " made an output of shape "
              + Arrays.toString(shape)
              + " from "
              + n
              + (n == 1 ? " example" : " examples")
              + "; the first axis has to be the examples', of length "
              + n
              + ". Export the model with its output transposed, and without a squeeze() over all"
              + " axes");
    }
    return (int) Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
  }

  /**
   * Returns how many scores an array holds of each example: {@code [n]}, {@code [n, k]}, or such
   * with further axes of length 1.
   *
   * @throws TouchstoneException as {@link #width}, or if two axes could be the classes', or there
   *     are more than four million
   */
  public static int classes(String what, long[] shape, int n) {
    int width = width(what, shape, n);
    if (Arrays.stream(shape).skip(1).filter(axis -> axis != 1).count() > 1) {
      throw new TouchstoneException(
          what
              + " made an output of shape "
              + Arrays.toString(shape)
              + " from "
              + n
              + " examples, where one row of class scores is read for each: [n, k]. Export the"
              + " model with the scores of one classification as its output");
    }
    if (width > MOST_CLASSES) {
      throw new TouchstoneException(
          what
              + " made "
              + width
              + " numbers for each example, and at most "
              + MOST_CLASSES
              + " are read as class scores. Export the model with the scores of the classes as its"
              + " output");
    }
    return width;
  }

  /**
   * Says that an output cannot be read, as the Java heap does not hold it.
   *
   * @param what made it, such as the model's name
   * @param shape the array's
   */
  public static TouchstoneException tooLarge(String what, long[] shape, OutOfMemoryError cause) {
    return new TouchstoneException(
        "%s made an output of shape %s, which the Java heap of %d MB does not hold as class scores;"
                .formatted(what, Arrays.toString(shape), Runtime.getRuntime().maxMemory() >> 20)
            + " export the model with the scores of the classes alone, or raise it: -Xmx4g",
        cause);
  }

  /**
   * Refuses examples of another shape than a model takes; how many they are does not matter.
   *
   * @param model what to call it
   * @param expected with the batch axis first, -1 where it takes any length
   * @param given the batch's
   * @throws TouchstoneException saying what the model takes
   */
  public static void requireFit(String model, int[] expected, int[] given) {
    if (!fits(expected, given)) {
      boolean features = expected.length == 2 && given.length == 2;
      throw new MisfitException(
          "%s takes examples of shape %s and the data have %s; %s"
              .formatted(model, describe(expected), describe(given), cure(expected, given)),
          features ? Math.max(0, expected[1] - given[1]) : 0);
    }
  }

  /** As many numbers in another shape may be meant; other numbers are not. */
  private static String cure(int[] expected, int[] given) {
    if (expected.length == 4
        && given.length == 4
        && fits(expected, new int[] {given[0], given[2], given[3], given[1]})) {
      return "if it takes images with channels last, say so: Models.onnx(…).channelsLast()";
    }
    int[] example = ofOne(expected);
    boolean asMany =
        Arrays.stream(example).allMatch(length -> length > 0)
            && sizeOf(example) == sizeOf(ofOne(given));
    return asMany
        ? "if they are the same numbers in the same order, write data.reshapedTo(%s)"
            .formatted(
                Arrays.stream(example)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(", ")))
        : "give it the columns, or images of the size, that it was trained on";
  }

  private static int[] ofOne(int[] shape) {
    return Arrays.copyOfRange(shape, Math.min(1, shape.length), shape.length);
  }

  private static long sizeOf(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
  }

  /**
   * Returns whether examples of a shape can go into a model; how many they are does not matter.
   *
   * @param expected with the batch axis first, -1 where it takes any length
   */
  public static boolean fits(int[] expected, int[] given) {
    boolean fits = expected.length == given.length;
    for (int axis = 1; fits && axis < expected.length; axis++) {
      fits = expected[axis] == -1 || expected[axis] == given[axis];
    }
    return fits;
  }

  private static String describe(int[] shape) {
    return Arrays.toString(ofOne(shape));
  }
}
