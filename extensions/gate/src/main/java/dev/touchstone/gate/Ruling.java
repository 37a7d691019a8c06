package dev.touchstone.gate;

/** What a gate says, with the exit code by which a pipeline hears it. */
public enum Ruling {
  /** Everything that the policy asks was shown. */
  SHIP(0, "SHIP"),
  /** Something is known that forbids it: a claim about this very model was refuted. */
  DO_NOT_SHIP(1, "DO NOT SHIP"),
  /** Nothing forbids it, but not everything was shown: no evidence never ships. */
  NOT_DECIDED(2, "NOT DECIDED");

  private final int exitCode;
  private final String words;

  Ruling(int exitCode, String words) {
    this.exitCode = exitCode;
    this.words = words;
  }

  /** 0, 1 or 2; 3 is left for bad input, upon which there is no ruling. */
  public int exitCode() {
    return exitCode;
  }

  /** As people read it. */
  public String words() {
    return words;
  }
}
