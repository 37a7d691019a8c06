package dev.touchstone.evidence;

import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Verdicts on error rates that a test makes up. */
public final class Verdicts {
  private Verdicts() {}

  /** "The error rate is at most 0.1" on errors out of 100 per slice. */
  public static Claim claim() {
    return Claim.of("the error rate is at most 0.1", Bound.upper(0.1));
  }

  static Evidence evidence(Map<String, Integer> errorsOfHundred) {
    Evidence.Builder evidence = Evidence.of("error rate", "a.onnx on test (n = 100)");
    errorsOfHundred.forEach(
        (slice, errors) ->
            evidence.measured(new Measurement("error rate", slice, Proportion.of(errors, 100))));
    return evidence.from(provenance());
  }

  public static Provenance provenance() {
    return Provenance.read(
        new FactText.Texts(Map.of("name", "a.onnx"), Map.of("name", "test"), Map.of(), Map.of()),
        42,
        Instant.EPOCH,
        0.5);
  }

  public static Verdict verdict(Claim claim, Map<String, Integer> errorsOfHundred) {
    return claim.judge(evidence(errorsOfHundred), Policy.STRICT);
  }

  public static Verdict passing() {
    return verdict(claim(), Map.of("overall", 1));
  }

  public static Verdict failing() {
    return verdict(claim(), Map.of("overall", 30));
  }

  /** A verdict with one of everything. */
  public static Verdict everything() {
    Evidence evidence =
        Evidence.of("error rate", "a.onnx on test")
            .measured(
                new Measurement("error rate", "overall", Proportion.of(12, 100))
                    .beside(new Guess("always answering \"no\"", 0.3)))
            .measured(
                new Measurement("error rate", "sex=a", Proportion.of(0, 100))
                    .reading(Reading.points("worse by {value}").below0("better by {value}")))
            .beside(new Measurement("accuracy", "overall", Proportion.of(88, 100)))
            .worst(new Finding("example 17", Map.of("confidence", "0.99")))
            .note("a note with \u001b and \u2028")
            .warn(new Warning("one-class", "it says nothing but \u001b"))
            .figure(
                new ReliabilityDiagram(
                    "reliability",
                    "Reliability",
                    List.of(new ReliabilityDiagram.Bin(0, 1, 100, 0.9, Double.NaN))))
            .figure(
                new IntervalPlot(
                    "curve",
                    "Curve",
                    "layer",
                    "similarity",
                    List.of("fc1"),
                    Map.of("gradient", List.of(new IntervalPlot.Point(0.5, 0.4, 0.6)))))
            .figure(
                new Ranking(
                    "ranking",
                    "Ranking",
                    List.of(
                        new Ranking.Item("17", 3.5, true),
                        new Ranking.Item("18", 3, false, Optional.of(PICTURE)))))
            .figure(
                new Overlays(
                    "overlays",
                    "Overlays",
                    List.of(
                        new Overlays.Tile(
                            "seven", 1, 2, 1, new float[] {0, 1}, new float[] {-1, 1}))))
            .from(provenance());
    return claim()
        .because("a reason")
        .acceptingKnown("MODEL-17", LocalDate.parse("2027-03-01"))
        .judge(evidence, Policy.STRICT);
  }

  /** Two grey pixels, black and white. */
  static final Thumbnail PICTURE = new Thumbnail(1, 2, 1, new byte[] {0, (byte) 255});

  public static RunContext context(Path directory) {
    return context(directory, false, false);
  }

  public static RunContext context(Path directory, boolean updateBaseline, boolean ci) {
    return RunContext.of(
            new Settings(
                "cpu",
                42,
                Policy.STRICT,
                512L << 20,
                directory,
                directory.resolve("baseline.json"),
                updateBaseline,
                ci,
                Optional.of("1.4")),
            RunSession.isolated())
        .forTest(
            new TestIdentity(
                "[id]",
                "com.acme.ModelTest",
                "isRight",
                "isRight()",
                Optional.of(new SuiteIdentity("ab".repeat(32), Optional.of("1.4")))));
  }
}
