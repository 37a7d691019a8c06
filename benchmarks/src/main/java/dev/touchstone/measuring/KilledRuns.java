package dev.touchstone.measuring;

import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * What a test run leaves whose JVMs are killed: each time one JVM is killed while it writes
 * verdicts, a second one, with the same run, somewhere before its end or while it merges, and a
 * third one ends by itself. Whatever {@code verdicts.json} is there after a kill has to be readable
 * as a whole, and the last one has to say how many JVMs never ended. Arguments: how many times
 * (200).
 */
final class KilledRuns {
  private KilledRuns() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int times = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    Path directory = Files.createTempDirectory("touchstone-killed-runs");
    Path file = directory.resolve("verdicts.json");
    Random random = new Random(1);
    int killed = 0;
    int merged = 0;
    int halfLines = 0;
    int wrong = 0;
    for (int time = 0; time < times; time++) {
      String run = "run-" + time;
      int unfinished = 0;
      for (int verdicts : new int[] {1_000_000, 300}) {
        Process writer = start(run, directory, verdicts);
        awaitALine(directory, run, writer);
        Thread.sleep(random.nextInt(verdicts == 300 ? 700 : 100));
        boolean alive = writer.isAlive();
        writer.destroyForcibly().waitFor();
        killed += alive ? 1 : 0;
        unfinished += alive ? 1 : 0;
        if (Files.exists(file)) {
          merged++;
          wrong += isReadable(directory) ? 0 : 1;
        }
      }
      start(run, directory, 1).waitFor();
      RecordedVerdicts left = VerdictReader.read(directory);
      halfLines += left.sources().get(0).unreadable();
      // A JVM that was killed just after it had merged is one that said that it ended.
      wrong += left.sources().get(0).unfinished() > unfinished ? 1 : 0;
      wrong += left.sources().get(0).unfinished() == 0 || left.verdicts().isEmpty() ? 1 : 0;
    }
    System.out.printf(
        "%d kills, %d with a merged file already there, %d half-written lines told; %d files not as"
            + " they should be%n",
        killed, merged, halfLines, wrong);
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static boolean isReadable(Path directory) {
    try {
      return !VerdictReader.read(directory).verdicts().isEmpty();
    } catch (RuntimeException e) {
      System.out.println(e.getMessage());
      return false;
    }
  }

  private static Process start(String run, Path directory, int verdicts) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dtouchstone.run.id=" + run,
            "-cp",
            System.getProperty("java.class.path"),
            GateSpeed.Run.class.getName(),
            directory.toString(),
            Integer.toString(verdicts))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Until the JVM has begun to write. */
  private static void awaitALine(Path directory, String run, Process writer)
      throws InterruptedException {
    while (writer.isAlive() && !hasALine(directory, run + "." + writer.pid() + "-")) {
      Thread.sleep(1);
    }
  }

  private static boolean hasALine(Path directory, String beginning) {
    File[] parts =
        directory
            .resolve("verdicts")
            .toFile()
            .listFiles(file -> file.getName().startsWith(beginning) && file.length() > 0);
    return parts != null && parts.length > 0;
  }
}
