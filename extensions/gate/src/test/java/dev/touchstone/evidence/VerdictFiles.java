package dev.touchstone.evidence;

import dev.touchstone.gate.Judged;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.nio.file.Path;

/** Writes verdict files as a run does, without a run. */
public final class VerdictFiles {
  private VerdictFiles() {}

  /** Writes {@code verdicts.json} into a directory. */
  public static Path write(Path directory, Judged... verdicts) {
    VerdictFile file = new VerdictFile("run-1", 1);
    RunContext context =
        RunContext.of(
            new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory), RunSession.isolated());
    for (Judged judged : verdicts) {
      file.verdictReached(judged.verdict(), context.forTest(judged.test()));
    }
    file.merge();
    return directory.resolve("verdicts.json");
  }
}
