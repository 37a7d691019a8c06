package dev.touchstone.gate.run.suites;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests without any verdict. */
class PlainSuite {
  @Test
  void refutes() {
    assertEquals(1, 2, "<b>one & two</b>");
  }

  @Test
  void breaks() {
    throw new IllegalStateException("outer", new IllegalArgumentException("inner"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void passes(int ignored) {
    System.out.println("noise on the standard output");
  }
}
