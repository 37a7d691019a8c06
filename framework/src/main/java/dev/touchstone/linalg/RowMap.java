package dev.touchstone.linalg;

import org.apiguardian.api.API;

/** Changes rows in place, each by itself. Different rows may be changed at the same time. */
@API(status = API.Status.INTERNAL, since = "0.1")
@FunctionalInterface
public interface RowMap {

  /**
   * Changes consecutive rows.
   *
   * @param from the first row's number
   * @param to the number of the row after the last
   * @param values (to − from) rows from the array's start, row-major
   */
  void apply(int from, int to, double[] values);
}
