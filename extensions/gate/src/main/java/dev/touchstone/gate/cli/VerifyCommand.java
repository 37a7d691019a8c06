package dev.touchstone.gate.cli;

import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.gate.Age;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Gate;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.handoff.Verification;
import dev.touchstone.gate.policy.PolicyFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
        "touchstone verify [-hV] [--as-decided] DECISION --policy=FILE --model=[NAME=]FILE..."
            + " --verdicts=PATH...",
    description =
        "Checks a decision against the files it was made from; exits like gate, and with 1 where"
            + " it does not follow from them. A decision to ship has to be today's, too: what"
            + " grew too old since, or is excepted no longer, does not ship.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private final Clock clock;

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

  @Option(
      names = "--as-decided",
      description =
          "Asks only whether the decision follows from the files, not whether they would decide"
              + " the same today: for an auditor, not for a deployment.")
  private boolean asDecided;

  VerifyCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Verification.Recorded recorded =
        Verification.Recorded.read(Objects.requireNonNull(decision, "picocli requires it"));
    PolicyFile policyFile =
        PolicyFile.read(
            Objects.requireNonNull(policy, "picocli requires it"),
            LocalDate.ofInstant(recorded.at(), ZoneOffset.UTC));
    List<Candidate> candidates = Inputs.candidates(models, policyFile.policy());
    RecordedVerdicts read = verdicts.readWithoutFigures();
    Verification verification =
        Verification.of(recorded, policyFile, candidates, read, clock.instant());
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    try {
      if (!verification.holds()) {
        out.println("DOES NOT HOLD  the decision does not follow from these files");
        verification.deviations().forEach(deviation -> out.println("  - " + deviation));
        return Ruling.DO_NOT_SHIP.exitCode();
      }
      String decided = decided(recorded.at());
      if (verification.ruling() == Ruling.SHIP && !asDecided) {
        Decision today = Gate.withDefaults().at(clock).decide(policyFile, candidates, read);
        if (today.ruling() != Ruling.SHIP) {
          return changed(today, decided, out);
        }
      }
      out.println(verification.ruling().words() + "  " + decided + " follows from these files");
      return verification.ruling().exitCode();
    } finally {
      out.flush();
    }
  }

  private String decided(Instant at) {
    Duration age = Duration.between(at, clock.instant());
    return "the decision of "
        + at
        + (age.isNegative() ? "" : ", made " + Age.inWords(age) + " ago,");
  }

  /** A decision that was right on its day and is not today's. */
  private static int changed(Decision today, String decided, PrintWriter out) {
    out.println(
        today.ruling().words()
            + "  "
            + decided
            + " follows from these files and said "
            + Ruling.SHIP.words()
            + "; today they no longer do");
    today.grounds().forEach(ground -> out.println("  - " + ground.reason().problem()));
    return today.ruling().exitCode();
  }
}
