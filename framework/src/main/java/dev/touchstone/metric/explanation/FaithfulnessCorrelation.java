package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Classifier;
import dev.touchstone.similarity.Pearson;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Pearson's correlation, over random sets S of an example's places, of what a map attributes to
 * them with what their removal takes from the explained quantity: {@code corr_S(Σ_{j∈S} M_j, q(x) −
 * q(x without S))} (Bhatt et al. 2020; sensitivity-n of Ancona et al. 2018 for sets of one size).
 * For maps that share out a quantity, such as Integrated Gradients or Shapley values; the map of a
 * plain gradient is no share of anything, and {@link Infidelity} under noise fits it.
 *
 * <p>{@link #ofSingles Sets of one place} are the whole example but one value: they stay nearest to
 * examples that there are, and a model that answers otherwise on artificial rows (Slack et al.
 * 2020) cannot tell them so easily.
 */
public final class FaithfulnessCorrelation implements ExplanationMetric {
  private static final Range RANGE = new Range(-1, 1);
  private static final int USUAL_SETS = 50;
  private static final int NOT_SAID = 0;

  private final Removal removal;
  private final double share;
  private final int sets;

  private FaithfulnessCorrelation(Removal removal, double share, int sets) {
    this.removal = removal;
    this.share = share;
    this.sets = sets;
  }

  /** Removes 50 random fifths of an example's places to the mean of the examples. */
  public static FaithfulnessCorrelation withDefaults() {
    return new FaithfulnessCorrelation(Removal.toMean(), 0.2, NOT_SAID);
  }

  /**
   * Removes each place alone, in place of random sets.
   *
   * @throws IllegalArgumentException if a number of sets was said, which nothing is drawn of
   */
  public FaithfulnessCorrelation ofSingles() {
    return of(0, sets);
  }

  private FaithfulnessCorrelation of(double ofPlaces, int number) {
    if (ofPlaces == 0 && number != NOT_SAID) {
      throw new IllegalArgumentException(
          "every place is removed alone, and %d sets are not drawn; leave .withSets(…) or .ofSingles() out"
              .formatted(number));
    }
    return new FaithfulnessCorrelation(removal, ofPlaces, number);
  }

  /** Takes something else for what is removed. */
  public FaithfulnessCorrelation removing(Removal other) {
    return new FaithfulnessCorrelation(other, share, sets);
  }

  /**
   * Removes another share of the places at once, at least one place.
   *
   * @throws IllegalArgumentException unless it lies in (0, 1)
   */
  public FaithfulnessCorrelation withShare(double ofPlaces) {
    if (!(ofPlaces > 0 && ofPlaces < 1)) {
      throw new IllegalArgumentException(
          "the share of places that are removed lies between 0 and 1, was " + ofPlaces);
    }
    return new FaithfulnessCorrelation(removal, ofPlaces, sets);
  }

  /**
   * Draws another number of sets for each example.
   *
   * @throws IllegalArgumentException for fewer than ten, and where each place is removed alone
   */
  public FaithfulnessCorrelation withSets(int number) {
    if (number < 10) {
      throw new IllegalArgumentException("at least ten sets of places, was " + number);
    }
    return of(share, number);
  }

  private int drawn() {
    return sets == NOT_SAID ? USUAL_SETS : sets;
  }

  @Override
  public String quantity() {
    return "faithfulness correlation";
  }

  @Override
  public Range range() {
    return RANGE;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "what the explanation says of parts of an input, and what their removal changes in the answer, go together with a correlation of %s, where 1 is wholly and 0 not at all"
            .formatted(Reading.VALUE));
  }

  @Override
  public void require(Classifier model, AttributionMethod method, Dataset data) {
    removal.require(data);
  }

  @Override
  public Measured of(Explained explained) {
    int n = explained.size();
    float[][] removed = removal.of(explained);
    double[][] attributed = new double[n][];
    double[][] lost = new double[n][];
    double[] whole = new double[n];
    RowQueue<DoubleConsumer> queue = explained.values();
    for (int i = 0; i < n; i++) {
      int example = i;
      double[] relevance = explained.perPlace(i);
      queue.add(explained.row(i), i, value -> whole[example] = value);
      int[][] chosen = sets(explained, i);
      attributed[i] = new double[chosen.length];
      lost[i] = new double[chosen.length];
      for (int s = 0; s < chosen.length; s++) {
        int set = s;
        float[] row = explained.row(i);
        for (int place : chosen[s]) {
          attributed[i][s] += relevance[place];
          for (int feature : explained.featuresOf(place)) {
            row[feature] = removed[i][feature];
          }
        }
        queue.add(row, i, value -> lost[example][set] = value);
      }
      explained.context().progress().step("removed from examples", i + 1, n);
    }
    queue.flush();
    return Measured.of(
            IntStream.range(0, n)
                .mapToDouble(
                    i ->
                        Pearson.of(
                            attributed[i],
                            Arrays.stream(lost[i]).map(value -> whole[i] - value).toArray()))
                .toArray())
        .against(new double[n]);
  }

  private int[][] sets(Explained explained, int example) {
    int places = explained.places();
    if (share == 0) {
      return IntStream.range(0, places).mapToObj(place -> new int[] {place}).toArray(int[][]::new);
    }
    int size = (int) Math.max(1, Math.min(places - 1.0, Math.round(share * places)));
    UniformRandomProvider random = explained.random("removal of random sets", example);
    int[][] chosen = new int[drawn()][];
    for (int s = 0; s < chosen.length; s++) {
      chosen[s] = new PermutationSampler(random, places, size).sample();
    }
    return chosen;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FaithfulnessCorrelation that
        && share == that.share
        && drawn() == that.drawn()
        && removal.equals(that.removal);
  }

  @Override
  public int hashCode() {
    return removal.hashCode() + 31 * drawn() + Double.hashCode(share);
  }

  @Override
  public String toString() {
    return "faithfulness correlation over %s, removing to %s"
        .formatted(
            share == 0 ? "single places" : drawn() + " sets of " + share + " of the places",
            removal);
  }
}
