package dev.touchstone.evidence;

import dev.touchstone.evidence.Baseline.Entry;
import dev.touchstone.evidence.Baseline.Key;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.TouchstoneException;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes what a run measures into the {@link Baseline}, where {@code touchstone.baseline = update}
 * asks for it: a line for every claim that is reached, whatever its outcome, in place of the line
 * that the claim had. Lines of claims that were not reached stay.
 */
public final class BaselineRecorder {
  private final Map<Key, Entry> ofThisRun = new HashMap<>();

  private BaselineRecorder() {}

  /** The session's recorder. */
  public static BaselineRecorder of(RunSession session) {
    return session.get(BaselineRecorder.class, BaselineRecorder::new);
  }

  /**
   * Makes sure that nobody asks for an update on CI; to be called before a check runs.
   *
   * @throws TouchstoneException if somebody does
   */
  public static void refuseOnCi(RunContext context) {
    Baseline.refuseToWriteOnCi(context.settings());
  }

  /**
   * Records a verdict, if the settings ask for it.
   *
   * @throws TouchstoneException on CI, for a claim outside a test without a name, for two claims of
   *     one run that share a line and differ, or if the file cannot be written
   */
  public void record(Verdict verdict, RunContext context) {
    if (!context.settings().updateBaseline()) {
      return;
    }
    refuseOnCi(context);
    Key key =
        Key.of(verdict, context.test())
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        "a claim outside a test needs a name to be written to the baseline; say"
                            + " .identifiedAs(\"…\")"));
    approve(Entry.of(key, verdict), context);
  }

  /**
   * Writes a line, whatever the settings say.
   *
   * @throws TouchstoneException on CI, for another line of this run for the same claim that
   *     differs, or if the file cannot be written
   */
  public void approve(Entry entry, RunContext context) {
    Baseline.refuseToWriteOnCi(context.settings());
    synchronized (this) {
      // In one step, or a thread that joined fewer slices could be the last to write.
      Entry line = joined(entry);
      BaselineFile.at(context.settings().baselineFile()).update(baseline -> baseline.with(line));
    }
  }

  /** Whether this run has written a claim's line. */
  public synchronized boolean hasWritten(Key key) {
    return ofThisRun.containsKey(key);
  }

  /**
   * One claim may be made of several slices of the data; claims that contradict each other are two
   * claims.
   */
  private Entry joined(Entry entry) {
    Entry before = ofThisRun.get(entry.key());
    if (before != null && !before.agreesWith(entry)) {
      throw new TouchstoneException(
          "two claims of "
              + PlainText.of(entry.key().test(), 200)
              + " would share one line of the baseline, and differ: \""
              + PlainText.of(entry.key().claim(), 200)
              + "\"; say .identifiedAs(\"…\") with another name for each");
    }
    Entry joined = before == null ? entry : before.and(entry);
    ofThisRun.put(entry.key(), joined);
    return joined;
  }
}
