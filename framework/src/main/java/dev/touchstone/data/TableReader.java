package dev.touchstone.data;

import dev.touchstone.data.format.RowPipe;
import dev.touchstone.data.format.TableCell;
import dev.touchstone.data.format.TableRows;
import dev.touchstone.data.format.Words;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Reads a CSV file once, row by row: checks, encodes, hashes and keeps its examples. */
final class TableReader {
  /** More different values than this are a number, not a class. */
  private static final int MOST_CLASSES = 10_000;

  /** Opens a table, before its first row. */
  interface Opener {
    TableRows open() throws IOException;
  }

  /** Reads a table from its first row on. */
  interface Reading<T> {
    T read(TableRows table) throws IOException;
  }

  private final Location file;
  private final TableSchema schema;
  private final long mostBytesInMemory;

  TableReader(Location file, TableSchema schema, long mostBytesInMemory) {
    this.file = file;
    this.schema = schema;
    this.mostBytesInMemory = mostBytesInMemory;
  }

  Dataset read(Opener opener) {
    requireTarget();
    return reading(file, opener, table -> read(table, target(table), null, null));
  }

  /** Reads examples whose features are images of a column. */
  Dataset readImages(Opener opener, String column, ImageSource<?> images) {
    requireTarget();
    return reading(file, opener, table -> read(table, target(table), column, images));
  }

  private void requireTarget() {
    if (schema.target() == null) {
      throw new TouchstoneException(
          file
              + ": which column is the label? Give a schema, or in Java .label(\"column\","
              + " classes…), or label = \"column\" in @DatasetUnderTest");
    }
  }

  /** Reads examples of several labels, of which the schema names the first as its label. */
  MultiLabelDataset readLabels(Opener opener, List<String> labels) {
    LabelColumns columns = new LabelColumns(labels);
    Dataset examples = reading(file, opener, table -> read(table, columns, null, null));
    return MultiLabelDataset.of(examples, labels, columns.indicators());
  }

  private TargetColumn target(TableRows table) {
    TableSchema.Values values = schema.value();
    if (values != null) {
      return new ValueColumn(values);
    }
    String column = String.valueOf(schema.target());
    List<String> stated = table.classNames(table.position(column));
    List<String> declared = schema.classes();
    boolean byName =
        stated.size() > 1
            && Set.copyOf(stated).size() == stated.size()
            && (declared.isEmpty()
                || (declared.size() == stated.size() && stated.containsAll(declared)));
    return byName
        ? new StatedColumn(stated, declared)
        : new LabelColumn("%s, column \"%s\"".formatted(file, column), declared);
  }

  /**
   * Opens a table, reads it and closes it.
   *
   * @throws TouchstoneException also for a file that is truncated, damaged or cannot be read
   */
  static <T> T reading(Location file, Opener opener, Reading<T> reading) {
    try (TableRows table = opener.open()) {
      return reading.read(table);
    } catch (EOFException e) {
      throw new TouchstoneException(
          file + " ends within its compressed data: the file is truncated; fetch it again", e);
    } catch (ZipException e) {
      throw new TouchstoneException(
          file + " is a damaged gzip file: " + e.getMessage() + "; fetch it again", e);
    } catch (IOException e) {
      throw new TouchstoneException(file + " could not be read: " + e.getMessage(), e);
    }
  }

  /** With an image column its images are the features, and no other column is. */
  private Dataset read(
      TableRows table,
      TargetColumn targets,
      @Nullable String imageColumn,
      @Nullable ImageSource<?> images)
      throws IOException {
    TableFeatures columns =
        imageColumn == null ? TableFeatures.of(schema, table) : TableFeatures.none(schema, table);
    int imageAt = imageColumn == null ? -1 : table.position(imageColumn);
    List<String> featureNames = columns.names();
    int idAt = schema.id() == null ? -1 : table.position(schema.id());
    String target = String.valueOf(schema.target());
    int targetAt = table.position(target);
    boolean mayBeMissing = schema.value() == null && schema.classes().isEmpty();
    String weight = schema.weight();
    WeightColumn weights = weight == null ? null : WeightColumn.of(schema, table);
    List<WordColumn> groups =
        schema.groups().stream().map(name -> new WordColumn(name, table.position(name))).toList();
    List<WordColumn> texts =
        columns.texts().stream().map(name -> new WordColumn(name, table.position(name))).toList();
    List<String> ids = new ArrayList<>();
    RowCheck check = new RowCheck(file.toString(), featureNames, schema.missing() != null);
    int width = featureNames.size();
    int rows = 0;
    try (RowCollector features = new RowCollector(mostBytesInMemory, width);
        EmbeddedImages embedded = new EmbeddedImages(file.toString(), mostBytesInMemory);
        RowPipe pipe = new RowPipe(width, new Kept(check, features, width))) {
      for (; table.next(); rows++) {
        columns.encode(table, pipe.values(), pipe.from());
        if (mayBeMissing && !table.isBlank(targetAt) && columns.isMissing(table, targetAt)) {
          throw table
              .cell(targetAt)
              .refused(
                  "is a label, and stands for a missing value in this table",
                  "drop the example, or declare the classes if it is one of them");
        }
        targets.add(table, targetAt);
        if (weights != null) {
          weights.add(table);
        }
        for (WordColumn group : groups) {
          table.requireValue(
              group.position, "name those whose group is not known, such as \"unknown\"");
          group.add(table);
        }
        for (WordColumn text : texts) {
          addText(table, text, columns);
        }
        if (idAt >= 0) {
          table.requireValue(idAt, "give every example an id");
          ids.add(table.text(idAt));
        }
        if (imageAt >= 0) {
          embedded.add(table.image(imageAt));
        }
        pipe.add(idAt >= 0 ? ids.get(rows) : null);
      }
      pipe.finish();
      if (rows == 0) {
        throw new TouchstoneException(
            file + " has a header and no rows; nothing can be claimed about no examples");
      }
      columns.requireNoIndex(rows);
      Dataset.Builder builder = Dataset.named(file.fileName());
      if (images == null) {
        builder
            .features(features.finish())
            .featureNames(featureNames)
            .prepared("columns", columns.describe())
            .checkedRows(check);
      } else {
        embedded.finish();
        builder.prepared("columns", "images of \"%s\"".formatted(imageColumn));
        images.into(
            builder,
            file.toString(),
            embedded,
            idAt >= 0 ? ids : IntStream.range(0, rows).mapToObj(Integer::toString).toList());
      }
      if (idAt >= 0) {
        builder.ids(ids);
      }
      columns.leftOut().ifPresent(names -> builder.prepared("columns left out", names));
      if (schema.missing() != null) {
        builder.allowingMissing().prepared("missing values", columns.missing() + ", kept");
      }
      targets.into(builder);
      texts.forEach(text -> builder.input(text.name, text.column()));
      if (weights != null) {
        builder.trainingWeights(weights.numbers(), "column \"%s\"".formatted(weight));
      }
      groups.forEach(group -> builder.column(group.name, group.values()));
      return builder.build();
    }
  }

  /** Checks, hashes and keeps examples, in a thread of its own where they are many. */
  private static final class Kept implements RowPipe.Sink {
    private final RowCheck check;
    private final RowCollector features;
    private final int width;
    private int rows;

    Kept(RowCheck check, RowCollector features, int width) {
      this.check = check;
      this.features = features;
      this.width = width;
    }

    @Override
    public void take(@Nullable String id, double[] values, int from) {
      check.add(id == null ? Integer.toString(rows) : id, values, from, width);
      features.add(values, from);
      rows++;
    }
  }

  private static void addText(TableRows table, WordColumn text, TableFeatures columns) {
    if (columns.isMissing(table, text.position)) {
      text.addEmpty();
      return;
    }
    table.requireValue(
        text.position,
        "write what the model was trained with in its place, such as \"unknown\", or allow it with"
            + " .allowingMissing(), and the model gets an empty text");
    text.add(table);
  }

  /** What is to be predicted, as it comes. */
  private interface TargetColumn {
    void add(TableRows table, int position);

    void into(Dataset.Builder builder);
  }

  /** The number in a cell of its own meaning, for which nothing can be missing. */
  private static double finite(TableRows table, int position, String cureOfMissing) {
    table.requireValue(position, cureOfMissing);
    double number = table.number(position);
    if (!Double.isFinite(number)) {
      TableCell cell = table.cell(position);
      throw cell.refused(
          table
              .aboutNotation(cell)
              .orElse("is not a finite number; correct it, or drop the example before the test"));
    }
    table.requireExact(position, number);
    return number;
  }

  /** Numbers. */
  private static final class ValueColumn implements TargetColumn {
    private final TableSchema.Values declared;
    private double[] values = new double[1024];
    private int size;

    ValueColumn(TableSchema.Values declared) {
      this.declared = declared;
    }

    @Override
    public void add(TableRows table, int position) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = finite(table, position, "drop the example, or give its value");
    }

    @Override
    public void into(Dataset.Builder builder) {
      builder
          .values(Arrays.copyOf(values, size), declared.unit())
          .prepared(
              "values",
              declared.column()
                  + (declared.unit().isEmpty() ? ", no unit" : ", in " + declared.unit()));
    }
  }

  /** The classes as they come; their order is settled at the end where none was declared. */
  private static final class LabelColumn implements TargetColumn {
    private final String where;
    private final boolean declared;
    private final Words classes;
    private int[] labels = new int[1024];
    private int size;

    LabelColumn(String where, List<String> declaredClasses) {
      this.where = where;
      this.declared = !declaredClasses.isEmpty();
      this.classes = Words.of(declaredClasses);
    }

    @Override
    public void add(TableRows table, int position) {
      table.requireValue(position, "drop the example, or label it");
      int label = declared ? table.index(position, classes) : table.indexOrAdd(position, classes);
      if (label < 0) {
        throw table
            .cell(position)
            .refused(
                "is none of the classes " + classes.texts(),
                "correct the label, or the declared classes");
      }
      if (label == MOST_CLASSES && !declared) {
        throw table
            .cell(position)
            .refused(
                "is one different value more than " + MOST_CLASSES,
                "a label is a class; is this the right column? Values of a regression are said by"
                    + " .value(\"column\", \"unit\")");
      }
      if (size == labels.length) {
        labels = Arrays.copyOf(labels, 2 * size);
      }
      labels[size++] = label;
    }

    @Override
    public void into(Dataset.Builder builder) {
      List<String> asSeen = List.copyOf(classes.texts());
      if (declared) {
        builder.classNames(asSeen).labels(Arrays.copyOf(labels, size));
        return;
      }
      ClassOrder order = ClassOrder.of(where, asSeen);
      int[] rank = asSeen.stream().mapToInt(order.names()::indexOf).toArray();
      builder
          .classNames(order.names())
          .labels(IntStream.range(0, size).map(i -> rank[labels[i]]).toArray())
          .prepared("classes", "those that occur, sorted");
      order
          .guess(
              "declare them in the order of the model's outputs, by \"classes\" in the schema or"
                  + " .label(column, classes…)")
          .ifPresent(how -> builder.classesTaken(how));
    }
  }

  /** Classes that stand in the table as numbers, by names that the file states. */
  private static final class StatedColumn implements TargetColumn {
    private final List<String> classes;
    private final boolean declared;

    /** Of each number its class. */
    private final int[] labelOf;

    private int[] labels = new int[1024];
    private int size;

    StatedColumn(List<String> stated, List<String> declaredClasses) {
      this.declared = !declaredClasses.isEmpty();
      this.classes = declared ? declaredClasses : stated;
      this.labelOf = stated.stream().mapToInt(classes::indexOf).toArray();
    }

    @Override
    public void add(TableRows table, int position) {
      double number = finite(table, position, "drop the example, or label it");
      if (number != Math.rint(number) || number < 0 || number >= labelOf.length) {
        throw table
            .cell(position)
            .refused(
                "stands for none of the classes %s that the file states".formatted(classes),
                number == -1
                    ? "the example has no label; drop it, or label it"
                    : "correct the label, or write the file anew");
      }
      if (size == labels.length) {
        labels = Arrays.copyOf(labels, 2 * size);
      }
      labels[size++] = labelOf[(int) number];
    }

    @Override
    public void into(Dataset.Builder builder) {
      builder.classNames(classes).labels(Arrays.copyOf(labels, size));
      if (!declared) {
        builder.prepared("classes", "those that the file states, in its order");
      }
    }
  }

  /** Labels that are there or not, each in a column of its own. */
  private static final class LabelColumns implements TargetColumn {
    private final List<String> names;
    private final List<int[]> rows = new ArrayList<>();

    LabelColumns(List<String> names) {
      this.names = names;
    }

    @Override
    public void add(TableRows table, int position) {
      int[] row = new int[names.size()];
      for (int label = 0; label < row.length; label++) {
        row[label] = indicator(table, table.position(names.get(label)));
      }
      rows.add(row);
    }

    private static int indicator(TableRows table, int position) {
      table.requireValue(
          position, "write 1 or 0, or drop the example: nothing is known of its label");
      double number = table.number(position);
      if (number == 0 || number == 1) {
        return (int) number;
      }
      String text = table.text(position).strip();
      if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
        return text.equalsIgnoreCase("true") ? 1 : 0;
      }
      throw table
          .cell(position)
          .refused(
              "is neither 0 nor 1, nor false nor true",
              "of several labels each is there or not; correct it, or read one column of classes"
                  + " by .label(\"column\", …) and .load()");
    }

    int[][] indicators() {
      return rows.toArray(new int[0][]);
    }

    @Override
    public void into(Dataset.Builder builder) {
      builder.classNames(List.of("0", "1")).labels(rows.stream().mapToInt(row -> row[0]).toArray());
    }
  }

  /** Training weights. */
  private static final class WeightColumn {
    private final int position;
    private double[] weights = new double[1024];
    private int size;

    private WeightColumn(int position) {
      this.position = position;
    }

    static WeightColumn of(TableSchema schema, TableRows table) {
      String column = String.valueOf(schema.weight());
      if (column.equals(schema.target()) || column.equals(schema.id())) {
        throw new TouchstoneException(
            "%s: the column \"%s\" cannot hold the weights and %s; name another for the weights"
                .formatted(
                    table.file(),
                    column,
                    column.equals(schema.id()) ? "the ids" : "what is to be predicted"));
      }
      return new WeightColumn(table.position(column));
    }

    void add(TableRows table) {
      if (size == weights.length) {
        weights = Arrays.copyOf(weights, 2 * size);
      }
      double weight = finite(table, position, "give 1, the weight of an example like any other");
      if (weight < 0) {
        throw table
            .cell(position)
            .refused(
                "is less than 0",
                "a training weight is 0, which leaves the example out of the training, or more");
      }
      weights[size++] = weight;
    }

    double[] numbers() {
      return Arrays.copyOf(weights, size);
    }
  }

  /** The texts of a column, equal ones kept once. */
  private static final class WordColumn {
    private final String name;
    private final int position;
    private final Words words = new Words();
    private int[] indices = new int[1024];
    private int size;

    WordColumn(String name, int position) {
      this.name = name;
      this.position = position;
    }

    void add(TableRows table) {
      add(table.indexOrAdd(position, words));
    }

    void addEmpty() {
      add(words.indexOrAdd(new byte[0], 0, 0));
    }

    private void add(int index) {
      if (size == indices.length) {
        indices = Arrays.copyOf(indices, 2 * size);
      }
      indices[size++] = index;
    }

    List<String> values() {
      return Arrays.asList(strings());
    }

    /** A column: n × 1. */
    TypedTensor column() {
      return new TypedTensor.Texts(strings(), size, 1);
    }

    private String[] strings() {
      String[] strings = new String[size];
      for (int i = 0; i < size; i++) {
        strings[i] = words.get(indices[i]);
      }
      return strings;
    }
  }
}
