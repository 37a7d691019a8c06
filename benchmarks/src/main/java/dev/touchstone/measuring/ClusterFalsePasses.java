package dev.touchstone.measuring;

import static dev.touchstone.measuring.FalsePasses.drawn;

import dev.touchstone.measuring.FalsePasses.Population;
import dev.touchstone.statistics.ClusteredProportion;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Rates of examples in clusters of unequal size, with the largest possible one declared. */
final class ClusterFalsePasses implements FalsePasses.Kind {

  @Override
  public String name() {
    return "clusters";
  }

  @Override
  public String heading() {
    return "Clustered rate at most τ (before: Korn-Graubard; now: Gaffke with the largest cluster"
        + " declared)";
  }

  @Override
  public List<Population> populations() {
    List<Population> populations = new ArrayList<>();
    for (int clusters : new int[] {20, 50, 100, 200}) {
      populations.add(alike(clusters, 20, 0.05, 0.2));
    }
    populations.add(alike(50, 50, 0.01, 0.1));
    populations.add(alike(100, 100, 0.02, 0.3));
    for (int clusters : new int[] {20, 50, 100, 300}) {
      populations.add(fewLarge(clusters, 0.03, 30, 5, 0.02));
    }
    for (int clusters : new int[] {20, 50, 100}) {
      populations.add(fewLarge(clusters, 0.05, 10, 10, 0.01));
    }
    return populations;
  }

  /** Sizes from 1 to the largest, evenly; beta-binomial numbers of errors. */
  private static Population alike(int clusters, int largest, double rate, double correlation) {
    return drawn(
        "clusters of 1 to %d, rate %s, correlation %s".formatted(largest, rate, correlation),
        clusters + " clusters",
        random -> {
          int[] sizes = random.ints(clusters, 1, largest + 1).toArray();
          int[] events = new int[clusters];
          for (int g = 0; g < clusters; g++) {
            events[g] = events(sizes[g], rate, correlation, random);
          }
          return passes(events, sizes, largest, rate);
        });
  }

  /** A few clusters in which everything is wrong, the others nearly right. */
  private static Population fewLarge(
      int clusters, double share, int large, int small, double rate) {
    double truth =
        (share * large + (1 - share) * small * rate) / (share * large + (1 - share) * small);
    return drawn(
        "%.0f %% of clusters (of %d) all wrong, the others (of %d) with %s"
            .formatted(100 * share, large, small, rate),
        clusters + " clusters",
        random -> {
          int[] sizes = new int[clusters];
          int[] events = new int[clusters];
          for (int g = 0; g < clusters; g++) {
            boolean all = random.nextDouble() < share;
            sizes[g] = all ? large : small;
            events[g] = all ? large : events(small, rate, 0, random);
          }
          return passes(events, sizes, large, truth);
        });
  }

  private static boolean[] passes(int[] events, int[] sizes, int largest, double truth) {
    return new boolean[] {
      FormerLimits.upperClusteredRate(events, sizes) <= truth,
      ClusteredProportion.of(events, sizes, largest).pValueBelow(truth) <= FalsePasses.TAIL
    };
  }

  /** A Pólya urn: beta-binomial with this correlation, binomial with none. */
  static int events(int size, double rate, double correlation, SplittableRandom random) {
    double weight = correlation == 0 ? Double.MAX_VALUE : (1 - correlation) / correlation;
    double events = 0;
    for (int i = 0; i < size; i++) {
      double next = correlation == 0 ? rate : (weight * rate + events) / (weight + i);
      events += random.nextDouble() < next ? 1 : 0;
    }
    return (int) events;
  }
}
