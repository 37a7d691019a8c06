package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Writes the verdict file of a run that judged one error rate, without the run. */
public final class ErrorRates {
  private ErrorRates() {}

  /** "The error rate is at most 0.05" of a model, on 1,000 examples. */
  public static void write(Path directory, String model, String sha256, int errorsOfThousand) {
    Verdict verdict =
        Claim.of("the error rate is at most 0.05", Bound.upper(0.05))
            .judge(
                Evidence.of("error rate", model + " on test")
                    .measured(
                        new Measurement(
                            "error rate", "overall", Proportion.of(errorsOfThousand, 1000)))
                    .from(provenance(model, sha256)),
                Policy.STRICT);
    record(
        directory,
        "run-" + errorsOfThousand,
        model,
        (file, context) -> file.verdictReached(verdict, context));
  }

  /** A panel of one example for each of the models, and no verdict. */
  public static void writeShowing(Path directory, String... models) {
    record(
        directory,
        "run-of-panels",
        models[0],
        (file, context) ->
            Stream.of(models)
                .map(
                    model ->
                        panel(
                            provenance(
                                model, Digest.ofBytes(model.getBytes(StandardCharsets.UTF_8)))))
                .forEach(panel -> file.figureShown(panel, context)));
  }

  private static Shown panel(Provenance provenance) {
    return new Shown(
        provenance.subject().name() + " on test",
        new Panel(
            "example 17",
            "on example 17",
            List.of("predicted: denied"),
            List.of(
                new Table(
                    "columns",
                    "What speaks for it",
                    "column",
                    List.of(new Table.Column("value")),
                    List.of(new Table.Row("debt", Table.number(3)))))),
        provenance);
  }

  private static Provenance provenance(String model, String sha256) {
    return Provenance.read(
        new FactText.Texts(
            Map.of("name", model, "sha256", sha256),
            Map.of("name", "test", "sha256", "ab".repeat(32)),
            Map.of(),
            Map.of()),
        42,
        Instant.now(),
        1);
  }

  private static void record(
      Path directory, String run, String model, BiConsumer<VerdictFile, RunContext> what) {
    VerdictFile file = new VerdictFile(run, 1);
    Settings settings = new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory);
    TestIdentity test = new TestIdentity("[" + model + "]", "com.acme.RateTest", "errs", "errs()");
    file.testsHeard(TestEvent.found(List.of(test), ""), settings);
    file.testsHeard(TestEvent.started(test.id()), settings);
    what.accept(file, RunContext.of(settings, RunSession.isolated()).forTest(test));
    file.testsHeard(TestEvent.ended(test.id(), null, "", ""), settings);
    file.merge();
  }
}
