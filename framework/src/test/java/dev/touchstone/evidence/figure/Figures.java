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
    return List.of(
        boxPlot(),
        intervalPlot(),
        mapStrips(),
        overlays(),
        panel(),
        ranking(),
        reliabilityDiagram(),
        scatter(),
        table(),
        tokenHeat());
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

  static Panel panel() {
    return new Panel(
        "example 17",
        "encoder.onnx on example 17",
        List.of("predicted: spam", "label: ham"),
        List.of(tokenHeat(), barred()));
  }

  private static Table barred() {
    return new Table(
        "columns",
        "What speaks for spam",
        "column",
        List.of(new Table.Column("value"), new Table.Column("TreeShap").withBars()),
        List.of(
            new Table.Row("links", Table.text("3"), Table.number(0.5)),
            new Table.Row("age", Table.text("0"), Table.number(-0.25))));
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

  static Scatter scatter() {
    return new Scatter(
            "scatter",
            "Influence and retraining",
            new Axis("change by retraining", "nats"),
            new Axis("estimated influence", "nats"),
            List.of(
                new Scatter.Point(-0.5, -0.25, "17"),
                new Scatter.Point(0.25, 0.125),
                new Scatter.Point(1, 0.875)))
        .withIdentity()
        .stating("Pearson correlation", 0.985);
  }

  static BoxPlot boxPlot() {
    return new BoxPlot(
        "boxes",
        "Similarity by condition",
        "condition",
        new Axis("similarity"),
        List.of(
            BoxPlot.Box.of("normal", 1, 2, 3, 4, 100),
            BoxPlot.Box.of("random labels", 0.5).withoutOutliers()));
  }

  static Table table() {
    return new Table(
        "methods",
        "Methods side by side",
        "method",
        List.of(
            new Table.Column("AUROC"),
            new Table.Column("time", "s").withDecimals(2),
            new Table.Column("remark")),
        List.of(
            new Table.Row(
                "influence", Table.number(0.91234), Table.number(3), Table.text("exact head")),
            new Table.Row("TracIn", Table.number(0.88), Table.text("not run"), Table.text(""))));
  }

  static TokenHeat tokenHeat() {
    return new TokenHeat(
        "tokens",
        "What speaks for spam",
        "the class spam",
        List.of(
            new TokenHeat.Text(
                "Integrated Gradients",
                List.of(
                    new TokenHeat.Token("Win", 0.75),
                    new TokenHeat.Token(" money", 1.5),
                    new TokenHeat.Token("\n", 0),
                    new TokenHeat.Token("<b>Mum</b>", -0.5)))));
  }

  static MapStrips mapStrips() {
    return new MapStrips(
        "strips",
        "Maps after re-initialisation",
        List.of("original", "fc"),
        List.of(
            new MapStrips.Strip(
                "seven",
                new Thumbnail(1, 2, 1, new byte[] {0, (byte) 255}),
                List.of(MapStrips.Heat.of(1, 2, 2, -1), MapStrips.Heat.of(1, 2, 0, 0)))));
  }
}
