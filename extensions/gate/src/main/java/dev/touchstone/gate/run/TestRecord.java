package dev.touchstone.gate.run;

/**
 * What became of a test, or of a container such as a class whose setting up failed.
 *
 * @param id JUnit's unique id
 * @param test whether it is a test; else a container
 * @param className the test class; empty where there is none
 * @param methodName the test method; empty where there is none
 * @param displayName what a person reads
 * @param result how it ended
 * @param message why it did not end well; empty where it did
 */
record TestRecord(
    String id,
    boolean test,
    String className,
    String methodName,
    String displayName,
    Result result,
    String message) {

  /** How a test ends. */
  enum Result {
    SUCCESSFUL,
    /** An assertion failed: the suite says no. */
    REFUTED,
    /** Something else was thrown: the suite says nothing. */
    BROKEN,
    ABORTED,
    SKIPPED
  }

  /** In words, for messages. */
  String name() {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    if (methodName.isEmpty()) {
      return simple.isEmpty() ? displayName : simple;
    }
    String plain = simple + "." + methodName;
    return displayName.startsWith(methodName) ? plain : plain + " " + displayName;
  }
}
