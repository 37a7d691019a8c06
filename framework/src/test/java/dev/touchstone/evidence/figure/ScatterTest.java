package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScatterTest {
  private static final Axis AXIS = new Axis("x", "s");

  @Test
  void tooManyPointsAreRefusedWithAWayOut() {
    List<Scatter.Point> points = Collections.nCopies(2001, new Scatter.Point(0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scatter("n", "t", AXIS, AXIS, points))
        .withMessage(
            "2,001 points are more than a figure holds (2,000); Scatter.thinned(…) keeps some and"
                + " says how many");
  }

  @Test
  void aThinnedFigureKeepsWhatStandsOutAndSaysHowManyThereWere() {
    List<Scatter.Point> points = new ArrayList<>();
    for (int i = 0; i < 1_000_000; i++) {
      points.add(new Scatter.Point(Math.sin(i), Math.cos(i)));
    }
    points.set(123_457, new Scatter.Point(-9, 0));
    points.set(123_459, new Scatter.Point(9, 0));
    points.set(123_461, new Scatter.Point(0, -9));
    points.set(123_463, new Scatter.Point(0, 9));
    points.set(777_777, new Scatter.Point(0.1, 0.2, "planted"));
    Scatter thinned = Scatter.thinned("n", "t", AXIS, AXIS, points);
    assertThat(thinned.of()).isEqualTo(1_000_000);
    assertThat(thinned.points()).hasSizeBetween(1990, Scatter.MOST_POINTS);
    assertThat(thinned.points())
        .contains(
            points.get(123_457),
            points.get(123_459),
            points.get(123_461),
            points.get(123_463),
            points.get(777_777));
    // The others stand for all: a fifth of them come from each fifth of the order.
    Set<Scatter.Point> firstFifth = new HashSet<>(points.subList(0, 200_000));
    assertThat(thinned.points().stream().filter(firstFifth::contains).count())
        .isBetween(390L, 410L);
  }

  @Test
  void aFigureMayBeThinnedFurther() {
    List<Scatter.Point> points = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      points.add(new Scatter.Point(i, i));
    }
    Scatter thinned = Scatter.thinned("n", "t", AXIS, AXIS, points, 500);
    assertThat(thinned.points()).hasSizeBetween(490, 500);
    assertThat(thinned.of()).isEqualTo(1500);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scatter.thinned("n", "t", AXIS, AXIS, points, 99))
        .withMessage("a thinned figure of at most 99 points; write 100 to 2000");
  }

  @Test
  void fewPointsStayAsTheyAre() {
    List<Scatter.Point> points = List.of(new Scatter.Point(1, 2));
    assertThat(Scatter.thinned("n", "t", AXIS, AXIS, points))
        .isEqualTo(new Scatter("n", "t", AXIS, AXIS, points));
  }

  @Test
  void pointsAndStatedNumbersAreNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scatter.Point(Double.NaN, 0))
        .withMessageContaining("a point's horizontal place is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Figures.scatter().stating("Spearman correlation", Double.NaN))
        .withMessageContaining("Spearman correlation is NaN");
  }

  @Test
  void morePointsShownThanThereAreIsRefused() {
    Scatter all = Figures.scatter();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scatter("n", "t", AXIS, AXIS, all.points(), 2, false, Map.of()))
        .withMessage("3 points are shown of 2");
  }

  @Test
  void manyLabelsAreRefused() {
    List<Scatter.Point> points = Collections.nCopies(31, new Scatter.Point(0, 0, "a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Scatter("n", "t", AXIS, AXIS, points))
        .withMessageContaining("31 labelled points");
  }

  @Test
  void withTheIdentityBothAxesHaveOneRange() {
    // From -0.5 to 1, and a twentieth of 1.5 on both sides.
    assertThat(Figures.scatter().across()).isEqualTo(Figures.scatter().upwards());
    assertThat(Figures.scatter().across().least()).isCloseTo(-0.575, within(1e-12));
    assertThat(Figures.scatter().across().most()).isCloseTo(1.075, within(1e-12));
  }

  @Test
  void anAxisHasItsUnit() {
    assertThat(AXIS.inWords()).isEqualTo("x (s)");
    assertThat(new Axis("similarity").inWords()).isEqualTo("similarity");
  }
}
