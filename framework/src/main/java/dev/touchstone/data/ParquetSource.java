package dev.touchstone.data;

import dev.touchstone.data.format.ParquetFolder;
import dev.touchstone.data.format.ParquetTable;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.data.image.ImageSteps;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;

/**
 * A table in a Parquet file, as pandas, Spark, DuckDB and many others write it, or in a folder of
 * such. Immutable.
 *
 * <pre>{@code
 * Dataset loans = Datasets.parquet("data/loans.parquet").label("defaulted").groups("state").load();
 * }</pre>
 *
 * <p>What the columns mean is said as of every {@link TableSource}; how they are written stands in
 * the file. Whole and floating-point numbers and decimals are numbers, truth values 1 and 0; texts
 * and categories are texts, dates, times and timestamps too, in ISO 8601. The index that pandas
 * kept in the file is no feature; it may be the id. Columns that hold lists or records can only be
 * left out, but for one of {@linkplain #images images}. Numbers that stand for classes by names
 * that the file states, as {@code ClassLabel} of Hugging Face's {@code datasets}, are these
 * classes.
 *
 * <p>The files of a folder are read one after the other, by their names; what the table was
 * partitioned by, {@code district=north/part-00000.parquet}, is a column of texts behind the
 * others, which may be a group, a label, or, where they are such, numbers.
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

  /**
   * Takes a column of encoded images for the features: bytes, or records of {@code bytes} and a
   * {@code path}. Every other column without a meaning is left out; say next what is done to the
   * images.
   *
   * @throws TouchstoneException if features or missing values were declared
   */
  public ParquetImages images(String column) {
    if (!schema.features().isEmpty() || schema.all() || schema.missing() != null) {
      throw new TouchstoneException(
          "%s: the images of \"%s\" are the features, and others, all columns or missing values are declared besides; leave them out"
              .formatted(file, column));
    }
    return new ParquetImages(this, column, ImageSteps.NONE);
  }

  @Override
  TableRows open() throws IOException {
    try {
      return file.path().filter(Files::isDirectory).isPresent()
          ? ParquetFolder.open(file)
          : ParquetTable.open(file);
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
