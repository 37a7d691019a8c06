package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.MapStrips;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Maps of examples under the heads of their columns.
 *
 * @param heads of the columns; empty where there is no strip
 */
record Strips(List<String> heads, List<Strip> rows) {
  static final Strips NONE = new Strips(List.of(), List.of());

  /**
   * One row.
   *
   * @param input a data URI
   */
  record Strip(String caption, String input, int width, int height, List<Map> maps) {}

  /**
   * One map.
   *
   * @param image a data URI
   * @param strongest the magnitude with the full colour
   */
  record Map(String image, String strongest, String inWords) {}

  static Strips of(MapStrips figure) {
    return new Strips(
        figure.columns().stream().map(Inert::text).toList(),
        figure.rows().stream().map(row -> strip(row, figure.columns())).toList());
  }

  private static Strip strip(MapStrips.Strip row, List<String> columns) {
    return new Strip(
        Inert.text(row.caption()),
        Tiles.thumbnail(row.input()),
        row.input().width(),
        row.input().height(),
        IntStream.range(0, columns.size())
            .mapToObj(i -> map(row, row.maps().get(i), columns.get(i)))
            .toList());
  }

  private static Map map(MapStrips.Strip row, MapStrips.Heat heat, String column) {
    String strongest = Numbers.format(heat.strongest());
    return new Map(
        Tiles.map(row.input(), heat),
        strongest,
        Inert.text("%s, %s: attribution up to %s".formatted(row.caption(), column, strongest)));
  }
}
