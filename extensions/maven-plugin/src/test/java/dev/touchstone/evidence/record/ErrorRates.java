package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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
                    .from(
                        Provenance.read(
                            new FactText.Texts(
                                Map.of("name", model, "sha256", sha256),
                                Map.of("name", "test", "sha256", "ab".repeat(32)),
                                Map.of(),
                                Map.of()),
                            42,
                            Instant.now(),
                            1)),
                Policy.STRICT);
    VerdictFile file = new VerdictFile("run-" + errorsOfThousand, 1);
    Settings settings = new Settings("cpu", 42, Policy.STRICT, 1 << 20, directory);
    TestIdentity test = new TestIdentity("[" + model + "]", "com.acme.RateTest", "errs", "errs()");
    file.testsHeard(TestEvent.found(List.of(test), ""), settings);
    file.testsHeard(TestEvent.started(test.id()), settings);
    file.verdictReached(verdict, RunContext.of(settings, RunSession.isolated()).forTest(test));
    file.testsHeard(TestEvent.ended(test.id(), null, "", ""), settings);
    file.merge();
  }
}
