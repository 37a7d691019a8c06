package dev.touchstone.data.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rows of a file, one at a time, each as the bytes of its cells in UTF-8. */
interface Rows extends AutoCloseable {

  /**
   * Goes on to the next row.
   *
   * @return false behind the last one
   * @throws dev.touchstone.runtime.TouchstoneException if the row is not written as it should be
   */
  boolean next() throws IOException;

  /** How many rows were read, with this one. */
  long rows();

  /** The line on which this row ends, from 1. */
  long line();

  /** How many cells this row has. */
  int size();

  /** What {@link #from} and {@link #to} are positions in, until the next row. */
  byte[] bytes();

  /** Where a cell begins. */
  int from(int cell);

  /** Behind a cell's last byte. */
  int to(int cell);

  default String text(int cell) {
    return new String(bytes(), from(cell), to(cell) - from(cell), StandardCharsets.UTF_8);
  }

  default List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int cell = 0; cell < size(); cell++) {
      texts.add(text(cell));
    }
    return texts;
  }

  /** Whether a cell holds nothing but white space. */
  default boolean isBlank(int cell) {
    byte[] bytes = bytes();
    int to = to(cell);
    for (int i = from(cell); i < to; i++) {
      if (bytes[i] < 0) {
        return text(cell).isBlank();
      }
      if (!Character.isWhitespace(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  void close() throws IOException;
}
