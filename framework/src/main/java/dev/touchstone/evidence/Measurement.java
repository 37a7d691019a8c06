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
 */
public record Measurement(String quantity, String slice, Estimate estimate, Optional<Guess> guess) {

  /** A measurement without a guess to compare with. */
  public Measurement(String quantity, String slice, Estimate estimate) {
    this(quantity, slice, estimate, Optional.empty());
  }

  /** The same measurement beside what a guess would measure. */
  public Measurement beside(Guess one) {
    return new Measurement(quantity, slice, estimate, Optional.of(one));
  }
}
