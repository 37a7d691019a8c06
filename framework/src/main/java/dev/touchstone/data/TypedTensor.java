package dev.touchstone.data;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * One of a model's inputs, for a batch of examples: plain Java values of one type, row-major, whose
 * first axis counts examples. A {@link Tensor} holds single-precision numbers.
 *
 * <p>Arrays are shared, not copied: whoever makes a tensor gives its array away.
 */
public sealed interface TypedTensor
    permits Tensor,
        TypedTensor.Doubles,
        TypedTensor.Integers,
        TypedTensor.Texts,
        TypedTensor.Booleans {

  /** Returns the shape, number of examples first. */
  int[] shape();

  /** Returns the number of examples. */
  default int rows() {
    return shape()[0];
  }

  /** Returns how many values one example has. */
  default int rowSize() {
    return sizeOf(Arrays.copyOfRange(shape(), 1, shape().length));
  }

  /**
   * Returns some of the examples, in the given order; one may come more than once.
   *
   * @param rows their indices
   */
  TypedTensor select(int... rows);

  /** Returns what the values are, in words, such as {@code "whole numbers"}. */
  String kind();

  /**
   * Double-precision numbers.
   *
   * @param values row-major
   * @param shape number of examples first
   */
  record Doubles(double[] values, int... shape) implements TypedTensor {
    /** Checks that the shape holds as many values. */
    public Doubles {
      shape = filled(values.length, shape);
    }

    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public Doubles select(int... rows) {
      return new Doubles(picked(values, this, rows, double[]::new), shapeOf(this, rows));
    }

    @Override
    public String kind() {
      return "numbers in double precision";
    }
  }

  /**
   * Whole numbers.
   *
   * @param values row-major
   * @param shape number of examples first
   */
  record Integers(long[] values, int... shape) implements TypedTensor {
    /** Checks that the shape holds as many values. */
    public Integers {
      shape = filled(values.length, shape);
    }

    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public Integers select(int... rows) {
      return new Integers(picked(values, this, rows, long[]::new), shapeOf(this, rows));
    }

    @Override
    public String kind() {
      return "whole numbers";
    }
  }

  /**
   * Texts.
   *
   * @param values row-major
   * @param shape number of examples first
   */
  record Texts(String[] values, int... shape) implements TypedTensor {
    /** Checks that the shape holds as many values. */
    public Texts {
      shape = filled(values.length, shape);
    }

    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public Texts select(int... rows) {
      return new Texts(picked(values, this, rows, String[]::new), shapeOf(this, rows));
    }

    @Override
    public String kind() {
      return "texts";
    }
  }

  /**
   * Truth values.
   *
   * @param values row-major
   * @param shape number of examples first
   */
  record Booleans(boolean[] values, int... shape) implements TypedTensor {
    /** Checks that the shape holds as many values. */
    public Booleans {
      shape = filled(values.length, shape);
    }

    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public Booleans select(int... rows) {
      return new Booleans(picked(values, this, rows, boolean[]::new), shapeOf(this, rows));
    }

    @Override
    public String kind() {
      return "truth values";
    }
  }

  /** Returns how many values a shape holds. */
  private static int sizeOf(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /**
   * Returns a copy of a shape that holds as many values.
   *
   * @throws IllegalArgumentException if it does not
   */
  static int[] filled(int values, int[] shape) {
    long size = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    if (shape.length == 0 || size != values) {
      throw new IllegalArgumentException(
          values + " values do not fill the shape " + Arrays.toString(shape));
    }
    return shape.clone();
  }

  /** Returns the values of some rows, in an array of the same type. */
  static <A> A picked(A values, TypedTensor of, int[] rows, IntFunction<A> make) {
    int width = of.rowSize();
    A chosen = make.apply(Math.multiplyExact(rows.length, width));
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, chosen, i * width, width);
    }
    return chosen;
  }

  /** Returns the shape of some rows. */
  static int[] shapeOf(TypedTensor of, int[] rows) {
    int[] shape = of.shape();
    shape[0] = rows.length;
    return shape;
  }
}
