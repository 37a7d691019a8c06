package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final Progress progress =
      new Progress(new PrintStream(shown, true, StandardCharsets.UTF_8), clock::get);

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  @Test
  void oneLineOverwritesItself() {
    progress.step("draws", 9, 20);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    progress.step("draws", 10, 20);
    assertThat(shown()).isEqualTo("\rdraws 9/20\rdraws 10/20");
  }

  @Test
  void stepsThatFollowEachOtherFastAreNotShown() {
    progress.step("draws", 1, 20);
    progress.step("draws", 2, 20);
    assertThat(shown()).isEqualTo("\rdraws 1/20");
  }

  @Test
  void nothingStaysWhenTheWorkIsDone() {
    progress.step("draws", 1, 2);
    progress.step("draws", 2, 2);
    assertThat(shown()).isEqualTo("\rdraws 1/2\r" + " ".repeat("draws 1/2".length()) + "\r");
  }

  @Test
  void onCiThereIsNothingToShowItOn() {
    Settings ci = new Settings("cpu", 42, Policy.STRICT, 1, Path.of("target"));
    assertThat(ci.ci()).isTrue();
    Progress quiet = Progress.of(ci);
    quiet.step("draws", 1, 2);
    assertThat(quiet).isSameAs(Progress.of(ci));
  }
}
