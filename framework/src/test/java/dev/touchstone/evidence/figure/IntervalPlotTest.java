package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalPlotTest {
  private static final IntervalPlot.Point POINT = new IntervalPlot.Point(0.5, 0.4, 0.6);

  @Test
  void aSeriesHasOnePointAtEachName() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new IntervalPlot(
                    "n", "t", "layer", "q", List.of("a", "b"), Map.of("s", List.of(POINT))))
        .withMessageContaining("the series s has 1 points at 2 positions");
  }

  @Test
  void morePointsThanAFileShouldHoldAreRefused() {
    List<String> names = Collections.nCopies(5001, "a");
    List<IntervalPlot.Point> points = Collections.nCopies(5001, POINT);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new IntervalPlot("n", "t", "x", "q", names, Map.of("s", points, "u", points)))
        .withMessage(
            "10,002 points are more than a figure holds (10,000); show those that matter most, and"
                + " say so in the title");
  }

  @ParameterizedTest
  @CsvSource({
    "Infinity, 0, 1",
    "0.5, 0.6, 0.4",
    "0.5, NaN, 0.6",
    "0.5, 0.4, NaN",
    "0.5, Infinity, Infinity",
    "0.5, -Infinity, -Infinity"
  })
  void whatIsNoValueWithItsIntervalIsRefused(double value, double lower, double upper) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IntervalPlot.Point(value, lower, upper))
        .withMessageContaining("a point of " + value);
  }

  @Test
  void anIntervalThatSaysNothingIsNone() {
    IntervalPlot.Point point =
        new IntervalPlot.Point(0.5, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    assertThat(point).isEqualTo(new IntervalPlot.Point(0.5, Double.NaN, Double.NaN));
  }

  @Test
  void theAxisShowsLinesAndWhatIsDrawnBeside() {
    IntervalPlot plot =
        new IntervalPlot("n", "t", "x", "q", List.of("a"), Map.of("s", List.of(POINT)))
            .withLine("null", 0);
    // From 0, the line, to 1, what is drawn beside, and a twentieth more on both sides.
    assertThat(plot.axis(1).least()).isEqualTo(-0.05);
    assertThat(plot.axis(1).most()).isEqualTo(1.05);
  }

  @Test
  void aLineIsANumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IntervalPlot.Line("null", Double.NaN))
        .withMessageContaining("the line null is NaN");
  }
}
