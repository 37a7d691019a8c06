package dev.touchstone.attribution.perturbation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Coalitions of one size, each of which stands for its complement, too (paired sampling: Covert and
 * Lee 2021).
 *
 * @param size of a coalition, at most half of the players
 * @param possible how many pairs of this size there are
 * @param drawn some of them, or all, each once
 */
record PairedCoalitions(int size, double possible, List<BitSet> drawn) {

  /** Returns whether no pair of this size is missing. */
  boolean complete() {
    return drawn.size() == possible;
  }

  /**
   * Draws pairs by their leverage scores, without replacement (Musco and Witter 2025): the leverage
   * score of a coalition of s of k players in the regression that Shapley values solve is {@code 1
   * / C(k, s)}, so that every size is drawn alike often, and every coalition of a size. As many are
   * drawn of each size as the paper's independent draws have in expectation; those that a small
   * size cannot take go to the others.
   *
   * @param players k, at least 2
   * @param pairs how many to draw, or all that there are
   * @return one for each size, from 1 to half of the players
   */
  static List<PairedCoalitions> byLeverage(int players, int pairs, UniformRandomProvider random) {
    int sizes = players / 2;
    double[] possible = new double[sizes];
    double[] weights = new double[sizes];
    for (int i = 0; i < sizes; i++) {
      boolean half = 2 * (i + 1) == players;
      possible[i] = half ? binomial(players - 1, i) : binomial(players, i + 1);
      weights[i] = half ? 1 : 2;
    }
    int[] numbers = allotted(possible, weights, pairs);
    List<PairedCoalitions> drawn = new ArrayList<>();
    for (int i = 0; i < sizes; i++) {
      drawn.add(
          new PairedCoalitions(
              i + 1, possible[i], subsets(players, i + 1, possible[i], numbers[i], random)));
    }
    return drawn;
  }

  /**
   * Returns how many to draw of each size: in proportion to weights, and no more than there are.
   */
  private static int[] allotted(double[] possible, double[] weights, int pairs) {
    int[] numbers = new int[possible.length];
    boolean[] full = new boolean[possible.length];
    int left = pairs;
    boolean again = true;
    while (again) {
      again = false;
      double sum = openWeights(weights, full);
      int before = left;
      for (int i = 0; i < numbers.length; i++) {
        if (!full[i] && possible[i] <= before * weights[i] / sum) {
          numbers[i] = (int) possible[i];
          full[i] = true;
          left -= numbers[i];
          again = true;
        }
      }
    }
    double sum = openWeights(weights, full);
    int over = left;
    for (int i = 0; i < numbers.length; i++) {
      if (!full[i]) {
        numbers[i] = (int) (left * weights[i] / sum);
        over -= numbers[i];
      }
    }
    // What rounding left goes to the largest coalitions, of which most are missing.
    for (int i = numbers.length - 1; i >= 0 && over > 0; i--) {
      if (!full[i]) {
        numbers[i]++;
        over--;
      }
    }
    return numbers;
  }

  private static double openWeights(double[] weights, boolean... full) {
    return IntStream.range(0, weights.length)
        .filter(i -> !full[i])
        .mapToDouble(i -> weights[i])
        .sum();
  }

  /** Of coalitions of half of the players, the one of a pair that has the first player stands. */
  private static List<BitSet> subsets(
      int players, int size, double possible, int number, UniformRandomProvider random) {
    int fixed = 2 * size == players ? 1 : 0;
    if (2.0 * number <= possible) {
      Set<BitSet> distinct = new HashSet<>();
      List<BitSet> drawn = new ArrayList<>(number);
      while (drawn.size() < number) {
        BitSet subset = subset(players, size, fixed, random);
        if (distinct.add(subset)) {
          drawn.add(subset);
        }
      }
      return drawn;
    }
    List<BitSet> all = all(players, size, fixed);
    for (int i = 0; i < number && number < all.size(); i++) {
      int other = i + random.nextInt(all.size() - i);
      BitSet swapped = all.get(i);
      all.set(i, all.get(other));
      all.set(other, swapped);
    }
    return List.copyOf(all.subList(0, number));
  }

  /** A subset that has the first players, and others drawn uniformly (Floyd's algorithm). */
  private static BitSet subset(int players, int size, int fixed, UniformRandomProvider random) {
    BitSet subset = new BitSet(players);
    subset.set(0, fixed);
    for (int last = players - (size - fixed); last < players; last++) {
      int drawn = fixed + random.nextInt(last + 1 - fixed);
      subset.set(subset.get(drawn) ? last : drawn);
    }
    return subset;
  }

  private static List<BitSet> all(int players, int size, int fixed) {
    List<BitSet> all = new ArrayList<>();
    int[] members = IntStream.range(0, size).toArray();
    int moved;
    do {
      BitSet subset = new BitSet(players);
      Arrays.stream(members).forEach(subset::set);
      all.add(subset);
      // The next in lexicographic order: the last member that can move does.
      moved = size - 1;
      while (moved >= fixed && members[moved] == players - size + moved) {
        moved--;
      }
      if (moved >= fixed) {
        members[moved]++;
        for (int i = moved + 1; i < size; i++) {
          members[i] = members[i - 1] + 1;
        }
      }
    } while (moved >= fixed);
    return all;
  }

  /** Infinite where there are more than a double can count. */
  static double binomial(int of, int chosen) {
    double product = 1;
    for (int i = 1; i <= chosen; i++) {
      product = product * (of - chosen + i) / i;
    }
    return Math.rint(product);
  }
}
