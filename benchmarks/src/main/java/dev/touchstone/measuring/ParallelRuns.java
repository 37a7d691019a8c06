package dev.touchstone.measuring;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs the sample suites again and again, each time in a JVM of its own, the first time one test
 * after the other and then with classes and methods in parallel, and compares all verdicts'
 * fingerprints. Says which claim of which test differed, if one did, and ends with 1.
 *
 * <p>Arguments: the number of parallel runs (20), and options for their JVMs.
 */
final class ParallelRuns {
  private static final String SUITES = "target/test-classes";

  private ParallelRuns() {}

  public static void main(String[] arguments) throws IOException {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    List<String> options =
        List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
    Set<String> sequential = verdicts(options, false, 0);
    System.out.printf("one after the other: %d verdicts%n", sequential.size());
    boolean same = !sequential.isEmpty();
    for (int run = 1; run <= runs; run++) {
      Set<String> parallel = verdicts(options, true, run);
      Set<String> differing = new TreeSet<>(parallel);
      differing.removeAll(sequential);
      Set<String> missing = new TreeSet<>(sequential);
      missing.removeAll(parallel);
      same &= differing.isEmpty() && missing.isEmpty();
      System.out.printf(
          "parallel run %d: %d verdicts, %d not as in sequence, %d missing%n",
          run, parallel.size(), differing.size(), missing.size());
      differing.forEach(line -> System.out.println("  now    " + line));
      missing.forEach(line -> System.out.println("  before " + line));
    }
    System.out.println(same ? "all fingerprints are the same" : "FINGERPRINTS DIFFER");
    System.exit(same ? 0 : 1);
  }

  /** A line for each verdict: the test, the claim, its fingerprint, and how often. */
  private static Set<String> verdicts(List<String> options, boolean parallel, int run)
      throws IOException {
    Path reports = Files.createTempDirectory("touchstone-parallel" + run + "-");
    List<String> all = new ArrayList<>(options);
    all.add("-Dtouchstone.report.dir=" + reports);
    // As in the main job: what the gallery trains and judges is in no verdict file of the suites.
    all.add("-Dmeasuring.excludedTags=gallery");
    if (parallel) {
      all.add("-Djunit.jupiter.execution.parallel.enabled=true");
      all.add("-Djunit.jupiter.execution.parallel.mode.default=concurrent");
      all.add("-Djunit.jupiter.execution.parallel.mode.classes.default=concurrent");
      // More threads than processors, so that tests interleave on a small machine too.
      all.add("-Djunit.jupiter.execution.parallel.config.strategy=fixed");
      all.add("-Djunit.jupiter.execution.parallel.config.fixed.parallelism=6");
    }
    Children.Ended ended = Children.java(SuiteRun.class, all, List.of(SUITES));
    System.out.printf("  %.0f s%n", ended.seconds());
    if (ended.exit() != 0) {
      System.out.println(ended.output().indent(4));
    }
    String json = Files.readString(reports.resolve("verdicts.json"));
    Map<String, Integer> counts = new TreeMap<>();
    for (JsonElement element :
        JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("verdicts")) {
      JsonObject verdict = element.getAsJsonObject();
      JsonElement test = verdict.get("test");
      counts.merge(
          (test.isJsonNull() ? "no test" : test.getAsJsonObject().get("id").getAsString())
              + " | "
              + verdict.getAsJsonObject("claim").get("statement").getAsString()
              + " | "
              + verdict.get("outcome").getAsString()
              + " | "
              + verdict.get("fingerprint").getAsString(),
          1,
          Integer::sum);
    }
    Set<String> lines = new TreeSet<>();
    counts.forEach((line, count) -> lines.add(line + " | " + count + " times"));
    return lines;
  }
}
