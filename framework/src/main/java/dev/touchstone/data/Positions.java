package dev.touchstone.data;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** The ids of examples that came without: their positions, made where they are asked for. */
final class Positions extends AbstractList<String> implements RandomAccess {
  private final int size;

  Positions(int size) {
    this.size = size;
  }

  @Override
  public String get(int index) {
    return Integer.toString(Objects.checkIndex(index, size));
  }

  @Override
  public int size() {
    return size;
  }
}
