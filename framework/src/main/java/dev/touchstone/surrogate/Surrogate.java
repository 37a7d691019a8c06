package dev.touchstone.surrogate;

import dev.touchstone.data.Dataset;
import java.util.Map;

/**
 * What is fitted to a model's answers to stand in for it: of a kind that can be read, no larger
 * than its budget. Implementations are immutable and state their settings.
 */
public interface Surrogate {

  /** Returns what to call it in messages and provenance. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** Returns the settings that, with the name, the training data and the answers, determine it. */
  Map<String, String> settings();

  /** Returns the budget in words, such as {@code "a tree of at most 8 leaves"}. */
  String describe();

  /** Returns the examples whose answers it is fitted to; their labels do not matter. */
  Dataset training();

  /**
   * Fits rules to answers.
   *
   * @param table the training data's columns
   * @param answers the class that the model predicts, 0-based, one a row
   * @param classes how many there are
   * @throws dev.touchstone.runtime.TouchstoneException if there are too few rows for the budget
   */
  RuleSet fit(Columns table, int[] answers, int classes);
}
