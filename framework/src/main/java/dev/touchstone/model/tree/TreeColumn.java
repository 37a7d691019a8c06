package dev.touchstone.model.tree;

import java.util.Collections;
import java.util.List;

/**
 * A column by which trees split.
 *
 * @param name empty where the file states none
 * @param categories as the file names them, in the order of their numbers; empty for a column of
 *     numbers, and where the file does not name them
 * @param unreadable why the names of its categories cannot be relied on; empty if they can
 */
public record TreeColumn(String name, List<String> categories, String unreadable) {

  /** Copies the list. */
  public TreeColumn {
    categories = List.copyOf(categories);
  }

  /** Returns so many columns of numbers without names. */
  static List<TreeColumn> unnamed(int width) {
    return Collections.nCopies(width, ofNumbers(""));
  }

  /** Returns a column of numbers. */
  static TreeColumn ofNumbers(String name) {
    return new TreeColumn(name, List.of(), "");
  }
}
