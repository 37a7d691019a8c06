package dev.touchstone.data;

import dev.touchstone.data.format.JsonTable;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.runtime.Location;
import java.io.IOException;

/**
 * A table of JSON objects, one a line (UTF-8; plain or gzipped), as {@code DataFrame.to_json(file,
 * orient="records", lines=True, double_precision=15)} and many services write them. Immutable.
 *
 * <pre>{@code
 * Dataset reviews = Datasets.jsonLines("data/reviews.jsonl.gz")
 *     .label("rating", "bad", "good")
 *     .text("review")
 *     .load();
 * }</pre>
 *
 * <p>Columns are the keys of the first object; another one may lack some, which is a missing value
 * as {@code null} is, and has no others. Values are numbers, texts, truth values or {@code null}. A
 * text is no number, even if it looks like one.
 */
public final class JsonLinesSource extends TableSource<JsonLinesSource> {

  private JsonLinesSource(Location file, TableSchema schema, long mostBytesInMemory) {
    super(file, schema, mostBytesInMemory);
  }

  static JsonLinesSource of(Location file) {
    return new JsonLinesSource(file, TableSchema.EMPTY, defaultBytesInMemory());
  }

  @Override
  JsonLinesSource with(TableSchema other, long otherBytesInMemory) {
    other.format().requireDefault(file.toString());
    return new JsonLinesSource(file, other, otherBytesInMemory);
  }

  @Override
  TableRows open() throws IOException {
    return JsonTable.open(file);
  }
}
