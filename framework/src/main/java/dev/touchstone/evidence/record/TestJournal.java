package dev.touchstone.evidence.record;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import java.util.List;

/**
 * Hears from a test framework's extension what becomes of the model tests, and writes it beside the
 * verdicts, for {@link ModelTests} to be read back with them.
 */
public final class TestJournal {
  private static final int LONGEST_REASON = 500;

  private final VerdictFile file;
  private final Settings settings;
  private final TestTally tally = new TestTally();

  private TestJournal(VerdictFile file, Settings settings) {
    this.file = file;
    this.settings = settings;
  }

  /**
   * The journal of a session.
   *
   * @param settings the run's: they say where verdicts land
   */
  public static TestJournal of(RunSession session, Settings settings) {
    return new TestJournal(VerdictFile.of(session), settings);
  }

  /**
   * Tests are there to be run. What an earlier run left is removed, so that a run whose tests all
   * break leaves no earlier verdicts behind.
   */
  public void found(List<TestIdentity> tests) {
    tell(TestEvent.found(tests, ""));
  }

  /** A parameterised or dynamic test that was found is none of its own: its invocations are. */
  public void replaced(String id) {
    tell(TestEvent.found(List.of(), id));
  }

  /** A test began. */
  public void started(String id) {
    tell(TestEvent.started(id));
  }

  /** A test ended well, or by the verdict of its claim. */
  public void ended(String id) {
    tell(TestEvent.ended(id, null, "", ""));
  }

  /**
   * A test ended otherwise.
   *
   * @param condition what kept it from running, as it stands in the code; may be empty
   * @param reason why; may be empty
   */
  public void ended(String id, ListedTest.End end, String condition, String reason) {
    tell(
        TestEvent.ended(
            id,
            end,
            PlainText.of(condition, LONGEST_REASON),
            PlainText.of(reason, LONGEST_REASON)));
  }

  private synchronized void tell(TestEvent event) {
    tally.hear(event);
    file.testsHeard(event, settings);
  }

  /** What became so far of the tests that this journal was told of. */
  public synchronized ModelTests counts() {
    return tally.counts();
  }
}
