package dev.touchstone.gate.run.suites;

import org.junit.jupiter.api.Test;

/** Takes its JVM down, as native code may. */
class EndingSuite {
  @Test
  void ends() {
    System.err.println("the last words");
    System.err.flush();
    Runtime.getRuntime().halt(134);
  }
}
