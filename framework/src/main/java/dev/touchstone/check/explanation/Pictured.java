package dev.touchstone.check.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Thumbnail;
import java.util.ArrayList;
import java.util.List;

/**
 * The maps of the first examples, column by column as they are made: of each, no more is kept than
 * a picture of it.
 */
final class Pictured {
  /** How many examples are pictured. */
  static final int EXAMPLES = 4;

  /** What a person compares at one look. */
  private static final int MOST_COLUMNS = 16;

  private final Dataset compared;
  private final MapComparison comparison;
  private final List<String> columns = new ArrayList<>();
  private final List<List<MapStrips.Heat>> maps = new ArrayList<>();

  /** Begins with no column; nothing is pictured of examples that are no images. */
  Pictured(Dataset compared) {
    this(compared, MapComparison.of(compared));
  }

  /** Begins with no column, of maps that are compared so. */
  Pictured(Dataset compared, MapComparison comparison) {
    this.compared = compared;
    this.comparison = comparison;
  }

  /** Whether there will be a picture. */
  boolean images() {
    return comparison.images();
  }

  /**
   * Adds a column.
   *
   * @param ofAll a map for each of the examples that are compared
   */
  void add(String column, double[][] ofAll) {
    if (!images()) {
      return;
    }
    columns.add(column);
    List<MapStrips.Heat> heats = new ArrayList<>();
    for (int i = 0; i < Math.min(EXAMPLES, compared.size()); i++) {
      heats.add(
          MapStrips.Heat.of(
              comparison.height(),
              comparison.width(),
              MapComparison.perPixel(ofAll[i], comparison.channels())));
    }
    maps.add(heats);
  }

  /**
   * Whether a step of many has a column: all of them where there is room, and else some at equal
   * distances, the first and the last among them.
   */
  static boolean shows(int step, int steps) {
    if (steps <= MOST_COLUMNS) {
      return true;
    }
    // The step at which a column of equal distances comes due.
    int due = (int) ((long) step * (MOST_COLUMNS - 1) / (steps - 1));
    return step == 0 || due > (int) ((long) (step - 1) * (MOST_COLUMNS - 1) / (steps - 1));
  }

  /** The figure of all columns, a row an example. */
  Figure figure(String title) {
    List<MapStrips.Strip> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(EXAMPLES, compared.size()); i++) {
      int example = i;
      rows.add(
          new MapStrips.Strip(
              "example " + compared.id(example),
              Thumbnail.of(
                  compared.batch(example).values(),
                  comparison.channels(),
                  comparison.height(),
                  comparison.width()),
              maps.stream().map(column -> column.get(example)).toList()));
    }
    return new MapStrips("maps", title, columns, rows);
  }
}
