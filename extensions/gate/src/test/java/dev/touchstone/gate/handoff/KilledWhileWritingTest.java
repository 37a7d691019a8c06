package dev.touchstone.gate.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate that is killed while it writes leaves the last good file. */
class KilledWhileWritingTest {
  private static final int KILLS = Integer.getInteger("kills", 6);

  /** Characters of one version: enough that a kill often lands in the middle of one. */
  private static final int LONG = 4_000_000;

  @TempDir Path directory;

  /**
   * Writes one version after the other, each of one character, and says when the first is there.
   */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      Path file = Path.of(arguments[0]);
      for (int version = 0; ; version++) {
        OutputFile.write(file, Character.toString('a' + version % 26).repeat(LONG));
        if (version == 0) {
          System.out.println("written");
          System.out.flush();
        }
      }
    }
  }

  @Test
  void leavesOneWholeVersion() throws IOException, InterruptedException {
    Path file = directory.resolve("decision.json");
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .start();
      assertThat(writer.getInputStream().read()).isEqualTo('w');
      Thread.sleep(7 * kill % 40);
      writer.destroyForcibly().waitFor();
      String left = Files.readString(file);
      assertThat(left).hasSize(LONG);
      assertThat(left.chars().distinct().count()).isEqualTo(1);
    }
    OutputFile.write(file, "and the next run goes on");
    assertThat(file).hasContent("and the next run goes on");
  }
}
