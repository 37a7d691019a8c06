package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.LimitRatio;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Range;
import dev.touchstone.statistics.RateDifference;
import dev.touchstone.statistics.RateRatio;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A quality of answers, of which two models can be compared on the same examples: a {@link
 * ClassificationMetric} of predicted classes, a {@link RegressionMetric} of predicted values.
 *
 * <p>A metric keeps a few numbers of each answer, its outcome, and reads everything else off those.
 * Outcomes are all that has to be remembered of an approved model to compare another one with it.
 *
 * <p>Metrics are immutable. Within a run, results are shared between metrics that are {@linkplain
 * Object#equals equal}: one that does not say when it equals another (a record does) shares its
 * results with nobody. In a {@link dev.touchstone.evidence.baseline.Baseline} a metric is known by
 * its {@link Object#toString()}, which has to stay the same from run to run.
 */
public sealed interface Metric permits ClassificationMetric, RegressionMetric {

  /** Returns the name of the quantity, such as {@code "error rate"}. */
  String quantity();

  /**
   * Returns what is claimed of the quantity, as a sentence has it: {@code "share of wrongly
   * classified examples"}; by default its name.
   */
  default String inWords() {
    return quantity();
  }

  /**
   * Returns what a check that measures it is about, such as {@code "calibration"}; by default its
   * name.
   */
  default String topic() {
    return quantity();
  }

  /**
   * Returns what a policy may hold a claim to: which metric it is, with its settings; by default
   * its {@link Object#toString()} where it has one of its own, and else its name.
   */
  default Map<String, String> settings() {
    return Map.of("metric", OwnWords.describing(this));
  }

  /**
   * Returns the name of what {@link #regression} measures, such as {@code "error rate increase"}.
   */
  default String worsening() {
    return quantity() + " increase";
  }

  /**
   * Returns whether a larger value is the better one, as of an AUROC; by default less is better.
   */
  default boolean moreIsBetter() {
    return false;
  }

  /**
   * Returns the values that the quantity can have: a tolerance that all of them keep, or none, is
   * refused. By default not known.
   */
  default Range range() {
    return Range.UNBOUNDED;
  }

  /**
   * Returns by how much a model can be worse than another at most: a tolerance of as much would let
   * every model pass, and is refused. By default the length of the range.
   */
  default double mostWorsening() {
    return range().most() - range().least();
  }

  /** Returns what a value is shown in: percent for a rate; by default a number as it is. */
  default Reading.Unit unit() {
    return Reading.Unit.NUMBER;
  }

  /**
   * Returns how {@link #value} reads in plain words; by default its name and the number.
   *
   * @param examples what was measured: {@code "examples"}, {@code "examples with sex=Female"}
   */
  default Reading valueInWords(String examples) {
    return new Reading(unit(), "");
  }

  /**
   * Returns the same of data whose classes have names; by default what is said of any data.
   *
   * @param examples as {@link #valueInWords(String)} has it
   * @param data which the examples are of
   */
  default Reading valueInWords(String examples, Dataset data) {
    return valueInWords(examples);
  }

  /**
   * Returns what {@link #quantity} is called where the data are known: a metric of one class names
   * it. By default the quantity.
   */
  default String quantityFor(Dataset data) {
    return quantity();
  }

  /**
   * Returns how {@link #regression} reads in plain words; differences of shares in percentage
   * points.
   *
   * @param examples what was compared: {@code "examples"}, {@code "examples with sex=Female"}
   */
  default Reading worseningInWords(String examples) {
    return Words.worse(this, examples, quantity());
  }

  /**
   * Returns the same of data whose classes have names; by default what is said of any data.
   *
   * @param examples as {@link #worseningInWords(String)} has it
   * @param data which the examples are of
   */
  default Reading worseningInWords(String examples, Dataset data) {
    return worseningInWords(examples);
  }

  /**
   * What an example's outcome can be at best and at worst.
   *
   * @param best an outcome that no other one betters
   * @param worst an outcome that is no better than any other one
   */
  record Extremes(double[] best, double[] worst) {}

  /**
   * Returns by how much worse one example's outcome is than before, to find the worst ones; by
   * default the difference of the first numbers.
   */
  default double increase(double[] candidate, double[] approved) {
    return candidate[0] - approved[0];
  }

  /**
   * Returns what the shortfall of an example is called where examples are listed, such as {@code
   * "distance"}; by default it is not shown.
   */
  default Optional<String> shortfallName() {
    return Optional.empty();
  }

  /** Returns pictures of a slice's outcomes; by default none. */
  default List<Figure> figures(String slice, Outcomes outcomes) {
    return List.of();
  }

  /** Returns the quantity of one model by itself; empty if it takes two to have one. */
  Optional<Estimate> value(Outcomes outcomes);

  /**
   * Returns by how much worse a candidate is than the approved model (more is worse), with an
   * interval that knows that both were measured on the same examples.
   *
   * @param candidate outcomes of the model under test
   * @param approved outcomes of the model it is compared with, on the same examples in the same
   *     order
   */
  Estimate regression(Outcomes candidate, Outcomes approved);

  /**
   * Returns by how much worse a candidate is than the approved model, of which nothing but a
   * recorded value with its interval is at hand: a {@link #difference}. On the same examples that
   * is wider than it had to be where losses of the two tend to grow together, as they do of models
   * that find the same examples hard.
   *
   * @param candidate the {@link #value} of the model under test
   * @param approved that of the model it is compared with, as it was recorded
   */
  default Estimate unpaired(Estimate candidate, Estimate approved) {
    return moreIsBetter() ? difference(approved, candidate) : difference(candidate, approved);
  }

  /**
   * Returns the difference of two values that were measured on independent examples, such as two
   * groups. By default each is taken for unbiased: {@link RateDifference} of two rates, {@link
   * IndependentDifference} otherwise.
   */
  default Estimate difference(Estimate first, Estimate second) {
    return first instanceof Proportion rate && second instanceof Proportion subtracted
        ? RateDifference.of(rate, subtracted)
        : IndependentDifference.of(first, second)
            .within(new Range(-mostWorsening(), mostWorsening()));
  }

  /**
   * Returns the ratio of two values that were measured on independent examples and are never
   * negative: {@link RateRatio} of two rates, {@link LimitRatio} otherwise.
   */
  default Estimate ratio(Estimate first, Estimate second) {
    return first instanceof Proportion rate && second instanceof Proportion divisor
        ? RateRatio.of(rate, divisor)
        : LimitRatio.of(first, second);
  }

  /**
   * Refuses data that cannot carry the metric, whatever their groups are, before anything is
   * predicted.
   *
   * @throws dev.touchstone.runtime.TouchstoneException naming the cure
   */
  default void check(Dataset data) {}

  /**
   * Returns why a slice cannot carry the metric, with the cure: a group of which that is so cannot
   * be judged, and takes no other group with it; all of the data are refused. By default every
   * slice can.
   *
   * @return a sentence without its capital and its full stop; empty where there is nothing lacking
   */
  default Optional<String> lack(Dataset data, Slice slice) {
    return Optional.empty();
  }
}
