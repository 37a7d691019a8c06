package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import java.util.Arrays;

/** Features in one array, examples one after the other. */
abstract sealed class InMemoryStore implements FeatureStore
    permits InMemoryFeatures, InMemoryDoubles {
  private final int[] shape;
  private final int size;
  final int rowSize;

  /**
   * A store.
   *
   * @param values how many there are
   * @throws IllegalArgumentException if they are no whole number of examples
   */
  InMemoryStore(int values, int... shape) {
    this.rowSize = sizeOf(shape);
    if (rowSize == 0 || values % rowSize != 0) {
      throw new IllegalArgumentException(
          values + " values are no whole number of examples of " + Arrays.toString(shape));
    }
    this.shape = shape.clone();
    this.size = values / rowSize;
  }

  /** How many values an example of a shape has. */
  static int sizeOf(int... shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** Adds shape and values to a digest. */
  abstract void addTo(Digest digest);

  @Override
  public final int size() {
    return size;
  }

  @Override
  public final int[] shape() {
    return shape.clone();
  }

  @Override
  public final int rowSize() {
    return rowSize;
  }
}
