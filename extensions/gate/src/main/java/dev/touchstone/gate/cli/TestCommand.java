package dev.touchstone.gate.cli;

import dev.touchstone.gate.handoff.OutputFile;
import dev.touchstone.gate.run.CandidateFile;
import dev.touchstone.gate.run.Comparison;
import dev.touchstone.gate.run.Suite;
import dev.touchstone.gate.run.SuiteRunner;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code touchstone test}: runs compiled suites against model files and compares these. */
@Command(
    name = "test",
    description = {
      "Runs compiled suites against model files: each takes the place of the suite's candidate, and"
          + " nothing else changes.",
      "Exits with 0 where every test ran and every claim about every model holds, or is accepted by"
          + " its test with a reason, with 1 where one was refuted, and with 2 where one is"
          + " inconclusive, a test broke or was skipped, or nothing was judged."
    },
    mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
  private final Function<String, @Nullable String> environment;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "[NAME=]FILE",
      description =
          "A candidate; NAME is what the suite calls it where it has several models. Repeatable:"
              + " several candidates are compared.")
  private List<String> models = List.of();

  @Option(
      names = "--suite",
      required = true,
      paramLabel = "JAR",
      description = "The jar, or the directory, of the compiled tests. Repeatable.")
  private List<Path> suites = List.of();

  @Option(
      names = {"--classpath", "-cp"},
      paramLabel = "PATH",
      description =
          "What the tests need, natives included, as in java -cp; lib/* is every jar in lib.")
  private List<String> classPath = List.of();

  @Option(names = "--include-tag", paramLabel = "TAG", description = "Runs only tests with it.")
  private List<String> includedTags = List.of();

  @Option(names = "--exclude-tag", paramLabel = "TAG", description = "Leaves out tests with it.")
  private List<String> excludedTags = List.of();

  @Option(
      names = {"--select", "--select-class"},
      paramLabel = "CLASS[#METHOD]",
      description = "Runs only this class or method; all of the suite if not given.")
  private List<String> selected = List.of();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where the tests run, so that they find their data (default: here).")
  private Path directory = Path.of("");

  @Option(
      names = "--reports",
      paramLabel = "DIR",
      defaultValue = "touchstone-test",
      description = "Gets a directory per candidate, and comparison.md (default: touchstone-test).")
  private Path reports = Path.of("touchstone-test");

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "A setting for the tests, such as -Dtouchstone.seed=7.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(
      names = "--jvm-arg",
      paramLabel = "ARG",
      description = "An argument for the tests' JVM, such as --jvm-arg=-Xmx4g.")
  private List<String> jvmArguments = List.of();

  TestCommand() {
    this(System::getenv);
  }

  /** With an environment of its own. */
  TestCommand(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    // Before anything can fail: an earlier table must not pass for an answer to this question.
    Path table = reports.resolve("comparison.md");
    OutputFile.delete(table);
    Suite suite =
        Suite.of(suites)
            .in(directory)
            .tagged(includedTags, excludedTags)
            .selecting(selected)
            .withJvmArguments(jvmArguments)
            .withProperties(properties);
    for (String entries : classPath) {
      suite = suite.withClassPath(entries);
    }
    List<CandidateFile> candidates = models.stream().map(CandidateFile::of).toList();
    Comparison comparison =
        new SuiteRunner(
                suite, reports, RunContext.of(Settings.fromSystem()).progress(), reproduce())
            .run(candidates);
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    out.print(comparison.toText());
    out.flush();
    OutputFile.write(table, comparison.toMarkdown());
    appendToSummary(comparison.toMarkdown());
    return comparison.ruling().exitCode();
  }

  /** The page that GitHub shows of a job. */
  private void appendToSummary(String markdown) {
    String summary = environment.apply("GITHUB_STEP_SUMMARY");
    if (summary == null || summary.isBlank()) {
      return;
    }
    try {
      Files.writeString(
          Path.of(summary), "\n" + markdown, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("the summary could not be written to " + summary, e);
    }
  }

  /** This command again, up to the candidate and the test. */
  private String reproduce() {
    StringBuilder command = new StringBuilder(program()).append(" test");
    suites.forEach(suite -> command.append(" --suite ").append(quoted(suite.toString())));
    classPath.forEach(entries -> command.append(" --classpath ").append(quoted(entries)));
    if (!directory.toString().isEmpty()) {
      command.append(" --directory ").append(quoted(directory.toString()));
    }
    return command.toString();
  }

  private static String program() {
    try {
      Path home =
          Path.of(TestCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(home) ? "java -jar " + quoted(home.toString()) : "touchstone";
    } catch (URISyntaxException e) {
      return "touchstone";
    }
  }

  /** For a shell. */
  private static String quoted(String argument) {
    return "'" + argument.replace("'", "'\\''") + "'";
  }
}
