package dev.touchstone.data.format;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * A few containers that one thread fills and another empties, in order and over and over. Waiting
 * goes on when a thread is interrupted, which is kept for whoever asks afterwards.
 */
final class Handover<T> {
  private static final int MOST = 4;

  private final Supplier<T> make;
  private final BlockingQueue<T> full = new ArrayBlockingQueue<>(MOST);

  /** Has room for all containers, so that giving one back never waits. */
  private final BlockingQueue<T> empty = new ArrayBlockingQueue<>(2 * MOST);

  private int made;
  private int most = MOST;

  Handover(Supplier<T> make) {
    this.make = make;
  }

  /**
   * Returns a container to be filled; asked for by the filling thread alone. Where there is no
   * memory for another one, those that there are have to do: whoever waits for it would wait for
   * ever.
   */
  T blank() {
    if (made < most) {
      try {
        T another = make.get();
        made++;
        return another;
      } catch (OutOfMemoryError e) {
        if (made == 0) {
          throw e;
        }
        most = made;
      }
    }
    return awaited(empty::take);
  }

  void hand(T filled) {
    awaited(
        () -> {
          full.put(filled);
          return filled;
        });
  }

  T take() {
    return awaited(full::take);
  }

  void giveBack(T emptied) {
    empty.add(emptied);
  }

  /** Waits until a thread has ended. */
  static void join(Thread thread) {
    awaited(
        () -> {
          thread.join();
          return thread;
        });
  }

  private interface Waiting<R> {
    R get() throws InterruptedException;
  }

  private static <R> R awaited(Waiting<R> waiting) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return waiting.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
