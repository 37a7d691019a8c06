package dev.touchstone.gate.run.suites;

import org.junit.jupiter.api.Test;

/** Ends with an error that JUnit passes on, beside a thread that keeps a JVM alive for a while. */
class ExhaustedSuite {
  @Test
  void exhausts() {
    new Thread(ExhaustedSuite::linger, "lingering").start();
    throw new OutOfMemoryError("made up \u001b[2J");
  }

  private static void linger() {
    try {
      Thread.sleep(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
