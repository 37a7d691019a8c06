package dev.touchstone.runtime;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the C library's allocator keeps what is freed.
 *
 * <p>An evaluation frees all it took, and the next one takes as much again. glibc hands freed
 * memory back to the system as soon as some megabytes of it lie together, and the system clears
 * each page anew: up to a fifth of the processor time of gradients and Integrated Gradients of
 * small networks.
 */
final class NativeMemory {
  private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);

  /** glibc's {@code M_TRIM_THRESHOLD}: how much may lie free at a heap's end. */
  private static final int TRIM_THRESHOLD = -1;

  /** glibc's {@code M_MMAP_THRESHOLD}: from what size on blocks are the system's own. */
  private static final int MMAP_THRESHOLD = -3;

  /**
   * The largest that glibc admits; it comes to both limits by itself once it has seen a block of
   * this size freed.
   */
  private static final int LARGEST_BLOCK = 32 << 20;

  private NativeMemory() {}

  /**
   * Makes glibc keep freed memory for the next evaluation, unless the environment says how it shall
   * do. More than 64 MiB at the end of a heap, and what blocks above 32 MiB took, still go back.
   *
   * @return whether it does now
   */
  static boolean keepWhatIsFreed() {
    if (!Platform.isLinux() || isSetByTheUser()) {
      return false;
    }
    try {
      CLibrary library = Native.load("c", CLibrary.class);
      return library.mallopt(MMAP_THRESHOLD, LARGEST_BLOCK) == 1
          && library.mallopt(TRIM_THRESHOLD, 2 * LARGEST_BLOCK) == 1;
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("the C library has no mallopt", e);
      return false;
    }
  }

  private static boolean isSetByTheUser() {
    return Stream.of("GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
        .anyMatch(name -> System.getenv(name) != null);
  }
}
