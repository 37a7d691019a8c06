package dev.touchstone.assertions;

import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.statistics.Proportion;

/** What has to be said of evidence that a check of a user's own made. */
final class OwnCheck {
  private OwnCheck() {}

  /** Warns of rates that take examples for independent, where the data say that they are not. */
  static Evidence warned(Evidence evidence) {
    return evidence
        .provenance()
        .data()
        .clustering()
        .flatMap(
            by ->
                evidence.measurements().stream()
                    .filter(measurement -> measurement.estimate() instanceof Proportion)
                    .findFirst()
                    .map(measurement -> evidence.warning(ignores(by.column(), measurement))))
        .orElse(evidence);
  }

  private static Warning ignores(String column, Measurement measurement) {
    return new Warning(
        Warning.IGNORES_CLUSTERS,
        "the data are clustered by %s, and the interval of the %s takes all examples for independent: it is too narrow; measure it by Rates.of(data, slice, counts)"
            .formatted(PlainText.of(column, 40), PlainText.of(measurement.quantity(), 80)));
  }
}
