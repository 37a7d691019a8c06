package dev.touchstone.evidence.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that a build forks one after the other, each through a shell of its own, as Surefire. */
@DisabledOnOs(OS.WINDOWS)
class ForkedRunTest {
  @TempDir Path directory;

  /** A JVM that reaches one verdict. */
  static final class Fork {
    private Fork() {}

    public static void main(String[] args) {
      RunContext context = Verdicts.context(Path.of(args[0]));
      Verdict verdict =
          Verdicts.verdict(
              Verdicts.claim().identifiedAs(args[1]), Map.of("overall", Integer.parseInt(args[2])));
      VerdictListeners.of(context.session()).publish(verdict, context);
    }
  }

  private void fork(String option, String claim, int errors)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "cd '%s' && '%s' -XX:TieredStopAtLevel=1 %s -cp '%s' '%s' '%s' '%s' %d"
                    .formatted(
                        Path.of("").toAbsolutePath(),
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        option,
                        System.getProperty("java.class.path"),
                        Fork.class.getName(),
                        directory,
                        claim,
                        errors))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aForkKeepsWhatAnEarlierForkOfItsRunHasRefuted() throws IOException, InterruptedException {
    fork("", "refuted", 30);
    fork("", "shown", 1);
    RecordedVerdicts read = VerdictReader.read(directory);
    assertThat(read.verdicts())
        .extracting(verdict -> verdict.verdict().outcome())
        .containsExactlyInAnyOrder(Outcome.FAIL, Outcome.PASS);
    assertThat(read.sources()).allMatch(VerdictSource::isComplete);
  }

  @Test
  void theCommandLineNamesTheRunOfSettingsThatAProgramMade()
      throws IOException, InterruptedException {
    fork("-Dtouchstone.run.id=build-7", "refuted", 30);
    fork("-Dtouchstone.run.id=build-8", "shown", 1);
    RecordedVerdicts read = VerdictReader.read(directory);
    assertThat(read.sources()).extracting(VerdictSource::run).containsExactly("build-8");
    assertThat(read.verdicts()).hasSize(1);
  }
}
