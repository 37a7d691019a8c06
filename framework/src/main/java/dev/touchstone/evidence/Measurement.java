package dev.touchstone.evidence;

import dev.touchstone.statistics.Estimate;
import java.util.Optional;

/**
 * One estimated quantity on one slice of the data.
 *
 * @param quantity what was measured, such as {@code "ECE"}
 * @param slice on what: {@code "overall"}, {@code "sex=Female"}, {@code "fc1"}
 * @param estimate the numbers
 * @param guess what an answer that never looks at its input would measure; empty where there is
 *     none to compare with
 * @param reading how it reads in plain words
 */
public record Measurement(
    String quantity, String slice, Estimate estimate, Optional<Guess> guess, Reading reading) {

  /** A measurement of which nothing more is said than the quantity's name. */
  public Measurement(String quantity, String slice, Estimate estimate) {
    this(quantity, slice, estimate, Optional.empty(), Reading.PLAIN);
  }

  /** Returns the same measurement beside what a guess would measure. */
  public Measurement beside(Guess one) {
    return new Measurement(quantity, slice, estimate, Optional.of(one), reading);
  }

  /** Returns the same measurement, read in plain words. */
  public Measurement reading(Reading inPlainWords) {
    return new Measurement(quantity, slice, estimate, guess, inPlainWords);
  }
}
