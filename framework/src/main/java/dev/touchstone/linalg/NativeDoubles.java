package dev.touchstone.linalg;

import dev.touchstone.runtime.TouchstoneException;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Doubles outside the heap, freed when closed or, at the latest, some time after they are
 * unreachable: whoever hands their pointer to native code has to keep this object reachable.
 *
 * <p>Not by JavaCPP's own allocation, which fails where the process has more resident memory than
 * four times the heap's limit, as it has with PyTorch in it and a small heap.
 */
final class NativeDoubles implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final AtomicLong LIVE = new AtomicLong();

  /** As the JVM does for direct buffers: beyond this, what is unreachable is looked for first. */
  private static final long COLLECTED_AT = Runtime.getRuntime().maxMemory();

  final DoublePointer pointer;
  private final Cleaner.Cleanable cleanable;

  /**
   * Uninitialised doubles.
   *
   * @throws TouchstoneException if there is no memory for them
   */
  NativeDoubles(long count) {
    long bytes = Math.max(1, count) * Double.BYTES;
    if (bytes >= 1 << 20 && LIVE.get() + bytes > COLLECTED_AT) {
      System.gc();
    }
    Pointer memory = Pointer.malloc(bytes);
    if (memory == null || memory.isNull()) {
      throw new TouchstoneException(
          "the system has no %,d bytes of memory for a matrix; use fewer examples or a smaller representation"
              .formatted(bytes));
    }
    LIVE.addAndGet(bytes);
    this.pointer = new DoublePointer(memory);
    this.cleanable = CLEANER.register(this, new Free(memory, bytes));
  }

  /** A copy. */
  static NativeDoubles of(double... values) {
    NativeDoubles copy = new NativeDoubles(values.length);
    copy.pointer.put(values, 0, values.length);
    return copy;
  }

  /** Where a value stands. */
  DoublePointer at(long index) {
    return pointer.getPointer(index);
  }

  /** Bytes that have not been freed. */
  static long live() {
    return LIVE.get();
  }

  /** Holds no reference to what it frees the memory of. */
  private record Free(Pointer memory, long bytes) implements Runnable {
    @Override
    public void run() {
      Pointer.free(memory);
      LIVE.addAndGet(-bytes);
    }
  }

  @Override
  public void close() {
    cleanable.clean();
  }
}
