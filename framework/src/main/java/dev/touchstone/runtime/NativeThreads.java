package dev.touchstone.runtime;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the native libraries' threads wait for work.
 *
 * <p>GNU OpenMP, which PyTorch's Linux library brings along, lets a waiting thread spin for
 * milliseconds. In a JVM it spins against the compiler, the collector and other tests, and whoever
 * has the work waits for the spinning one's processor: on two busy cores a small network's
 * prediction took 20 to 50 times longer. Sleeping costs microseconds and changes no number.
 */
final class NativeThreads {
  private static final Logger LOG = LoggerFactory.getLogger(NativeThreads.class);

  private NativeThreads() {}

  /**
   * Makes idle OpenMP threads sleep, unless the environment says how they shall wait. Takes effect
   * only before the first native library that uses OpenMP is loaded, since that is when it looks.
   */
  public static void sleepWhenIdle() {
    if (Platform.isLinux()) {
      sleepWhenIdle(System::getenv);
    }
  }

  static void sleepWhenIdle(Function<String, @Nullable String> given) {
    if (given.apply("OMP_WAIT_POLICY") != null || given.apply("GOMP_SPINCOUNT") != null) {
      return;
    }
    try {
      Native.load("c", CLibrary.class).setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("idle native threads may spin; set OMP_WAIT_POLICY=PASSIVE", e);
    }
  }
}
