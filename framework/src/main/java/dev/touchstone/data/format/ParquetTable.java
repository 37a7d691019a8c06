package dev.touchstone.data.format;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.StrictJson;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.VersionParser;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/** A table in a Parquet file. */
public final class ParquetTable extends TableRows {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);
  private static final int TRAILER = 8;
  private static final int MOST_BYTES_OF_FOOTER = 1 << 26;

  /** The key under which pandas says what of a file is its index. */
  private static final String PANDAS = "pandas";

  private final FileChannel channel;
  private final Optional<Path> copy;
  private final List<RowGroup> groups;

  /** Of each column one that reads its numbers, and one that reads its texts. */
  private final List<ParquetColumn> columns;

  private final List<ParquetColumn> texts;

  /** By the position of a record of such: its bytes, and the path beside them. */
  private final Map<Integer, ParquetColumn> embedded;

  private final Map<Integer, ParquetColumn> paths;
  private final Map<String, List<String>> classNames;
  private final Set<String> index;
  private ParquetColumn[] expected = {};

  /** The expected numbers of some rows of a group, and whether those of a row are plain. */
  private double[] block = {};

  private final boolean[] plain = new boolean[ParquetColumn.NUMBERS_AHEAD];
  private int blockOf = -1;
  private long blockFrom;
  private int group;
  private long row = -1;
  private long rows;

  private ParquetTable(
      Location file,
      FileChannel channel,
      Optional<Path> copy,
      FileMetaData metadata,
      List<String> names,
      List<ParquetColumn> columns,
      List<ParquetColumn> texts,
      Map<Integer, ParquetColumn> embedded,
      Map<Integer, ParquetColumn> paths) {
    super(file, names);
    this.channel = channel;
    this.copy = copy;
    this.groups = metadata.getRow_groups();
    this.columns = columns;
    this.texts = texts;
    this.embedded = embedded;
    this.paths = paths;
    this.classNames = HuggingFaceFeatures.classNames(values(metadata, HuggingFaceFeatures.KEY));
    this.index = index(metadata);
  }

  /**
   * Reads the footer; a file inside an archive is copied to a temporary one.
   *
   * @throws TouchstoneException if it is no Parquet file, encrypted or damaged
   */
  public static ParquetTable open(Location file) throws IOException {
    // Folders, devices and pipes are refused.
    file.open().close();
    Optional<Path> copy = file.path().isPresent() ? Optional.empty() : Optional.of(copied(file));
    FileChannel channel =
        FileChannel.open(file.path().or(() -> copy).orElseThrow(), StandardOpenOption.READ);
    try {
      return open(file, channel, copy);
    } catch (IOException | RuntimeException e) {
      channel.close();
      if (copy.isPresent()) {
        Files.deleteIfExists(copy.get());
      }
      throw e;
    }
  }

  private static Path copied(Location file) throws IOException {
    Path copy = Files.createTempFile("touchstone-", ".parquet");
    try (InputStream in = file.open()) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return copy;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  private static ParquetTable open(Location file, FileChannel channel, Optional<Path> copy)
      throws IOException {
    FileMetaData metadata = footer(file, channel);
    VersionParser.ParsedVersion writer = writer(metadata);
    List<SchemaElement> schema = metadata.getSchema();
    List<String> names = new ArrayList<>();
    List<ParquetColumn> columns = new ArrayList<>();
    List<ParquetColumn> texts = new ArrayList<>();
    Map<Integer, ParquetColumn> embedded = new HashMap<>();
    Map<Integer, ParquetColumn> paths = new HashMap<>();
    int leaf = 0;
    int at = 1;
    for (int c = 0; c < schema.get(0).getNum_children(); c++) {
      SchemaElement element = element(file, schema, at);
      int end = behind(file, schema, at);
      boolean nested = end > at + 1 || element.getRepetition_type() == FieldRepetitionType.REPEATED;
      names.add(element.getName());
      for (List<ParquetColumn> readers : List.of(columns, texts)) {
        readers.add(
            new ParquetColumn(
                file.toString(),
                element,
                leaf,
                0,
                nested || element.getType() == null,
                channel,
                writer,
                metadata.getRow_groups()));
      }
      boolean ofOne = element.getRepetition_type() != FieldRepetitionType.REPEATED;
      int above = element.getRepetition_type() == FieldRepetitionType.OPTIONAL ? 1 : 0;
      int groupAt = at;
      for (; at < end; at++) {
        SchemaElement inner = schema.get(at);
        if (hasChildren(inner)) {
          // Of a record within the record nothing is an image.
          ofOne &= at == groupAt;
          continue;
        }
        if (ofOne && at > groupAt && inner.getRepetition_type() != FieldRepetitionType.REPEATED) {
          ParquetColumn column =
              new ParquetColumn(
                  "%s, column \"%s\"".formatted(file, element.getName()),
                  inner,
                  leaf,
                  above,
                  false,
                  channel,
                  writer,
                  metadata.getRow_groups());
          if (inner.getName().equals("bytes") && column.isBytes()) {
            embedded.put(c, column);
          } else if (inner.getName().equals("path") && column.isText()) {
            paths.put(c, column);
          }
        }
        leaf++;
      }
    }
    for (RowGroup group : metadata.getRow_groups()) {
      if (group.getColumnsSize() != leaf || group.getNum_rows() < 0) {
        throw damaged(file, "a group of rows has other columns than the file");
      }
    }
    return new ParquetTable(file, channel, copy, metadata, names, columns, texts, embedded, paths);
  }

  private static boolean hasChildren(SchemaElement element) {
    return element.isSetNum_children() && element.getNum_children() > 0;
  }

  private static TouchstoneException damaged(Location file, String why) {
    return new TouchstoneException(
        "%s is a damaged Parquet file: %s; fetch it again".formatted(file, why));
  }

  private static SchemaElement element(Location file, List<SchemaElement> schema, int at) {
    if (at >= schema.size()) {
      throw damaged(file, "its schema ends early");
    }
    return schema.get(at);
  }

  /** The position behind an element and all that stand below it. */
  private static int behind(Location file, List<SchemaElement> schema, int at) {
    long open = 1;
    int position = at;
    for (; open > 0; position++) {
      SchemaElement element = element(file, schema, position);
      open += (element.isSetNum_children() ? Math.max(0, element.getNum_children()) : 0) - 1;
    }
    return position;
  }

  private static FileMetaData footer(Location file, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] end = read(channel, Math.max(0, size - TRAILER), (int) Math.min(TRAILER, size));
    ByteBuffer trailer = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = end.length < TRAILER ? end : Arrays.copyOfRange(end, 4, TRAILER);
    if (Arrays.equals(magic, ENCRYPTED)) {
      throw new TouchstoneException(file + " is encrypted; write it without encryption");
    }
    if (!Arrays.equals(magic, MAGIC)) {
      throw new TouchstoneException(
          file + " is no Parquet file: it does not end as one does; is it truncated?");
    }
    int length = trailer.getInt(0);
    if (length < 0 || length > MOST_BYTES_OF_FOOTER || length > size - TRAILER) {
      throw damaged(file, "its footer is %d bytes long".formatted(Integer.toUnsignedLong(length)));
    }
    try {
      FileMetaData metadata =
          Util.readFileMetaData(
              new ByteArrayInputStream(read(channel, size - TRAILER - length, length)));
      if (metadata.getSchemaSize() == 0 || metadata.getRow_groups() == null) {
        throw damaged(file, "its footer has no schema");
      }
      return metadata;
    } catch (IOException e) {
      throw damaged(file, "its footer cannot be read, " + e.getMessage());
    }
  }

  private static byte[] read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
      // A channel may return less than was asked for.
    }
    return bytes.array();
  }

  private static VersionParser.@Nullable ParsedVersion writer(FileMetaData metadata) {
    try {
      return metadata.getCreated_by() == null
          ? null
          : VersionParser.parse(metadata.getCreated_by());
    } catch (VersionParser.VersionParseException e) {
      return null;
    }
  }

  /** The columns that were the index of a data frame. */
  private static Set<String> index(FileMetaData metadata) {
    Set<String> index = new HashSet<>();
    for (String value : values(metadata, PANDAS)) {
      try {
        JsonElement columns = StrictJson.parse(value).getAsJsonObject().get("index_columns");
        for (JsonElement column : columns == null ? new JsonArray() : columns.getAsJsonArray()) {
          if (column.isJsonPrimitive()) {
            index.add(column.getAsString());
          }
        }
      } catch (JsonParseException | IllegalStateException e) {
        // Whoever wrote something else there said nothing of an index.
        return Set.of();
      }
    }
    return index;
  }

  /** What stands in the footer under a key. */
  private static List<String> values(FileMetaData metadata, String key) {
    List<KeyValue> values = metadata.getKey_value_metadata();
    return values == null
        ? List.of()
        : values.stream()
            .filter(value -> key.equals(value.getKey()) && value.getValue() != null)
            .map(KeyValue::getValue)
            .toList();
  }

  @Override
  public boolean next() {
    row++;
    while (group < groups.size() && row >= groups.get(group).getNum_rows()) {
      group++;
      row = 0;
    }
    rows++;
    return group < groups.size();
  }

  @Override
  public void expectNumbers(int[] positions) {
    expected = IntStream.of(positions).mapToObj(columns::get).toArray(ParquetColumn[]::new);
    // A text has no numbers, and is read value by value.
    if (!Stream.of(expected).allMatch(column -> column.otherwise().isEmpty())) {
      expected = new ParquetColumn[0];
    }
    block = new double[expected.length * ParquetColumn.NUMBERS_AHEAD];
  }

  @Override
  public boolean numbers(double[] destination, int from) {
    int width = expected.length;
    if (width == 0) {
      return false;
    }
    int at = (int) (row % ParquetColumn.NUMBERS_AHEAD);
    if (blockOf != group || blockFrom != row - at) {
      readBlock(row - at);
      blockOf = group;
      blockFrom = row - at;
    }
    System.arraycopy(block, at * width, destination, from, width);
    return plain[at];
  }

  /** Reads some rows, one column after the other. */
  private void readBlock(long first) {
    long rows = groups.get(group).getNum_rows() - first;
    int count = (int) Math.min(ParquetColumn.NUMBERS_AHEAD, rows);
    Arrays.fill(plain, true);
    for (int i = 0; i < expected.length; i++) {
      expected[i].numbers(group, first, count, block, i, expected.length, plain);
    }
  }

  @Override
  public boolean mayBeNumber(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return text.equals("true")
        || text.equals("false")
        || !Double.isNaN(Decimals.parse(bytes, 0, bytes.length, (byte) '.'));
  }

  @Override
  public double number(int position) {
    return columns.get(position).number(group, row);
  }

  @Override
  public String text(int position) {
    return texts.get(position).text(group, row);
  }

  @Override
  public boolean isBlank(int position) {
    return columns.get(position).isText()
        ? text(position).isBlank()
        : columns.get(position).isMissing(group, row);
  }

  @Override
  public byte[] image(int position) {
    ParquetColumn column = embedded.getOrDefault(position, columns.get(position));
    String name = names().get(position);
    if (!column.isBytes()) {
      throw new TouchstoneException(
          "%s: the column \"%s\" holds no images: it is neither bytes nor a record of \"bytes\" and a \"path\". Name the column that does"
              .formatted(file(), name));
    }
    byte[] bytes = column.binary(group, row);
    if (bytes != null) {
      return bytes;
    }
    ParquetColumn beside = paths.get(position);
    String path = beside == null ? "" : beside.text(group, row);
    TableCell cell = new TableCell(file(), rows, TableCell.NO_LINE, name, path);
    if (path.isEmpty()) {
      throw cell.missing("drop the example");
    }
    throw cell.refused(
        "is the path of an image that is not in this file, as Hugging Face's Dataset.to_parquet"
            + " leaves it",
        "put the images into the file before it is written:"
            + " data.with_format(\"arrow\").map(datasets.table.embed_table_storage,"
            + " batched=True).with_format(None)");
  }

  @Override
  public List<String> classNames(int position) {
    return classNames.getOrDefault(names().get(position), List.of());
  }

  @Override
  public int index(int position, Words words) {
    byte[] bytes = texts.get(position).bytes(group, row);
    return words.index(bytes, 0, bytes.length);
  }

  @Override
  public int indexOrAdd(int position, Words words) {
    byte[] bytes = texts.get(position).bytes(group, row);
    return words.indexOrAdd(bytes, 0, bytes.length);
  }

  @Override
  public TableCell cell(int position) {
    return new TableCell(file(), rows, TableCell.NO_LINE, names().get(position), text(position));
  }

  @Override
  public Optional<String> aboutNumber(TableCell cell) {
    String what = columns.get(position(cell.column())).otherwise();
    if (what.isEmpty()) {
      return Optional.of(wholeBeyondDoubles(cell.column()));
    }
    return Optional.of(
        what.equals("a text")
            ? "is a text and no number; declare the column with .categorical(\"%1$s\", values…), or with .text(\"%1$s\") if the model takes it as it stands, or leave it out of the features, with .without(\"%1$s\") where none is declared"
                .formatted(cell.column())
            : "is %s and no number; make numbers of it as the model's trainer did, or leave it out of the features, with .without(\"%s\") where none is declared%s"
                .formatted(
                    what,
                    cell.column(),
                    columns.get(position(cell.column())).isBytes()
                        ? "; encoded images are said by .images(\"%s\")".formatted(cell.column())
                        : ""));
  }

  @Override
  public Optional<String> aboutNotation(TableCell cell) {
    String what = columns.get(position(cell.column())).otherwise();
    return what.isEmpty() ? Optional.empty() : Optional.of("is %s and no number".formatted(what));
  }

  @Override
  String whereNamesStand() {
    return "it has";
  }

  @Override
  String cureOfName(String column) {
    return "Correct the name";
  }

  @Override
  public boolean isIndex(int position) {
    return index.contains(names().get(position)) || super.isIndex(position);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (copy.isPresent()) {
      Files.deleteIfExists(copy.get());
    }
  }
}
