package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which run a JVM belongs to, asked of JVMs that are started as build tools start them. */
@DisabledOnOs(OS.WINDOWS)
class RunIdentityTest {
  @TempDir Path directory;

  /** A JVM of a run. */
  static final class Fork {
    private Fork() {}

    public static void main(String[] args) {
      System.out.println("run " + RunIdentity.ofThisProcess());
    }
  }

  private static String java() {
    return "'"
        + Path.of(System.getProperty("java.home"), "bin", "java")
        + "' -XX:TieredStopAtLevel=1 -cp '"
        + System.getProperty("java.class.path")
        + "' '"
        + Fork.class.getName()
        + "'";
  }

  private static List<String> runs(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes());
    return out.lines().filter(line -> line.startsWith("run ")).toList();
  }

  private static String runOfThisJvmsChildren() {
    ProcessHandle.Info info = ProcessHandle.current().info();
    return "run "
        + ProcessHandle.current().pid()
        + "-"
        + info.startInstant().orElseThrow().toEpochMilli();
  }

  @Test
  void whatABuildForksThroughAShellForEachIsOneRun() throws IOException {
    String fork = "cd '" + directory + "' && " + java();
    List<String> first = runs("/bin/sh", "-c", fork);
    List<String> second = runs("/bin/sh", "-c", fork);
    assertThat(first).isEqualTo(second).containsExactly(runOfThisJvmsChildren());
  }

  @Test
  void whatAScriptStartsIsOneRunAndTheNextCallOfTheScriptAnother() throws IOException {
    Path script = directory.resolve("build");
    Files.writeString(script, java() + "\nsh -c \"cd . && " + java().replace("$", "\\$") + "\"\n");
    List<String> first = runs("/bin/sh", script.toString());
    List<String> second = runs("/bin/sh", script.toString());
    assertThat(first).hasSize(2).containsOnly(first.get(0)).doesNotContain(runOfThisJvmsChildren());
    assertThat(second).hasSize(2).doesNotContain(first.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.intellij.rt.junit.JUnitStarter -ideVersion5 -junit5 com.acme.ModelTest",
        "com.intellij.rt.execution.CommandLineWrapper /tmp/classpath"
            + " com.intellij.rt.junit.JUnitStarter -ideVersion5 com.acme.ModelTest",
        "org.eclipse.jdt.internal.junit.runner.RemoteTestRunner -version 3 -port 5",
      })
  void whatAnIdeStartsIsARunByItself(String command) {
    assertThat(RunIdentity.isRunnerOfIde(command)).isTrue();
  }

  @Test
  void whatAnIdesRunnerForksIsNot() {
    assertThat(RunIdentity.isRunnerOfIde("com.intellij.rt.junit.JUnitForkedStarter 5 a")).isFalse();
    assertThat(RunIdentity.isRunnerOfIde("/m/target/surefire/surefirebooter.jar /m/target"))
        .isFalse();
  }
}
