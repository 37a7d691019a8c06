package dev.touchstone.gate.handoff;

import dev.touchstone.gate.Decision;
import java.nio.file.Path;

/** Writes what a decision hands on. */
public final class Handoff {
  private Handoff() {}

  /**
   * Writes {@code decision.json}.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the directory cannot be written to
   */
  public static void write(Decision decision, Path directory) {
    WholeFile.write(directory.resolve("decision.json"), DecisionJson.write(decision));
  }
}
