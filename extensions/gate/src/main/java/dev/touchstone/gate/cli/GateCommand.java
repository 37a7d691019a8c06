package dev.touchstone.gate.cli;

import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Gate;
import dev.touchstone.gate.handoff.DecisionJson;
import dev.touchstone.gate.handoff.Handoff;
import dev.touchstone.gate.policy.PolicyFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code touchstone gate}: decides, prints why, and answers by its exit code. */
@Command(
    name = "gate",
    description = "Decides whether a model may ship, and says every reason if it may not.",
    mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
  private final Clock clock;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "[NAME=]FILE",
      description =
          "The model file that asks to be shipped; NAME is what the policy calls it, and may be"
              + " left out where the policy asks about one model or by the file's name."
              + " Repeatable.")
  private List<String> models = List.of();

  @Option(names = "--policy", required = true, paramLabel = "FILE", description = "The policy.")
  private @Nullable Path policy;

  @Mixin private final VerdictsOption verdicts = new VerdictsOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Writes decision.json and, for each model, a model card (CycloneDX and Markdown) and an"
              + " in-toto statement; what an earlier decision wrote there is deleted first.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Prints the decision as JSON.")
  private boolean json;

  GateCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (out != null) {
      // Before anything can fail: an old approval must not pass for an answer to this question.
      Handoff.clear(out);
    }
    PolicyFile policyFile =
        PolicyFile.read(
            Objects.requireNonNull(policy, "picocli requires it"), LocalDate.now(clock));
    Decision decision =
        Gate.withDefaults()
            .at(clock)
            .decide(
                policyFile,
                Inputs.candidates(models, policyFile.policy()),
                verdicts.readWithoutFigures());
    if (out != null) {
      Handoff.write(decision, out);
    }
    PrintWriter writer = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    if (json) {
      writer.print(DecisionJson.write(decision));
      writer.flush();
    } else {
      DecisionText.print(decision, writer, Ansi.AUTO);
    }
    return decision.ruling().exitCode();
  }
}
