package dev.touchstone.report;

import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.record.RecordedVerdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Verdicts that carry a warning.
 *
 * @param shown how many of them are shown to hold
 * @param lines each warning with the model and the claim that it is about, untrusted text
 * @param verdicts how many carry one
 */
record Warned(int shown, List<String> lines, int verdicts) {

  static Warned of(Collection<RecordedVerdict> all) {
    int shown = 0;
    int verdicts = 0;
    List<String> lines = new ArrayList<>();
    for (RecordedVerdict recorded : all) {
      List<Warning> warnings = recorded.verdict().warnings();
      verdicts += warnings.isEmpty() ? 0 : 1;
      shown += !warnings.isEmpty() && recorded.verdict().acceptable() ? 1 : 0;
      for (Warning warning : warnings) {
        lines.add(
            "%s, %s: %s"
                .formatted(
                    Board.modelName(recorded),
                    recorded.verdict().claim().statement(),
                    warning.text()));
      }
    }
    return new Warned(shown, lines.stream().distinct().toList(), verdicts);
  }

  /** How many, and what they are worth; empty if none does. */
  String sentence() {
    return verdicts == 0
        ? ""
        : "%s a warning, of which %s as shown or accepted: the evidence says what has to be known before they are trusted."
            .formatted(
                Inert.count(verdicts, "verdict carries", "verdicts carry"),
                Inert.count(shown, "counts", "count"));
  }
}
