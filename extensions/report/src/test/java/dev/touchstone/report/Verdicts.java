package dev.touchstone.report;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.evidence.record.RecordedFigure;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Verdicts made by hand, judged by the framework. */
final class Verdicts {
  static final VerdictSource SOURCE =
      new VerdictSource(
          Path.of("target", "verdicts.json"),
          "ab".repeat(32),
          "run-1",
          0,
          0,
          ModelTests.allFinished(3));

  private Verdicts() {}

  static RecordedVerdicts of(RecordedVerdict... verdicts) {
    return new RecordedVerdicts(List.of(SOURCE), List.of(verdicts));
  }

  /** "The error rate is at most 0.1" where so many of so many are wrong, per group. */
  static RecordedVerdict errorRate(String model, Group... groups) {
    return errorRate(model, claim -> claim, evidence -> {}, groups);
  }

  static RecordedVerdict errorRate(
      String model,
      UnaryOperator<Claim> more,
      java.util.function.Consumer<Evidence.Builder> with,
      Group... groups) {
    Evidence.Builder evidence = Evidence.of("error rate", model + " on test.csv");
    Arrays.stream(groups)
        .forEach(
            g ->
                evidence.measured(
                    new Measurement("error rate", g.name(), Proportion.of(g.wrong(), g.of()))));
    with.accept(evidence);
    Claim claim = more.apply(Claim.of("the error rate is at most 0.1", Bound.upper(0.1)));
    Verdict verdict = claim.judge(evidence.from(provenance(model)), Policy.STRICT);
    return recorded(verdict, "isRight");
  }

  /** One that passes and says nothing. */
  static RecordedVerdict warned() {
    return errorRate(
        "constant.onnx",
        claim -> claim,
        evidence -> evidence.warn(new Warning("one-class", "it says <b>nothing</b>")),
        new Group("overall", 20, 1000));
  }

  static RecordedVerdict recorded(Verdict verdict, String method) {
    return new RecordedVerdict(
        verdict,
        verdict.fingerprint(),
        Optional.of(
            new TestIdentity(
                "[class:com.acme.ModelTest]/[method:" + method + "()]",
                "com.acme.ModelTest",
                method,
                method + "()",
                Optional.empty())),
        Optional.of("./mvnw test -Dtest='ModelTest#" + method + "' -Dtouchstone.seed=42"),
        SOURCE);
  }

  static Provenance provenance(String model) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("name", model);
    facts.put("sha256", "0123456789abcdef".repeat(4));
    return Provenance.read(
        new FactText.Texts(
            facts,
            Map.of("name", "test.csv", "sha256", "fedcba9876543210".repeat(4)),
            Map.of("aligned class", "every class"),
            Map.of("device", "cpu", "java", "17.0.15")),
        42,
        Instant.parse("2026-11-22T16:04:19.974Z"),
        0.25);
  }

  /** So many wrong of so many. */
  record Group(String name, int wrong, int of) {}

  static ReliabilityDiagram reliability(String title) {
    return new ReliabilityDiagram(
        "reliability",
        title,
        List.of(
            new ReliabilityDiagram.Bin(0, 0.25, 0, 0, 0),
            new ReliabilityDiagram.Bin(0.25, 0.5, 40, 0.4, 0.5),
            new ReliabilityDiagram.Bin(0.5, 0.75, 160, 0.7, 0.6),
            new ReliabilityDiagram.Bin(0.75, 1, 800, 0.95, 0.9)));
  }

  static IntervalPlot curve(String line) {
    return new IntervalPlot(
        "curve",
        "re-initialisation",
        "down to",
        "similarity",
        List.of("logits", "conv2", "conv1"),
        Map.of(
            line,
            List.of(
                new IntervalPlot.Point(0.8, 0.7, 0.9),
                new IntervalPlot.Point(0.4, 0.3, 0.5),
                new IntervalPlot.Point(0.1, 0, 0.2))));
  }

  static Ranking ranking(String first) {
    return new Ranking(
        "ranking",
        "the first of the ranking",
        List.of(new Ranking.Item(first, 4, true), new Ranking.Item("17", 1, false)));
  }

  /** Two pictured items, one planted, and one that has no picture. */
  static Ranking pictured(String first) {
    return new Ranking(
        "pictured",
        "the first pictures of the ranking",
        List.of(
            new Ranking.Item(
                first, 4, true, Optional.of(new Thumbnail(1, 2, 1, new byte[] {0, (byte) 200}))),
            new Ranking.Item(
                "18",
                2,
                false,
                Optional.of(new Thumbnail(1, 1, 3, new byte[] {(byte) 255, (byte) 128, 0}))),
            new Ranking.Item("17", 1, false)));
  }

  /** Two pixels, grey 0 and 1, one speaking for and one half as strongly against. */
  static Overlays overlays(String caption) {
    return new Overlays(
        "overlays",
        "saliency",
        List.of(new Overlays.Tile(caption, 1, 2, 1, new float[] {0, 1}, new float[] {2, -1})));
  }

  /** Three points, one of them labelled; the first and the last lie on the identity. */
  static Scatter scatter(String text) {
    return new Scatter(
            "scatter",
            text,
            new Axis("x " + text, text),
            new Axis("y " + text),
            List.of(
                new Scatter.Point(0, 0), new Scatter.Point(2, 1, text), new Scatter.Point(4, 4)))
        .withIdentity()
        .stating(text, 0.9731);
  }

  /** Two boxes, the second of one value. */
  static BoxPlot boxes(String text) {
    return new BoxPlot(
        "boxes",
        text,
        text,
        new Axis(text, text),
        List.of(
            new BoxPlot.Box(text, 20, 0, 1, 2, 3, 4, List.of(8.0), 1), BoxPlot.Box.of("one", 8)));
  }

  static Table table(String text) {
    return new Table(
        "table",
        text,
        text,
        List.of(new Table.Column(text, "s").withDecimals(2), new Table.Column("remark")),
        List.of(
            new Table.Row(text, Table.number(0.5), Table.text(text)),
            new Table.Row("second", Table.number(1234.5678), Table.text(""))));
  }

  /** A text whose first token is strongest for, and whose last is half as strong against. */
  static TokenHeat tokens(String text) {
    return new TokenHeat(
        "tokens",
        text,
        text,
        List.of(
            new TokenHeat.Text(
                text,
                List.of(
                    new TokenHeat.Token(text, 0.5),
                    new TokenHeat.Token(" and", 0),
                    new TokenHeat.Token(" ", 0.01),
                    new TokenHeat.Token("not", -0.25)))));
  }

  /**
   * Two pixels, black and white, under a map for the first and half as strong against the other.
   */
  static MapStrips strips(String text) {
    return new MapStrips(
        "strips",
        text,
        List.of("original", text),
        List.of(
            new MapStrips.Strip(
                text,
                new Thumbnail(1, 2, 1, new byte[] {0, (byte) 255}),
                List.of(MapStrips.Heat.of(1, 2, 2, -1), MapStrips.Heat.of(1, 2, 0, 0)))));
  }

  /** A text, and a table with bars, of which the second is half as long to the other side. */
  static Panel panel(String text) {
    return new Panel(
        text,
        text,
        List.of("predicted: " + text),
        List.of(
            tokens(text),
            strips(text),
            new Table(
                "columns",
                text,
                text,
                List.of(new Table.Column(text).withBars()),
                List.of(
                    new Table.Row(text, Table.number(4)),
                    new Table.Row("second", Table.number(-2))))));
  }

  /** What a test shows without a claim. */
  static RecordedFigure shown(String text) {
    return new RecordedFigure(
        new Shown(text + " on test.csv", panel(text), provenance(text)),
        errorRate(text, new Group("overall", 20, 1000)).test(),
        SOURCE);
  }

  /** Everything that evidence can hold. */
  static void everything(Evidence.Builder evidence, String text) {
    evidence
        .worst(new Finding("4711", Map.of("label", text)))
        .beside(new Measurement("accuracy", "overall", Proportion.of(90, 100)))
        .note("a note: " + text)
        .figure(reliability(text))
        .figure(curve(text))
        .figure(ranking(text))
        .figure(pictured(text))
        .figure(overlays(text))
        .figure(scatter(text))
        .figure(boxes(text))
        .figure(table(text))
        .figure(tokens(text))
        .figure(strips(text))
        .figure(panel(text));
  }
}
