package dev.touchstone.concept;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Clusters by k-means (Lloyd 1982, begun as k-means++ is; Arthur and Vassilvitskii 2007) of points
 * of which nothing is known but their inner products: {@code ‖x − mean of C‖² = x·x − 2/|C| Σ x·c +
 * 1/|C|² ΣΣ c·c′}.
 */
final class ProductClusters {
  private static final int MOST_ROUNDS = 100;

  private ProductClusters() {}

  /**
   * Clusters points.
   *
   * @param products n × n
   * @param number of clusters, at most n
   * @return the members of each cluster, the nearest to its mean first; none is empty
   */
  static List<int[]> of(Matrix products, int number, UniformRandomProvider rng) {
    int n = products.rows();
    int[] cluster = nearestOf(products, seeds(products, number, rng));
    double[][] squares = new double[number][];
    for (int round = 0; round < MOST_ROUNDS; round++) {
      for (int c = 0; c < number; c++) {
        squares[c] = squares(products, members(cluster, c));
      }
      int[] moved = new int[n];
      for (int i = 0; i < n; i++) {
        int nearest = cluster[i];
        for (int c = 0; c < number; c++) {
          // A tie, and what is one but for rounding, stays where it is.
          nearest = squares[c][i] < squares[nearest][i] * (1 - 1e-12) ? c : nearest;
        }
        moved[i] = nearest;
      }
      if (Arrays.equals(moved, cluster)) {
        break;
      }
      cluster = moved;
    }
    int[] last = cluster;
    return IntStream.range(0, number)
        .mapToObj(c -> members(last, c))
        .filter(members -> members.length > 0)
        .map(
            members -> {
              double[] distances = squares(products, members);
              return Arrays.stream(members)
                  .boxed()
                  .sorted(
                      Comparator.<Integer>comparingDouble(i -> distances[i])
                          .thenComparing(Comparator.naturalOrder()))
                  .mapToInt(Integer::intValue)
                  .toArray();
            })
        .toList();
  }

  private static int[] members(int[] cluster, int c) {
    return IntStream.range(0, cluster.length).filter(i -> cluster[i] == c).toArray();
  }

  /** Of all points to the mean of some; infinite where there are none. */
  private static double[] squares(Matrix products, int... members) {
    double[] squares = new double[products.rows()];
    if (members.length == 0) {
      Arrays.fill(squares, Double.POSITIVE_INFINITY);
      return squares;
    }
    double[] toMean = new double[squares.length];
    double inside = 0;
    for (int i = 0; i < squares.length; i++) {
      for (int member : members) {
        toMean[i] += products.get(i, member) / members.length;
      }
    }
    for (int member : members) {
      inside += toMean[member] / members.length;
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = Math.max(0, products.get(i, i) - 2 * toMean[i] + inside);
    }
    return squares;
  }

  /** Points far from each other: each drawn by the square of its distance to those before. */
  private static int[] seeds(Matrix products, int number, UniformRandomProvider rng) {
    int n = products.rows();
    int[] seeds = new int[number];
    seeds[0] = rng.nextInt(n);
    double[] nearest = squares(products, seeds[0]);
    for (int s = 1; s < number; s++) {
      double drawn = rng.nextDouble() * Arrays.stream(nearest).sum();
      int chosen = 0;
      for (double sum = nearest[0]; sum <= drawn && chosen < n - 1; sum += nearest[chosen]) {
        chosen++;
      }
      seeds[s] = chosen;
      double[] toChosen = squares(products, chosen);
      for (int i = 0; i < n; i++) {
        nearest[i] = Math.min(nearest[i], toChosen[i]);
      }
    }
    return seeds;
  }

  private static int[] nearestOf(Matrix products, int... seeds) {
    int[] cluster = new int[products.rows()];
    double[][] squares =
        Arrays.stream(seeds).mapToObj(seed -> squares(products, seed)).toArray(double[][]::new);
    for (int i = 0; i < cluster.length; i++) {
      for (int c = 1; c < seeds.length; c++) {
        cluster[i] = squares[c][i] < squares[cluster[i]][i] ? c : cluster[i];
      }
    }
    return cluster;
  }
}
