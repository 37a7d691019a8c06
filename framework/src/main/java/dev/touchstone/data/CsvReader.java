package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a CSV file once, row by row: checks, encodes, hashes and keeps its examples. */
final class CsvReader {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();

  /** One row may not fill the memory, as it does where a quote is never closed. */
  private static final int MOST_CHARACTERS_A_ROW = 16 << 20;

  /** More different values than this are a number, not a class. */
  private static final int MOST_CLASSES = 10_000;

  private final Location file;
  private final CsvSchema schema;
  private final long mostBytesInMemory;

  CsvReader(Location file, CsvSchema schema, long mostBytesInMemory) {
    this.file = file;
    this.schema = schema;
    this.mostBytesInMemory = mostBytesInMemory;
  }

  Dataset read() {
    if (schema.target() == null) {
      throw new TouchstoneException(
          file
              + ": which column is the label? Give a schema, or in Java .label(\"column\","
              + " classes…), or label = \"column\" in @DatasetUnderTest");
    }
    // A charset given as such replaces what it cannot decode; a decoder reports it.
    try (RowGuard in =
            new RowGuard(
                new BufferedReader(
                    new InputStreamReader(
                        Unzipped.open(file), StandardCharsets.UTF_8.newDecoder())));
        CSVParser parser = CSVParser.builder().setReader(in).setFormat(FORMAT).get()) {
      Iterator<CSVRecord> records = parser.iterator();
      if (!records.hasNext()) {
        throw new TouchstoneException(
            file + " is empty; expected a header with the columns' names and rows below it");
      }
      Header header = Header.of(file, records.next());
      return rows(parser, records, header, in);
    } catch (UncheckedIOException e) {
      throw unreadable(e.getCause() == null ? new IOException(e) : e.getCause());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Dataset rows(CSVParser parser, Iterator<CSVRecord> records, Header header, RowGuard in) {
    List<CsvColumn> columns = features(header);
    List<String> featureNames = columns.stream().flatMap(c -> c.features().stream()).toList();
    int[] positions = columns.stream().mapToInt(c -> header.position(c.name())).toArray();
    int[] widths = columns.stream().mapToInt(c -> c.features().size()).toArray();
    int idAt = schema.id() == null ? -1 : header.position(schema.id());
    String target = String.valueOf(schema.target());
    int targetAt = header.position(target);
    CsvSchema.Values values = schema.value();
    TargetColumn targets =
        values == null
            ? new LabelColumn(file + ", column \"" + target + "\"", schema.classes())
            : new ValueColumn(values);
    String weight = schema.weight();
    WeightColumn weights = weight == null ? null : WeightColumn.of(file, schema, header);
    List<GroupColumn> groups =
        schema.groups().stream().map(name -> new GroupColumn(header.position(name))).toList();
    List<String> ids = new ArrayList<>();
    RowCheck check = new RowCheck(file.toString(), featureNames, schema.missing() != null);
    long missing = 0;
    double[] row = new double[featureNames.size()];
    List<TextColumn> texts =
        columns.stream()
            .filter(CsvColumn.Text.class::isInstance)
            .map(column -> new TextColumn(column.name(), header.position(column.name())))
            .toList();
    try (RowCollector features = new RowCollector(mostBytesInMemory, row.length)) {
      while (records.hasNext()) {
        CSVRecord record = records.next();
        in.rowRead();
        header.checkLength(record, parser.getCurrentLineNumber());
        Arrays.fill(row, 0);
        for (int c = 0, offset = 0; c < positions.length; offset += widths[c++]) {
          CsvCell cell = header.cell(parser, record, positions[c]);
          if (columns.get(c) instanceof CsvColumn.Numeric && schema.isMissing(cell.value())) {
            row[offset] = Double.NaN;
            missing++;
          } else {
            columns.get(c).encode(cell, row, offset);
          }
        }
        targets.add(header.cell(parser, record, targetAt));
        if (weights != null) {
          weights.add(header.cell(parser, record, weights.position));
        }
        groups.forEach(group -> group.add(header.cell(parser, record, group.position)));
        for (TextColumn text : texts) {
          CsvCell cell = header.cell(parser, record, text.position);
          text.add(cell, schema.isMissing(cell.value()));
        }
        String id =
            idAt < 0
                ? Integer.toString(ids.size())
                : notBlank(header.cell(parser, record, idAt), "give every example an id");
        ids.add(id);
        check.add(id, row);
        features.add(row);
      }
      if (ids.isEmpty()) {
        throw new TouchstoneException(
            file + " has a header and no rows; nothing can be claimed about no examples");
      }
      Dataset.Builder builder =
          Dataset.named(file.fileName())
              .features(features.finish())
              .featureNames(featureNames)
              .ids(ids)
              .prepared("columns", describe(columns, row.length))
              .checkedRows(check);
      if (schema.missing() != null) {
        builder.allowingMissing().prepared("missing values", missing + ", kept");
      }
      targets.into(builder);
      texts.forEach(text -> builder.input(text.name, text.values()));
      if (weights != null) {
        builder.trainingWeights(weights.numbers(), "column \"%s\"".formatted(weight));
      }
      for (int g = 0; g < groups.size(); g++) {
        builder.column(schema.groups().get(g), groups.get(g).values);
      }
      return builder.build();
    }
  }

  /** The declared features, or else every column that has no other meaning, as a number. */
  private List<CsvColumn> features(Header header) {
    List<CsvColumn> declared = schema.features();
    if (declared.isEmpty()) {
      Set<String> others = new LinkedHashSet<>(header.names);
      others.remove(schema.id());
      others.remove(schema.weight());
      others.remove(schema.target());
      schema.groups().forEach(others::remove);
      declared = others.stream().<CsvColumn>map(CsvColumn.Numeric::new).toList();
    }
    if (declared.isEmpty()) {
      throw new TouchstoneException(
          file + " has no column left to be a feature; its columns are " + header.names);
    }
    Set<String> seen = new LinkedHashSet<>();
    for (CsvColumn column : declared) {
      if (column.name().equals(schema.target())) {
        throw new TouchstoneException(
            file + ": the label \"" + column.name() + "\" is declared as a feature; remove it");
      }
      if (!seen.add(column.name())) {
        throw new TouchstoneException(
            file + ": the feature \"" + column.name() + "\" is declared twice; remove one");
      }
    }
    return declared;
  }

  private static String describe(List<CsvColumn> columns, int width) {
    long categorical = columns.stream().filter(c -> c instanceof CsvColumn.Categorical).count();
    long texts = columns.stream().filter(c -> c instanceof CsvColumn.Text).count();
    return "%d numeric and %d one-hot columns as %d features%s"
        .formatted(
            columns.size() - categorical - texts,
            categorical,
            width,
            texts == 0 ? "" : ", and %d of text".formatted(texts));
  }

  private static String notBlank(CsvCell cell, String cure) {
    if (cell.value().isBlank()) {
      throw cell.refused("", cure);
    }
    return cell.value();
  }

  private TouchstoneException unreadable(IOException e) {
    if (e instanceof EOFException) {
      return new TouchstoneException(
          file + " ends within its compressed data: the file is truncated; fetch it again", e);
    }
    if (e instanceof ZipException) {
      return new TouchstoneException(
          file + " is a damaged gzip file: " + e.getMessage() + "; fetch it again", e);
    }
    if (e instanceof CharacterCodingException) {
      return new TouchstoneException(
          file + " is not encoded in UTF-8; convert it, for instance with iconv", e);
    }
    if (e instanceof CSVException) {
      return new TouchstoneException(
          file
              + " is no CSV file by RFC 4180: "
              + e.getMessage()
              + "; check its quotes, and that commas separate its columns",
          e);
    }
    return new TouchstoneException(file + " could not be read: " + e.getMessage(), e);
  }

  /** The first row: where each column stands. */
  private record Header(Location file, List<String> names, Map<String, Integer> positions) {
    private static final int MOST_SHOWN = 40;

    /** Of spreadsheets in countries with decimal commas, of databases, and by hand. */
    private static final List<String> OTHER_SEPARATORS = List.of(";", "\t", "|");

    static Header of(Location file, CSVRecord record) {
      List<String> names = new ArrayList<>(record.toList());
      // What Windows programs put before UTF-8.
      if (names.get(0).startsWith("\uFEFF")) {
        names.set(0, names.get(0).substring(1));
      }
      Map<String, Integer> positions = new HashMap<>();
      for (String name : names) {
        if (positions.put(name, positions.size()) != null) {
          throw new TouchstoneException(
              file + ": two columns have the name \"" + name + "\"; rename one");
        }
      }
      return new Header(file, List.copyOf(names), positions);
    }

    int position(String column) {
      Integer position = positions.get(column);
      if (position == null) {
        throw new TouchstoneException(
            file
                + " has no column \""
                + column
                + "\"; its first row, taken as the header, is "
                + names.subList(0, Math.min(MOST_SHOWN, names.size()))
                + (names.size() > MOST_SHOWN ? " and " + (names.size() - MOST_SHOWN) + " more" : "")
                + ". "
                + cure(column));
      }
      return position;
    }

    private String cure(String column) {
      if (names.size() == 1) {
        for (String separator : OTHER_SEPARATORS) {
          if (List.of(names.get(0).split(Pattern.quote(separator))).contains(column)) {
            return "Its columns are separated by %s: write it with commas, and with points in numbers, as RFC 4180 has it"
                .formatted(separator.equals("\t") ? "tabs" : "\"" + separator + "\"");
          }
        }
      }
      return names.stream().map(String::strip).anyMatch(column::equals)
          ? "Take out the blanks beside its commas, which belong to the names and values"
          : "Correct the name, or add the header if it is missing";
    }

    void checkLength(CSVRecord record, long line) {
      if (record.size() != names.size()) {
        throw new TouchstoneException(
            file
                + ", row "
                + (record.getRecordNumber() - 1)
                + " (line "
                + line
                + ") has "
                + record.size()
                + " values and the header "
                + names.size()
                + " columns; quote values that hold a comma or a line break");
      }
    }

    CsvCell cell(CSVParser parser, CSVRecord record, int position) {
      return new CsvCell(
          file,
          record.getRecordNumber() - 1,
          parser.getCurrentLineNumber(),
          names.get(position),
          record.get(position));
    }
  }

  /** What is to be predicted, as it comes. */
  private interface TargetColumn {
    void add(CsvCell cell);

    void into(Dataset.Builder builder);
  }

  /** Numbers. */
  private static final class ValueColumn implements TargetColumn {
    private final CsvSchema.Values declared;
    private double[] values = new double[1024];
    private int size;

    ValueColumn(CsvSchema.Values declared) {
      this.declared = declared;
    }

    @Override
    public void add(CsvCell cell) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      notBlank(cell, "drop the example, or give its value");
      values[size++] = cell.number();
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
    private final Map<String, Integer> classes = new LinkedHashMap<>();
    private int[] labels = new int[1024];
    private int size;

    LabelColumn(String where, List<String> declaredClasses) {
      this.where = where;
      this.declared = !declaredClasses.isEmpty();
      declaredClasses.forEach(name -> classes.put(name, classes.size()));
    }

    @Override
    public void add(CsvCell cell) {
      String value = notBlank(cell, "drop the example, or label it");
      Integer label = classes.get(value);
      if (label == null) {
        if (declared) {
          throw cell.refused(
              "is none of the classes " + classes.keySet(),
              "correct the label, or the declared classes");
        }
        if (classes.size() == MOST_CLASSES) {
          throw cell.refused(
              "is one different value more than " + MOST_CLASSES,
              "a label is a class; is this the right column?");
        }
        label = classes.size();
        classes.put(value, label);
      }
      if (size == labels.length) {
        labels = Arrays.copyOf(labels, 2 * size);
      }
      labels[size++] = label;
    }

    @Override
    public void into(Dataset.Builder builder) {
      List<String> asSeen = List.copyOf(classes.keySet());
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

  /** Training weights. */
  private static final class WeightColumn {
    private final int position;
    private double[] weights = new double[1024];
    private int size;

    private WeightColumn(int position) {
      this.position = position;
    }

    static WeightColumn of(Location file, CsvSchema schema, Header header) {
      String column = String.valueOf(schema.weight());
      if (column.equals(schema.target()) || column.equals(schema.id())) {
        throw new TouchstoneException(
            "%s: the column \"%s\" cannot hold the weights and %s; name another for the weights"
                .formatted(
                    file,
                    column,
                    column.equals(schema.id()) ? "the ids" : "what is to be predicted"));
      }
      return new WeightColumn(header.position(column));
    }

    void add(CsvCell cell) {
      if (size == weights.length) {
        weights = Arrays.copyOf(weights, 2 * size);
      }
      notBlank(cell, "give 1, the weight of an example like any other");
      double weight = cell.number();
      if (weight < 0) {
        throw cell.refused(
            "is less than 0",
            "a training weight is 0, which leaves the example out of the training, or more");
      }
      weights[size++] = weight;
    }

    double[] numbers() {
      return Arrays.copyOf(weights, size);
    }
  }

  /** The values of a group column, equal ones kept once. */
  private static final class GroupColumn {
    private final int position;
    private final Map<String, String> kept = new HashMap<>();
    private final List<String> values = new ArrayList<>();

    GroupColumn(int position) {
      this.position = position;
    }

    void add(CsvCell cell) {
      String value = notBlank(cell, "name those whose group is not known, such as \"unknown\"");
      values.add(kept.computeIfAbsent(value, v -> v));
    }
  }

  /** Texts that a model takes as they stand; equal ones kept once. */
  private static final class TextColumn {
    private final String name;
    private final int position;
    private final Map<String, String> kept = new HashMap<>();
    private final List<String> values = new ArrayList<>();

    TextColumn(String name, int position) {
      this.name = name;
      this.position = position;
    }

    void add(CsvCell cell, boolean missing) {
      String value =
          missing
              ? ""
              : notBlank(
                  cell,
                  "write what the model was trained with in its place, such as \"unknown\", or"
                      + " allow it with .allowingMissing(), and the model gets an empty text");
      values.add(kept.computeIfAbsent(value, v -> v));
    }

    /** A column: n × 1. */
    TypedTensor values() {
      return new TypedTensor.Texts(values.toArray(String[]::new), values.size(), 1);
    }
  }

  /** Stops a row that does not end. */
  private static final class RowGuard extends Reader {
    private final Reader in;
    private int charactersOfRow;

    RowGuard(Reader in) {
      this.in = in;
    }

    void rowRead() {
      charactersOfRow = 0;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      int read = in.read(buffer, offset, length);
      charactersOfRow += Math.max(0, read);
      if (charactersOfRow > MOST_CHARACTERS_A_ROW) {
        throw new IOException(
            "a row is longer than "
                + MOST_CHARACTERS_A_ROW
                + " characters; is a quote never closed?");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
