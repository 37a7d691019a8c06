package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/**
 * Whole columns or rows of every image, set to one value in every channel (the striped pattern of
 * the thesis's Figure 4-1).
 *
 * <pre>{@code
 * Stripe.vertical(3, 24).withValue(180 / 255f)
 * }</pre>
 *
 * <p>Bright stripes fool healthy models too, unless they met them in training: spurious scores of
 * .34 to .60 were measured.
 */
public final class Stripe implements SpuriousSignal {
  private final boolean vertical;
  private final int[] lines;
  private final float value;

  private Stripe(boolean vertical, int[] lines, float value) {
    this.vertical = vertical;
    this.lines = lines;
    this.value = value;
  }

  /**
   * Returns vertical stripes of value 1.
   *
   * @param columns from the left, from 0; at least one
   */
  public static Stripe vertical(int... columns) {
    return new Stripe(true, checked(columns), 1);
  }

  /**
   * Returns horizontal stripes of value 1.
   *
   * @param rows from the top, from 0; at least one
   */
  public static Stripe horizontal(int... rows) {
    return new Stripe(false, checked(rows), 1);
  }

  private static int[] checked(int[] lines) {
    if (lines.length == 0 || Arrays.stream(lines).anyMatch(line -> line < 0)) {
      throw new TouchstoneException(
          "stripes need at least one line, counted from 0, and were " + Arrays.toString(lines));
    }
    return lines.clone();
  }

  /** Takes another value, in the units of the data's features. */
  public Stripe withValue(float stripeValue) {
    if (!Float.isFinite(stripeValue)) {
      throw new TouchstoneException("a stripe's value must be finite, was " + stripeValue);
    }
    return new Stripe(vertical, lines, stripeValue);
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "Stripe");
    int length = vertical ? image.width() : image.height();
    for (int line : lines) {
      if (line >= length) {
        throw new TouchstoneException(
            describe()
                + " need "
                + (vertical ? "column " : "row ")
                + line
                + ", and an image of "
                + data.name()
                + " is "
                + image
                + "; lines are counted from 0");
      }
    }
    boolean[] where = new boolean[image.size()];
    float[] values = new float[image.size()];
    Arrays.fill(values, value);
    for (int channel = 0; channel < image.channels(); channel++) {
      int of = channel;
      IntBinaryOperator index =
          vertical
              ? (line, along) -> image.index(of, along, line)
              : (line, along) -> image.index(of, line, along);
      for (int line : lines) {
        for (int along = 0; along < (vertical ? image.height() : image.width()); along++) {
          where[index.applyAsInt(line, along)] = true;
        }
      }
    }
    return new Replacement(where, values);
  }

  @Override
  public String inWords() {
    return (lines.length == 1 ? "a line is" : lines.length + " lines are")
        + (vertical ? " drawn from top to bottom" : " drawn from left to right");
  }

  @Override
  public String describe() {
    return "stripes of value "
        + value
        + " in "
        + (vertical ? "columns " : "rows ")
        + Arrays.toString(lines);
  }

  @Override
  public String toString() {
    return describe();
  }
}
