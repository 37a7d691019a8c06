package dev.touchstone.gate.run.suites;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests in a class and in one inside it. */
class NestSuite {
  @Test
  void wanted() {
    System.out.println("outer wanted");
  }

  @Test
  void unwanted() {
    System.out.println("outer unwanted");
  }

  @Nested
  class Inner {
    @Test
    void wanted() {
      System.out.println("inner wanted");
    }

    @Test
    void unwanted() {
      System.out.println("inner unwanted");
    }
  }
}
