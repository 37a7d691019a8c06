package dev.touchstone.measuring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads and runs mutants of small model files on the white box, ONNX Runtime and TorchScript, and
 * counts what is no clear message: JVMs that ended, evaluations that hung, memory beyond a limit,
 * and exceptions that are not Touchstone's. Where the process ends in which ONNX Runtime runs, and
 * the test is told so, it counts as contained. Mutants are a function of the seed and their number;
 * they run in JVMs of their own, and one that ends is followed by another.
 *
 * <p>Arguments: how many mutants (20000), the seed (1), the first one's number (0), and one way of
 * running if the others are to be passed over. {@code benchmarks/run FileFuzzer 1 7 4711} repeats
 * mutant 4711 of seed 7 and prints what it throws; {@code FileFuzzer 20000 7 0 TORCHSCRIPT} takes
 * those of the 20,000 that are TorchScript.
 */
final class FileFuzzer {
  /**
   * Of the processor time of the child and of ONNX Runtime, so that a busy machine makes no hangs …
   */
  private static final Duration HANGS_AFTER = Duration.ofSeconds(20);

  /** … and of waiting for nothing. */
  private static final Duration WAITS_AT_MOST = Duration.ofMinutes(5);

  private static final long MOST_MEGABYTES = 1024;
  private static final int PER_JVM = 1000;

  private final Path folder;
  private final long seed;
  private final String only;
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> findings = new ArrayList<>();

  private FileFuzzer(Path folder, long seed, String only) {
    this.folder = folder;
    this.seed = seed;
    this.only = only;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int mutants = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    int first = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
    String only = arguments.length > 3 ? FuzzSeed.Way.valueOf(arguments[3]).name() : "";
    FileFuzzer fuzzer = new FileFuzzer(Files.createTempDirectory("touchstone-fuzz"), seed, only);
    int at = first;
    while (at < first + mutants) {
      at = fuzzer.child(at, Math.min(first + mutants, at + PER_JVM), mutants == 1);
    }
    System.out.printf("%d mutants of seed %d%n", mutants, seed);
    fuzzer.counts.forEach((outcome, count) -> System.out.printf("%7d %s%n", count, outcome));
    System.exit(fuzzer.findings.isEmpty() ? 0 : 1);
  }

  /** Runs a JVM until its end; returns the number of the next mutant. */
  private int child(int from, int to, boolean traces) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("ended.log"),
            "-Dtouchstone.memory=256m",
            "-cp",
            System.getProperty("java.class.path"),
            FuzzChild.class.getName(),
            Path.of("").toAbsolutePath().toString(),
            folder.toString(),
            Long.toString(seed),
            Integer.toString(from),
            Integer.toString(to),
            only,
            traces ? "trace" : "");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines, traces), "child's output");
    reader.setDaemon(true);
    reader.start();
    int next = from;
    String running = null;
    while (next < to) {
      String line = awaited(process, lines);
      if (line == null || line.isEmpty()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        String what = line == null ? "hung" : "ended the JVM (" + process.exitValue() + ")";
        if (running == null) {
          throw new IllegalStateException("the child JVM " + what + " before its first mutant");
        }
        finding(running, what);
        return next + 1;
      }
      String[] parts = line.split(" ", 3);
      if (parts[0].equals("start")) {
        running = parts[1] + " " + parts[2];
        next = Integer.parseInt(parts[1]);
      } else {
        judge(running, parts[2]);
        next = Integer.parseInt(parts[1]) + 1;
      }
    }
    process.waitFor();
    return to;
  }

  /** The next line; null if the child works or waits too long for it. */
  private static @Nullable String awaited(Process process, BlockingQueue<String> lines)
      throws InterruptedException {
    String soon = lines.poll(1, TimeUnit.SECONDS);
    if (soon != null) {
      return soon;
    }
    Duration before = worked(process);
    long start = System.nanoTime();
    while (true) {
      String line = lines.poll(1, TimeUnit.SECONDS);
      boolean hangs =
          worked(process).minus(before).compareTo(HANGS_AFTER) > 0
              || System.nanoTime() - start > WAITS_AT_MOST.toNanos();
      if (line != null || hangs) {
        return line;
      }
    }
  }

  private static Duration worked(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private void judge(@Nullable String running, String told) {
    String[] parts = told.split(" ", 2);
    String way = String.valueOf(running).split(" ", 3)[1];
    if (parts[1].startsWith("contained ")) {
      System.out.println(running + ": " + parts[1]);
    }
    if (Long.parseLong(parts[0]) > MOST_MEGABYTES) {
      finding(running, "took " + parts[0] + " MB");
    } else if (parts[1].startsWith("other ")) {
      finding(running, parts[1]);
    } else {
      counts.merge(way + " " + parts[1].split(" ", 2)[0], 1, Integer::sum);
    }
  }

  private void finding(@Nullable String running, String what) {
    String[] parts = String.valueOf(running).split(" ", 3);
    counts.merge(parts[1] + " " + what.replaceAll("\\d+ MB", "memory"), 1, Integer::sum);
    findings.add(running + ": " + what);
    System.out.println(running + ": " + what);
  }

  /** An empty line says that the JVM has ended. */
  private static void read(Process process, BlockingQueue<String> lines, boolean all) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(FuzzChild.MARK)) {
          lines.add(line.substring(FuzzChild.MARK.length()));
        }
        if (all && !line.isBlank()) {
          System.out.println(line);
        }
      }
    } catch (IOException e) {
      // The pipe of a JVM that was ended is broken.
    }
    lines.add("");
  }
}
