package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.surrogate.Columns;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Examples that look alike to a model: clusters of what its last layer sees, by Lloyd's algorithm
 * from seeds of k-means++ (Arthur and Vassilvitskii 2007), found among some examples, and told by
 * the one of these that is nearest to the middle.
 */
final class LookAlikes {
  static final String NAME = "looks like example";
  static final int CLUSTERS = 12;
  private static final int MOST_ROUNDS = 50;

  private LookAlikes() {}

  /**
   * A column that names for each example of the data the one that it looks like.
   *
   * @param among where the clusters are found
   */
  static Columns.Categories column(
      Classifier model,
      Representation representation,
      Dataset data,
      int[] among,
      RunContext context) {
    double[][] seen = new double[data.size()][];
    int batch = Math.max(1, model.batchSize(context.settings().memoryBytes()));
    for (int from = 0; from < seen.length; from += batch) {
      int to = Math.min(seen.length, from + batch);
      double[][] rows = CheckedAnswers.representation(representation, data.batch(from, to));
      System.arraycopy(rows, 0, seen, from, rows.length);
    }
    double[][] middles =
        middles(seen, among, context.random().of("look-alikes", data.sha256(), model.sha256()));
    String[] names = new String[middles.length];
    for (int c = 0; c < names.length; c++) {
      int nearest = among[0];
      for (int i : among) {
        if (distance(seen[i], middles[c]) < distance(seen[nearest], middles[c])) {
          nearest = i;
        }
      }
      names[c] = data.id(nearest);
    }
    String[] values = new String[seen.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = names[nearest(seen[i], middles, middles.length)];
    }
    return new Columns.Categories(NAME, values);
  }

  private static double[][] middles(double[][] seen, int[] among, UniformRandomProvider random) {
    int number = Math.min(CLUSTERS, among.length);
    double[][] middles = new double[number][];
    for (int c = 0; c < number; c++) {
      middles[c] = seen[next(seen, among, middles, c, random)].clone();
    }
    int[] before = new int[among.length];
    for (int round = 0; round < MOST_ROUNDS; round++) {
      int[] now = new int[among.length];
      double[][] sums = new double[number][seen[0].length];
      int[] members = new int[number];
      for (int a = 0; a < among.length; a++) {
        now[a] = nearest(seen[among[a]], middles, number);
        members[now[a]]++;
        for (int j = 0; j < sums[0].length; j++) {
          sums[now[a]][j] += seen[among[a]][j];
        }
      }
      if (round > 0 && Arrays.equals(now, before)) {
        break;
      }
      before = now;
      for (int c = 0; c < number; c++) {
        for (int j = 0; members[c] > 0 && j < sums[c].length; j++) {
          middles[c][j] = sums[c][j] / members[c];
        }
      }
    }
    return middles;
  }

  /** An example by a chance that grows with its squared distance to the nearest middle so far. */
  private static int next(
      double[][] seen, int[] among, double[][] middles, int so, UniformRandomProvider random) {
    if (so == 0) {
      return among[random.nextInt(among.length)];
    }
    double[] until = new double[among.length];
    double total = 0;
    for (int a = 0; a < among.length; a++) {
      double[] row = seen[among[a]];
      total += distance(row, middles[nearest(row, middles, so)]);
      until[a] = total;
    }
    double drawn = random.nextDouble() * total;
    for (int a = 0; a < among.length; a++) {
      if (until[a] > drawn) {
        return among[a];
      }
    }
    return among[random.nextInt(among.length)];
  }

  private static int nearest(double[] row, double[][] middles, int number) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < number; c++) {
      double distance = distance(row, middles[c]);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
  }
}
