package dev.touchstone.check.evaluation;

import java.util.Arrays;

/**
 * Gives each row a column of its own so that the sum of what stands there is the largest: the
 * assignment problem, by shortest augmenting paths (Kuhn 1955; Jonker and Volgenant 1987), in time
 * that grows with the third power of the size.
 */
final class Assignment {
  private static final int NONE = -1;

  private Assignment() {}

  /**
   * Returns each row's column.
   *
   * @param gains k × k
   */
  static int[] ofMost(int[][] gains) {
    int k = gains.length;
    long[] rowPrice = new long[k];
    long[] columnPrice = new long[k];
    int[] rowOf = new int[k];
    Arrays.fill(rowOf, NONE);
    for (int start = 0; start < k; start++) {
      // The cheapest way from this row to each column, over rows and columns that are assigned.
      long[] distance = new long[k];
      int[] before = new int[k];
      boolean[] settled = new boolean[k];
      Arrays.fill(distance, Long.MAX_VALUE);
      Arrays.fill(before, NONE);
      int row = start;
      int column = NONE;
      long least = 0;
      do {
        int next = NONE;
        for (int c = 0; c < k; c++) {
          if (!settled[c]) {
            long way = least - gains[row][c] - rowPrice[row] - columnPrice[c];
            if (way < distance[c]) {
              distance[c] = way;
              before[c] = column;
            }
            if (next == NONE || distance[c] < distance[next]) {
              next = c;
            }
          }
        }
        column = next;
        least = distance[column];
        settled[column] = true;
        row = rowOf[column];
      } while (row != NONE);
      rowPrice[start] += least;
      for (int c = 0; c < k; c++) {
        if (settled[c] && c != column) {
          columnPrice[c] -= least - distance[c];
          rowPrice[rowOf[c]] += least - distance[c];
        }
      }
      while (column != NONE) {
        int from = before[column];
        rowOf[column] = from == NONE ? start : rowOf[from];
        column = from;
      }
    }
    int[] columnOf = new int[k];
    for (int c = 0; c < k; c++) {
      columnOf[rowOf[c]] = c;
    }
    return columnOf;
  }
}
