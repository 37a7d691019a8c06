package dev.touchstone.surrogate;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table column by column: numbers, in double precision and NaN where one is missing, and
 * categories as texts. The features come first, in the data's order, then the other inputs in
 * theirs. Immutable.
 */
public final class Columns {

  /** A column, by its name. */
  public sealed interface Column {
    /** Returns what it is called. */
    String name();

    /**
     * Returns some rows, in the given order.
     *
     * @param rows their indices; one may come more than once
     */
    Column select(int... rows);
  }

  /**
   * A column of numbers.
   *
   * @param values one a row; not a copy
   */
  public record Numbers(String name, double[] values) implements Column {
    @Override
    public Numbers select(int... rows) {
      return new Numbers(name, IntStream.of(rows).mapToDouble(i -> values[i]).toArray());
    }
  }

  /**
   * A column of categories.
   *
   * @param values one a row; not a copy
   */
  public record Categories(String name, String[] values) implements Column {
    @Override
    public Categories select(int... rows) {
      return new Categories(
          name, IntStream.of(rows).mapToObj(i -> values[i]).toArray(String[]::new));
    }
  }

  private final List<Column> columns;
  private final int rows;

  private Columns(List<Column> columns, int rows) {
    this.columns = List.copyOf(columns);
    this.rows = rows;
  }

  /**
   * Returns the columns of a data set.
   *
   * @throws TouchstoneException if it is no table
   */
  public static Columns of(Dataset data) {
    return of(data.inputs(0, data.size()), data.name());
  }

  /**
   * Returns the columns of a batch.
   *
   * @param what to call the data in messages
   * @throws TouchstoneException if the features have more than one axis, or an input several values
   *     a row
   */
  public static Columns of(Inputs batch, String what) {
    int[] shape = batch.shape();
    if (shape.length != 1) {
      throw new TouchstoneException(
          "%s has features of the shape %s, and rules are of a table's columns; give data of the shape [columns], such as Datasets.csv reads them"
              .formatted(what, Arrays.toString(shape)));
    }
    List<Column> columns = new ArrayList<>();
    double[] features = batch.exactFeatures().values();
    for (int c = 0; c < shape[0]; c++) {
      double[] values = new double[batch.rows()];
      for (int i = 0; i < values.length; i++) {
        values[i] = features[i * shape[0] + c];
      }
      columns.add(
          new Numbers(
              batch.featureNames().isEmpty() ? "feature " + c : batch.featureNames().get(c),
              values));
    }
    for (String name : batch.names()) {
      columns.add(column(name, batch.named(name).orElseThrow(), what));
    }
    return new Columns(columns, batch.rows());
  }

  /** Returns no column yet, of so many rows: a beginning for {@link #and}. */
  public static Columns none(int rows) {
    return new Columns(List.of(), rows);
  }

  private static Column column(String name, TypedTensor values, String what) {
    if (values.rowSize() != 1) {
      throw new TouchstoneException(
          "the input \"%s\" of %s has %d values a row, and rules are of columns with one; leave it out, or explain by what takes it as a whole"
              .formatted(name, what, values.rowSize()));
    }
    if (values instanceof TypedTensor.Texts texts) {
      return new Categories(name, texts.values());
    }
    if (values instanceof TypedTensor.Booleans truths) {
      String[] written = new String[truths.rows()];
      Arrays.setAll(written, i -> Boolean.toString(truths.values()[i]));
      return new Categories(name, written);
    }
    double[] numbers = new double[values.rows()];
    if (values instanceof TypedTensor.Integers integers) {
      Arrays.setAll(numbers, i -> integers.values()[i]);
    } else if (values instanceof TypedTensor.Doubles doubles) {
      System.arraycopy(doubles.values(), 0, numbers, 0, numbers.length);
    } else {
      float[] singles = ((Tensor) values).values();
      Arrays.setAll(numbers, i -> singles[i]);
    }
    return new Numbers(name, numbers);
  }

  /**
   * Returns some rows, in the given order.
   *
   * @param chosen their indices
   */
  public Columns select(int... chosen) {
    return new Columns(
        columns.stream().map(column -> column.select(chosen)).toList(), chosen.length);
  }

  /**
   * Returns these columns and one more, the last.
   *
   * @throws IllegalArgumentException if it has another number of values than there are rows
   */
  public Columns and(Categories column) {
    if (column.values().length != rows) {
      throw new IllegalArgumentException(
          "%d values for %d rows".formatted(column.values().length, rows));
    }
    return new Columns(Stream.concat(columns.stream(), Stream.of(column)).toList(), rows);
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the number of columns. */
  public int size() {
    return columns.size();
  }

  /** Returns a column. */
  public Column get(int column) {
    return columns.get(column);
  }

  /** Returns what the columns are called, in their order. */
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /**
   * Returns the place of a column.
   *
   * @throws TouchstoneException if there is none of that name
   */
  public int indexOf(String name) {
    return IntStream.range(0, size())
        .filter(column -> get(column).name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "there is no column \"%s\"; the columns are %s".formatted(name, names())));
  }
}
