package dev.touchstone.report;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ModelTests;
import java.util.Comparator;
import java.util.List;

/**
 * What the report says of tests: their verdicts do not tell of one that broke before its claim.
 *
 * @param sentence what is missing, and what that means; empty if all ran to their end
 * @param leftOut those that did not, broken ones first
 * @param decidedNothing those that ended well without a claim
 */
record TestLines(String sentence, List<Line> leftOut, List<Line> decidedNothing) {
  /** A test, what became of it, and why. */
  record Line(String test, String end, String why) {}

  static TestLines of(ModelTests tests) {
    List<Line> left =
        tests.leftOut().stream()
            .sorted(Comparator.comparing(ListedTest::end))
            .map(TestLines::line)
            .toList();
    List<Line> nothing =
        tests.listed().stream()
            .filter(test -> !test.end().leavesOut())
            .map(TestLines::line)
            .toList();
    return new TestLines(sentence(tests), left, nothing);
  }

  private static Line line(ListedTest test) {
    return new Line(Inert.text(test.test()), test.end().inWords(), Inert.text(test.why()));
  }

  private static String sentence(ModelTests tests) {
    String left = tests.leftOutInWords();
    String uncounted =
        tests.uncounted() == 0
            ? ""
            : "The tests were not counted, as by an earlier version of Touchstone or outside JUnit:"
                + " whether some broke or were skipped cannot be known.";
    if (left.isEmpty()) {
      return uncounted;
    }
    String capital = Character.toUpperCase(left.charAt(0)) + left.substring(1);
    String missing =
        capital
            + ": what they would have claimed is not known, so that nothing ships on this run."
            + (tests.skipped() + tests.aborted() > 0
                ? " Which tests may be skipped is for a policy to say."
                : "");
    return uncounted.isEmpty() ? missing : missing + " " + uncounted;
  }
}
