package dev.touchstone.linalg;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Runs the parts of one computation on as many threads as there are processors, or as {@code
 * OMP_NUM_THREADS} says. Idle threads sleep. No fork-join pool: a thread of JUnit's that waits for
 * its parts in one would run another test in the meantime, under the locks of the first.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Workers {
  private static final int THREADS = threads(System.getenv("OMP_NUM_THREADS"));
  private static final ExecutorService HELPERS =
      Executors.newFixedThreadPool(
          Math.max(1, THREADS - 1),
          task -> {
            Thread thread = new Thread(task, "touchstone-linalg");
            thread.setDaemon(true);
            return thread;
          });

  private Workers() {}

  /** Returns on how many threads the parts are done at most. */
  public static int threads() {
    return THREADS;
  }

  static int threads(@Nullable String stated) {
    int processors = Runtime.getRuntime().availableProcessors();
    return stated != null && stated.matches("[1-9][0-9]{0,3}")
        ? Math.min(processors, Integer.parseInt(stated))
        : processors;
  }

  /** Does parts 0 to {@code parts} − 1, in any order; the caller does its share. */
  public static void forEach(int parts, IntConsumer part) {
    if (parts == 1) {
      part.accept(0);
      return;
    }
    AtomicInteger next = new AtomicInteger();
    CountDownLatch unfinished = new CountDownLatch(parts);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
            try {
              part.accept(i);
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            } finally {
              unfinished.countDown();
            }
          }
        };
    for (int helper = 1; helper < Math.min(THREADS, parts); helper++) {
      HELPERS.execute(work); // finds nothing left to do if it comes too late
    }
    work.run();
    await(unfinished); // parts write to what the caller owns: nobody leaves before all are done
    Throwable failed = failure.get();
    if (failed instanceof RuntimeException e) {
      throw e;
    }
    if (failed instanceof Error e) {
      throw e;
    }
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
