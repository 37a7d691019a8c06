package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.gate.Judged;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes verdict files as a run does, without a run. */
public final class VerdictFiles {
  private VerdictFiles() {}

  /** Writes {@code verdicts.json} into a directory. */
  public static Path write(Path directory, Judged... verdicts) {
    Map<TestIdentity, Verdict> reached = new LinkedHashMap<>();
    for (Judged judged : verdicts) {
      reached.put(judged.test(), judged.verdict());
    }
    return write(directory, reached);
  }

  /** Writes the verdict that each test reached into {@code verdicts.json}. */
  public static Path write(Path directory, Map<TestIdentity, Verdict> verdicts) {
    VerdictFile file = new VerdictFile("run-1", 1);
    RunContext context =
        RunContext.of(
            new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory), RunSession.isolated());
    verdicts.forEach(
        (test, verdict) -> {
          file.testsHeard(TestEvent.found(List.of(test), ""), context.settings());
          file.testsHeard(TestEvent.started(test.id()), context.settings());
          file.verdictReached(verdict, context.forTest(test));
          file.testsHeard(TestEvent.ended(test.id(), null, "", ""), context.settings());
        });
    file.merge();
    return directory.resolve("verdicts.json");
  }

  /** Writes what a run showed beside one verdict into {@code verdicts.json}. */
  public static Path writeShowing(Path directory, Judged verdict, Shown... shown) {
    VerdictFile file = new VerdictFile("run-1", 1);
    RunContext context =
        RunContext.of(
            new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory), RunSession.isolated());
    file.verdictReached(verdict.verdict(), context.forTest(verdict.test()));
    for (Shown one : shown) {
      file.figureShown(one, context.forTest(verdict.test()));
    }
    file.merge();
    return directory.resolve("verdicts.json");
  }
}
