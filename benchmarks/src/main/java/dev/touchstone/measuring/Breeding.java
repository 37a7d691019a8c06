package dev.touchstone.measuring;

import dev.touchstone.statistics.Proportion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Searches for the populations on which a limit fails most often: many are drawn at random, the
 * worst of them are tried longer, and changed at random for some generations. The worst of many is
 * so by luck too, so what is found is judged by fresh draws, which took no part in choosing it.
 *
 * @param <P> a population
 */
final class Breeding<P> {
  /** In how many runs a population is tried when it is new, and again whenever it is kept. */
  private static final int FIRST = 300;

  private static final int AGAIN = 1_500;
  private static final int FRESH = 20_000;

  private static final int PARENTS = 8;
  private static final int CHILDREN = 3;
  private static final int JUDGED = 3;

  /** What is bred. */
  interface Species<P> {
    P random(SplittableRandom random);

    P changed(P parent, SplittableRandom random);

    /** Whether the limit fails on one sample. */
    boolean fails(P population, SplittableRandom random);
  }

  /** A population, and how often a limit failed on it in runs that did not choose it. */
  record Found<P>(P population, Proportion failures) {}

  private final class Bred {
    final P population;
    int failures;
    int runs;

    Bred(P population, int runs) {
      this.population = population;
      tried(runs);
    }

    Bred tried(int times) {
      failures += failures(population, times);
      runs += times;
      return this;
    }

    double rate() {
      return (double) failures / runs;
    }
  }

  private final Species<P> species;
  private final SplittableRandom random;

  Breeding(Species<P> species, long seed) {
    this.species = species;
    this.random = new SplittableRandom(seed);
  }

  /**
   * The worst population found.
   *
   * @param populations how many are drawn at first
   * @param generations how often the worst are changed
   */
  Found<P> worst(int populations, int generations) {
    List<Bred> kept =
        Stream.generate(() -> new Bred(species.random(random), FIRST)).limit(populations).toList();
    kept = again(again(kept, Math.max(PARENTS, populations / 8)), PARENTS);
    for (int generation = 0; generation < generations; generation++) {
      List<Bred> all = new ArrayList<>(kept);
      for (Bred parent : kept) {
        for (int child = 0; child < CHILDREN; child++) {
          all.add(new Bred(species.changed(parent.population, random), AGAIN));
        }
      }
      kept = again(all, PARENTS);
    }
    return worstFirst(kept)
        .limit(JUDGED)
        .map(
            bred ->
                new Found<>(
                    bred.population, Proportion.of(failures(bred.population, FRESH), FRESH)))
        .max(Comparator.comparingDouble(found -> found.failures().value()))
        .orElseThrow();
  }

  /** The worst of them, tried again. */
  private List<Bred> again(List<Bred> bred, int number) {
    return worstFirst(bred).limit(number).map(one -> one.tried(AGAIN)).toList();
  }

  private Stream<Bred> worstFirst(List<Bred> bred) {
    Function<Bred, Double> rate = Bred::rate;
    return bred.stream().sorted(Comparator.comparing(rate).reversed());
  }

  private int failures(P population, int runs) {
    int failures = 0;
    for (int run = 0; run < runs; run++) {
      failures += species.fails(population, random) ? 1 : 0;
    }
    return failures;
  }
}
