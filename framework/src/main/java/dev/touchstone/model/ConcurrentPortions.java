package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Asks about a batch in portions, as many at a time as there are processors. How large they are
 * does not depend on how many that is: the answers are the same on every machine of a kind.
 */
final class ConcurrentPortions {
  private static final ExecutorService WORKERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "touchstone portions");
            thread.setDaemon(true);
            return thread;
          });

  private final Inputs batch;
  private final int size;
  private final Function<Inputs, double[][]> compute;
  private final double[][] rows;
  private final int portions;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private ConcurrentPortions(Inputs batch, int size, Function<Inputs, double[][]> compute) {
    this.batch = batch;
    this.size = size;
    this.compute = compute;
    this.rows = new double[batch.rows()][];
    this.portions = (rows.length + size - 1) / size;
  }

  /**
   * Applies a computation portion by portion.
   *
   * @param batch at least one example
   * @param compute one row per example of a portion; called by several threads
   * @return one row per example of the batch
   * @throws RuntimeException that the first portion to fail threw; the thread that asks takes part,
   *     and where it is interrupted the others are, too
   */
  static double[][] apply(Inputs batch, int size, Function<Inputs, double[][]> compute) {
    return new ConcurrentPortions(batch, size, compute).rows();
  }

  private double[][] rows() {
    int helpers = Math.min(portions, Runtime.getRuntime().availableProcessors()) - 1;
    List<Future<?>> helping = new ArrayList<>();
    for (int i = 0; i < helpers; i++) {
      helping.add(WORKERS.submit(this::work));
    }
    work();
    try {
      done.get();
      return rows;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TouchstoneException("the test was interrupted while it waited for ONNX Runtime", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw (Error) e.getCause();
    } finally {
      if (Thread.currentThread().isInterrupted()) {
        helping.forEach(helper -> helper.cancel(true));
      }
    }
  }

  private void work() {
    for (int i = taken.getAndIncrement(); i < portions && !done.isDone(); ) {
      try {
        make(i);
      } catch (RuntimeException | Error e) {
        done.completeExceptionally(e);
        return;
      }
      if (made.incrementAndGet() == portions) {
        done.complete(null);
      }
      i = taken.getAndIncrement();
    }
  }

  private void make(int portion) {
    int from = portion * size;
    int to = Math.min(rows.length, from + size);
    double[][] answers = compute.apply(batch.select(IntStream.range(from, to).toArray()));
    System.arraycopy(answers, 0, rows, from, to - from);
  }
}
