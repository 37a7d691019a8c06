package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoxPlotTest {
  @Test
  void aBoxHasTheQuartilesOfNumpyAndTukeysWhiskers() {
    BoxPlot.Box box = BoxPlot.Box.of("a", 2.1, -3.5, 0.4, 7.7, 1.2, 0.9, 30, -25, 3.3, 2.2, 1.8);
    // numpy 2.4.6: np.percentile(x, [25, 50, 75]) gives 0.65, 1.8, 2.75; within 1.5 times 2.1 of
    // the outer two lie 0.4 to 3.3.
    assertThat(box.first()).isCloseTo(0.65, within(1e-12));
    assertThat(box.median()).isCloseTo(1.8, within(1e-12));
    assertThat(box.third()).isCloseTo(2.75, within(1e-12));
    assertThat(box.low()).isEqualTo(0.4);
    assertThat(box.high()).isEqualTo(3.3);
    assertThat(box.outliers()).containsExactly(-25.0, -3.5, 7.7, 30.0);
    assertThat(box.count()).isEqualTo(11);
    assertThat(box.beyond()).isEqualTo(4);
  }

  @Test
  void ofManyOutliersTheOutermostAreShownAndAllAreCounted() {
    double[] values =
        IntStream.range(0, 1000).mapToDouble(i -> i < 900 ? i % 2 : 100 + i).toArray();
    BoxPlot.Box box = BoxPlot.Box.of("a", values);
    assertThat(box.beyond()).isEqualTo(100);
    assertThat(box.outliers()).hasSize(50).contains(1099.0, 1050.0).doesNotContain(1049.0);
    assertThat(box.withoutOutliers().outliers()).isEmpty();
    assertThat(box.withoutOutliers().beyond()).isEqualTo(100);
  }

  @Test
  void oneValueIsABox() {
    BoxPlot.Box box = BoxPlot.Box.of("a", 7);
    assertThat(List.of(box.low(), box.first(), box.median(), box.third(), box.high()))
        .containsOnly(7.0);
  }

  @Test
  void whatIsNoDistributionIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxPlot.Box.of("a"))
        .withMessageContaining("no value of a; leave its box out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxPlot.Box.of("a", 1, Double.POSITIVE_INFINITY))
        .withMessageContaining("a value of a is Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BoxPlot.Box("a", 5, 0, 2, 1, 3, 4, List.of(), 0))
        .withMessageContaining("goes from 0.0 over 2.0, 1.0 and 3.0 to 4.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BoxPlot.Box("a", 5, 0, 1, 2, 3, 4, List.of(3.5), 1))
        .withMessageContaining("3.5 is no outlier of a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BoxPlot.Box("a", 1, 0, 1, 2, 3, 4, List.of(9.0), 1))
        .withMessageContaining("1 values, 1 beyond its whiskers");
  }

  @Test
  void manyBoxesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new BoxPlot(
                    "n", "t", "g", new Axis("v"), Collections.nCopies(201, BoxPlot.Box.of("a", 1))))
        .withMessageContaining("201 boxes");
  }
}
