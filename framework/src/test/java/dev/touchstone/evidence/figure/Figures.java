package dev.touchstone.evidence.figure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A figure of each kind, with everything that it can hold. */
public final class Figures {
  private Figures() {}

  /** All of them. */
  public static List<Figure> all() {
    return List.of(intervalPlot(), overlays(), ranking(), reliabilityDiagram());
  }

  static IntervalPlot intervalPlot() {
    Map<String, List<IntervalPlot.Point>> series = new LinkedHashMap<>();
    series.put(
        "trained",
        List.of(
            new IntervalPlot.Point(0.8, 0.7, 0.9),
            new IntervalPlot.Point(0.4, 0.3, Double.POSITIVE_INFINITY),
            new IntervalPlot.Point(0.1, Double.NEGATIVE_INFINITY, 0.2)));
    series.put(
        "re-initialised",
        List.of(
            new IntervalPlot.Point(0.1, Double.NaN, Double.NaN),
            new IntervalPlot.Point(Double.NaN, Double.NaN, Double.NaN),
            new IntervalPlot.Point(0.1, 0.05, 0.1)));
    return new IntervalPlot(
            "layers",
            "Trained layers",
            "layer",
            "usefulness",
            List.of("conv1", "conv2", "fc"),
            series)
        .withLine("chance", 0.05);
  }

  static Overlays overlays() {
    return new Overlays(
        "overlays",
        "Saliency",
        List.of(
            new Overlays.Tile("seven", 1, 2, 1, new float[] {0, 1}, new float[] {2, -1}),
            new Overlays.Tile("red", 1, 1, 3, new float[] {1, 0, 0}, new float[0])));
  }

  static Ranking ranking() {
    return new Ranking(
        "ranking",
        "Most suspicious",
        List.of(
            new Ranking.Item("17", 4, true, Optional.of(new Thumbnail(1, 2, 1, new byte[2]))),
            new Ranking.Item("18", 1, false)));
  }

  static ReliabilityDiagram reliabilityDiagram() {
    return new ReliabilityDiagram(
        "reliability",
        "Reliability",
        List.of(
            new ReliabilityDiagram.Bin(0, 0.5, 0, Double.NaN, Double.NaN),
            new ReliabilityDiagram.Bin(0.5, 1, 1000, 0.9, 0.8)));
  }
}
