package dev.touchstone.measuring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The main job as a user runs it, again and again on what is built already: wall time, and the peak
 * resident memory of the JVM that Surefire starts for the tests.
 *
 * <p>Arguments: how often (3), and the command ({@code ./mvnw -o -q -Psamples test}).
 */
final class MainJob {
  private MainJob() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    List<String> command =
        arguments.length > 1
            ? List.of(arguments).subList(1, arguments.length)
            : List.of(Path.of("mvnw").toAbsolutePath().toString(), "-o", "-q", "-Psamples", "test");
    double[] seconds = new double[runs];
    long peak = 0;
    for (int run = 0; run < runs; run++) {
      long start = System.nanoTime();
      Process maven = new ProcessBuilder(command).inheritIO().start();
      Map<Long, Long> peaks = new HashMap<>();
      while (maven.isAlive()) {
        // The peak only rises, so that the last look before a JVM's end is all but exact.
        maven
            .descendants()
            .filter(process -> process.info().commandLine().orElse("").contains("surefire"))
            .forEach(
                process ->
                    ResidentMemory.peakOf(process.pid())
                        .ifPresent(bytes -> peaks.put(process.pid(), bytes)));
        Thread.sleep(50);
      }
      if (maven.exitValue() != 0 || peaks.isEmpty()) {
        throw new IllegalStateException(
            command + " ended with " + maven.exitValue() + ", test JVMs seen: " + peaks.size());
      }
      seconds[run] = (System.nanoTime() - start) / 1e9;
      peak = Math.max(peak, peaks.values().stream().mapToLong(Long::longValue).max().orElse(0));
      System.out.printf(
          "run %d: %.1f s, test JVM at most %s%n",
          run + 1,
          seconds[run],
          ResidentMemory.mebibytes(
              peaks.values().stream().mapToLong(Long::longValue).max().orElse(0)));
    }
    System.out.printf(
        "median %.1f s of %s (aim: under 60 s on two cores); peak %s (aim: under 2048 MiB)%n",
        Medians.of(seconds), Medians.listed(seconds), ResidentMemory.mebibytes(peak));
  }
}
