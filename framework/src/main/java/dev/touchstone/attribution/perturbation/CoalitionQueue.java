package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.InputMixture;
import dev.touchstone.runtime.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * Coalitions that wait for their values: {@code v(S) = meanᵦ q(f(x on S, b elsewhere))} over the
 * rows b of a background. They are sent as rows when the memory budget is filled, whatever example
 * they are of, so that the peak depends neither on the coalitions nor on the background. Not
 * thread-safe.
 */
final class CoalitionQueue {
  private final QuantityOfInputs function;
  private final InputMixture mixture;
  private final Progress progress;
  private final String work;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long rowsWaiting;
  private long answered;
  private long expected;

  /**
   * An empty queue.
   *
   * @param work what to call it where progress is shown
   */
  CoalitionQueue(QuantityOfInputs function, InputMixture mixture, Progress progress, String work) {
    this.function = function;
    this.mixture = mixture;
    this.progress = progress;
    this.work = work;
  }

  /** Notes that about so many coalitions more will come, for progress. */
  void expect(long coalitions) {
    expected += coalitions;
  }

  /** A coalition, of which some rows may have been answered. */
  private static final class Waiting {
    final int example;
    final boolean[] kept;
    final DoubleConsumer use;
    int asked;
    int answered;
    double sum;

    Waiting(int example, boolean[] kept, DoubleConsumer use) {
      this.example = example;
      this.kept = kept;
      this.use = use;
    }
  }

  /**
   * Adds a coalition, and sends rows for as long as they fill the budget.
   *
   * @param example its place in the batch
   * @param kept whether each of its values is the example's
   * @param use is given the coalition's value
   */
  void add(int example, boolean[] kept, DoubleConsumer use) {
    waiting.add(new Waiting(example, kept, use));
    rowsWaiting += mixture.others();
    while (rowsWaiting >= function.rowsAtOnce()) {
      send();
    }
  }

  /** Sends all that wait. */
  void flush() {
    while (rowsWaiting > 0) {
      send();
    }
    progress.step(work, expected, expected);
  }

  private void send() {
    int rows = (int) Math.min(rowsWaiting, function.rowsAtOnce());
    int[] examples = new int[rows];
    int[] others = new int[rows];
    boolean[][] kept = new boolean[rows][];
    List<Waiting> owners = new ArrayList<>(rows);
    int row = 0;
    for (Waiting coalition : waiting) {
      while (coalition.asked < mixture.others() && row < rows) {
        examples[row] = coalition.example;
        others[row] = coalition.asked++;
        kept[row] = coalition.kept;
        owners.add(coalition);
        row++;
      }
      if (row == rows) {
        break;
      }
    }
    double[] values = function.of(mixture.rows(examples, others, kept), examples);
    for (int i = 0; i < rows; i++) {
      owners.get(i).sum += values[i];
      owners.get(i).answered++;
    }
    rowsWaiting -= rows;
    while (!waiting.isEmpty() && waiting.peek().answered == mixture.others()) {
      Waiting done = waiting.remove();
      answered++;
      done.use.accept(done.sum / mixture.others());
    }
    progress.step(work, Math.min(answered, expected), expected);
  }
}
