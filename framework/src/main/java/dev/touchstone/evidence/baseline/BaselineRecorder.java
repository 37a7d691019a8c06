package dev.touchstone.evidence.baseline;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.baseline.Baseline.Entry;
import dev.touchstone.evidence.baseline.Baseline.Key;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Writes what a run measures into the {@link Baseline}, where {@code touchstone.baseline = update}
 * asks for it: a line for every claim that is reached, whatever its outcome, in place of the line
 * that the claim had. Lines of claims that were not reached stay.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class BaselineRecorder {
  private final Map<Key, Entry> ofThisRun = new HashMap<>();

  /** Of every claim that this run has written, the line that the file had before. */
  private final Map<Key, Optional<Entry>> before = new HashMap<>();

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
      BaselineFile.at(context.settings().baselineFile())
          .update(
              baseline -> {
                before.computeIfAbsent(line.key(), key -> line(baseline.entries(), key));
                return baseline.with(line);
              });
    }
  }

  /**
   * The baseline's lines as they were before this run wrote any: none of what the run has written,
   * and what that took the place of. In whatever order claims are made, and however often one is,
   * each finds the same lines.
   *
   * @return empty if there is no file
   * @throws InvalidBaselineException if the file cannot be read
   */
  public synchronized List<Entry> linesBefore(RunContext context) {
    List<Entry> lines =
        new ArrayList<>(
            BaselineFile.at(context.settings().baselineFile())
                .read()
                .map(Baseline::entries)
                .orElse(List.of()));
    lines.removeIf(line -> before.containsKey(line.key()));
    before.values().forEach(line -> line.ifPresent(lines::add));
    lines.sort(Comparator.comparing(Entry::key));
    return List.copyOf(lines);
  }

  private static Optional<Entry> line(List<Entry> lines, Key key) {
    return lines.stream().filter(line -> line.key().equals(key)).findFirst();
  }

  /**
   * One claim may be made of several slices of the data; claims that contradict each other are two
   * claims.
   */
  private Entry joined(Entry entry) {
    Entry written = ofThisRun.get(entry.key());
    if (written != null && !written.agreesWith(entry)) {
      throw new TouchstoneException(
          "two claims of "
              + PlainText.of(entry.key().test(), 200)
              + " would share one line of the baseline, and differ: \""
              + PlainText.of(entry.key().claim(), 200)
              + "\"; say .identifiedAs(\"…\") with another name for each");
    }
    Entry joined = written == null ? entry : written.and(entry);
    ofThisRun.put(entry.key(), joined);
    return joined;
  }
}
