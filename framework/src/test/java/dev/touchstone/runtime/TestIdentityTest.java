package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestIdentityTest {
  private static final TestIdentity TEST =
      new TestIdentity("[id]", "com.acme.ModelTest$Groups", "areCalibrated", "areCalibrated()");
  private static final Settings SETTINGS =
      new Settings("cpu", 7, Policy.STRICT, 512L << 20, Path.of("target"));

  @TempDir Path directory;

  @Test
  void withoutAWrapperMavenIsCalledByName() {
    assertThat(TEST.command(SETTINGS, directory, false))
        .isEqualTo(
            "mvn test -Dtest='ModelTest$Groups#areCalibrated'"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dtouchstone.seed=7");
  }

  @Test
  void aModuleIsNamedFromTheDirectoryOfTheWrapper() throws IOException {
    Path module = Files.createDirectories(directory.resolve("models/bone-age"));
    Files.createFile(directory.resolve("mvnw"));
    Files.createFile(directory.resolve("pom.xml"));
    Files.createFile(directory.resolve("models/pom.xml"));
    Files.createFile(module.resolve("pom.xml"));
    assertThat(TEST.command(SETTINGS, module, false))
        .startsWith("./mvnw -pl models/bone-age -am test -Dtest=");
    assertThat(TEST.command(SETTINGS, directory, false)).startsWith("./mvnw test -Dtest=");
  }

  @Test
  void whatAShellWouldReadIsQuoted() throws IOException {
    Path module = Files.createDirectories(directory.resolve("our models"));
    Files.createFile(directory.resolve("mvnw"));
    Files.createFile(directory.resolve("pom.xml"));
    Files.createFile(module.resolve("pom.xml"));
    TestIdentity kotlin =
        new TestIdentity("[id]", "com.acme.ModelTest", "doesn't cry wolf", "doesn't cry wolf()");
    assertThat(kotlin.command(SETTINGS, module, false))
        .startsWith(
            "./mvnw -pl 'our models' -am test -Dtest='ModelTest#doesn'\\''t cry wolf' -Dsurefire");
    assertThat(kotlin.command(SETTINGS, module, true))
        .startsWith("./gradlew test --tests 'com.acme.ModelTest.doesn'\\''t cry wolf' -D");
  }

  @Test
  void aWrapperBeyondTheBuildIsSomeoneElses() throws IOException {
    Path module = Files.createDirectories(directory.resolve("work/project"));
    Files.createFile(directory.resolve("mvnw"));
    Files.createFile(module.resolve("pom.xml"));
    assertThat(TEST.command(SETTINGS, module, false)).startsWith("mvn test");
  }

  @Test
  void gradleKeepsTheNamesOfInnerClasses() {
    assertThat(TEST.command(SETTINGS, directory, true))
        .isEqualTo(
            "./gradlew test --tests 'com.acme.ModelTest$Groups.areCalibrated'"
                + " -Dtouchstone.seed=7");
  }

  @Test
  void outsideAMethodTheWholeClassIsRun() {
    TestIdentity ofClass = new TestIdentity("[id]", "com.acme.ModelTest", "", "ModelTest");
    assertThat(ofClass.command(SETTINGS, directory, false))
        .startsWith("mvn test -Dtest='ModelTest' ");
  }

  @Test
  void aLauncherOfSuitesIsCalledWithTheModelAndTheTest() {
    Settings settings =
        SETTINGS.replacing(
            Map.of("touchstone.model", "it's.onnx", "touchstone.model.digits", "b.onnx"));
    assertThat(TEST.command(settings, "touchstone test --suite 'suite.jar'"))
        .isEqualTo(
            "touchstone test --suite 'suite.jar' --model 'it'\\''s.onnx' --model 'digits=b.onnx'"
                + " --select 'com.acme.ModelTest$Groups#areCalibrated' -Dtouchstone.seed=7");
  }

  @Test
  void settingsThatAreNotTheDefaultAreRepeated() {
    Settings settings = new Settings("gpu:1", 42, Policy.LENIENT, 1 << 30, Path.of("target"));
    assertThat(settings.options())
        .isEqualTo(
            "-Dtouchstone.seed=42 -Dtouchstone.device=gpu:1 -Dtouchstone.policy=lenient"
                + " -Dtouchstone.memory=1073741824");
  }
}
