package dev.touchstone.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.record.ErrorRates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Build;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The goal that asks whether model tests ran, on a module as Maven would have built it. */
class TestsRanTest {
  private static final Instant START = Instant.now().minus(Duration.ofMinutes(5));

  @TempDir Path directory;

  private final MavenProject project = new MavenProject();
  private final DefaultMavenExecutionRequest request = new DefaultMavenExecutionRequest();

  @BeforeEach
  void module() throws IOException {
    project.setFile(directory.resolve("pom.xml").toFile());
    project.setArtifactId("digits");
    Build build = new Build();
    build.setDirectory(directory.resolve("target").toString());
    build.setTestOutputDirectory(directory.resolve("target/test-classes").toString());
    project.setBuild(build);
    request.setStartTime(Date.from(START));
    suite("com/acme/DigitsTest", "Ldev/touchstone/jupiter/ModelTest;");
  }

  /** As much of a class file as says which annotations are on it. */
  private void suite(String name, String descriptor) throws IOException {
    Path file = directory.resolve("target/test-classes/" + name + ".class");
    Files.createDirectories(file.getParent());
    Files.write(file, ("\u00ca\u00fe" + descriptor).getBytes(StandardCharsets.ISO_8859_1));
  }

  private void surefire(String version) {
    Plugin surefire = new Plugin();
    surefire.setGroupId("org.apache.maven.plugins");
    surefire.setArtifactId("maven-surefire-plugin");
    surefire.setVersion(version);
    project.getBuild().addPlugin(surefire);
  }

  @SuppressWarnings("deprecation") // The only constructor that needs no container.
  private TestsRanMojo goal() {
    TestsRanMojo goal = new TestsRanMojo();
    goal.session = new MavenSession(null, null, request, new DefaultMavenExecutionResult());
    goal.session.setProjects(List.of(project));
    goal.project = project;
    goal.reportDirectory = directory.resolve("target/touchstone").toFile();
    return goal;
  }

  private void ran() {
    ErrorRates.write(directory.resolve("target/touchstone"), "income.pt", "ab".repeat(32), 10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2.12.4 | its maven-surefire-plugin is 2.12.4, which knows no JUnit 5: write 2.22.0 or"
            + " newer",
        "2.21.0 | its maven-surefire-plugin is 2.21.0, which knows no JUnit 5: write 2.22.0 or"
            + " newer",
        "2.22.0 | see in the output of maven-surefire-plugin 2.22.0 which classes it takes for"
            + " tests",
        "3.5.2 | see in the output of maven-surefire-plugin 3.5.2 which classes it takes for tests"
      })
  void aBuildWhoseModelTestsDidNotRunFails(String version, String cure) {
    surefire(version);
    assertThatThrownBy(goal()::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageStartingWith(
            "digits has model tests (com.acme.DigitsTest), and none of them ran in this build; ")
        .hasMessageContaining(cure);
  }

  @Test
  void aBuildWithoutASurefireOfItsOwnIsToldWhichToName() {
    assertThatThrownBy(goal()::execute)
        .isInstanceOf(MojoFailureException.class)
        .hasMessageContaining("name maven-surefire-plugin with a version of 2.22.0 or newer");
  }

  @Test
  void aBuildWhoseModelTestsRanGoesOn() {
    ran();
    assertThatCode(goal()::execute).doesNotThrowAnyException();
  }

  @Test
  void whatAnEarlierBuildJudgedDoesNotCount() throws IOException {
    ran();
    Files.setLastModifiedTime(
        directory.resolve("target/touchstone/verdicts.json"),
        FileTime.from(START.minusSeconds(60)));
    assertThatThrownBy(goal()::execute).isInstanceOf(MojoFailureException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"skipTests", "maven.test.skip", "test"})
  void whoeverLeavesTestsOutIsNotHindered(String property) {
    request.getUserProperties().setProperty(property, "true");
    assertThatCode(goal()::execute).doesNotThrowAnyException();
  }

  @Test
  void aModuleWithoutModelTestsNeedNotRunAny() throws IOException {
    Files.delete(directory.resolve("target/test-classes/com/acme/DigitsTest.class"));
    suite("com/acme/PlainTest", "Lorg/junit/jupiter/api/Test;");
    assertThatCode(goal()::execute).doesNotThrowAnyException();
  }

  @Test
  void theGoalKnowsItsOwnPhase() throws IOException {
    assertThat(Files.readString(Path.of("target/classes/META-INF/maven/plugin.xml")))
        .containsPattern("(?s)<goal>tests-ran</goal>.*?<phase>verify</phase>");
  }
}
