package dev.touchstone.attribution.perturbation;

import dev.touchstone.statistics.Estimate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule that holds for an example, and where it holds the model mostly answers as of the example.
 *
 * @param conditions in words; none where the model nearly always answers so
 * @param label the class that is answered, 0-based
 * @param precision the share of perturbed examples for which the rule holds that are answered so,
 *     on draws that the search did not see
 * @param coverage the share of the data for which the rule holds, on rows that the search did not
 *     see
 * @param reached whether the search showed that the precision reaches the threshold; otherwise this
 *     is the most precise rule that it found
 */
public record Anchor(
    List<String> conditions, int label, Estimate precision, Estimate coverage, boolean reached) {

  /** Copies the list. */
  public Anchor {
    conditions = List.copyOf(conditions);
  }

  /** Returns the rule in words, such as {@code "age > 35 and job is \"clerk\""}. */
  public String inWords() {
    return conditions.isEmpty()
        ? "always"
        : conditions.stream().collect(Collectors.joining(" and "));
  }

  /** Returns the rule, its precision and its coverage. */
  @Override
  public String toString() {
    return "%s → class %d, precision %s, coverage %s"
        .formatted(inWords(), label, precision, coverage);
  }
}
