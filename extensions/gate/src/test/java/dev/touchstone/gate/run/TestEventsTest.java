package dev.touchstone.gate.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.gate.run.TestEvents.Heard;
import dev.touchstone.gate.run.TestRecord.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestEventsTest {
  private static final TestRecord TEST =
      new TestRecord(
          "[engine:x]/[class:a\tb]",
          true,
          "com.acme.DigitsTest",
          "isRight",
          "[1] ünï & co",
          Result.REFUTED,
          "line one\nline two\t100 %");

  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("tests.events");
  }

  @Test
  void beforeAnythingIsSaidNothingIsHeard() {
    assertThat(TestEvents.read(file))
        .extracting(Heard::planned, Heard::done, Heard::ended)
        .containsExactly(0L, 0L, false);
  }

  @Test
  void whatIsSaidIsHeardWhateverItHolds() {
    try (TestEvents.Sender sender = new TestEvents.Sender(file)) {
      sender.planned(2);
      sender.planned(1);
      sender.started("DigitsTest.isRight");
      sender.finished(TEST);
      sender.refused("because\tof this");
      sender.misused("a\nname");
      sender.misused("a\nname");
      sender.ended();
    }
    Heard heard = TestEvents.read(file);
    assertThat(heard.planned()).isEqualTo(3);
    assertThat(heard.lastStarted()).isEqualTo("DigitsTest.isRight");
    assertThat(heard.finished()).containsExactly(TEST);
    assertThat(heard.refused()).contains("because\tof this");
    assertThat(heard.misused()).containsExactly("a\nname");
    assertThat(heard.ended()).isTrue();
  }

  @Test
  void ofAJvmThatWasKilledTheWholeLinesAreHeard() throws IOException {
    try (TestEvents.Sender sender = new TestEvents.Sender(file)) {
      sender.finished(TEST);
    }
    Files.writeString(file, "finished\thalf a line", StandardOpenOption.APPEND);

    assertThat(TestEvents.read(file).finished()).containsExactly(TEST);
    assertThat(TestEvents.read(file).ended()).isFalse();
  }

  @Test
  void aTestIsNamedByItsClassMethodAndWhatTellsItsInvocationsApart() {
    assertThat(TEST.name()).isEqualTo("DigitsTest.isRight [1] ünï & co");
    assertThat(new TestRecord("", true, "a.B$C", "m", "m()", Result.SUCCESSFUL, "").name())
        .isEqualTo("B$C.m");
    assertThat(new TestRecord("", false, "", "", "JUnit Jupiter", Result.BROKEN, "").name())
        .isEqualTo("JUnit Jupiter");
  }
}
