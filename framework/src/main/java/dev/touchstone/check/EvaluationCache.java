package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.List;
import java.util.function.Supplier;

/**
 * One costly evaluation serves several assertions: evidence by model hash, data hash, the check's
 * settings and the run's settings. An evaluation in flight is joined, a failed one forgotten.
 */
final class EvaluationCache {
  private static final int MOST_ENTRIES = 256;

  private final SharedResults<Evidence> results = new SharedResults<>(evidence -> 1);

  static EvaluationCache of(RunSession session) {
    return session.get(EvaluationCache.class, EvaluationCache::new);
  }

  /**
   * The key of a check's evaluation.
   *
   * @param check its class and every setting
   */
  static List<?> key(List<?> check, Model model, Dataset data, RunContext context) {
    return key(check, Keys.of(model), data, context);
  }

  /**
   * The key of an evaluation whose subject is not one model.
   *
   * @param subject values that together stand for it, such as a trainer and what it trains on
   */
  static List<?> key(List<?> check, List<?> subject, Dataset data, RunContext context) {
    return List.of(check, subject, Keys.of(data), Keys.of(context));
  }

  Evidence get(List<?> key, Supplier<Evidence> evaluation) {
    return results.get(key, MOST_ENTRIES, evaluation);
  }
}
