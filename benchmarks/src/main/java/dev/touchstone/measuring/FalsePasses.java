package dev.touchstone.measuring;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How often a claim passes that is not true, by however little: one Markdown table per kind of
 * claim, of populations whose true value lies on the tolerance. A one-sided 97.5 % limit may let
 * 2.5 % pass. Beside the limit in use stands the one it replaced.
 *
 * <p>Run r of a population draws from {@code new SplittableRandom(r)}, so that every table is the
 * same again. Arguments: the number of runs, 4,000 by default, and the kinds wanted, all by
 * default: {@code plantings}, {@code clusters}, {@code auroc}, {@code losses}, {@code precision},
 * {@code rates}, {@code models}. The tables are those of docs/statistics.md.
 */
final class FalsePasses {
  private static final int RUNS = 4000;

  /** With which p-value a limit at 97.5 % excludes the tolerance. */
  static final double TAIL = 0.025;

  private FalsePasses() {}

  /** A kind of claim. */
  interface Kind {
    /** How it is asked for. */
    String name();

    /** What is claimed, and by which limits: the heading of the table. */
    String heading();

    List<Population> populations();
  }

  /**
   * Where claims are tried.
   *
   * @param name of the population
   * @param size how much of it a sample holds
   * @param shares how often the former limit let the claim pass, and how often the present one
   *     does, in so many runs
   */
  record Population(String name, String size, Shares shares) {}

  /** Of a number of runs the shares that passed: before and now. */
  @FunctionalInterface
  interface Shares {
    double[] in(int runs);
  }

  /** Whether a claim passes on one sample: with the former limit, and with the present one. */
  @FunctionalInterface
  interface Trial {
    boolean[] passes(SplittableRandom random);
  }

  /** A population of which samples are drawn. */
  static Population drawn(String name, String size, Trial trial) {
    return new Population(
        name,
        size,
        runs -> {
          int before = 0;
          int now = 0;
          for (int run = 0; run < runs; run++) {
            boolean[] passed = trial.passes(new SplittableRandom(run));
            before += passed[0] ? 1 : 0;
            now += passed[1] ? 1 : 0;
          }
          return new double[] {(double) before / runs, (double) now / runs};
        });
  }

  public static void main(String[] arguments) {
    int runs = arguments.length == 0 ? RUNS : Integer.parseInt(arguments[0]);
    List<String> wanted =
        List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    for (Kind kind :
        List.of(
            new PlantingFalsePasses(),
            new ClusterFalsePasses(),
            AurocFalsePasses.ofOne(),
            AurocFalsePasses.ofLosses(),
            new PrecisionFalsePasses(),
            new RateDifferenceFalsePasses(),
            new HealthyModelFalsePasses())) {
      if (wanted.isEmpty() || wanted.contains(kind.name())) {
        print(kind, runs);
      }
    }
  }

  private static void print(Kind kind, int runs) {
    System.out.println("\n" + kind.heading() + "\n");
    System.out.println("| population | sample | before | now |");
    System.out.println("|---|---|---|---|");
    for (Population population : kind.populations()) {
      double[] shares = population.shares().in(runs);
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %.1f %% | %.1f %% |%n",
          population.name(),
          population.size(),
          100 * shares[0],
          100 * shares[1]);
    }
  }
}
