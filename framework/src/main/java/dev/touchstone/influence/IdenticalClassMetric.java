package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.KolmogorovSmirnov;
import java.util.Arrays;

/**
 * The identical class metric of a ranking of training examples (Hanawa, Yokoi, Hara and Inui 2020;
 * thesis, section 4.2.1): for each test example the fraction of its top training examples that have
 * its own class.
 *
 * <p>It is no sign of health. Where a signal is aligned with a class, a model that reads the signal
 * has top examples of that very class for test examples of that class, so that the metric may rise
 * with the defect (thesis, section 4.2.4: "illusory confidence"); it is reported beside claims and
 * never claimed itself.
 *
 * @param values m fractions in [0, 1]
 * @param top what was taken for the top
 */
public record IdenticalClassMetric(double[] values, TopExamples top) {
  private static final double ALPHA = .05;

  /**
   * Measures it.
   *
   * @throws TouchstoneException as {@link TopExamples#of} does
   */
  public static IdenticalClassMetric of(
      InfluenceScores scores, TopExamples top, Dataset training, Dataset test) {
    return of(top.of(scores), top, training, test);
  }

  /** Measures it of tops that are known. */
  public static IdenticalClassMetric of(
      TopExamples.Top[] tops, TopExamples top, Dataset training, Dataset test) {
    double[] values = new double[tops.length];
    Arrays.setAll(
        values,
        j ->
            Arrays.stream(tops[j].examples())
                    .filter(i -> training.label(i) == test.label(j))
                    .count()
                / (double) top.count());
    return new IdenticalClassMetric(values, top);
  }

  /** Returns its mean over the test examples. */
  public double mean() {
    return Arrays.stream(values).average().orElseThrow();
  }

  /**
   * The test of Kolmogorov and Smirnov of two distributions of the metric, as the thesis compares a
   * spurious model with a normal one. That they do not differ significantly is no proof of
   * likeness.
   *
   * @param statistic D
   * @param pValue of H₀ "both are of one distribution"; too large rather than too small where
   *     values are tied, as fractions of k are
   */
  public record Comparison(double statistic, double pValue) {

    /** Returns whether they differ at 5 %, the thesis's level. */
    public boolean differs() {
      return pValue <= ALPHA;
    }
  }

  /**
   * Compares it with that of another model, or of other examples.
   *
   * @throws TouchstoneException if the two are not of equally many test examples and one rule
   */
  public Comparison comparedWith(IdenticalClassMetric other) {
    if (values.length != other.values.length || !top.equals(other.top)) {
      throw new TouchstoneException(
          "the %s for %d test examples and the %s for %d are compared; rank for as many test examples by one rule"
              .formatted(top.describe(), values.length, other.top.describe(), other.values.length));
    }
    return new Comparison(
        KolmogorovSmirnov.statistic(values, other.values),
        KolmogorovSmirnov.pValue(values, other.values));
  }

  /** Says how many test examples and what rule. */
  @Override
  public String toString() {
    return "identical class metric %.3f of the %s for %d test examples"
        .formatted(mean(), top.describe(), values.length);
  }
}
