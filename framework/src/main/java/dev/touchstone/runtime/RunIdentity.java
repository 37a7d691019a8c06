package dev.touchstone.runtime;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Which run this JVM belongs to, where {@link Settings#runId} does not say it.
 *
 * <p>A run is what one builder started, and the builder is the nearest ancestor of this JVM that is
 * more than a shell called to run one command ({@code sh -c "cd … && java …"}, as Surefire forks).
 * All JVMs that one Maven build forks, beside or after each other, by Surefire or by Failsafe, are
 * one run, and the next build is another. Under an IDE's own runner, which starts one JVM for
 * everything it was asked for, the run is that JVM.
 *
 * <p>A builder that outlives its builds, such as a Gradle or a Maven daemon, does not tell where
 * one ends. There the JVMs of later builds count as the same run: that a JVM ended before this one
 * started does not make it an earlier run, because that is also what forks in a row look like, and
 * to take a verdict too many for one of this run is the lesser mistake: one that is lost may be the
 * one that says FAIL. Such a builder should give each build a {@code touchstone.run.id}.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class RunIdentity {
  /** What IDEs start for a run; both Eclipse and Visual Studio Code use the second. */
  private static final Set<String> RUNNERS_OF_IDES =
      Set.of(
          "com.intellij.rt.junit.JUnitStarter",
          "org.eclipse.jdt.internal.junit.runner.RemoteTestRunner");

  private static final Pattern SHELL =
      Pattern.compile("([a-z]{0,4}sh|busybox|toybox|powershell|cmd)(\\.exe)?");
  private static final Pattern ONE_COMMAND = Pattern.compile("-[a-zA-Z]*c|-[Cc]ommand|/[cC]");

  private RunIdentity() {}

  /** The run of this JVM: its builder's process id and when that started. */
  public static String ofThisProcess() {
    ProcessHandle process = ProcessHandle.current();
    ProcessHandle builder =
        isRunnerOfIde(System.getProperty("sun.java.command", "")) ? process : builderOf(process);
    return builder.pid()
        + "-"
        + builder.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** An IDE that has to shorten the class path calls its runner through another main class. */
  static boolean isRunnerOfIde(String commandOfJava) {
    return Arrays.stream(commandOfJava.split(" ", -1)).anyMatch(RUNNERS_OF_IDES::contains);
  }

  private static ProcessHandle builderOf(ProcessHandle process) {
    ProcessHandle builder = process;
    Optional<ProcessHandle> parent = process.parent();
    while (parent.isPresent()) {
      builder = parent.get();
      if (!runsOneCommand(builder.info())) {
        break;
      }
      parent = builder.parent();
    }
    return builder;
  }

  /** Where arguments are not told, as on Windows and for long ones, a shell counts as one. */
  private static boolean runsOneCommand(ProcessHandle.Info info) {
    return info.command().filter(RunIdentity::isShell).isPresent()
        && info.arguments()
            .map(
                arguments ->
                    Arrays.stream(arguments)
                        .takeWhile(argument -> argument.startsWith("-") || argument.startsWith("/"))
                        .anyMatch(argument -> ONE_COMMAND.matcher(argument).matches()))
            .orElse(true);
  }

  private static boolean isShell(String command) {
    String name =
        command.substring(1 + Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')));
    return SHELL.matcher(name).matches();
  }
}
