package dev.touchstone.evidence;

import static dev.touchstone.evidence.VerdictJson.array;
import static dev.touchstone.evidence.VerdictJson.number;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Thumbnail;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Base64;

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
}
