package dev.touchstone.model;

import java.util.List;

/** The capability of a model whose file states what its classes are called. */
public interface StatedClasses {

  /** Returns the classes as the file calls them, in the order of its scores; at least two. */
  List<String> statedClasses();
}
