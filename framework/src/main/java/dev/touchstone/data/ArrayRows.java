package dev.touchstone.data;

import dev.touchstone.data.format.NpyArray;
import dev.touchstone.data.format.NpyType;
import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Checks, hashes and keeps the features of an array's examples as they come. */
final class ArrayRows implements NpyArray.Row {
  /** Of the smaller whole numbers doubles hold each. */
  private static final long LARGEST_EXACT = 1L << 53;

  private final String where;
  private final NpyType type;
  private final Optional<List<String>> ids;
  private final RowCheck check;
  private final RowCollector collector;
  private final double[] row;
  private int rows;
  private long missing;

  ArrayRows(
      String where,
      NpyType type,
      int size,
      Optional<List<String>> ids,
      RowCheck check,
      RowCollector collector) {
    this.where = where;
    this.type = type;
    this.ids = ids;
    this.check = check;
    this.collector = collector;
    this.row = new double[size];
  }

  @Override
  public void take(ByteBuffer elements, int[] at) {
    for (int j = 0; j < row.length; j++) {
      row[j] = type.number(elements, at[j]);
      missing += Double.isNaN(row[j]) ? 1 : 0;
      if (!type.fitsDouble()) {
        requireExact(elements, at[j], row[j]);
      }
    }
    String id = ids.isPresent() ? ids.get().get(rows) : Integer.toString(rows);
    check.add(id, row);
    collector.add(row);
    rows++;
  }

  private void requireExact(ByteBuffer elements, int at, double number) {
    long whole = type.whole(elements, at);
    if (whole <= LARGEST_EXACT && (whole >= 0 || type.kind() == 'i' && whole >= -LARGEST_EXACT)) {
      return;
    }
    String written = type.text(elements, at);
    if (new BigDecimal(number).compareTo(new BigDecimal(written)) != 0) {
      throw new TouchstoneException(
          "%s: the whole number %s of example %d is none that a double holds; give the array as an input, .inputs(…), where its type stays what it is, or leave the column out"
              .formatted(where, written, rows));
    }
  }

  /** How many features were NaN. */
  long missing() {
    return missing;
  }
}
