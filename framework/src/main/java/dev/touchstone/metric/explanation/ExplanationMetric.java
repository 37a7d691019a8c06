package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Classifier;
import dev.touchstone.statistics.Range;

/**
 * A quality of the explanations that a method gives of a model: one number for each example, such
 * as how much faster a prediction falls where the method says that it rests, than elsewhere.
 *
 * <p>What a claim judges is the mean over examples where the numbers are bounded, and the median
 * where they are not: of numbers without an end no sample bounds the mean.
 *
 * <p>Metrics are immutable. Within a run, results are shared between metrics that are {@linkplain
 * Object#equals equal}: one that does not say when it equals another (a record does) shares its
 * results with nobody. What {@link Object#toString()} says of one stands in provenance.
 */
public interface ExplanationMetric {

  /** Returns the name of the quantity, such as {@code "deletion gain"}. */
  String quantity();

  /**
   * Returns what is claimed of the quantity, as a sentence has it: {@code "relevance mass inside
   * rows 0 to 4"}; by default its name.
   */
  default String inWords() {
    return quantity();
  }

  /** Returns the numbers that one example can have. */
  Range range();

  /** Returns whether a larger number is the better explanation. */
  boolean higherIsBetter();

  /** Returns what the number says, for someone who knows the product and not the metric. */
  Reading reading();

  /**
   * Returns what helps where too few examples have a number, as a message ends: {@code "draw more
   * with withExamples(…)"}.
   */
  default String cure() {
    return "draw more with withExamples(…), or see whether maps, or scores, are constant";
  }

  /**
   * Refuses what cannot be measured, before any work is done.
   *
   * @throws dev.touchstone.runtime.TouchstoneException naming what is lacking, and what to write
   */
  default void require(Classifier model, AttributionMethod method, Dataset data) {}

  /**
   * Measures.
   *
   * @param explained examples and their maps
   */
  Measured of(Explained explained);
}
