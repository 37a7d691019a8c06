package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void everyKindIsFoundByItsNameInFilesAndNoOtherIs() {
    assertThat(Arrays.stream(Figure.Kind.values()).map(Figure.Kind::written))
        .doesNotHaveDuplicates();
    for (Figure.Kind kind : Figure.Kind.values()) {
      assertThat(Figure.Kind.of(kind.written())).contains(kind);
    }
    assertThat(Figure.Kind.of("pie-chart")).isEmpty();
  }

  @Test
  void aCurveOfEarlierFilesIsAnIntervalPlot() {
    assertThat(Figure.Kind.of("curve")).contains(Figure.Kind.INTERVAL_PLOT);
  }

  @Test
  void everyKindIsVisitedAsWhatItIs() {
    assertThat(Figures.all().stream().map(Figure::kind))
        .containsExactlyInAnyOrder(Figure.Kind.values());
    assertThat(Figures.all())
        .allSatisfy(
            figure -> {
              assertThat(figure.accept(new Itself())).isSameAs(figure);
              assertThat(figure.kind().name().replace("_", ""))
                  .isEqualToIgnoringCase(figure.getClass().getSimpleName());
            });
  }

  @Test
  void everyClassOfAFigureHasAKind() {
    assertThat(Stream.of(Figure.class.getPermittedSubclasses()))
        .hasSameSizeAs(Figure.Kind.values());
  }

  private static final class Itself implements Figure.Visitor<Figure> {
    @Override
    public Figure boxPlot(BoxPlot figure) {
      return figure;
    }

    @Override
    public Figure mapStrips(MapStrips figure) {
      return figure;
    }

    @Override
    public Figure scatter(Scatter figure) {
      return figure;
    }

    @Override
    public Figure table(Table figure) {
      return figure;
    }

    @Override
    public Figure tokenHeat(TokenHeat figure) {
      return figure;
    }

    @Override
    public Figure intervalPlot(IntervalPlot figure) {
      return figure;
    }

    @Override
    public Figure overlays(Overlays figure) {
      return figure;
    }

    @Override
    public Figure panel(Panel figure) {
      return figure;
    }

    @Override
    public Figure ranking(Ranking figure) {
      return figure;
    }

    @Override
    public Figure reliabilityDiagram(ReliabilityDiagram figure) {
      return figure;
    }
  }
}
