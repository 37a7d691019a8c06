package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Lloyd's 2-means with k-means++ starts (Arthur and Vassilvitskii 2007), the best of five. Columns
 * of tables are z-scored over the examples; of images, pixels are as they are.
 */
final class TwoMeans {
  private static final int STARTS = 5;
  private static final int MOST_STEPS = 100;

  private TwoMeans() {}

  /** The examples of the smaller cluster, ascending; of equals, the one of the second centre. */
  static int[] smaller(Dataset data, int[] members, UniformRandomProvider random) {
    double[][] rows = rows(data, members);
    double least = Double.POSITIVE_INFINITY;
    boolean[] second = new boolean[members.length];
    for (int start = 0; start < STARTS; start++) {
      double[][] centres = centres(rows, random);
      boolean[] at = new boolean[rows.length];
      double within = 0;
      for (int step = 0; step < MOST_STEPS; step++) {
        within = 0;
        boolean moved = step == 0;
        for (int i = 0; i < rows.length; i++) {
          double first = distance(rows[i], centres[0]);
          double other = distance(rows[i], centres[1]);
          moved |= at[i] != other < first;
          at[i] = other < first;
          within += Math.min(first, other);
        }
        if (!moved) {
          break;
        }
        move(centres, rows, at);
      }
      if (within < least) {
        least = within;
        second = at;
      }
    }
    int size = 0;
    for (boolean in : second) {
      size += in ? 1 : 0;
    }
    boolean part = 2 * size <= members.length;
    boolean[] clusters = second;
    return IntStream.range(0, members.length)
        .filter(i -> clusters[i] == part)
        .map(i -> members[i])
        .toArray();
  }

  /** Features in rows; columns of a table z-scored. */
  static double[][] rows(Dataset data, int... members) {
    float[] values = data.batch(members).values();
    int width = values.length / members.length;
    double[][] rows = new double[members.length][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    if (data.shape().length == 1) {
      for (int j = 0; j < width; j++) {
        int column = j;
        double mean = Arrays.stream(rows).mapToDouble(row -> row[column]).average().orElse(0);
        double square =
            Arrays.stream(rows)
                .mapToDouble(row -> (row[column] - mean) * (row[column] - mean))
                .average()
                .orElse(0);
        double deviation = square > 0 ? Math.sqrt(square) : 1;
        for (double[] row : rows) {
          row[j] = (row[j] - mean) / deviation;
        }
      }
    }
    return rows;
  }

  /** One example at random, and one drawn by its squared distance from that. */
  private static double[][] centres(double[][] rows, UniformRandomProvider random) {
    double[] first = rows[random.nextInt(rows.length)];
    double[] distances = Arrays.stream(rows).mapToDouble(row -> distance(row, first)).toArray();
    double left = random.nextDouble() * Arrays.stream(distances).sum();
    int drawn = 0;
    while (drawn < rows.length - 1 && left >= distances[drawn]) {
      left -= distances[drawn++];
    }
    return new double[][] {first.clone(), rows[drawn].clone()};
  }

  private static void move(double[][] centres, double[][] rows, boolean[] at) {
    int[] sizes = new int[2];
    double[][] sums = new double[2][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      int centre = at[i] ? 1 : 0;
      sizes[centre]++;
      for (int j = 0; j < rows[i].length; j++) {
        sums[centre][j] += rows[i][j];
      }
    }
    for (int centre = 0; centre < 2; centre++) {
      for (int j = 0; j < sums[centre].length && sizes[centre] > 0; j++) {
        centres[centre][j] = sums[centre][j] / sizes[centre];
      }
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
  }
}
