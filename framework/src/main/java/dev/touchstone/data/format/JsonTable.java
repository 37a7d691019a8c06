package dev.touchstone.data.format;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A table of JSON objects, one a line. */
public final class JsonTable extends TableRows {
  private static final byte[] NOTHING = {};

  private final TextLines lines;
  private final JsonPrimitive[] cells;
  private final byte[][] bytes;

  /** What a cell is that holds several; empty of others. */
  private final String[] nested;

  /** The first object, which was read for its keys. */
  private boolean first = true;

  private long rows;

  private JsonTable(Location file, TextLines lines, Map<String, JsonElement> object) {
    super(file, List.copyOf(object.keySet()));
    this.lines = lines;
    this.cells = new JsonPrimitive[object.size()];
    this.bytes = new byte[object.size()][];
    this.nested = new String[object.size()];
    fill(object);
  }

  /**
   * Reads the first object.
   *
   * @throws TouchstoneException if there is none
   */
  public static JsonTable open(Location file) throws IOException {
    TextLines lines = new TextLines(file);
    try {
      if (!lines.next()) {
        throw new TouchstoneException(file + " is empty; expected one JSON object a line");
      }
      return new JsonTable(file, lines, object(file, lines));
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  private static Map<String, JsonElement> object(Location file, TextLines lines) {
    String text = lines.text();
    if (lines.number() == 1 && text.replace("\uFEFF", "").stripLeading().startsWith("[")) {
      throw new TouchstoneException(
          "%s is one JSON list; write one object a line, such as by df.to_json(file, orient=\"records\", lines=True, double_precision=15)"
              .formatted(file));
    }
    try {
      return StrictObject.parse(text).json().asMap();
    } catch (IllegalArgumentException e) {
      throw new TouchstoneException(
          "%s, line %d is no JSON object: %s; expected one object a line, and null where a number is missing"
              .formatted(file, lines.number(), e.getMessage()),
          e);
    }
  }

  @Override
  public boolean next() throws IOException {
    if (!first) {
      if (!lines.next()) {
        return false;
      }
      fill(object(file(), lines));
    }
    first = false;
    rows++;
    return true;
  }

  private void fill(Map<String, JsonElement> object) {
    Arrays.fill(cells, null);
    Arrays.fill(bytes, NOTHING);
    Arrays.fill(nested, "");
    object.forEach(
        (key, value) -> {
          if (!names().contains(key)) {
            throw new TouchstoneException(
                "%s, line %d has a key \"%s\" that the first object has not; write it there, too, with null where nothing is known"
                    .formatted(file(), lines.number(), key));
          }
          if (value.isJsonNull()) {
            return;
          }
          int position = position(key);
          if (!value.isJsonPrimitive()) {
            nested[position] = value.isJsonArray() ? "a list" : "an object";
            return;
          }
          cells[position] = value.getAsJsonPrimitive();
          bytes[position] = value.getAsString().getBytes(StandardCharsets.UTF_8);
        });
  }

  private @Nullable JsonPrimitive value(int position) {
    if (!nested[position].isEmpty()) {
      throw new TouchstoneException(
          "%s, line %d, \"%s\" is %s; expected a number, a text, true, false or null: write what stands inside under keys of its own, or leave it out, .without(\"%3$s\")"
              .formatted(file(), lines.number(), names().get(position), nested[position]));
    }
    return cells[position];
  }

  private boolean isText(int position) {
    JsonPrimitive value = value(position);
    return value != null && value.isString();
  }

  @Override
  public double number(int position) {
    JsonPrimitive value = value(position);
    return value == null || !value.isNumber()
        ? Double.NaN
        : Decimals.parse(bytes[position], 0, bytes[position].length, (byte) '.');
  }

  @Override
  public String text(int position) {
    JsonPrimitive value = value(position);
    return value == null ? "" : value.getAsString();
  }

  @Override
  public boolean isBlank(int position) {
    return text(position).isBlank();
  }

  @Override
  public int index(int position, Words words) {
    value(position);
    return words.index(bytes[position], 0, bytes[position].length);
  }

  @Override
  public int indexOrAdd(int position, Words words) {
    value(position);
    return words.indexOrAdd(bytes[position], 0, bytes[position].length);
  }

  @Override
  public TableCell cell(int position) {
    return new TableCell(file(), rows, lines.number(), names().get(position), text(position));
  }

  @Override
  public Optional<String> aboutNumber(TableCell cell) {
    Optional<String> known = CsvAdvice.aboutText(cell.column(), cell.value());
    boolean looksLikeOne =
        isText(position(cell.column()))
            && !Double.isNaN(
                CsvFormat.DEFAULT.number(
                    cell.value().getBytes(StandardCharsets.UTF_8),
                    0,
                    bytes[position(cell.column())].length));
    return looksLikeOne
        ? Optional.of(
            "is a text; write the number without quotes, or declare the column as what it is")
        : known;
  }

  @Override
  public Optional<String> aboutNotation(TableCell cell) {
    return isText(position(cell.column()))
        ? Optional.of("is a text; write the number without quotes")
        : Optional.empty();
  }

  @Override
  String whereNamesStand() {
    return "its first object has";
  }

  @Override
  String cureOfName(String column) {
    return "Correct the name";
  }

  @Override
  public boolean isIndex(int position) {
    return false;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
