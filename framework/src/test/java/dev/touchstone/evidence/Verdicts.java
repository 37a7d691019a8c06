package dev.touchstone.evidence;

import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Verdicts on error rates that a test makes up. */
final class Verdicts {
  private Verdicts() {}

  /** "The error rate is at most 0.1" on errors out of 100 per slice. */
  static Claim claim() {
    return Claim.of("the error rate is at most 0.1", Bound.atMost(0.1));
  }

  static Evidence evidence(Map<String, Integer> errorsOfHundred) {
    Evidence.Builder evidence = Evidence.of("error rate", "a.onnx on test (n = 100)");
    errorsOfHundred.forEach(
        (slice, errors) ->
            evidence.measured(new Measurement("error rate", slice, Proportion.of(errors, 100))));
    return evidence.from(provenance());
  }

  static Provenance provenance() {
    return new Provenance(
        Map.of("name", "a.onnx"),
        Map.of("name", "test"),
        Map.of(),
        42,
        Map.of(),
        Instant.EPOCH,
        0.5);
  }

  static Verdict verdict(Claim claim, Map<String, Integer> errorsOfHundred) {
    return claim.judge(evidence(errorsOfHundred), Policy.STRICT);
  }

  static Verdict passing() {
    return verdict(claim(), Map.of("overall", 1));
  }

  static Verdict failing() {
    return verdict(claim(), Map.of("overall", 30));
  }

  static RunContext context(Path directory) {
    return context(directory, false, false);
  }

  static RunContext context(Path directory, boolean updateKnown, boolean ci) {
    return RunContext.of(
            new Settings(
                "cpu",
                42,
                Policy.STRICT,
                512L << 20,
                directory,
                directory.resolve("known.json"),
                updateKnown,
                ci),
            RunSession.isolated())
        .forTest(new TestIdentity("[id]", "com.acme.ModelTest", "isRight", "isRight()"));
  }
}
