package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * One costly evaluation serves several assertions: evidence by model hash, data hash, the check's
 * settings and the run's settings. An evaluation in flight is joined, a failed one forgotten.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class EvaluationCache {
  private static final int MOST_ENTRIES = 256;

  private final SharedResults<Evidence> results = new SharedResults<>(evidence -> 1);

  public static EvaluationCache of(RunSession session) {
    return session.get(EvaluationCache.class, EvaluationCache::new);
  }

  /**
   * What an evaluation is of.
   *
   * @param check its settings, in a record of its own
   * @param subject what is evaluated: a model, or records that together stand for it
   */
  record Key(Record check, Record subject, Keys.OfData data, Keys.OfRun run) {}

  /** Returns the key of a check's evaluation of one model. */
  public static Key key(Record check, Model model, Dataset data, RunContext context) {
    return key(check, Keys.of(model), data, context);
  }

  /** Returns the key of an evaluation whose subject is not one model. */
  public static Key key(Record check, Record subject, Dataset data, RunContext context) {
    return new Key(check, subject, Keys.of(data), Keys.of(context));
  }

  public Evidence get(Key key, Supplier<Evidence> evaluation) {
    return results.get(key, MOST_ENTRIES, evaluation);
  }
}
