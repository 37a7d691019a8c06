package dev.touchstone.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What became of the model tests of a run: verdicts alone do not tell of a test that broke before
 * its claim.
 *
 * @param found how many there were to run; each invocation of a parameterised or dynamic test is
 *     one
 * @param started how many began
 * @param finished how many ended, however they did
 * @param skipped how many a condition kept from running
 * @param aborted how many gave up by themselves
 * @param broken how many threw something else than their verdict, never ended, or could not begin
 * @param uncounted how many JVMs gave verdicts and counted no tests, as outside JUnit; of an
 *     earlier version's file, 1
 * @param listed those that broke, gave up, were skipped or decided nothing
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ModelTests(
    int found,
    int started,
    int finished,
    int skipped,
    int aborted,
    int broken,
    int uncounted,
    List<ListedTest> listed) {

  /** No test at all, and no JVM. */
  public static final ModelTests NONE = new ModelTests(0, 0, 0, 0, 0, 0, 0, List.of());

  /** A JVM that gave verdicts, and of whose tests nothing is known. */
  public static final ModelTests UNCOUNTED = new ModelTests(0, 0, 0, 0, 0, 0, 1, List.of());

  /** Copies the list. */
  public ModelTests {
    listed = List.copyOf(listed);
  }

  /** So many tests that all ran to their end. */
  public static ModelTests allFinished(int tests) {
    return new ModelTests(tests, tests, tests, 0, 0, 0, 0, List.of());
  }

  /** Those of both. */
  public ModelTests and(ModelTests other) {
    return new ModelTests(
        found + other.found,
        started + other.started,
        finished + other.finished,
        skipped + other.skipped,
        aborted + other.aborted,
        broken + other.broken,
        uncounted + other.uncounted,
        Stream.concat(listed.stream(), other.listed.stream()).toList());
  }

  /** Whether all are counted, and ran to their end: nothing that they claim is missing. */
  public boolean allRan() {
    return uncounted == 0 && skipped == 0 && aborted == 0 && broken == 0;
  }

  /** Those of which what they would have claimed is missing. */
  public List<ListedTest> leftOut() {
    return listed.stream().filter(test -> test.end().leavesOut()).toList();
  }

  /**
   * Says how many of them did not run to their end: {@code of 4 model tests 2 broke and 1 was
   * skipped}; empty if all that are counted did.
   */
  public String leftOutInWords() {
    List<String> parts = new ArrayList<>();
    if (broken > 0) {
      parts.add(number(broken) + " broke");
    }
    if (aborted > 0) {
      parts.add(number(aborted) + " gave up");
    }
    if (skipped > 0) {
      parts.add(number(skipped) + (skipped == 1 ? " was skipped" : " were skipped"));
    }
    if (parts.isEmpty()) {
      return "";
    }
    String last = parts.remove(parts.size() - 1);
    return "of %s model test%s %s"
        .formatted(
            number(found),
            found == 1 ? "" : "s",
            parts.isEmpty() ? last : String.join(", ", parts) + " and " + last);
  }

  private static String number(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
