package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.evidence.Figure;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChartsTest {
  /** The chart library puts its markers on whole pixels. */
  private static final double A_PIXEL = 1;

  private static final Pattern CIRCLE =
      Pattern.compile("<circle class=\"f s0\" cx=\"([\\d.]+)\" cy=\"([\\d.]+)\"");
  private static final Pattern INTERVAL =
      Pattern.compile(
          "<line class=\"l v s0\" x1=\"([\\d.]+)\" y1=\"([\\d.]+)\" x2=\"\\1\" y2=\"([\\d.]+)\"");

  @Test
  void reliabilityPointsLieWhereConfidenceAndAccuracyMeet() {
    String svg = Charts.svg(Verdicts.reliability("t"));
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    assertThat(points).hasSize(3);
    // The ideal line runs from (0, 0) to (1, 1): it gives the scale.
    MatchResult ideal =
        Pattern.compile(
                "<line class=\"l id\" x1=\"([\\d.]+)\" y1=\"([\\d.]+)\" x2=\"([\\d.]+)\""
                    + " y2=\"([\\d.]+)\"")
            .matcher(svg)
            .results()
            .findFirst()
            .orElseThrow();
    double[][] expected = {{0.4, 0.5}, {0.7, 0.6}, {0.95, 0.9}};
    for (int i = 0; i < 3; i++) {
      double x =
          (number(points.get(i), 1) - number(ideal, 1)) / (number(ideal, 3) - number(ideal, 1));
      double y =
          (number(points.get(i), 2) - number(ideal, 2)) / (number(ideal, 4) - number(ideal, 2));
      assertThat(x).isCloseTo(expected[i][0], within(0.001));
      assertThat(y).isCloseTo(expected[i][1], within(0.001));
    }
  }

  @Test
  void reliabilityDiagramsSayHowManyExamplesEachBinHas() {
    assertThat(Charts.svg(Verdicts.reliability("t")))
        .contains(">40</text>", ">160</text>", ">800</text>");
  }

  @Test
  void sharesAreWrittenInTheirOrderWhateverTheJvm() {
    assertThat(Charts.svg(Verdicts.reliability("t")))
        .containsSubsequence(
            ">0</text>", ">0.2</text>", ">0.4</text>", ">0.6</text>", ">0.8</text>", ">1</text>");
  }

  @Test
  void aDiagramWithoutExamplesIsDrawnEmpty() {
    Figure.ReliabilityDiagram.Bin empty = new Figure.ReliabilityDiagram.Bin(0, 1, 0, 0, 0);
    String svg = Charts.svg(new Figure.ReliabilityDiagram("r", "t", List.of(empty)));
    assertThat(svg).contains("l id").doesNotContain("<circle");
  }

  @Test
  void curvesShowTheirIntervals() {
    String svg = Charts.svg(Verdicts.curve("Spearman"));
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    List<MatchResult> intervals = INTERVAL.matcher(svg).results().toList();
    assertThat(points).hasSize(3);
    assertThat(intervals).hasSize(3);
    // Every interval reaches 0.1 to both sides; 0.8 and 0.1 are 0.7 apart.
    double unit = (number(points.get(2), 2) - number(points.get(0), 2)) / 0.7;
    for (int i = 0; i < 3; i++) {
      assertThat(number(intervals.get(i), 2))
          .isCloseTo(number(points.get(i), 2) - unit * 0.1, within(A_PIXEL));
      assertThat(number(intervals.get(i), 3))
          .isCloseTo(number(points.get(i), 2) + unit * 0.1, within(A_PIXEL));
    }
  }

  @Test
  void intervalsReachFromTheirLowerLimitToTheirUpperOne() {
    // 0 of 1,000: Clopper and Pearson's interval reaches to one side only.
    String svg =
        Charts.svg(
            curve(
                new Figure.Curve.Point(0, 0, 0.00368), new Figure.Curve.Point(0.01, 0.002, 0.011)));
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    List<MatchResult> intervals = INTERVAL.matcher(svg).results().toList();
    double unit = (number(points.get(0), 2) - number(points.get(1), 2)) / 0.01;
    assertThat(intervals).hasSize(2);
    assertThat(number(intervals.get(0), 3)).isCloseTo(number(points.get(0), 2), within(A_PIXEL));
    assertThat(number(intervals.get(0), 2))
        .isCloseTo(number(points.get(0), 2) - unit * 0.00368, within(A_PIXEL));
    assertThat(number(intervals.get(1), 3))
        .isCloseTo(number(points.get(1), 2) + unit * 0.008, within(A_PIXEL));
    assertThat(number(intervals.get(1), 2))
        .isCloseTo(number(points.get(1), 2) - unit * 0.001, within(A_PIXEL));
  }

  @Test
  void anInfiniteLimitLeavesThePictureWithoutACap() {
    String svg =
        Charts.svg(
            curve(
                new Figure.Curve.Point(0.5, 0.4, Double.POSITIVE_INFINITY),
                new Figure.Curve.Point(0.9, 0.8, 1)));
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    MatchResult interval = INTERVAL.matcher(svg).results().findFirst().orElseThrow();
    double unit = (number(points.get(0), 2) - number(points.get(1), 2)) / 0.4;
    assertThat(number(interval, 3))
        .isCloseTo(number(points.get(0), 2) + unit * 0.1, within(A_PIXEL));
    // The highest limit is 1, above which the chart leaves a twentieth of its range.
    assertThat(number(interval, 2))
        .isCloseTo(number(points.get(1), 2) - unit * (0.1 + 0.6 * 0.05), within(A_PIXEL));
    Pattern cap = Pattern.compile("<line class=\"l v s0\" [^>]*y1=\"([\\d.]+)\"[^>]*y2=\"\\1\"");
    assertThat(cap.matcher(svg).results()).hasSize(3);
  }

  @Test
  void aLimitThatIsNoNumberIsNotDrawn() {
    String svg = Charts.svg(curve(new Figure.Curve.Point(0.5, Double.NaN, 0.6)));
    assertThat(CIRCLE.matcher(svg).results()).hasSize(1);
    assertThat(svg).doesNotContain("l v s0", "NaN");
  }

  @Test
  void curvesNameTheirPositions() {
    assertThat(Charts.svg(Verdicts.curve("Spearman")))
        .contains(">logits</text>", ">conv2</text>", ">conv1</text>", ">similarity</text>");
  }

  @Test
  void aPointThatIsNoNumberIsLeftOut() {
    Figure.Curve curve =
        new Figure.Curve(
            "c",
            "t",
            "x",
            "y",
            List.of("a", "b"),
            Map.of(
                "l",
                List.of(
                    new Figure.Curve.Point(0.5, 0.4, 0.6),
                    new Figure.Curve.Point(Double.NaN, Double.NaN, Double.NaN))));
    assertThat(CIRCLE.matcher(Charts.svg(curve)).results()).hasSize(1);
  }

  @Test
  void aCurveWithoutPointsIsDrawnEmpty() {
    Figure.Curve curve = new Figure.Curve("c", "t", "x", "y", List.of(), Map.of("l", List.of()));
    assertThat(Charts.svg(curve)).startsWith("<svg").doesNotContain("NaN", "<circle");
  }

  @Test
  void textsAreEscaped() {
    assertThat(Charts.svg(Verdicts.reliability("<b>&\"'")))
        .contains("aria-label=\"Reliability diagram: &lt;b&gt;&amp;&quot;&#39;\"");
  }

  @Test
  void chartsHoldShapesAndTextsAlone() {
    String svg = Charts.svg(Verdicts.reliability("t")) + Charts.svg(Verdicts.curve("l"));
    assertThat(
            Pattern.compile("</?([a-z]+)").matcher(svg).results().map(r -> r.group(1)).distinct())
        .isSubsetOf("svg", "g", "line", "path", "rect", "circle", "ellipse", "polygon", "text");
    assertThat(svg).doesNotContain("style=", "href", "url(", "rgb(");
  }

  @Test
  void chartsAreSmall() {
    assertThat(Charts.svg(Verdicts.curve("l")).length()).isLessThan(4000);
  }

  private static Figure.Curve curve(Figure.Curve.Point... points) {
    List<String> positions = List.of("a", "b").subList(0, points.length);
    return new Figure.Curve("c", "t", "x", "y", positions, Map.of("l", List.of(points)));
  }

  private static double number(MatchResult match, int group) {
    return Double.parseDouble(match.group(group));
  }
}
