package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Page faults are counted in other processes: an allocator learns from what is freed in this. */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  private static final int ROUNDS = 10;
  private static final int ARRAYS = 16;
  private static final int PAGES_OF_AN_ARRAY = 512;

  /** Of all rounds but the first. */
  private static final long PAGES = (ROUNDS - 1L) * ARRAYS * PAGES_OF_AN_ARRAY;

  @Test
  @DisabledIfEnvironmentVariable(named = "MALLOC_TRIM_THRESHOLD_", matches = ".*")
  void glibcTakesBothLimits() {
    assertThat(NativeMemory.keepWhatIsFreed()).isTrue();
  }

  @Test
  void aRoundTakesWhatTheOneBeforeFreedUnlessTheUserSaysOtherwise() throws Exception {
    assertThat(faultsOfLaterRounds(Map.of())).isLessThan(PAGES / 10);
    assertThat(faultsOfLaterRounds(Map.of("MALLOC_TRIM_THRESHOLD_", "1000000")))
        .isGreaterThan(PAGES / 4);
  }

  private static long faultsOfLaterRounds(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xint",
            "-cp",
            System.getProperty("java.class.path"),
            Rounds.class.getName());
    builder.environment().keySet().removeIf(name -> name.matches("GLIBC_TUNABLES|MALLOC_.*"));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return Long.parseLong(output.substring(output.lastIndexOf('\n') + 1));
  }

  /** Takes and frees the same arrays in rounds; prints the page faults of all but the first. */
  static final class Rounds {
    private Rounds() {}

    public static void main(String[] arguments) {
      Torch.evaluate(
          () -> {
            round();
            long before = faults();
            for (int i = 1; i < ROUNDS; i++) {
              round();
            }
            System.out.println(faults() - before);
            return true;
          });
    }

    private static void round() {
      try (NDManager scope = Torch.manager("cpu")) {
        for (int i = 0; i < ARRAYS; i++) {
          scope.ones(new Shape(PAGES_OF_AN_ARRAY * 1024L));
        }
      }
    }

    /** Of this thread: the tenth number of its line, behind its name in parentheses. */
    private static long faults() {
      try {
        String line = Files.readString(Path.of("/proc/thread-self/stat"));
        return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[7]);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
