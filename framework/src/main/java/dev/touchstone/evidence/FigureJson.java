package dev.touchstone.evidence;

import static dev.touchstone.evidence.VerdictJson.array;
import static dev.touchstone.evidence.VerdictJson.number;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
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
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Base64;
import java.util.Map;

/** A figure as JSON: the way there, of which {@code record.FigureParser} is the way back. */
final class FigureJson implements Figure.Visitor<JsonObject> {
  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private FigureJson() {}

  static JsonObject of(Figure figure) {
    JsonObject json = new JsonObject();
    json.addProperty("name", figure.name());
    json.addProperty("title", figure.title());
    json.addProperty("kind", figure.kind().written());
    figure.accept(new FigureJson()).entrySet().forEach(e -> json.add(e.getKey(), e.getValue()));
    return json;
  }

  @Override
  public JsonObject reliabilityDiagram(ReliabilityDiagram figure) {
    JsonObject json = new JsonObject();
    json.add("bins", array(figure.bins(), FigureJson::bin));
    return json;
  }

  private static JsonObject bin(ReliabilityDiagram.Bin bin) {
    JsonObject json = new JsonObject();
    json.addProperty("lower", bin.lower());
    json.addProperty("upper", bin.upper());
    json.addProperty("count", bin.count());
    json.add("confidence", number(bin.confidence()));
    json.add("accuracy", number(bin.accuracy()));
    return json;
  }

  @Override
  public JsonObject intervalPlot(IntervalPlot figure) {
    JsonObject json = new JsonObject();
    json.addProperty("horizontal", figure.horizontal());
    json.addProperty("vertical", figure.vertical());
    json.add("positions", array(figure.positions(), JsonPrimitive::new));
    JsonObject series = new JsonObject();
    figure.series().forEach((name, points) -> series.add(name, array(points, FigureJson::point)));
    json.add("series", series);
    json.add("lines", array(figure.lines(), FigureJson::line));
    return json;
  }

  private static JsonObject point(IntervalPlot.Point point) {
    JsonObject json = new JsonObject();
    json.add("value", number(point.value()));
    json.add("lower", number(point.lower()));
    json.add("upper", number(point.upper()));
    return json;
  }

  private static JsonObject line(IntervalPlot.Line line) {
    JsonObject json = new JsonObject();
    json.addProperty("label", line.label());
    json.addProperty("at", line.at());
    return json;
  }

  @Override
  public JsonObject ranking(Ranking figure) {
    JsonObject json = new JsonObject();
    json.add("items", array(figure.items(), FigureJson::item));
    return json;
  }

  private static JsonObject item(Ranking.Item item) {
    JsonObject json = new JsonObject();
    json.addProperty("id", item.id());
    json.add("score", number(item.score()));
    json.addProperty("marked", item.marked());
    item.picture().ifPresent(picture -> json.add("picture", thumbnail(picture)));
    return json;
  }

  private static JsonObject thumbnail(Thumbnail picture) {
    JsonObject json = new JsonObject();
    json.addProperty("height", picture.height());
    json.addProperty("width", picture.width());
    json.addProperty("channels", picture.channels());
    json.addProperty("levels", Base64.getEncoder().encodeToString(picture.levels()));
    return json;
  }

  @Override
  public JsonObject overlays(Overlays figure) {
    JsonObject json = new JsonObject();
    json.add("tiles", array(figure.tiles(), FigureJson::tile));
    return json;
  }

  private static JsonObject tile(Overlays.Tile tile) {
    JsonObject json = new JsonObject();
    json.addProperty("caption", tile.caption());
    json.addProperty("height", tile.height());
    json.addProperty("width", tile.width());
    json.addProperty("channels", tile.channels());
    json.add("pixels", numbers(tile.pixels()));
    json.add("attribution", numbers(tile.attribution()));
    return json;
  }

  /** To four digits, wherever the point stands: attributions have no scale of their own. */
  private static JsonArray numbers(float[] values) {
    JsonArray array = new JsonArray(values.length);
    for (float value : values) {
      array.add(
          Float.isFinite(value)
              ? new JsonPrimitive(new BigDecimal(value).round(FOUR_DIGITS).doubleValue())
              : JsonNull.INSTANCE);
    }
    return array;
  }

  @Override
  public JsonObject scatter(Scatter figure) {
    JsonObject json = new JsonObject();
    json.add("horizontal", axis(figure.horizontal()));
    json.add("vertical", axis(figure.vertical()));
    json.addProperty("of", figure.of());
    json.addProperty("identity", figure.identity());
    json.add("stated", array(figure.stated().entrySet(), FigureJson::stated));
    json.add("points", array(figure.points(), FigureJson::point));
    return json;
  }

  private static JsonObject axis(Axis axis) {
    JsonObject json = new JsonObject();
    json.addProperty("label", axis.label());
    json.addProperty("unit", axis.unit());
    return json;
  }

  private static JsonObject stated(Map.Entry<String, Double> stated) {
    JsonObject json = new JsonObject();
    json.addProperty("what", stated.getKey());
    json.addProperty("value", stated.getValue());
    return json;
  }

  private static JsonObject point(Scatter.Point point) {
    JsonObject json = new JsonObject();
    json.addProperty("x", point.x());
    json.addProperty("y", point.y());
    if (!point.label().isEmpty()) {
      json.addProperty("label", point.label());
    }
    return json;
  }

  @Override
  public JsonObject boxPlot(BoxPlot figure) {
    JsonObject json = new JsonObject();
    json.addProperty("groups", figure.groups());
    json.add("values", axis(figure.values()));
    json.add("boxes", array(figure.boxes(), FigureJson::box));
    return json;
  }

  private static JsonObject box(BoxPlot.Box box) {
    JsonObject json = new JsonObject();
    json.addProperty("label", box.label());
    json.addProperty("count", box.count());
    json.addProperty("low", box.low());
    json.addProperty("first", box.first());
    json.addProperty("median", box.median());
    json.addProperty("third", box.third());
    json.addProperty("high", box.high());
    json.add("outliers", array(box.outliers(), JsonPrimitive::new));
    json.addProperty("beyond", box.beyond());
    return json;
  }

  @Override
  public JsonObject table(Table figure) {
    JsonObject json = new JsonObject();
    json.addProperty("rowHead", figure.rowHead());
    json.add("columns", array(figure.columns(), FigureJson::column));
    json.add("rows", array(figure.rows(), FigureJson::row));
    return json;
  }

  private static JsonObject column(Table.Column column) {
    JsonObject json = new JsonObject();
    json.addProperty("head", column.head());
    json.addProperty("unit", column.unit());
    if (column.bars()) {
      json.addProperty("bars", true);
    }
    column.decimals().ifPresent(shown -> json.addProperty("decimals", shown));
    return json;
  }

  private static JsonObject row(Table.Row row) {
    JsonObject json = new JsonObject();
    json.addProperty("head", row.head());
    json.add("cells", array(row.cells(), FigureJson::cell));
    return json;
  }

  private static JsonObject cell(Table.Cell cell) {
    JsonObject json = new JsonObject();
    cell.number()
        .ifPresentOrElse(
            number -> json.addProperty("number", number),
            () -> json.addProperty("text", cell.text()));
    return json;
  }

  @Override
  public JsonObject tokenHeat(TokenHeat figure) {
    JsonObject json = new JsonObject();
    json.addProperty("explained", figure.explained());
    json.add("texts", array(figure.texts(), FigureJson::text));
    return json;
  }

  private static JsonObject text(TokenHeat.Text text) {
    JsonObject json = new JsonObject();
    json.addProperty("caption", text.caption());
    json.add("tokens", array(text.tokens(), FigureJson::token));
    return json;
  }

  private static JsonObject token(TokenHeat.Token token) {
    JsonObject json = new JsonObject();
    json.addProperty("text", token.text());
    json.addProperty("relevance", token.relevance());
    return json;
  }

  @Override
  public JsonObject panel(Panel figure) {
    JsonObject json = new JsonObject();
    json.add("facts", array(figure.facts(), JsonPrimitive::new));
    json.add("parts", array(figure.parts(), FigureJson::of));
    return json;
  }

  @Override
  public JsonObject mapStrips(MapStrips figure) {
    JsonObject json = new JsonObject();
    json.add("columns", array(figure.columns(), JsonPrimitive::new));
    json.add("rows", array(figure.rows(), FigureJson::strip));
    return json;
  }

  private static JsonObject strip(MapStrips.Strip strip) {
    JsonObject json = new JsonObject();
    json.addProperty("caption", strip.caption());
    json.add("input", thumbnail(strip.input()));
    json.add("maps", array(strip.maps(), FigureJson::heat));
    return json;
  }

  private static JsonObject heat(MapStrips.Heat heat) {
    JsonObject json = new JsonObject();
    json.addProperty("height", heat.height());
    json.addProperty("width", heat.width());
    json.addProperty("strongest", heat.strongest());
    json.addProperty("levels", Base64.getEncoder().encodeToString(heat.levels()));
    return json;
  }
}
