package dev.touchstone.gate.run;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.record.InvalidVerdictsException;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictReader;
import dev.touchstone.gate.run.TestEvents.Heard;
import dev.touchstone.report.Reports;
import dev.touchstone.runtime.ArgumentFile;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.commons.JUnitException;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.launcher.Launcher;
import org.opentest4j.AssertionFailedError;

/**
 * Runs a suite against one candidate after the other, each in a JVM of its own: native memory, the
 * cache of evaluations and whatever tests keep in static fields start afresh, and a candidate that
 * takes its JVM down takes nothing else with it.
 */
public final class SuiteRunner {
  private static final long BETWEEN_LOOKS_MILLIS = 200;
  private static final int MOST_OF_A_REFUSAL = 2000;
  private static final int LAST_LINES = 5;
  private static final int MOST_OF_A_LINE = 300;
  private static final int MOST_OF_A_MESSAGE = 1000;

  /** A class of the extension that obeys the setting by which a candidate is named. */
  private static final String EXTENSION = "dev/touchstone/jupiter/ModelUnderTest.class";

  /** What the suite's class path need not have, because this program brings it. */
  private static final List<Class<?>> BROUGHT_ALONG =
      List.of(
          Launcher.class,
          JupiterTestEngine.class,
          TestEngine.class,
          JUnitException.class,
          AssertionFailedError.class);

  private final Suite suite;
  private final Path reports;
  private final Progress progress;
  private final String reproduce;

  /**
   * A runner.
   *
   * @param suite what to run
   * @param reports where each candidate gets a directory of its own
   * @param progress where to show how far the tests have come
   * @param reproduce the command that runs the suite again, up to the candidate and the test; each
   *     verdict keeps it
   * @throws TouchstoneException if the suite's class path lacks Touchstone's extension
   */
  public SuiteRunner(Suite suite, Path reports, Progress progress, String reproduce) {
    if (!suite.has(EXTENSION)) {
      throw new TouchstoneException(
          "the suite's class path has no dev.touchstone:touchstone-jupiter, so that no other model"
              + " can take the place of the suite's; add what the tests need by --classpath, such"
              + " as the jars of mvn dependency:copy-dependencies -DincludeScope=test, natives"
              + " included (dev.touchstone:touchstone-natives-cpu)");
    }
    this.suite = suite;
    this.reports = reports.toAbsolutePath().normalize();
    this.progress = progress;
    this.reproduce = reproduce;
  }

  /**
   * Runs the suite against each candidate.
   *
   * @throws TouchstoneException if there is no candidate, or the same file twice; if a file, or
   *     another that the settings name, took the place of no model; or if the natives that the
   *     tests need are not on the suite's class path
   */
  public Comparison run(List<CandidateFile> candidates) {
    if (candidates.isEmpty()) {
      throw new TouchstoneException("no candidate; give a model file");
    }
    List<CandidateRun> runs = new ArrayList<>();
    names(candidates).forEach((name, candidate) -> runs.add(run(candidate, reports.resolve(name))));
    return new Comparison(suite, runs);
  }

  /** Directories by file name, numbered where several files have the same. */
  private static Map<String, CandidateFile> names(List<CandidateFile> candidates) {
    Map<String, CandidateFile> names = new LinkedHashMap<>();
    Set<List<Object>> seen = new LinkedHashSet<>();
    for (CandidateFile candidate : candidates) {
      if (!seen.add(List.of(candidate.key(), candidate.file()))) {
        throw new TouchstoneException("\"" + candidate.file() + "\" is given twice; give it once");
      }
      String name = candidate.file().getFileName().toString().replaceAll("[^\\p{Alnum}._-]+", "_");
      String free = name;
      for (int i = 2; names.containsKey(free); i++) {
        free = name + "-" + i;
      }
      names.put(free, candidate);
    }
    return names;
  }

  private CandidateRun run(CandidateFile candidate, Path directory) {
    Path events = directory.resolve("tests.events");
    Path output = directory.resolve("output.log");
    try {
      clear(directory, events, output);
      int exit = runJvm(candidate, directory, events, output);
      Heard heard = TestEvents.read(events);
      if (!heard.misused().isEmpty()) {
        throw new TouchstoneException(
            "the suite cannot be run on "
                + PlainText.of(candidate.file().toString(), MOST_OF_A_LINE)
                + " as "
                + candidate.key()
                + ": "
                + heard.misused().stream()
                    .map(why -> PlainText.of(why, MOST_OF_A_MESSAGE))
                    .collect(Collectors.joining("; ")));
      }
      List<String> missing = new ArrayList<>();
      heard.refused().map(why -> PlainText.of(why, MOST_OF_A_REFUSAL)).ifPresent(missing::add);
      if (!heard.ended()) {
        missing.add("the tests' JVM ended by itself (exit code " + exit + ") " + lastLines(output));
      } else if (heard.refused().isEmpty() && heard.done() == 0) {
        missing.add("no test was found in the suite, or all were left out");
      }
      return new CandidateRun(
          candidate, directory, heard.finished(), verdicts(directory, missing), missing);
    } catch (IOException e) {
      throw new UncheckedIOException("the suite could not be run in " + directory, e);
    }
  }

  /** An earlier run's verdicts, and reports on them, must not pass for this one's. */
  private static void clear(Path directory, Path events, Path output) throws IOException {
    Path parts = Files.createDirectories(directory.resolve("verdicts"));
    // Before the verdicts: where these are gone, nobody else looks for reports on them.
    Reports.removeFrom(directory);
    Files.deleteIfExists(directory.resolve("verdicts.json"));
    Files.deleteIfExists(events);
    Files.deleteIfExists(output);
    // Lines, and what says how many of them there were.
    try (Stream<Path> files = Files.list(parts)) {
      for (Path part : files.filter(Files::isRegularFile).toList()) {
        Files.delete(part);
      }
    }
  }

  private int runJvm(CandidateFile candidate, Path directory, Path events, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(candidate, directory, events))
            .directory(suite.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(nothing()));
    if (!builder.environment().containsKey("GOMP_SPINCOUNT")) {
      // Else idle native threads spin against the ones that work.
      builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
    }
    Process process = builder.start();
    Thread kill = new Thread(process::destroyForcibly, "touchstone-suite-end");
    Runtime.getRuntime().addShutdownHook(kill);
    try {
      watch(process, candidate, events);
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new TouchstoneException("the suite was interrupted", e);
    } finally {
      removeHook(kill);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending, and the hook is doing its work.
    }
  }

  private static File nothing() {
    return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
  }

  private void watch(Process process, CandidateFile candidate, Path events)
      throws InterruptedException {
    String name = PlainText.of(String.valueOf(candidate.file().getFileName()), 40);
    long total = 0;
    while (!process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
      Heard heard = TestEvents.read(events);
      total = heard.planned();
      if (total > 0 && heard.done() < total) {
        progress.step(name + ": " + PlainText.of(heard.lastStarted(), 60), heard.done(), total);
      }
    }
    if (total > 0) {
      progress.step(name, total, total);
    }
  }

  private List<String> command(CandidateFile candidate, Path directory, Path events)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-Djava.awt.headless=true");
    command.addAll(suite.jvmArguments());
    suite.properties().forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-Dtouchstone.report.dir=" + directory);
    command.add("-D" + candidate.key() + "=" + candidate.file());
    command.add("-Dtouchstone.reproduce=" + reproduce);
    command.add(
        ArgumentFile.ofClassPath(
            directory.resolve("class-path.args"),
            classPath().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator))));
    command.add(SuiteMain.class.getName());
    command.add(events.toString());
    command.addAll(suite.arguments());
    return command;
  }

  /** The suite's own comes first, so that it decides which versions run. */
  private Set<Path> classPath() {
    Set<Path> classPath = new LinkedHashSet<>(suite.wholeClassPath());
    for (Class<?> brought : BROUGHT_ALONG) {
      if (!suite.has(brought.getName().replace('.', '/') + ".class")) {
        classPath.add(home(brought));
      }
    }
    classPath.add(home(SuiteMain.class));
    return classPath;
  }

  private static Path home(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RecordedVerdicts verdicts(Path directory, List<String> missing) {
    if (!Files.exists(directory.resolve("verdicts.json"))) {
      return new RecordedVerdicts(List.of(), List.of());
    }
    try {
      return VerdictReader.read(directory.resolve("verdicts.json"));
    } catch (InvalidVerdictsException e) {
      missing.add(String.valueOf(e.getMessage()));
      return new RecordedVerdicts(List.of(), List.of());
    }
  }

  private static String lastLines(Path output) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(output), java.nio.charset.StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    return lines.isEmpty()
        ? "and said nothing"
        : "and said last: "
            + lines.stream()
                .skip(Math.max(0, lines.size() - LAST_LINES))
                .map(line -> PlainText.of(line, MOST_OF_A_LINE))
                .collect(Collectors.joining(" / "))
            + " (all of it is in "
            + output
            + ")";
  }
}
