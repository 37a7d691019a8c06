package dev.touchstone.gate.cli;

import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.handoff.Verification;
import dev.touchstone.gate.policy.PolicyFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code touchstone verify}: whether a decision follows from its files. Its exit code says whether
 * the model may ship, so that a deployment that asks it cannot be fooled by a decision that is
 * genuine and says no.
 */
@Command(
    name = "verify",
    // The decision first: --verdicts takes all the paths that follow it.
    customSynopsis =
        "touchstone verify [-hV] DECISION --policy=FILE --model=[NAME=]FILE... --verdicts=PATH...",
    description =
        "Checks a decision against the files it was made from; exits like gate, and with 1 where"
            + " it does not follow from them.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DECISION", description = "decision.json, as gate wrote it.")
  private @Nullable Path decision;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "[NAME=]FILE",
      description = "The model file that is to be shipped. Repeatable.")
  private List<String> models = List.of();

  @Option(names = "--policy", required = true, paramLabel = "FILE", description = "The policy.")
  private @Nullable Path policy;

  @Mixin private final VerdictsOption verdicts = new VerdictsOption();

  @Override
  public Integer call() {
    Verification.Recorded recorded =
        Verification.Recorded.read(Objects.requireNonNull(decision, "picocli requires it"));
    PolicyFile policyFile =
        PolicyFile.read(
            Objects.requireNonNull(policy, "picocli requires it"),
            LocalDate.ofInstant(recorded.at(), ZoneOffset.UTC));
    Verification verification =
        Verification.of(
            recorded,
            policyFile,
            Inputs.candidates(models, policyFile.policy()),
            verdicts.readWithoutFigures());
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    if (verification.holds()) {
      out.println(
          verification.ruling().words()
              + "  the decision of "
              + recorded.at()
              + " follows from"
              + " these files");
    } else {
      out.println("DOES NOT HOLD  the decision does not follow from these files");
      verification.deviations().forEach(deviation -> out.println("  - " + deviation));
    }
    out.flush();
    return verification.holds() ? verification.ruling().exitCode() : Ruling.DO_NOT_SHIP.exitCode();
  }
}
