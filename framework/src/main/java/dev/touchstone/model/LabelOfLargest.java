package dev.touchstone.model;

import org.apiguardian.api.API;

/**
 * The capability of a model whose file names the class that it predicts, as that of the largest
 * number of one of the white box's values.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface LabelOfLargest {

  /** Returns the name of the value. */
  String largestOf();
}
