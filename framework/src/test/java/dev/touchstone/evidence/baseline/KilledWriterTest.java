package dev.touchstone.evidence.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.baseline.Baseline.Entry;
import dev.touchstone.evidence.baseline.Baseline.Key;
import dev.touchstone.evidence.baseline.Baseline.Part;
import dev.touchstone.evidence.baseline.Baseline.Value;
import dev.touchstone.statistics.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes the baseline leaves the last good file. */
class KilledWriterTest {
  /** {@code -Dkills=200} for the figure in the notes. */
  private static final int KILLS = Integer.getInteger("kills", 6);

  private static final int LINES = 500;

  @TempDir Path directory;

  /** Writes one version after the other; each holds one number in all of its lines. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      BaselineFile file = BaselineFile.at(Path.of(args[0]));
      for (int version = Integer.parseInt(args[1]); ; version++) {
        int of = version;
        file.update(before -> version(of));
        if (version == Integer.parseInt(args[1])) {
          System.out.println("written");
        }
      }
    }
  }

  private static Baseline version(int version) {
    SortedMap<Part, Value> values = new TreeMap<>();
    values.put(
        new Part("error rate", "overall"),
        new Value(0, new Interval(0, 1, 0.95), version, "examples", OptionalLong.empty()));
    Baseline baseline = Baseline.empty();
    for (int line = 0; line < LINES; line++) {
      baseline =
          baseline.with(
              new Entry(
                  new Key("test " + line, "c", "m", "d"),
                  "",
                  "",
                  Optional.empty(),
                  values,
                  Optional.empty()));
    }
    return baseline;
  }

  @Test
  void leavesTheLastGoodFile() throws IOException, InterruptedException {
    Path file = directory.resolve("baseline.json");
    for (int kill = 0; kill < KILLS; kill++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  file.toString(),
                  Integer.toString(1 + 1_000_000 * kill))
              .redirectErrorStream(true)
              .start();
      // Anywhere in the middle of what follows the first version.
      assertThat(writer.getInputStream().read()).isEqualTo('w');
      Thread.sleep(7 * kill % 40);
      writer.destroyForcibly().waitFor();
      Baseline left = Baseline.read(file);
      assertThat(left.entries()).hasSize(LINES);
      assertThat(left.entries().stream().map(e -> e.values()).distinct()).hasSize(1);
    }
    // And what the last one was writing is in nobody's way.
    BaselineFile.at(file).update(before -> version(7));
    assertThat(Files.list(directory)).containsExactly(file);
  }
}
