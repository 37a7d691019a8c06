package dev.touchstone.data;

import dev.touchstone.data.format.TableRows;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A table in a file and what its columns mean, whatever the format of the file. Immutable.
 *
 * <p>A numeric column becomes one feature, a categorical one a feature per value (one-hot, in the
 * order of the values), at the place of the column, and a text column an input of its own. Where no
 * feature is declared, every column that is not the id, the label, the weight, a group or
 * {@linkplain #without left out} is a numeric feature, in the order of the file. The index of a
 * data frame is none of them, and a column that numbers the rows is asked about.
 *
 * @param <S> the source itself
 */
public abstract sealed class TableSource<S extends TableSource<S>>
    permits CsvSource, JsonLinesSource, ParquetSource {
  final Location file;
  final TableSchema schema;
  final long mostBytesInMemory;

  TableSource(Location file, TableSchema schema, long mostBytesInMemory) {
    this.file = file;
    this.schema = schema;
    this.mostBytesInMemory = mostBytesInMemory;
  }

  /** How much memory features may take where nobody said. */
  static long defaultBytesInMemory() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** Returns the same file with another meaning. */
  abstract S with(TableSchema other, long otherBytesInMemory);

  /** Opens the table before its first row. */
  abstract TableRows open() throws IOException;

  private S with(TableSchema other) {
    return with(other, mostBytesInMemory);
  }

  /**
   * Takes the columns' meaning from a JSON file: {@code {"id": …, "label": …, "classes": […],
   * "weight": …, "groups": […], "features": [{"name": …, "type": "numeric"}, {"name": …, "type":
   * "categorical", "values": […]}, {"name": …, "type": "boolean"}, {"name": …, "type": "text"}],
   * "columns": "all", "without": […], "missing": ["NA"], "delimiter": ";", "quote": "'", "decimal":
   * ",", "thousands": "."}}, of which only the label is required, or {@code "value": …, "unit": …}
   * in place of label and classes. What is said afterwards comes on top.
   *
   * @throws TouchstoneException if there is no such file, or it is no schema
   */
  public S schema(String location) {
    return with(TableSchema.read(Location.of(location)));
  }

  /**
   * Returns the column of stable ids; without it an example's id is its position in the file, from
   * 0.
   */
  public S id(String column) {
    return with(schema.withId(column));
  }

  /**
   * Returns the column of the classes.
   *
   * @param classes the column's values in the order of the model's outputs; if not given, those
   *     that occur, in numeric order if all are numbers however written, and else alphabetically,
   *     which the message of a failing claim says
   */
  public S label(String column, String... classes) {
    return with(schema.withLabel(column, List.of(classes)));
  }

  /**
   * Returns the column of the values that a regressor is to predict, in place of a {@link #label}.
   *
   * @param column numbers, all finite
   * @param unit such as {@code "DM"}; empty for numbers without one
   */
  public S value(String column, String unit) {
    return with(schema.withValue(column, unit));
  }

  /**
   * Returns the column of training weights: how much an example counts when a model is trained
   * ({@code sample_weight} of scikit-learn's {@code fit}). It is no feature, and no metric weighs
   * by it: of data to test on leave it out, or say {@code .withoutTrainingWeights()}.
   *
   * @param column numbers, none negative; 0 leaves an example out of the training
   * @see Dataset#trainingWeights()
   */
  public S weight(String column) {
    return with(schema.withWeight(column));
  }

  /**
   * Returns the columns by which claims may be grouped; no features, unless declared as such too.
   */
  public S groups(String... columns) {
    return with(schema.withGroups(List.of(columns)));
  }

  /** Adds numeric features after those declared so far. */
  public S numeric(String... columns) {
    TableSchema more = schema;
    for (String column : columns) {
      more = more.withFeature(new TableColumn.Numeric(column));
    }
    return with(more);
  }

  /**
   * Adds features that are 1 where a column says true and 0 where it says false, in capitals or
   * not.
   */
  public S bool(String... columns) {
    TableSchema more = schema;
    for (String column : columns) {
      more = more.withFeature(new TableColumn.Truth(column));
    }
    return with(more);
  }

  /**
   * Takes every column that has no other meaning as a feature, in the order of the file: those that
   * are declared as they are declared, be they groups or not, and the others as numbers. Without it
   * the declared columns are all features, in the order in which they are declared.
   */
  public S allColumns() {
    return with(schema.withAllColumns());
  }

  /** Leaves columns out that would else be features, in addition to those left out so far. */
  public S without(String... columns) {
    return with(schema.withoutColumns(List.of(columns)));
  }

  /**
   * Adds the one-hot features of a column after those declared so far.
   *
   * @param values all values that the model knows, in the order of its inputs; others are refused
   */
  public S categorical(String column, String... values) {
    return with(schema.withFeature(TableColumn.Categorical.of(column, List.of(values))));
  }

  /**
   * Adds columns that a model takes as texts, in inputs of their names: a category that the model
   * encodes itself, as a scikit-learn pipeline over a DataFrame does.
   */
  public S text(String... columns) {
    TableSchema more = schema;
    for (String column : columns) {
      more = more.withFeature(new TableColumn.Text(column));
    }
    return with(more);
  }

  /**
   * Takes values of features that are missing, for a model that was trained with such: an empty
   * cell, or one of these words, is NaN in a numeric column and an empty text in a text column.
   * Without this they are refused. How a category that is missing is coded is for its values to
   * say.
   *
   * @param words such as {@code "NA"} or {@code "?"}, exactly as they are written
   */
  public S allowingMissing(String... words) {
    return with(schema.withMissing(Set.of(words)));
  }

  /**
   * Sets how much memory the features may take (a quarter of the heap by default). More of them lie
   * in a temporary file, from which examples are read where they are needed; ids, labels and groups
   * stay in memory. Where the features lie changes neither their hash nor any result.
   *
   * @param bytes four per feature and example, or eight from the first number on that single
   *     precision would round
   */
  public S keepingInMemory(long bytes) {
    return with(schema, bytes);
  }

  /**
   * Reads the file in one pass that checks and hashes it.
   *
   * @throws TouchstoneException naming the row, the column and the cure: for a column that is
   *     missing, occurs twice or numbers the rows, a row of another length, a missing value, a
   *     number that is none or not finite, a weight below 0 or nothing but weights of 0, a category
   *     or class that was not declared, an id twice, no rows, or a file that is truncated or not
   *     UTF-8
   */
  public Dataset load() {
    AnnotationColumns expert = schema.annotations();
    TableSchema read = expert == null ? schema : apartFrom(expert.all()).schema;
    return new TableReader(file, read, mostBytesInMemory).read(this::open);
  }

  /** Returns whether a schema names columns of an expert's annotations. */
  public boolean isAnnotated() {
    return schema.annotations() != null;
  }

  /**
   * Reads the file as {@link #load} does, as examples of several labels, each there or not for
   * itself.
   *
   * <pre>{@code
   * Datasets.csv("classpath:data/comments.csv").id("id").loadLabels("toxic", "obscene", "threat");
   * }</pre>
   *
   * @param labels columns of 0 and 1, or of false and true; no features
   * @throws TouchstoneException also if a label or value, or a feature of a label's name was
   *     declared, or for a cell that is neither yes nor no
   */
  public MultiLabelDataset loadLabels(String... labels) {
    List<String> columns = List.of(labels);
    LabelNames.require(file.toString(), columns);
    if (schema.target() != null) {
      throw new TouchstoneException(
          "%s: \"%s\" is declared to be predicted, and so are the labels %s; leave it out of the source, or name it among the labels alone"
              .formatted(file, schema.target(), columns));
    }
    schema.features().stream()
        .filter(feature -> columns.contains(feature.name()))
        .findFirst()
        .ifPresent(
            feature -> {
              throw new TouchstoneException(
                  "%s: \"%s\" is declared as a feature and as a label, which a model would only have to repeat; leave one out"
                      .formatted(file, feature.name()));
            });
    S labelled = apartFrom(columns.subList(1, columns.size())).label(columns.get(0), "0", "1");
    return new TableReader(file, labelled.schema, mostBytesInMemory)
        .readLabels(this::open, columns);
  }

  /**
   * Returns the same table, in which columns of another meaning are no features, unless they are
   * declared as such, too, as it is of groups.
   */
  S apartFrom(List<String> columns) {
    Set<String> declared = new LinkedHashSet<>(schema.groups());
    schema.features().forEach(feature -> declared.add(feature.name()));
    boolean all = schema.all() || schema.features().isEmpty();
    return with(
        all
            ? schema.withoutColumns(
                columns.stream().filter(column -> !declared.contains(column)).toList())
            : schema);
  }

  /**
   * Refuses a meaning of columns beside ids, where a table is asked for annotations alone.
   *
   * @throws TouchstoneException if something else was said of its columns
   */
  void requireIdsAlone() {
    if (!schema.equals(TableSchema.EMPTY.withId(schema.id()).withFormat(schema.format()))) {
      throw new TouchstoneException(
          "%s is asked for annotations alone, and a label, features, groups or others of its columns are declared; say its .id(\"…\") and no more, or read examples and annotations from one table, AuditSet.read(table, columns)"
              .formatted(file));
    }
  }

  /**
   * Reads what an expert wrote of some of many examples, with their labels where a column holds
   * them.
   *
   * @throws TouchstoneException if more was said of the table than its ids and labels
   */
  AnnotationReader.Rows annotationsOfSome(Dataset candidates, AnnotationColumns columns) {
    TableSchema said = TableSchema.EMPTY.withId(schema.id()).withFormat(schema.format());
    TableSchema known =
        schema.label() == null ? said : said.withLabel(schema.label(), schema.classes());
    if (!schema.equals(known) || schema.id() == null) {
      throw new TouchstoneException(
          "%s is asked which examples of %s an expert went through, and what they are; say its .id(\"…\"), the .label(\"…\") if it holds the expert's labels, and no more"
              .formatted(file, candidates.name()));
    }
    if (schema.label() != null) {
      known = known.withLabel(schema.label(), candidates.classNames());
    }
    return new AnnotationReader(file, known, columns).read(this::open);
  }

  /** Reads what an expert wrote into the table. */
  AnnotationReader.Rows annotations(AnnotationColumns columns) {
    return new AnnotationReader(file, schema, columns).read(this::open);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
