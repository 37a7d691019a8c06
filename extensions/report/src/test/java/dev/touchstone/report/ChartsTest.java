package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.evidence.figure.ReliabilityDiagram;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChartsTest {
  private static final Pattern CIRCLE =
      Pattern.compile("<circle class=\"f s0\" cx=\"([\\d.]+)\" cy=\"([\\d.]+)\"");

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
    ReliabilityDiagram.Bin empty = new ReliabilityDiagram.Bin(0, 1, 0, 0, 0);
    String svg = Charts.svg(new ReliabilityDiagram("r", "t", List.of(empty)));
    assertThat(svg).contains("l id").doesNotContain("<circle");
  }

  @Test
  void textsAreEscaped() {
    assertThat(Charts.svg(Verdicts.reliability("<b>&\"'")))
        .contains("aria-label=\"Reliability diagram: &lt;b&gt;&amp;&quot;&#39;. 1,000 examples");
  }

  @Test
  void chartsHoldShapesAndTextsAlone() {
    String svg =
        Charts.svg(Verdicts.reliability("t"))
            + DotPlot.svg(Verdicts.curve("l"), new double[] {0.3});
    assertThat(
            Pattern.compile("</?([a-z]+)").matcher(svg).results().map(r -> r.group(1)).distinct())
        .isSubsetOf("svg", "g", "line", "path", "rect", "circle", "ellipse", "polygon", "text");
    assertThat(svg).doesNotContain("style=", "href", "url(", "rgb(");
  }

  @Test
  void chartsAreSmall() {
    assertThat(DotPlot.svg(Verdicts.curve("l"), new double[] {0.3}).length()).isLessThan(4000);
  }

  private static double number(MatchResult match, int group) {
    return Double.parseDouble(match.group(group));
  }
}
