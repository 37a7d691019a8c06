package dev.touchstone.concept;

import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.KolmogorovSmirnov;
import dev.touchstone.statistics.MultipleTesting;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Whether two models rank concepts alike (thesis, section 4.2.3, Table 4.2).
 *
 * <p>The thesis compares all TCAV scores of one model with all of the other by the test of
 * Kolmogorov and Smirnov at 5 %, and takes a null hypothesis that was not rejected for likeness:
 *
 * <ul>
 *   <li>cause for concern (CCM): {@link #of} scores of the known concepts, without the signal, of a
 *       spurious and a normal model on inputs without the signal;
 *   <li>false alarm (FAM): of both models on inputs with the signal, all concepts;
 *   <li>known spurious signal (K-SSD): {@link #againstSignalAlone}, a spurious model's scores
 *       against those of a model that looks at nothing else.
 * </ul>
 *
 * <p>Of six concepts that test cannot see any one that changed: at 5 % five of the six have to move
 * past all others. So {@link #fewestMoved} and {@link #power} stand beside its p-value, and {@link
 * #differences} compare each concept with itself.
 */
public final class ConceptRankings {
  private static final double ALPHA = Tcav.ALPHA;

  private final List<TcavScore> one;
  private final List<TcavScore> other;
  private final double[] scores;
  private final double[] others;

  private ConceptRankings(
      List<TcavScore> one, List<TcavScore> other, double[] scores, double[] others) {
    this.one = one;
    this.other = other;
    this.scores = scores;
    this.others = others;
  }

  /**
   * Compares the scores of two models.
   *
   * @param one of {@link Tcav#scores}, at least two
   * @param other of as many, of the same concepts and classes in the same order
   * @throws TouchstoneException if they are not
   */
  public static ConceptRankings of(List<TcavScore> one, List<TcavScore> other) {
    List<String> asked = one.stream().map(ConceptRankings::asked).toList();
    List<String> alsoAsked = other.stream().map(ConceptRankings::asked).toList();
    if (!asked.equals(alsoAsked) || asked.size() < 2) {
      throw new TouchstoneException(
          "rankings of the same concepts and classes are compared, at least two, and these are %s and %s; ask both models the same with one Tcav"
              .formatted(asked, alsoAsked));
    }
    return new ConceptRankings(List.copyOf(one), List.copyOf(other), scores(one), scores(other));
  }

  /**
   * Compares a model's scores with those of one that looks at a signal and at nothing else: 1 for
   * the signal, and for all other concepts what random sets have.
   *
   * @param signal the name of its concept
   * @throws TouchstoneException if no score is of that concept, or all are
   */
  public static ConceptRankings againstSignalAlone(List<TcavScore> spurious, String signal) {
    long ofSignal = spurious.stream().filter(score -> score.concept().equals(signal)).count();
    if (ofSignal == 0 || ofSignal == spurious.size()) {
      throw new TouchstoneException(
          "%d of %d scores are of the concept \"%s\"; a ranking has the signal and others, here %s"
              .formatted(
                  ofSignal,
                  spurious.size(),
                  signal,
                  spurious.stream().map(TcavScore::concept).distinct().toList()));
    }
    double[] truth =
        spurious.stream()
            .mapToDouble(score -> score.concept().equals(signal) ? 1 : score.randomScore())
            .toArray();
    return new ConceptRankings(List.copyOf(spurious), List.of(), scores(spurious), truth);
  }

  private static String asked(TcavScore score) {
    return score.concept() + " for " + score.className();
  }

  private static double[] scores(List<TcavScore> of) {
    return of.stream().mapToDouble(TcavScore::score).toArray();
  }

  /** Returns how many scores each ranking has. */
  public int size() {
    return scores.length;
  }

  /** Returns Kolmogorov and Smirnov's D, the largest distance of the two distributions. */
  public double statistic() {
    return KolmogorovSmirnov.statistic(scores, others);
  }

  /** Returns the p-value of H₀ "both models' scores are of one distribution", exact. */
  public double pValue() {
    return KolmogorovSmirnov.pValue(scores, others);
  }

  /**
   * Returns how many of the scores have to move past all others before the test can reject at 5 %;
   * empty where so few scores cannot.
   */
  public OptionalInt fewestMoved() {
    return KolmogorovSmirnov.fewestMoved(size(), ALPHA);
  }

  /**
   * Returns the probability that the test rejects at 5 % where some scores of one model lie beyond
   * all others and the rest of both is of one distribution.
   *
   * @param moved how many, from 0 to {@link #size}
   */
  public double power(int moved) {
    if (moved < 0 || moved > size()) {
      throw new IllegalArgumentException("%d of %d scores".formatted(moved, size()));
    }
    return KolmogorovSmirnov.power(size(), moved, ALPHA);
  }

  /**
   * How one concept's score differs between the models, for one class.
   *
   * @param estimate the first model's excess over random sets less the second's
   * @param pValue of H₀ "they do not differ", two-sided
   * @param adjustedPValue after Holm's correction for all scores
   */
  public record ConceptDifference(
      String concept, String className, Estimate estimate, double pValue, double adjustedPValue) {}

  /**
   * Returns how each concept's score differs between the models: what the test of all scores at
   * once has no power for.
   *
   * @throws TouchstoneException if there is no second model, or too few vectors for so many scores
   */
  public List<ConceptDifference> differences() {
    if (other.isEmpty()) {
      throw new TouchstoneException(
          "the ranking of a signal alone is no model's, and has no scores with intervals; compare"
              + " the scores of two models");
    }
    int fewest = (int) Math.ceil(2 * size() / ALPHA - 1e-9);
    int vectors =
        IntStream.range(0, size())
            .map(
                i ->
                    Math.min(
                        one.get(i).risingOfHalves().size(), other.get(i).risingOfHalves().size()))
            .min()
            .orElseThrow();
    if (vectors < fewest) {
      throw new TouchstoneException(
          "%d vectors for %d scores: after Holm's correction none of them can differ significantly at %s; take Tcav.withVectors(%d)"
              .formatted(vectors, size(), ALPHA, fewest));
    }
    List<IndependentDifference> estimates =
        IntStream.range(0, size())
            .mapToObj(i -> IndependentDifference.of(one.get(i).excess(), other.get(i).excess()))
            .toList();
    double[] p =
        estimates.stream()
            .mapToDouble(
                estimate ->
                    Math.min(1, 2 * Math.min(estimate.pValueAbove(0), estimate.pValueBelow(0))))
            .toArray();
    double[] adjusted = MultipleTesting.holm(p);
    return IntStream.range(0, size())
        .mapToObj(
            i ->
                new ConceptDifference(
                    one.get(i).concept(),
                    one.get(i).className(),
                    estimates.get(i),
                    p[i],
                    adjusted[i]))
        .toList();
  }

  /** Returns the test with what it could have found, in words. */
  @Override
  public String toString() {
    OptionalInt fewest = fewestMoved();
    return "D = %.3f, p = %.4f of %d and %d scores; at %s %s, and of one that moves the power is %.3f"
        .formatted(
            statistic(),
            pValue(),
            scores.length,
            others.length,
            ALPHA,
            fewest.isPresent()
                ? "at least %d of %d have to move past all others"
                    .formatted(fewest.getAsInt(), size())
                : "no change of so few can be significant",
            power(1));
  }
}
