package dev.touchstone.check.evaluation;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apiguardian.api.API;

/**
 * Results of costly work by what stands for it: work in flight is joined, failed work forgotten,
 * and what has not been asked for longest is dropped when the results become too large.
 *
 * @param <V> an immutable result
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SharedResults<V> {
  private final ToLongFunction<? super V> size;

  /** The least recently used first. */
  private final Map<Record, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);

  private long total;

  /**
   * Nothing yet.
   *
   * @param size of a result, in whatever unit the limit is given
   */
  public SharedResults(ToLongFunction<? super V> size) {
    this.size = size;
  }

  private static final class Entry<V> {
    private final CompletableFuture<V> result = new CompletableFuture<>();

    /** 0 while the work is in flight. */
    private long size;
  }

  /**
   * The result of some work, done by whoever asks first.
   *
   * @param key a record of settings: equal ones stand for work with the same result
   * @param limit how large all results kept may be together; one that is larger is shared with
   *     those who wait for it, and not kept
   */
  public V get(Record key, long limit, Supplier<V> work) {
    Entry<V> mine = new Entry<>();
    Entry<V> present;
    synchronized (entries) {
      present = entries.putIfAbsent(key, mine);
    }
    if (present != null) {
      return join(present.result);
    }
    try {
      V result = work.get();
      keep(key, mine, size.applyAsLong(result), limit);
      mine.result.complete(result);
      return result;
    } catch (RuntimeException | Error failure) {
      synchronized (entries) {
        entries.remove(key, mine);
      }
      mine.result.completeExceptionally(failure);
      throw failure;
    }
  }

  /** Counts a new result, and drops the eldest others until all fit. */
  private void keep(Record key, Entry<V> fresh, long itsSize, long limit) {
    synchronized (entries) {
      if (itsSize > limit) {
        entries.remove(key, fresh);
        return;
      }
      fresh.size = itsSize;
      total += itsSize;
      Iterator<Entry<V>> eldest = entries.values().iterator();
      while (total > limit && eldest.hasNext()) {
        Entry<V> entry = eldest.next();
        if (entry != fresh && entry.size > 0) {
          eldest.remove();
          total -= entry.size;
        }
      }
    }
  }

  private static <V> V join(CompletableFuture<V> result) {
    try {
      return result.join();
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
