package dev.touchstone.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.Optional;

/**
 * One of the inputs of a file or a graph.
 *
 * @param type of its values, as the file has it
 * @param shape the batch axis first; -1 where it is free
 */
public record GraphInput(String name, Type type, int... shape) {

  /** A type that Touchstone can feed. */
  public enum Type {
    FLOAT16(TensorProto.DataType.FLOAT16),
    FLOAT(TensorProto.DataType.FLOAT),
    DOUBLE(TensorProto.DataType.DOUBLE),
    INT8(TensorProto.DataType.INT8, Byte.MIN_VALUE, Byte.MAX_VALUE),
    UINT8(TensorProto.DataType.UINT8, 0, 255),
    INT16(TensorProto.DataType.INT16, Short.MIN_VALUE, Short.MAX_VALUE),
    INT32(TensorProto.DataType.INT32, Integer.MIN_VALUE, Integer.MAX_VALUE),
    INT64(TensorProto.DataType.INT64, Long.MIN_VALUE, Long.MAX_VALUE),
    BOOLEAN(TensorProto.DataType.BOOL),
    STRING(TensorProto.DataType.STRING);

    private final TensorProto.DataType inFile;
    private final boolean whole;
    private final long least;
    private final long most;

    Type(TensorProto.DataType inFile) {
      this.inFile = inFile;
      this.whole = false;
      this.least = 0;
      this.most = 0;
    }

    Type(TensorProto.DataType inFile, long least, long most) {
      this.inFile = inFile;
      this.whole = true;
      this.least = least;
      this.most = most;
    }

    /** Returns whether it holds numbers with a fraction. */
    public boolean isFloating() {
      return this == FLOAT16 || this == FLOAT || this == DOUBLE;
    }

    /** Returns whether it holds whole numbers, of {@link #least} to {@link #most}. */
    public boolean isWhole() {
      return whole;
    }

    /** Returns the least whole number. */
    public long least() {
      return least;
    }

    /** Returns the largest whole number. */
    public long most() {
      return most;
    }

    /**
     * Returns the type of a number in ONNX's files; empty for one that Touchstone cannot feed.
     *
     * @param elementType as {@code TensorProto.DataType} numbers them
     */
    public static Optional<Type> of(int elementType) {
      return Arrays.stream(values())
          .filter(type -> type.inFile.getNumber() == elementType)
          .findFirst();
    }
  }

  /** Copies the shape. */
  public GraphInput {
    shape = shape.clone();
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** Returns an input of single-precision numbers. */
  public static GraphInput ofSingles(String name, int... shape) {
    return new GraphInput(name, Type.FLOAT, shape);
  }

  /** Returns the number of examples that it takes at a time; -1 where that is free. */
  public int batch() {
    return shape[0];
  }

  /** Returns how many values one example has, taking 1 for every axis that is free. */
  public long rowSize() {
    return Arrays.stream(shape)
        .skip(1)
        .asLongStream()
        .map(length -> Math.max(length, 1))
        .reduce(1, (a, b) -> a * b);
  }

  /** Returns whether examples of a shape can go in; how many they are does not matter. */
  public boolean fits(int... given) {
    return BatchAxis.fits(shape, given);
  }

  @Override
  public String toString() {
    return "\"%s\" (%s%s)".formatted(name, type, Arrays.toString(shape).replace("-1", "?"));
  }
}
