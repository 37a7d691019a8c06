package dev.touchstone.measuring;

import dev.touchstone.gate.handoff.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Kills a JVM that writes a gate's file over and over, and looks at what it leaves: always one
 * whole version. Argument: how many kills (200).
 */
final class KilledGates {
  private static final int LONG = 4_000_000;

  private KilledGates() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    Path directory = Files.createTempDirectory("touchstone-killed-gates");
    Path file = directory.resolve("decision.json");
    int halfWritten = 0;
    int interrupted = 0;
    for (int kill = 0; kill < kills; kill++) {
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
      writer.getInputStream().read();
      Thread.sleep(7 * kill % 40);
      writer.destroyForcibly().waitFor();
      String left = Files.readString(file);
      if (left.length() != LONG || left.chars().distinct().count() != 1) {
        halfWritten++;
      }
      try (var files = Files.list(directory)) {
        // Something beside it shows that the kill came in the middle of a write.
        if (files.count() > 1) {
          interrupted++;
        }
      }
      Files.deleteIfExists(directory.resolve("decision.json." + writer.pid() + ".tmp"));
    }
    System.out.printf(
        "%d kills, %d in the middle of a write, %d half-written files%n",
        kills, interrupted, halfWritten);
    System.exit(halfWritten == 0 ? 0 : 1);
  }

  /** Writes one version after the other, each of one character. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      Path file = Path.of(arguments[0]);
      for (int version = 0; ; version++) {
        WholeFile.write(file, Character.toString('a' + version % 26).repeat(LONG));
        if (version == 0) {
          System.out.println("written");
          System.out.flush();
        }
      }
    }
  }
}
