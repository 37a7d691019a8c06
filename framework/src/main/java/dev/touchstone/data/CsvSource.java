package dev.touchstone.data;

import dev.touchstone.data.format.CsvFormat;
import dev.touchstone.data.format.CsvTable;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.runtime.Location;
import java.io.IOException;

/**
 * A table in a CSV file (RFC 4180, UTF-8, with a header; plain or gzipped) and what its columns
 * mean. Immutable. Another delimiter, quote or way to write numbers is {@linkplain #delimiter
 * said}.
 *
 * <pre>{@code
 * Dataset adult = Datasets.csv("data/adult.csv.gz")
 *     .id("id")
 *     .label("income", "<=50K", ">50K")
 *     .groups("sex", "race")
 *     .numeric("age")
 *     .categorical("workclass", "Private", "State-gov")
 *     .load();
 * }</pre>
 *
 * <p>What the columns mean is said as of every {@link TableSource}. A first column without a name,
 * as pandas and R write the index of a data frame, is called {@code "Unnamed: 0"}, as pandas calls
 * it, and no feature; it may be the id.
 */
public final class CsvSource extends TableSource<CsvSource> {

  private CsvSource(Location file, TableSchema schema, long mostBytesInMemory) {
    super(file, schema, mostBytesInMemory);
  }

  static CsvSource of(Location file) {
    return new CsvSource(file, TableSchema.EMPTY, defaultBytesInMemory());
  }

  @Override
  CsvSource with(TableSchema other, long otherBytesInMemory) {
    return new CsvSource(file, other, otherBytesInMemory);
  }

  private CsvSource with(CsvFormat format) {
    return with(schema.withFormat(format), mostBytesInMemory);
  }

  @Override
  TableRows open() throws IOException {
    schema.format().requireClear(file.toString());
    return CsvTable.open(file, schema.format());
  }

  /**
   * Sets what stands between columns, in place of a comma.
   *
   * @param character such as {@code ';'} or {@code '\t'}
   * @throws IllegalArgumentException for a letter, a digit, or what else stands in numbers
   */
  public CsvSource delimiter(char character) {
    return with(schema.format().withDelimiter(character));
  }

  /**
   * Sets what stands around values that hold a delimiter or a line break, and twice for one of
   * itself, in place of {@code "}.
   *
   * @throws IllegalArgumentException for a letter, a digit, or the delimiter
   */
  public CsvSource quote(char character) {
    return with(schema.format().withQuote(character));
  }

  /** Reads numbers whose decimals stand behind a comma: {@code 1,5}. A point is refused in them. */
  public CsvSource decimalComma() {
    return with(schema.format().withDecimal(','));
  }

  /**
   * Reads numbers whose thousands are separated, {@code 1.234.567}, or not. What stands elsewhere
   * than before three digits is refused ({@code 1,5} where a comma separates thousands).
   *
   * @param separator such as {@code ','}; a blank stands for no-break and thin blanks, too
   * @throws IllegalArgumentException for a letter, a digit or a sign
   */
  public CsvSource thousands(char separator) {
    return with(schema.format().withThousands(separator));
  }
}
