package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * One costly evaluation serves several assertions: evidence by model hash, data hash, the check's
 * settings and the run's settings. An evaluation in flight is joined, a failed one forgotten.
 */
final class EvaluationCache {
  private static final int MOST_ENTRIES = 256;

  private final Map<List<String>, CompletableFuture<Evidence>> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<List<String>, CompletableFuture<Evidence>> eldest) {
          return size() > MOST_ENTRIES;
        }
      };

  static EvaluationCache of(RunSession session) {
    return session.get(EvaluationCache.class, EvaluationCache::new);
  }

  /** The key of a check's evaluation. */
  static List<String> key(Object check, Model model, Dataset data, RunContext context) {
    return key(
        check, List.of(model.name(), model.provenance().toString(), model.sha256()), data, context);
  }

  /**
   * The key of an evaluation whose subject is no model.
   *
   * @param subject facts that together stand for it, such as a trainer's
   */
  static List<String> key(Object check, List<String> subject, Dataset data, RunContext context) {
    return List.of(
        check.toString(),
        subject.toString(),
        data.name(),
        data.sha256(),
        data.grouping().toString(),
        data.clustering().orElse(""),
        context.settings().device(),
        Long.toString(context.settings().seed()),
        Long.toString(context.settings().memoryBytes()));
  }

  Evidence get(List<String> key, Supplier<Evidence> evaluation) {
    CompletableFuture<Evidence> mine = new CompletableFuture<>();
    CompletableFuture<Evidence> present;
    synchronized (entries) {
      present = entries.putIfAbsent(key, mine);
    }
    if (present != null) {
      return join(present);
    }
    try {
      Evidence evidence = evaluation.get();
      mine.complete(evidence);
      return evidence;
    } catch (RuntimeException | Error failure) {
      synchronized (entries) {
        entries.remove(key);
      }
      mine.completeExceptionally(failure);
      throw failure;
    }
  }

  private static Evidence join(CompletableFuture<Evidence> evaluation) {
    try {
      return evaluation.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
