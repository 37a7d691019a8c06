package dev.touchstone.gate.cli;

import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.gate.handoff.OutputFile;
import dev.touchstone.gate.policy.PolicyFile;
import dev.touchstone.gate.policy.PolicyWriter;
import dev.touchstone.gate.policy.ReleasePolicy;
import dev.touchstone.gate.policy.ReleasePolicy.UncountedTests;
import dev.touchstone.runtime.TouchstoneException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code touchstone policy}: writes policies and checks them. */
@Command(
    name = "policy",
    description = "Writes a policy from a run, or checks one.",
    mixinStandardHelpOptions = true)
final class PolicyCommand implements Runnable {
  private final Clock clock;

  @Spec private @Nullable CommandSpec spec;

  PolicyCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void run() {
    throw new ParameterException(spec().commandLine(), "give init or check");
  }

  @Command(
      name = "init",
      description = "Writes a policy that asks for what a run has claimed.",
      mixinStandardHelpOptions = true)
  int init(
      @Mixin VerdictsOption verdicts,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "release",
              description = "What decisions call the policy (default: release).")
          String name,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Where to write it; printed if not given. Never overwrites.")
          @Nullable Path out) {
    if (out != null && Files.exists(out)) {
      throw new TouchstoneException(
          out + " exists; a policy is changed by people, so remove it or name another file");
    }
    RecordedVerdicts run = verdicts.readWithoutFigures();
    String yaml = PolicyWriter.write(name, run);
    if (out == null) {
      PrintWriter writer = spec().commandLine().getOut();
      writer.print(yaml);
      writer.flush();
    } else {
      OutputFile.write(out, yaml);
    }
    warn(run.tests());
    return 0;
  }

  /** A policy of the rest would pass for one of the whole suite. */
  private void warn(ModelTests tests) {
    PrintWriter err = spec().commandLine().getErr();
    String left = tests.leftOutInWords();
    if (!left.isEmpty()) {
      err.println(
          "WARNING: "
              + left
              + ": the policy does not ask for what they would have claimed; mend them, run the"
              + " tests again, and write it anew");
    }
    if (tests.uncounted() > 0) {
      err.println(
          "WARNING: tests of this run were not counted: whether some broke, so that the policy"
              + " does not ask for their claims, cannot be known");
    }
    err.flush();
  }

  @Command(
      name = "check",
      description = "Says everything that is wrong with a policy.",
      mixinStandardHelpOptions = true)
  int check(@Parameters(paramLabel = "FILE", description = "The policy.") Path file) {
    ReleasePolicy policy = PolicyFile.read(file, LocalDate.now(clock)).policy();
    PrintWriter writer = spec().commandLine().getOut();
    writer.println(
        "in order: "
            + policy.models().size()
            + " models, "
            + policy.models().stream().mapToInt(model -> model.claims().size()).sum()
            + " claims, "
            + policy.exceptions().size()
            + " exceptions"
            + (policy.mayBeSkipped().isEmpty()
                ? ""
                : ", " + policy.mayBeSkipped().size() + " tests that may be skipped"));
    if (policy.uncountedTests() == UncountedTests.ACCEPTED) {
      writer.println(
          "runs are accepted whose tests nobody counted: what broke in them is not known");
    }
    writer.flush();
    return 0;
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
