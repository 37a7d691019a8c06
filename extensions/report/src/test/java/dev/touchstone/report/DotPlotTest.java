package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.evidence.figure.IntervalPlot;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DotPlotTest {
  /** The chart library puts its markers on whole pixels. */
  private static final double A_PIXEL = 1;

  private static final double[] NO_TOLERANCE = {};

  private static final Pattern CIRCLE =
      Pattern.compile("<circle class=\"f s0\" cx=\"([\\d.]+)\" cy=\"([\\d.]+)\"");

  /** From left to right, at one height. */
  private static final Pattern INTERVAL =
      Pattern.compile(
          "<line class=\"l v s0\" x1=\"([\\d.]+)\" y1=\"([\\d.]+)\" x2=\"([\\d.]+)\" y2=\"\\2\"");

  @Test
  void valuesShowTheirIntervals() {
    String svg = DotPlot.svg(Verdicts.curve("Spearman"), NO_TOLERANCE);
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    List<MatchResult> intervals = INTERVAL.matcher(svg).results().toList();
    assertThat(points).hasSize(3);
    assertThat(intervals).hasSize(3);
    // Every interval reaches 0.1 to both sides; 0.8 and 0.1 are 0.7 apart.
    double unit = (number(points.get(0), 1) - number(points.get(2), 1)) / 0.7;
    for (int i = 0; i < 3; i++) {
      assertThat(number(intervals.get(i), 1))
          .isCloseTo(number(points.get(i), 1) - unit * 0.1, within(A_PIXEL));
      assertThat(number(intervals.get(i), 3))
          .isCloseTo(number(points.get(i), 1) + unit * 0.1, within(A_PIXEL));
    }
  }

  @Test
  void intervalsReachFromTheirLowerLimitToTheirUpperOne() {
    // 0 of 1,000: Clopper and Pearson's interval reaches to one side only.
    String svg =
        DotPlot.svg(
            curve(
                new IntervalPlot.Point(0, 0, 0.00368), new IntervalPlot.Point(0.01, 0.002, 0.011)),
            NO_TOLERANCE);
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    List<MatchResult> intervals = INTERVAL.matcher(svg).results().toList();
    double unit = (number(points.get(1), 1) - number(points.get(0), 1)) / 0.01;
    assertThat(intervals).hasSize(2);
    assertThat(number(intervals.get(0), 1)).isCloseTo(number(points.get(0), 1), within(A_PIXEL));
    assertThat(number(intervals.get(0), 3))
        .isCloseTo(number(points.get(0), 1) + unit * 0.00368, within(A_PIXEL));
    assertThat(number(intervals.get(1), 1))
        .isCloseTo(number(points.get(1), 1) - unit * 0.008, within(A_PIXEL));
    assertThat(number(intervals.get(1), 3))
        .isCloseTo(number(points.get(1), 1) + unit * 0.001, within(A_PIXEL));
  }

  @Test
  void anInfiniteLimitLeavesThePictureWithoutACap() {
    String svg =
        DotPlot.svg(
            curve(
                new IntervalPlot.Point(0.5, 0.4, Double.POSITIVE_INFINITY),
                new IntervalPlot.Point(0.9, 0.8, 1)),
            NO_TOLERANCE);
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    MatchResult interval = INTERVAL.matcher(svg).results().findFirst().orElseThrow();
    double unit = (number(points.get(1), 1) - number(points.get(0), 1)) / 0.4;
    assertThat(number(interval, 1))
        .isCloseTo(number(points.get(0), 1) - unit * 0.1, within(A_PIXEL));
    // The highest limit is 1, beyond which the chart leaves a twentieth of its range.
    assertThat(number(interval, 3))
        .isCloseTo(number(points.get(1), 1) + unit * (0.1 + 0.6 * 0.05), within(A_PIXEL));
    Pattern cap = Pattern.compile("<line class=\"l v s0\" x1=\"([\\d.]+)\"[^>]*x2=\"\\1\"");
    assertThat(cap.matcher(svg).results()).hasSize(3);
  }

  @Test
  void theToleranceIsAnUprightLineWhereTheValuesScalePutsIt() {
    String svg = DotPlot.svg(Verdicts.curve("Spearman"), new double[] {0.45});
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    MatchResult tolerance =
        Pattern.compile("<line class=\"l tol\" x1=\"([\\d.]+)\"[^>]*x2=\"\\1\"")
            .matcher(svg)
            .results()
            .findFirst()
            .orElseThrow();
    // Half way between 0.8 and 0.1.
    assertThat(number(tolerance, 1))
        .isCloseTo((number(points.get(0), 1) + number(points.get(2), 1)) / 2, within(A_PIXEL));
    assertThat(svg).contains(">tolerance 0.45</text>");
  }

  @Test
  void aToleranceBeyondAllValuesIsInThePicture() {
    String svg = DotPlot.svg(curve(new IntervalPlot.Point(0.1, 0, 0.2)), new double[] {0.9});
    MatchResult point = CIRCLE.matcher(svg).results().findFirst().orElseThrow();
    MatchResult tolerance =
        Pattern.compile("<line class=\"l tol\" x1=\"([\\d.]+)\"")
            .matcher(svg)
            .results()
            .findFirst()
            .orElseThrow();
    assertThat(number(tolerance, 1)).isBetween(number(point, 1), (double) Charts.WIDTH);
  }

  @Test
  void otherLinesAreDashedAndLabelled() {
    IntervalPlot plot =
        curve(new IntervalPlot.Point(0.1, 0, 0.2), new IntervalPlot.Point(0.9, 0.8, 1))
            .withLine("chance", 0.5);
    String svg = DotPlot.svg(plot, new double[] {0.5});
    List<MatchResult> points = CIRCLE.matcher(svg).results().toList();
    MatchResult line =
        Pattern.compile("<line class=\"l id\" x1=\"([\\d.]+)\"[^>]*x2=\"\\1\"")
            .matcher(svg)
            .results()
            .findFirst()
            .orElseThrow();
    assertThat(number(line, 1))
        .isCloseTo((number(points.get(0), 1) + number(points.get(1), 1)) / 2, within(A_PIXEL));
    // At one place: their labels stand above each other, inside the picture.
    Pattern label = Pattern.compile("y=\"([\\d.]+)\">(chance 0.5|tolerance 0.5)</text>");
    List<Double> heights =
        label.matcher(svg).results().map(text -> number(text, 1)).sorted().toList();
    assertThat(heights).hasSize(2);
    assertThat(heights.get(0)).isGreaterThan(8);
    assertThat(heights.get(1) - heights.get(0)).isEqualTo(Uprights.LEVEL);
  }

  @Test
  void noLineJoinsNames() {
    // What is drawn in the colour of the values is their marks and their intervals.
    assertThat(DotPlot.svg(Verdicts.curve("Spearman"), NO_TOLERANCE))
        .doesNotContain("class=\"l s0\"");
  }

  @Test
  void everyNameIsWritten() {
    List<String> names = IntStream.range(0, 40).mapToObj(i -> "group=" + i).toList();
    List<IntervalPlot.Point> points =
        names.stream().map(name -> new IntervalPlot.Point(0.5, 0.4, 0.6)).toList();
    String svg =
        DotPlot.svg(new IntervalPlot("c", "t", "x", "y", names, Map.of("l", points)), NO_TOLERANCE);
    assertThat(names).allSatisfy(name -> assertThat(svg).contains(">" + name + "</text>"));
    List<Double> heights =
        CIRCLE.matcher(svg).results().map(point -> number(point, 2)).distinct().toList();
    assertThat(heights).hasSize(40);
  }

  @Test
  void valuesOfOneNameStandApart() {
    IntervalPlot.Point same = new IntervalPlot.Point(0.5, 0.4, 0.6);
    String svg =
        DotPlot.svg(
            new IntervalPlot(
                "c",
                "t",
                "x",
                "y",
                List.of("a"),
                new java.util.TreeMap<>(Map.of("k", List.of(same), "l", List.of(same)))),
            NO_TOLERANCE);
    MatchResult first = INTERVAL.matcher(svg).results().findFirst().orElseThrow();
    Pattern other = Pattern.compile(INTERVAL.pattern().replace("s0", "s1"));
    MatchResult second = other.matcher(svg).results().findFirst().orElseThrow();
    assertThat(number(second, 2)).isGreaterThan(number(first, 2) + 5);
  }

  @Test
  void equalValuesHaveAScaleWithNumbers() {
    String svg = DotPlot.svg(curve(new IntervalPlot.Point(1, 1, 1)), NO_TOLERANCE);
    assertThat(svg).contains(">1</text>");
  }

  @Test
  void aValueWithoutAnIntervalIsAPointAlone() {
    String svg =
        DotPlot.svg(curve(new IntervalPlot.Point(0.5, Double.NaN, Double.NaN)), NO_TOLERANCE);
    assertThat(CIRCLE.matcher(svg).results()).hasSize(1);
    assertThat(svg).doesNotContain("l v s0", "NaN");
  }

  @Test
  void namesAndTheQuantityAreWritten() {
    assertThat(DotPlot.svg(Verdicts.curve("Spearman"), NO_TOLERANCE))
        .contains(">logits</text>", ">conv2</text>", ">conv1</text>", ">similarity</text>");
  }

  @Test
  void aPointThatIsNoNumberIsLeftOut() {
    IntervalPlot curve =
        curve(
            new IntervalPlot.Point(0.5, 0.4, 0.6),
            new IntervalPlot.Point(Double.NaN, Double.NaN, Double.NaN));
    assertThat(CIRCLE.matcher(DotPlot.svg(curve, NO_TOLERANCE)).results()).hasSize(1);
  }

  @Test
  void withoutValuesAnEmptyPictureIsDrawn() {
    IntervalPlot curve = new IntervalPlot("c", "t", "x", "y", List.of(), Map.of("l", List.of()));
    assertThat(DotPlot.svg(curve, NO_TOLERANCE))
        .startsWith("<svg")
        .doesNotContain("NaN", "<circle");
  }

  private static IntervalPlot curve(IntervalPlot.Point... points) {
    List<String> positions = List.of("a", "b").subList(0, points.length);
    return new IntervalPlot("c", "t", "x", "y", positions, Map.of("l", List.of(points)));
  }

  private static double number(MatchResult match, int group) {
    return Double.parseDouble(match.group(group));
  }
}
