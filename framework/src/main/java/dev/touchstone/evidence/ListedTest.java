package dev.touchstone.evidence;

import org.apiguardian.api.API;

/**
 * A model test that did not run to its end, or decided nothing.
 *
 * @param className the test class's binary name; empty where what broke is none
 * @param methodName the test method's name; empty where what broke is a class
 * @param displayName what a person reads
 * @param end what became of it
 * @param condition the condition by which it was skipped, as it stands in the code, such as
 *     {@code @EnabledIfDevice("gpu")}; empty where none is annotated
 * @param reason why, in words; empty where nobody said
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ListedTest(
    String className,
    String methodName,
    String displayName,
    End end,
    String condition,
    String reason) {

  /** What becomes of a model test that is worth a line. */
  public enum End {
    /** Something else than its verdict was thrown, or it never ended, or could not begin. */
    BROKEN("broke"),
    /** It gave up by itself, as by an assumption. */
    ABORTED("gave up"),
    /** A condition kept it from running. */
    SKIPPED("was skipped"),
    /** It ended well without any claim. */
    DECIDED_NOTHING("decided nothing");

    private final String inWords;

    End(String inWords) {
      this.inWords = inWords;
    }

    /** As it ends a sentence that begins with the test. */
    public String inWords() {
      return inWords;
    }

    /** Whether what the test would have claimed is missing. */
    public boolean leavesOut() {
      return this != DECIDED_NOTHING;
    }
  }

  /** As policies name it: {@code class#method}. */
  public String test() {
    return className.isEmpty()
        ? displayName
        : methodName.isEmpty() ? className : className + "#" + methodName;
  }

  /** Its name without the package and, where that says more, its display name. */
  public String shortName() {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    if (methodName.isEmpty()) {
      return simple.isEmpty() ? displayName : simple;
    }
    String name = simple + "." + methodName;
    return displayName.startsWith(methodName) ? name : name + " " + displayName;
  }

  /** Why, with the condition where there is one; empty where nobody said. */
  public String why() {
    return condition.isEmpty() || reason.isEmpty() ? condition + reason : condition + ": " + reason;
  }
}
