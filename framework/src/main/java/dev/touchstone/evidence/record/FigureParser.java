package dev.touchstone.evidence.record;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.evidence.record.VerdictParser.Contradiction;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One figure from its JSON: the way back of what {@code VerdictJson} makes of it. */
final class FigureParser {
  private final Fields json;
  private final String name;
  private final String title;

  private FigureParser(Fields json) {
    this.json = json;
    this.name = json.text("name");
    this.title = json.text("title");
  }

  /**
   * Reads a figure.
   *
   * @throws Fields.Unexpected where the JSON is not as the schema says
   * @throws Contradiction for a kind that this version does not know
   * @throws IllegalArgumentException for what no figure of its kind can be
   */
  static Figure figure(Fields json) {
    String kind = json.text("kind");
    return new FigureParser(json)
        .figure(
            Figure.Kind.of(kind)
                .orElseThrow(
                    () ->
                        new Contradiction(
                            "it has a figure of the kind "
                                + PlainText.of(kind, 40)
                                + ", which this version does not know")));
  }

  /** A new kind does not compile until it stands here. */
  private Figure figure(Figure.Kind kind) {
    return switch (kind) {
      case BOX_PLOT -> boxPlot();
      case INTERVAL_PLOT -> intervalPlot();
      case MAP_STRIPS ->
          new MapStrips(
              name, title, json.textsIn("columns"), json.objects("rows", FigureParser::strip));
      case OVERLAYS -> new Overlays(name, title, json.objects("tiles", FigureParser::tile));
      case PANEL ->
          new Panel(
              name, title, json.textsIn("facts"), json.objects("parts", FigureParser::figure));
      case RANKING -> new Ranking(name, title, json.objects("items", FigureParser::item));
      case RELIABILITY_DIAGRAM ->
          new ReliabilityDiagram(name, title, json.objects("bins", FigureParser::bin));
      case SCATTER -> scatter();
      case TABLE -> table();
      case TOKEN_HEAT ->
          new TokenHeat(
              name, title, json.text("explained"), json.objects("texts", FigureParser::text));
    };
  }

  private static ReliabilityDiagram.Bin bin(Fields json) {
    return new ReliabilityDiagram.Bin(
        json.number("lower"),
        json.number("upper"),
        json.howMany("count", 0),
        json.numberOr("confidence", Double.NaN),
        json.numberOr("accuracy", Double.NaN));
  }

  private IntervalPlot intervalPlot() {
    return new IntervalPlot(
        name,
        title,
        json.text("horizontal"),
        json.text("vertical"),
        json.textsIn("positions"),
        json.lists("series", FigureParser::point),
        // Files of the versions before have none.
        json.has("lines")
            ? json.objects(
                "lines", line -> new IntervalPlot.Line(line.text("label"), line.number("at")))
            : List.of());
  }

  /** Where one limit is missing, nothing bounds the value on that side. */
  private static IntervalPlot.Point point(Fields json) {
    return new IntervalPlot.Point(
        json.numberOr("value", Double.NaN),
        json.numberOr("lower", Double.NEGATIVE_INFINITY),
        json.numberOr("upper", Double.POSITIVE_INFINITY));
  }

  private static Ranking.Item item(Fields json) {
    return new Ranking.Item(
        json.text("id"),
        json.numberOr("score", Double.NaN),
        json.truth("marked"),
        json.optionalObject("picture").map(FigureParser::thumbnail));
  }

  private static Thumbnail thumbnail(Fields json) {
    return new Thumbnail(
        Math.toIntExact(json.whole("height")),
        Math.toIntExact(json.whole("width")),
        Math.toIntExact(json.whole("channels")),
        json.parsed("levels", "bytes in Base64", Base64.getDecoder()::decode));
  }

  private static Overlays.Tile tile(Fields json) {
    return new Overlays.Tile(
        json.text("caption"),
        json.howMany("height", 1),
        json.howMany("width", 1),
        json.howMany("channels", 1),
        json.floats("pixels"),
        json.floats("attribution"));
  }

  private Scatter scatter() {
    Map<String, Double> stated = new LinkedHashMap<>();
    json.objects("stated", number -> stated.put(number.text("what"), number.number("value")));
    return new Scatter(
        name,
        title,
        axis(json.object("horizontal")),
        axis(json.object("vertical")),
        json.objects("points", FigureParser::scattered),
        json.howMany("of", 0),
        json.truth("identity"),
        stated);
  }

  private static Axis axis(Fields json) {
    return new Axis(json.text("label"), json.text("unit"));
  }

  private static Scatter.Point scattered(Fields json) {
    return new Scatter.Point(
        json.number("x"), json.number("y"), json.optionalText("label").orElse(""));
  }

  private BoxPlot boxPlot() {
    return new BoxPlot(
        name,
        title,
        json.text("groups"),
        axis(json.object("values")),
        json.objects("boxes", FigureParser::box));
  }

  private static BoxPlot.Box box(Fields json) {
    return new BoxPlot.Box(
        json.text("label"),
        json.howMany("count"),
        json.number("low"),
        json.number("first"),
        json.number("median"),
        json.number("third"),
        json.number("high"),
        json.numbersIn("outliers"),
        json.howMany("beyond"));
  }

  private Table table() {
    return new Table(
        name,
        title,
        json.text("rowHead"),
        json.objects("columns", FigureParser::column),
        json.objects(
            "rows",
            row -> new Table.Row(row.text("head"), row.objects("cells", FigureParser::cell))));
  }

  private static Table.Column column(Fields json) {
    Table.Column column = new Table.Column(json.text("head"), json.text("unit"));
    column = json.has("bars") && json.truth("bars") ? column.withBars() : column;
    return json.has("decimals") ? column.withDecimals(json.howMany("decimals", 0)) : column;
  }

  private static Table.Cell cell(Fields json) {
    return json.has("number") ? Table.number(json.number("number")) : Table.text(json.text("text"));
  }

  private static TokenHeat.Text text(Fields json) {
    return new TokenHeat.Text(
        json.text("caption"),
        json.objects(
            "tokens", token -> new TokenHeat.Token(token.text("text"), token.number("relevance"))));
  }

  private static MapStrips.Strip strip(Fields json) {
    return new MapStrips.Strip(
        json.text("caption"),
        thumbnail(json.object("input")),
        json.objects("maps", FigureParser::heat));
  }

  private static MapStrips.Heat heat(Fields json) {
    return new MapStrips.Heat(
        json.howMany("height", 1),
        json.howMany("width", 1),
        json.number("strongest"),
        json.parsed("levels", "bytes in Base64", Base64.getDecoder()::decode));
  }
}
