package dev.touchstone.data;

import dev.touchstone.data.format.ParquetTable;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;

/**
 * A table in a Parquet file, as pandas, Spark, DuckDB and many others write it. Immutable.
 *
 * <pre>{@code
 * Dataset loans = Datasets.parquet("data/loans.parquet").label("defaulted").groups("state").load();
 * }</pre>
 *
 * <p>What the columns mean is said as of every {@link TableSource}; how they are written stands in
 * the file. Whole and floating-point numbers and decimals are numbers, truth values 1 and 0; texts
 * and categories are texts, dates and timestamps too, in ISO 8601. The index that pandas kept in
 * the file is no feature; it may be the id. Columns that hold lists or records can only be left
 * out.
 *
 * <p>Needs {@code parquet-column} and {@code parquet-format-structures} of Apache Parquet, and
 * {@code aircompressor} where the file is compressed otherwise than with gzip; no Hadoop.
 */
public final class ParquetSource extends TableSource<ParquetSource> {

  private ParquetSource(Location file, TableSchema schema, long mostBytesInMemory) {
    super(file, schema, mostBytesInMemory);
  }

  static ParquetSource of(Location file) {
    return new ParquetSource(file, TableSchema.EMPTY, defaultBytesInMemory());
  }

  @Override
  ParquetSource with(TableSchema other, long otherBytesInMemory) {
    other.format().requireDefault(file.toString());
    return new ParquetSource(file, other, otherBytesInMemory);
  }

  @Override
  TableRows open() throws IOException {
    try {
      return ParquetTable.open(file);
    } catch (NoClassDefFoundError e) {
      throw missing(e);
    }
  }

  private TouchstoneException missing(NoClassDefFoundError e) {
    return new TouchstoneException(
        "%s is read by Apache Parquet, which is missing (%s); add %s"
            .formatted(file, e.getMessage(), Dependencies.parquet()),
        e);
  }
}
