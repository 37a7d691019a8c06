package dev.touchstone.model;

import java.util.List;
import org.apiguardian.api.API;

/** The capability of a model whose file states what its classes are called. */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface StatedClasses {

  /**
   * Returns the classes as the file calls them, in the order of its scores; at least two. Where its
   * label output answers the position of the largest score, they are 0 to k − 1.
   */
  List<String> statedClasses();
}
