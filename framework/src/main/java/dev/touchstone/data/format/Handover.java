package dev.touchstone.data.format;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A few containers that some threads fill and another one empties, in the order of their numbers
 * and over and over. Waiting goes on when a thread is interrupted, which is kept for whoever asks
 * afterwards.
 */
final class Handover<T> {
  private final Supplier<T> make;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, T> full = new HashMap<>();
  private final Queue<T> empty = new ArrayDeque<>();
  private long next;
  private int made;
  private int most;

  /**
   * A hand-over.
   *
   * @param most how many containers there are at most
   */
  Handover(int most, Supplier<T> make) {
    this.most = most;
    this.make = make;
  }

  /**
   * Returns a container to be filled, without waiting where fewer than the most were made. Where
   * there is no memory for another one, those that there are have to do: whoever waits for it would
   * wait for ever.
   */
  T blank() {
    lock.lock();
    try {
      while (true) {
        T emptied = empty.poll();
        if (emptied != null) {
          return emptied;
        }
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
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands one on.
   *
   * @param number its place among all, from 0
   */
  void hand(long number, T filled) {
    lock.lock();
    try {
      full.put(number, filled);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next one. */
  T take() {
    lock.lock();
    try {
      while (true) {
        T filled = full.remove(next);
        if (filled != null) {
          next++;
          return filled;
        }
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  void giveBack(T emptied) {
    lock.lock();
    try {
      empty.add(emptied);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a thread has ended. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
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
