package dev.touchstone.maven;

import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.cli.Touchstone;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * A goal that calls the command {@code touchstone}: what is decided, and how it is said, is the
 * same wherever it is asked.
 */
abstract class CommandMojo extends AbstractMojo {
  private static final Pattern NAMED = Pattern.compile("([^=/\\\\]+)=(.+)", Pattern.DOTALL);

  /** The build. */
  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  @Nullable MavenSession session;

  /**
   * The verdict files, or directories above them; by default {@code target/touchstone} of every
   * module of this build that wrote one.
   */
  @Parameter(property = "touchstone.verdicts")
  List<File> verdicts = new ArrayList<>();

  /**
   * Calls a command.
   *
   * @throws MojoFailureException if a model must not ship, or if that is not decided
   * @throws MojoExecutionException upon bad input
   */
  final void call(List<String> arguments) throws MojoFailureException, MojoExecutionException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Touchstone.commandLine(Clock.systemUTC())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    int exitCode = command.execute(arguments.toArray(String[]::new));
    out.toString().lines().forEach(getLog()::info);
    if (exitCode == Touchstone.BAD_INPUT) {
      throw new MojoExecutionException(err.toString().strip());
    }
    err.toString().lines().forEach(getLog()::warn);
    if (exitCode == Ruling.DO_NOT_SHIP.exitCode()) {
      throw new MojoFailureException(Ruling.DO_NOT_SHIP.words() + "; the reasons are above");
    }
    if (exitCode != Ruling.SHIP.exitCode()) {
      throw new MojoFailureException(Ruling.NOT_DECIDED.words() + "; the reasons are above");
    }
  }

  /**
   * The arguments that name the verdicts.
   *
   * @throws MojoFailureException if there are none: nothing is known against a model, and nothing
   *     for it
   */
  final List<String> verdictArguments() throws MojoFailureException {
    List<String> arguments = new ArrayList<>(List.of("--verdicts"));
    if (verdicts.isEmpty()) {
      session().getProjects().stream()
          .map(project -> Path.of(project.getBuild().getDirectory()))
          .map(target -> target.resolve("touchstone"))
          .flatMap(CommandMojo::verdictsIn)
          .forEach(place -> arguments.add(place.toString()));
    } else {
      verdicts.forEach(place -> arguments.add(place.toString()));
    }
    if (arguments.size() == 1) {
      throw new MojoFailureException(
          Ruling.NOT_DECIDED.words()
              + ": no module of this build has target/touchstone/verdicts.json; run the tests in"
              + " the same build, as in mvn verify touchstone:gate, or say where the verdicts lie"
              + " with -Dtouchstone.verdicts");
    }
    return arguments;
  }

  /** Where a module's run was killed before it merged its lines, whoever reads them says so. */
  private static Stream<Path> verdictsIn(Path reports) {
    Path merged = reports.resolve("verdicts.json");
    if (Files.isRegularFile(merged)) {
      return Stream.of(merged);
    }
    String[] lines =
        reports.resolve("verdicts").toFile().list((folder, name) -> name.endsWith(".jsonl"));
    return lines == null || lines.length == 0 ? Stream.empty() : Stream.of(reports);
  }

  /** A path as each module of the build understands it, where there is a file. */
  final List<String> inModules(Path relative) {
    return session().getProjects().stream()
        .map(project -> project.getBasedir().toPath().resolve(relative))
        .filter(Files::isRegularFile)
        .map(Path::toString)
        .distinct()
        .toList();
  }

  /** The arguments that name models, whose relative paths count from where the build starts. */
  final List<String> modelArguments(List<String> models) throws MojoExecutionException {
    if (models.isEmpty()) {
      throw new MojoExecutionException(
          "no model; say which file asks to be shipped, as in -Dtouchstone.gate.models=model.onnx");
    }
    List<String> arguments = new ArrayList<>();
    for (String model : models) {
      Matcher named = NAMED.matcher(model);
      arguments.add("--model");
      arguments.add(
          named.matches()
              ? named.group(1) + "=" + resolved(named.group(2))
              : resolved(model).toString());
    }
    return arguments;
  }

  private Path resolved(String path) {
    return top().getBasedir().toPath().resolve(path);
  }

  /** Where what is written by default lands. */
  final Path output() {
    return Path.of(top().getBuild().getDirectory()).resolve("touchstone");
  }

  private MavenProject top() {
    return session().getTopLevelProject();
  }

  private MavenSession session() {
    return Objects.requireNonNull(session, "Maven injects it");
  }

  /** What Maven requires to be set. */
  static File required(@Nullable File file) {
    return Objects.requireNonNull(file, "Maven requires it");
  }
}
