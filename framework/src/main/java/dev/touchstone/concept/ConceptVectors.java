package dev.touchstone.concept;

import dev.touchstone.runtime.RandomStreams;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a concept at a tap, and of random sets as large: which examples each is learnt
 * from, and how many tested examples' scores rise along it. Knows no network.
 *
 * @param having the places of the examples with the concept
 * @param lacking of those without it; null where they are drawn from the pool
 * @param paired whether each example with the concept has itself among those without: halves keep
 *     the two together, or a vector would be tried on images that it was learnt from
 * @param pool of those that random sets are drawn from
 * @param name of the random streams: the concept's, and the pool's, digests
 */
record ConceptVectors(
    TapProducts tap,
    int[] having,
    int @Nullable [] lacking,
    boolean paired,
    int[] pool,
    double ridge,
    Names name,
    RandomStreams random) {

  /** What draws are named by: the same sets whatever the tap, the model and the other concepts. */
  record Names(String concept, String pool) {}

  /** How a vector tells examples that it was not learnt from. */
  record Half(double[] derivatives, double separation) {}

  /** From all examples of the concept. */
  Learnt whole() {
    return Learnt.from(tap, having, lackingOf("whole", 0), ridge);
  }

  /**
   * How the tested examples' quantities change, to first order, from the mean of the examples
   * without the concept to that of those with it.
   */
  double[] change() {
    int[] without = lackingOf("whole", 0);
    double[] change = new double[tap.derivatives().rows()];
    for (int t = 0; t < change.length; t++) {
      for (int example : having) {
        change[t] += tap.derivatives().get(t, example) / having.length;
      }
      for (int example : without) {
        change[t] -= tap.derivatives().get(t, example) / without.length;
      }
    }
    return change;
  }

  /** Each from a random half of the examples on both sides. */
  Half[] halves(int number) {
    return all(number, this::half).toArray(Half[]::new);
  }

  private Half half(int draw) {
    UniformRandomProvider rng = random.of("concept vectors", name.concept(), "half", draw);
    int[] lackingNow = lackingOf("half", draw);
    int[] with = shuffled(having, rng);
    int[] without =
        paired
            ? Arrays.stream(with).map(i -> lackingNow[i - having[0]]).toArray()
            : shuffled(lackingNow, rng);
    int half = Math.max(1, with.length / 2);
    int otherHalf = Math.max(1, without.length / 2);
    Learnt learnt =
        Learnt.from(tap, Arrays.copyOf(with, half), Arrays.copyOf(without, otherHalf), ridge);
    double found = rate(Arrays.copyOfRange(with, half, with.length), i -> learnt.logit(tap, i) > 0);
    double passed =
        rate(
            Arrays.copyOfRange(without, otherHalf, without.length), i -> learnt.logit(tap, i) <= 0);
    return new Half(learnt.derivatives(tap), (found + passed) / 2);
  }

  private static double rate(int[] examples, IntPredicate right) {
    return (double) Arrays.stream(examples).filter(right).count() / Math.max(1, examples.length);
  }

  /** As published: each from all examples of the concept and others of the pool. */
  double[][] asPublished(int number) {
    return all(
            number,
            draw ->
                Learnt.from(tap, having, drawn("published", draw, having.length), ridge)
                    .derivatives(tap))
        .toArray(double[][]::new);
  }

  /** One vector a random set: as many examples of the pool against as many others of it. */
  double[][] randomSets(int number) {
    int with = having.length;
    int without = lacking == null ? with : lacking.length;
    return all(
            number,
            draw -> {
              int[] both = drawn("random set", draw, with + without);
              return Learnt.from(
                      tap,
                      Arrays.copyOf(both, with),
                      Arrays.copyOfRange(both, with, with + without),
                      ridge)
                  .derivatives(tap);
            })
        .toArray(double[][]::new);
  }

  private static <T> Stream<T> all(int number, IntFunction<T> make) {
    return IntStream.range(0, number).parallel().mapToObj(make);
  }

  int[] lackingOf(String purpose, int draw) {
    return lacking != null ? lacking : drawn(name.concept() + purpose, draw, having.length);
  }

  private int[] drawn(String purpose, int draw, int number) {
    int[] order = shuffled(pool, random.of("concept vectors", name.pool(), purpose, number, draw));
    return Arrays.copyOf(order, number);
  }

  private static int[] shuffled(int[] examples, UniformRandomProvider rng) {
    int[] shuffled = examples.clone();
    PermutationSampler.shuffle(rng, shuffled);
    return shuffled;
  }
}
