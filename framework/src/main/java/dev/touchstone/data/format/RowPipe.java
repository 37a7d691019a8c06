package dev.touchstone.data.format;

import org.jspecify.annotations.Nullable;

/**
 * Hands examples on from the thread that reads them to one that checks, hashes and keeps them, some
 * thousand values at a time. Few examples are kept by the reading thread itself.
 */
public final class RowPipe implements AutoCloseable {
  private static final int VALUES_A_BATCH = 1 << 15;

  private static final int MOST_BATCHES = 4;

  /** Checks, hashes and keeps an example. */
  public interface Sink {
    /**
     * Takes one.
     *
     * @param id null for its position
     * @param values hold it from {@code from} on, and are overwritten later
     */
    void take(@Nullable String id, double[] values, int from);
  }

  /** Some examples. */
  private static final class Batch {
    private final double[] values;
    private final @Nullable String[] ids;
    private int rows;
    private boolean last;

    Batch(int width) {
      int most = Math.max(1, VALUES_A_BATCH / Math.max(1, width));
      this.values = new double[width * most];
      this.ids = new String[most];
    }
  }

  private final int width;
  private final Sink sink;
  private final Handover<Batch> batches;
  private Batch batch;
  private long handed;
  private @Nullable Thread worker;
  private volatile @Nullable Throwable failure;

  /** Makes a pipe of examples of so many values. */
  public RowPipe(int width, Sink sink) {
    this.width = width;
    this.sink = sink;
    this.batches = new Handover<>(MOST_BATCHES, () -> new Batch(width));
    this.batch = batches.blank();
  }

  /** Where the next example is to be written, from {@link #from()} on. */
  public double[] values() {
    return batch.values;
  }

  /** Returns where in {@link #values()} the next example begins. */
  public int from() {
    return batch.rows * width;
  }

  /**
   * Hands on the example that was written.
   *
   * @param id null for its position
   */
  public void add(@Nullable String id) {
    batch.ids[batch.rows++] = id;
    if (batch.rows == batch.ids.length) {
      if (worker == null) {
        worker = new Thread(this::work, "touchstone-rows");
        worker.setDaemon(true);
        worker.start();
      }
      hand();
      rethrow();
    }
  }

  private void hand() {
    batches.hand(handed++, batch);
    batch = batches.blank();
  }

  private void work() {
    boolean more = true;
    while (more) {
      Batch taken = batches.take();
      more = !taken.last;
      if (failure == null) {
        try {
          keep(taken);
        } catch (RuntimeException | Error e) {
          failure = e;
        }
      }
      taken.rows = 0;
      batches.giveBack(taken);
    }
  }

  private void keep(Batch taken) {
    for (int row = 0; row < taken.rows; row++) {
      sink.take(taken.ids[row], taken.values, row * width);
    }
  }

  /**
   * Waits until all examples are kept.
   *
   * @throws RuntimeException what the sink threw at the first example that it did not take
   */
  public void finish() {
    if (worker == null) {
      keep(batch);
      batch.rows = 0;
    }
    close();
    rethrow();
  }

  private void rethrow() {
    Throwable failed = failure;
    if (failed instanceof RuntimeException e) {
      throw e;
    }
    if (failed instanceof Error e) {
      throw e;
    }
  }

  /** Ends the other thread. */
  @Override
  public void close() {
    Thread started = worker;
    if (started != null) {
      batch.last = true;
      batches.hand(handed++, batch);
      Handover.join(started);
      worker = null;
    }
  }
}
