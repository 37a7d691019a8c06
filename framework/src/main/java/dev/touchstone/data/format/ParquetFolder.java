package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table in a folder of Parquet files, one after the other by their names, as Spark, Hive, pyarrow
 * and DuckDB write it. What it was partitioned by stands in the names of folders, {@code
 * district=north}, and is a column of texts behind the others.
 */
public final class ParquetFolder extends TableRows {
  /** What Hive, and all after it, write for a value that is missing, and Spark for an empty one. */
  private static final String MISSING = "__HIVE_DEFAULT_PARTITION__";

  private static final int MOST_FOLDERS_DEEP = 32;

  /** Tables of which a log says which files count. */
  private static final Map<String, String> LOGGED =
      Map.of(
          "_delta_log", "a Delta table", ".hoodie", "a Hudi table", "metadata", "an Iceberg table");

  /**
   * A file of the table.
   *
   * @param partition what its folders say, by column, in their order
   */
  private record Part(Path file, Map<String, String> partition) {}

  private final List<Part> parts;
  private final int inFiles;
  private final List<String> partitionNames;
  private int[] expected = {};
  private int part;
  private ParquetTable table;

  private ParquetFolder(
      Location folder, List<Part> parts, ParquetTable first, List<String> partitionNames) {
    super(folder, Stream.concat(first.names().stream(), partitionNames.stream()).toList());
    this.parts = parts;
    this.table = first;
    this.inFiles = first.names().size();
    this.partitionNames = partitionNames;
  }

  /**
   * Looks for the files, and reads the footer of the first.
   *
   * @throws TouchstoneException if there are none, something else lies among them, or folders say
   *     other columns than each other
   */
  public static ParquetFolder open(Location folder) throws IOException {
    Path root = folder.path().orElseThrow();
    List<Part> parts = new ArrayList<>();
    collect(folder, root, new LinkedHashMap<>(), 0, parts);
    if (parts.isEmpty()) {
      throw new TouchstoneException(
          "%s holds no Parquet file; give the folder that was written, with its part-….parquet"
              .formatted(folder));
    }
    List<String> partitionNames = List.copyOf(parts.get(0).partition().keySet());
    for (Part part : parts) {
      if (!List.copyOf(part.partition().keySet()).equals(partitionNames)) {
        throw new TouchstoneException(
            "%s is partitioned by %s at %s, and by %s at %s; give one of the folders in it, or write it anew"
                .formatted(
                    folder,
                    partitionNames,
                    root.relativize(parts.get(0).file()),
                    List.copyOf(part.partition().keySet()),
                    root.relativize(part.file())));
      }
    }
    ParquetTable first = open(parts.get(0));
    for (String name : partitionNames) {
      if (first.names().contains(name)) {
        first.close();
        throw new TouchstoneException(
            "%s: \"%s\" stands in the files and in the names of their folders; write them without the column, or give one of the files"
                .formatted(folder, name));
      }
    }
    return new ParquetFolder(folder, parts, first, partitionNames);
  }

  private static ParquetTable open(Part part) throws IOException {
    return ParquetTable.open(Location.of(part.file().toString()));
  }

  private static void collect(
      Location folder, Path at, Map<String, String> partition, int deep, List<Part> parts)
      throws IOException {
    List<Path> children;
    try (Stream<Path> listed = Files.list(at)) {
      children = listed.sorted(Comparator.comparing(ParquetFolder::name)).toList();
    }
    Path root = folder.path().orElseThrow();
    for (Path child : children) {
      String name = name(child);
      boolean inside = Files.isDirectory(child);
      if (inside) {
        refuseOtherTables(folder, name);
      }
      // Those are markers, checksums and whatever somebody has put aside, to all who read these.
      if ((name.startsWith("_") && !(inside && name.contains("="))) || name.startsWith(".")) {
        continue;
      }
      if (inside) {
        int equals = name.indexOf('=');
        if (equals < 1 || deep == MOST_FOLDERS_DEEP) {
          throw new TouchstoneException(
              "%s: the folder %s in it is no partition, such as district=north; give one folder of Parquet files"
                  .formatted(folder, root.relativize(child)));
        }
        Map<String, String> inner = new LinkedHashMap<>(partition);
        String column = unescaped(name.substring(0, equals));
        if (inner.put(column, unescaped(name.substring(equals + 1))) != null) {
          throw new TouchstoneException(
              "%s: the folder %s says twice what \"%s\" is; write the table anew"
                  .formatted(folder, root.relativize(child), column));
        }
        collect(folder, child, inner, deep + 1, parts);
      } else if (name.endsWith(".parquet") || name.endsWith(".pq")) {
        parts.add(new Part(child, partition));
      } else {
        throw new TouchstoneException(
            "%s: %s is no Parquet file by its name, and would be left out; remove it, or give one of the files"
                .formatted(folder, root.relativize(child)));
      }
    }
  }

  private static void refuseOtherTables(Location folder, String name) {
    String other = LOGGED.get(name);
    if (other != null) {
      throw new TouchstoneException(
          "%s is %s (it holds %s), in which a log says which files count; write what is to be tested as Parquet, in Spark by table.write.parquet(…)"
              .formatted(folder, other, name));
    }
    if (name.equals("_temporary")) {
      throw new TouchstoneException(
          "%s holds %s: it is still written, or was not written to its end; wait, or write it anew"
              .formatted(folder, name));
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** The text of which some bytes of UTF-8 are written as a percent sign and two digits. */
  private static String unescaped(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); ) {
      String digits = i + 2 < name.length() ? name.substring(i + 1, i + 3) : "";
      if (name.charAt(i) == '%' && digits.matches("[0-9A-Fa-f]{2}")) {
        bytes.write(Integer.parseInt(digits, 16));
        i += 3;
      } else {
        int point = name.codePointAt(i);
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(point);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Returns in how many files the table lies. */
  public int size() {
    return parts.size();
  }

  @Override
  public boolean next() throws IOException {
    while (!table.next()) {
      if (part + 1 == parts.size()) {
        return false;
      }
      List<String> before = table.names();
      table.close();
      table = open(parts.get(++part));
      if (!table.names().equals(before)) {
        throw new TouchstoneException(
            "%s: %s has the columns %s, and %s %s; give one of the files, or write the table anew"
                .formatted(
                    file(),
                    parts.get(part).file().getFileName(),
                    table.names(),
                    parts.get(part - 1).file().getFileName(),
                    before));
      }
      table.expectNumbers(expected);
    }
    return true;
  }

  /** What folders say is no part of it, and then nothing is read ahead. */
  @Override
  public void expectNumbers(int[] positions) {
    expected = IntStream.of(positions).allMatch(this::isInFile) ? positions.clone() : new int[0];
    table.expectNumbers(expected);
  }

  @Override
  public boolean numbers(double[] destination, int from) {
    return table.numbers(destination, from);
  }

  private boolean isInFile(int position) {
    return position < inFiles;
  }

  /** What the folders say; empty where it is missing. */
  private String said(int position) {
    String text =
        parts.get(part).partition().getOrDefault(partitionNames.get(position - inFiles), "");
    return text.equals(MISSING) ? "" : text;
  }

  @Override
  public boolean mayBeNumber(String text) {
    return table.mayBeNumber(text);
  }

  @Override
  public double number(int position) {
    if (isInFile(position)) {
      return table.number(position);
    }
    byte[] bytes = said(position).getBytes(StandardCharsets.UTF_8);
    return Decimals.parse(bytes, 0, bytes.length, (byte) '.');
  }

  @Override
  public String text(int position) {
    return isInFile(position) ? table.text(position) : said(position);
  }

  @Override
  public boolean isBlank(int position) {
    return isInFile(position) ? table.isBlank(position) : said(position).isBlank();
  }

  @Override
  public byte[] image(int position) {
    return isInFile(position) ? table.image(position) : super.image(position);
  }

  @Override
  public List<String> classNames(int position) {
    return isInFile(position) ? table.classNames(position) : List.of();
  }

  @Override
  public int index(int position, Words words) {
    if (isInFile(position)) {
      return table.index(position, words);
    }
    byte[] bytes = said(position).getBytes(StandardCharsets.UTF_8);
    return words.index(bytes, 0, bytes.length);
  }

  @Override
  public int indexOrAdd(int position, Words words) {
    if (isInFile(position)) {
      return table.indexOrAdd(position, words);
    }
    byte[] bytes = said(position).getBytes(StandardCharsets.UTF_8);
    return words.indexOrAdd(bytes, 0, bytes.length);
  }

  @Override
  public TableCell cell(int position) {
    TableCell inFile = table.cell(isInFile(position) ? position : 0);
    return new TableCell(
        inFile.file(), inFile.row(), inFile.line(), names().get(position), text(position));
  }

  @Override
  public Optional<String> aboutNumber(TableCell cell) {
    return isInFile(position(cell.column())) ? table.aboutNumber(cell) : Optional.empty();
  }

  @Override
  public Optional<String> aboutNotation(TableCell cell) {
    return isInFile(position(cell.column())) ? table.aboutNotation(cell) : Optional.empty();
  }

  @Override
  String whereNamesStand() {
    return table.whereNamesStand();
  }

  @Override
  String cureOfName(String column) {
    return table.cureOfName(column);
  }

  @Override
  public boolean isIndex(int position) {
    return isInFile(position) && table.isIndex(position);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
