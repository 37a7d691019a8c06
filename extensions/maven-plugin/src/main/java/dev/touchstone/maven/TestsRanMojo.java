package dev.touchstone.maven;

import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.record.InvalidVerdictsException;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * Fails the build of a module that has model tests of which none ran: a Surefire that knows no
 * JUnit 5, as the default of older Mavens, runs 0 tests and says success. Bound to the phase {@code
 * verify} by:
 *
 * <pre>{@code
 * <plugin>
 *   <groupId>dev.touchstone</groupId>
 *   <artifactId>touchstone-maven-plugin</artifactId>
 *   <executions><execution><goals><goal>tests-ran</goal></goals></execution></executions>
 * </plugin>
 * }</pre>
 */
@Mojo(name = "tests-ran", defaultPhase = LifecyclePhase.VERIFY, threadSafe = true)
public final class TestsRanMojo extends AbstractMojo {
  private static final String SUREFIRE = "org.apache.maven.plugins:maven-surefire-plugin";
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
  private static final int LEAST_MAJOR = 2;
  private static final int LEAST_MINOR = 22;

  /** The build. */
  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  @Nullable MavenSession session;

  /** The module. */
  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  @Nullable MavenProject project;

  /** Where the tests write their verdicts. */
  @Parameter(
      property = "touchstone.report.dir",
      defaultValue = "${project.build.directory}/touchstone",
      required = true)
  @Nullable File reportDirectory;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    Optional<String> leftOut = testsLeftOut();
    if (leftOut.isPresent()) {
      getLog().info("not asked whether model tests ran: " + leftOut.get());
      return;
    }
    List<String> suites = suites();
    if (suites.isEmpty()) {
      return;
    }
    ModelTests tests = tests();
    if (tests.started() > 0 || tests.uncounted() > 0) {
      getLog()
          .info(
              tests.leftOutInWords().isEmpty()
                  ? tests.started() + " model tests ran"
                  : tests.leftOutInWords());
      return;
    }
    if (tests.found() > 0 && tests.skipped() == tests.found()) {
      // Somebody decided that, and the tests' own report tells of it.
      getLog().warn(tests.leftOutInWords());
      return;
    }
    throw new MojoFailureException(
        "%s has model tests (%s%s), and none of them ran in this build; %s"
            .formatted(
                project().getArtifactId(),
                suites.get(0),
                suites.size() == 1 ? "" : " and " + (suites.size() - 1) + " more classes",
                cure()));
  }

  /** Whether whoever called Maven left tests out on purpose. */
  private Optional<String> testsLeftOut() {
    for (String key : List.of("skipTests", "maven.test.skip")) {
      String value = property(key);
      if (value != null && (value.isEmpty() || value.equalsIgnoreCase("true"))) {
        return Optional.of(key + " is set");
      }
    }
    return property("test") == null
        ? Optional.empty()
        : Optional.of("-Dtest names the tests that were to be run");
  }

  private @Nullable String property(String key) {
    MavenSession build = Objects.requireNonNull(session, "Maven injects it");
    Properties ofUser = build.getUserProperties();
    Properties ofProject = project().getProperties();
    return ofUser.getProperty(key, ofProject.getProperty(key));
  }

  /** The classes of the module's tests that use Touchstone's annotations. */
  private List<String> suites() throws MojoExecutionException {
    Path classes = Path.of(project().getBuild().getTestOutputDirectory());
    if (!Files.isDirectory(classes)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(classes)) {
      List<String> suites = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
        if (ModelTestClass.isOne(Files.readAllBytes(file))) {
          String name = classes.relativize(file).toString().replace(File.separatorChar, '.');
          suites.add(name.substring(0, name.length() - ".class".length()));
        }
      }
      return suites;
    } catch (IOException e) {
      throw new MojoExecutionException("the test classes in " + classes + " cannot be read", e);
    }
  }

  /** What became of the tests in this build; what an earlier one left does not count. */
  private ModelTests tests() throws MojoExecutionException {
    Path file =
        Objects.requireNonNull(reportDirectory, "Maven requires it")
            .toPath()
            .resolve("verdicts.json");
    Date start = Objects.requireNonNull(session, "Maven injects it").getStartTime();
    try {
      if (!Files.exists(file)
          || (start != null && Files.getLastModifiedTime(file).toMillis() < start.getTime())) {
        return ModelTests.NONE;
      }
      RecordedVerdicts run = VerdictReader.readWithoutFigures(List.of(file));
      return run.tests();
    } catch (InvalidVerdictsException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    } catch (IOException e) {
      throw new MojoExecutionException(file + " cannot be read", e);
    }
  }

  private String cure() {
    String version =
        Optional.ofNullable(project().getPlugin(SUREFIRE)).map(Plugin::getVersion).orElse(null);
    if (version == null) {
      return "name maven-surefire-plugin with a version of 2.22.0 or newer in the POM: older ones,"
          + " the default of Maven up to 3.8, know no JUnit 5, run 0 tests and say success";
    }
    Matcher parts = VERSION.matcher(version);
    boolean older =
        parts.matches()
            && (Integer.parseInt(parts.group(1)) < LEAST_MAJOR
                || (Integer.parseInt(parts.group(1)) == LEAST_MAJOR
                    && Integer.parseInt(parts.group(2)) < LEAST_MINOR));
    return older
        ? "its maven-surefire-plugin is %s, which knows no JUnit 5: write 2.22.0 or newer"
            .formatted(version)
        : "see in the output of maven-surefire-plugin %s which classes it takes for tests (by"
                .formatted(version)
            + " default those named *Test), and whether junit-jupiter and touchstone-jupiter are"
            + " among the module's dependencies";
  }

  private MavenProject project() {
    return Objects.requireNonNull(project, "Maven injects it");
  }
}
