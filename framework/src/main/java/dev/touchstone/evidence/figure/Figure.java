package dev.touchstone.evidence.figure;

import java.util.Arrays;
import java.util.Optional;

/**
 * A picture as data; drawn by whoever shows it.
 *
 * <p>Whoever does something with figures is a {@link Visitor}, so that a new kind does not compile
 * until each of them knows it.
 */
public sealed interface Figure
    permits BoxPlot,
        IntervalPlot,
        MapStrips,
        Overlays,
        Panel,
        Ranking,
        ReliabilityDiagram,
        Scatter,
        Table,
        TokenHeat {

  /** Returns a short name, unique within the evidence; becomes part of a file name. */
  String name();

  /** Returns what a reader sees above the picture. */
  String title();

  /** Returns which kind it is, as files name it. */
  Kind kind();

  /** Returns what a visitor makes of this kind of figure. */
  <T> T accept(Visitor<T> visitor);

  /**
   * What is done with a figure, kind by kind.
   *
   * @param <T> what is made of it
   */
  interface Visitor<T> {
    /** Visits distributions side by side. */
    T boxPlot(BoxPlot figure);

    /** Visits values with intervals at names. */
    T intervalPlot(IntervalPlot figure);

    /** Visits attribution maps under the heads of their columns. */
    T mapStrips(MapStrips figure);

    /** Visits images with attribution maps over them. */
    T overlays(Overlays figure);

    /** Visits figures that belong together. */
    T panel(Panel figure);

    /** Visits items in order. */
    T ranking(Ranking figure);

    /** Visits confidence against accuracy. */
    T reliabilityDiagram(ReliabilityDiagram figure);

    /** Visits points between two axes. */
    T scatter(Scatter figure);

    /** Visits a table. */
    T table(Table figure);

    /** Visits texts whose tokens speak for or against something. */
    T tokenHeat(TokenHeat figure);
  }

  /** The kinds of figures, and the only place where files' names for them stand. */
  enum Kind {
    /** {@link BoxPlot}. */
    BOX_PLOT("box-plot"),
    /** {@link IntervalPlot}, called a curve in files of the first two versions. */
    INTERVAL_PLOT("interval-plot", "curve"),
    /** {@link MapStrips}. */
    MAP_STRIPS("map-strips"),
    /** {@link Overlays}. */
    OVERLAYS("overlays"),
    /** {@link Panel}. */
    PANEL("panel"),
    /** {@link Ranking}. */
    RANKING("ranking"),
    /** {@link ReliabilityDiagram}. */
    RELIABILITY_DIAGRAM("reliability-diagram"),
    /** {@link Scatter}. */
    SCATTER("scatter"),
    /** {@link Table}. */
    TABLE("table"),
    /** {@link TokenHeat}. */
    TOKEN_HEAT("token-heat");

    private final String written;
    private final String writtenBefore;

    Kind(String written) {
      this(written, written);
    }

    Kind(String written, String writtenBefore) {
      this.written = written;
      this.writtenBefore = writtenBefore;
    }

    /** Returns its name in files. */
    public String written() {
      return written;
    }

    /** Returns the kind that files name so; empty for a name that is none. */
    public static Optional<Kind> of(String written) {
      return Arrays.stream(values())
          .filter(kind -> kind.written.equals(written) || kind.writtenBefore.equals(written))
          .findFirst();
    }
  }
}
