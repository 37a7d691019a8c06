package dev.touchstone.measuring;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.TableSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a table of 50 columns beside pandas ({@code read_csv}) and pyarrow ({@code read_table}),
 * each in a process of its own that reads it once, in turn, and holds every feature to theirs, to
 * the bit. Ours also checks and hashes the data, and a JVM compiles while it reads. Peaks are of
 * the whole process, interpreter or JVM included.
 *
 * <p>Arguments: a Python with pandas and pyarrow, a folder (made where it is not there), the number
 * of rows, and of rounds.
 */
final class TablePeer {
  private static final String SCRIPT = "benchmarks/peers/tables.py";

  private TablePeer() {}

  /** What one process says. */
  private record Reading(double seconds, long bits, double peak) {
    static Reading of(String line) {
      String[] parts = line.strip().split(" ");
      return new Reading(
          Double.parseDouble(parts[0]), Long.parseLong(parts[1]), Double.parseDouble(parts[2]));
    }
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 1) {
      read(arguments[0]);
      return;
    }
    if (arguments.length != 4) {
      throw new IllegalArgumentException("a Python with pandas, a folder, rows, and rounds");
    }
    Path folder = Path.of(arguments[1]);
    if (!Files.exists(folder.resolve("table.parquet"))) {
      output(List.of(arguments[0], SCRIPT, "make", folder.toString(), arguments[2]));
    }
    int rounds = Integer.parseInt(arguments[3]);
    for (String name : List.of("table.csv", "table.parquet")) {
      String file = folder.resolve(name).toString();
      double[][] seconds = new double[2][rounds];
      double[][] peaks = new double[2][rounds];
      for (int round = -1; round < rounds; round++) { // one to bring the file into memory
        Reading theirs = Reading.of(output(List.of(arguments[0], SCRIPT, "read", file)));
        Reading ours = Reading.of(output(ownCommand(file)));
        if (theirs.bits() != ours.bits()) {
          throw new IllegalStateException("the numbers of " + file + " differ");
        }
        if (round >= 0) {
          seconds[0][round] = ours.seconds();
          seconds[1][round] = theirs.seconds();
          peaks[0][round] = ours.peak();
          peaks[1][round] = theirs.peak();
        }
      }
      System.out.printf(
          "%s, %s rows: %.2f s beside %.2f s (ratio %.2f), at most %.0f MiB beside %.0f (ratio"
              + " %.2f)%n",
          name,
          arguments[2],
          Medians.of(seconds[0]),
          Medians.of(seconds[1]),
          Medians.of(seconds[0]) / Medians.of(seconds[1]),
          Medians.of(peaks[0]) / 1024,
          Medians.of(peaks[1]) / 1024,
          Medians.of(peaks[0]) / Medians.of(peaks[1]));
    }
  }

  private static List<String> ownCommand(String file) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        TablePeer.class.getName(),
        file);
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed");
    }
    return printed;
  }

  private static void read(String file) throws IOException {
    long start = System.nanoTime();
    TableSource<?> source = file.endsWith(".csv") ? Datasets.csv(file) : Datasets.parquet(file);
    Dataset data = source.label("y", "no", "yes").load();
    double seconds = (System.nanoTime() - start) / 1e9;
    String peak =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .map(line -> line.split("\\s+")[1])
            .findFirst()
            .orElse("0");
    long bits = 0;
    double[] row = new double[data.features().rowSize()];
    for (int i = 0; i < data.size(); i++) {
      data.features().read(i, row, 0);
      for (double value : row) {
        bits ^= Double.doubleToRawLongBits(value);
      }
    }
    System.out.println(seconds + " " + bits + " " + peak);
  }
}
