package dev.touchstone.gate.cli;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.runtime.TouchstoneException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command {@code touchstone}.
 *
 * <p>Exit codes: 0 ship, 1 do not ship, 2 not decided, 3 usage or bad input. Whatever goes wrong
 * while deciding is 3: it is never a decision, and never 0.
 */
@Command(
    name = "touchstone",
    description = "May this model ship? Decides from verdicts and a policy.",
    mixinStandardHelpOptions = true,
    versionProvider = Touchstone.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 ship, 1 do not ship, 2 not decided (inconclusive, or evidence missing),",
      "3 usage or bad input."
    })
public final class Touchstone implements Runnable {
  /** Usage or bad input; also whatever fails unexpectedly. */
  public static final int BAD_INPUT = 3;

  private static final int LONGEST_LINE = 2000;

  @Spec private @Nullable CommandSpec spec;

  private Touchstone() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    int exitCode = BAD_INPUT;
    // Charts are drawn: a display that is named but not there would stop that.
    System.getProperties().putIfAbsent("java.awt.headless", "true");
    try {
      CommandLine command =
          commandLine(Clock.systemUTC())
              .setOut(Terminal.writingTo(System.out, Terminal.charsetOf("stdout")))
              .setErr(Terminal.writingTo(System.err, Terminal.charsetOf("stderr")));
      exitCode = command.execute(arguments);
    } catch (Throwable e) {
      // A JVM that dies of an exception ends with 1, which would read as a decision.
      System.err.println("touchstone: " + PlainText.of(e.toString(), LONGEST_LINE));
    }
    System.exit(exitCode);
  }

  /** The command for programs that embed it; {@code execute} answers the exit code. */
  public static CommandLine commandLine(Clock clock) {
    CommandLine command = new CommandLine(new Touchstone());
    for (Object subcommand : subcommands(clock)) {
      command.addSubcommand(subcommand);
    }
    command.setExecutionExceptionHandler(Touchstone::failed);
    command.setParameterExceptionHandler(Touchstone::misused);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setUsageHelpAutoWidth(true);
    return command;
  }

  private static List<Object> subcommands(Clock clock) {
    return List.of(
        new TestCommand(),
        new GateCommand(clock),
        new VerifyCommand(clock),
        new PolicyCommand(clock),
        new ReportCommand(),
        new AuditCommand(),
        new StudyCommand());
  }

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec, "picocli sets it");
    throw new ParameterException(command.commandLine(), "give a command");
  }

  private static int misused(ParameterException e, String... arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    say(err, String.valueOf(e.getMessage()));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return BAD_INPUT;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (e instanceof TouchstoneException || e instanceof UncheckedIOException) {
      say(err, String.valueOf(e.getMessage()));
    } else {
      say(err, "unexpected: " + e);
      for (StackTraceElement frame : e.getStackTrace()) {
        err.println("    at " + frame);
      }
    }
    err.flush();
    return BAD_INPUT;
  }

  /** A message whose lines may hold names from untrusted files. */
  private static void say(PrintWriter err, String message) {
    message.lines().map(line -> PlainText.of(line, LONGEST_LINE)).forEach(err::println);
  }

  /** Says which version this is. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Touchstone.class.getPackage().getImplementationVersion();
      return new String[] {"touchstone " + (version == null ? "(not packaged)" : version)};
    }
  }
}
