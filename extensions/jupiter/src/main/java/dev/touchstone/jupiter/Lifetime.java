package dev.touchstone.jupiter;

/** How long an injected model or data set lives. */
public enum Lifetime {
  /** As its declaration says: the class for static fields, else the test. */
  DECLARATION,
  /** The whole run: one instance for all classes that declare the same. */
  RUN
}
