package dev.touchstone.jupiter;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.TableSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What an annotation says about a file of data, whatever is made of it. */
record DataFile(String value, String labels, float scale, TableAttributes table) {

  static DataFile of(DatasetUnderTest data) {
    return new DataFile(data.value(), data.labels(), data.scale(), TableAttributes.of(data));
  }

  static DataFile of(AuditData data) {
    return new DataFile(data.value(), data.labels(), data.scale(), TableAttributes.of(data));
  }

  /** Refuses attributes that cannot be meant; looks at no file. */
  void check(Place place) {
    if (value.isEmpty()) {
      if (!labels.isEmpty()) {
        throw place.misuse(
            "names labels but no images", "write value = \"…\" for the images' file");
      }
      refuse(place, given(), "names no file", "write value = \"…\", or say it in Java");
      return;
    }
    Format format = Format.of(value);
    refuse(
        place,
        Stream.concat(
                format == Format.IDX ? Stream.empty() : ofImages().stream(),
                table.given().stream().filter(given -> !format.attributes.contains(given)))
            .toList(),
        "is " + format.words,
        "leave it out"
            + (format == Format.IDX ? "" : "; Dataset.scaledBy(…) in Java scales features"));
    if (format.isTable()) {
      table.check(place);
    }
    if (format == Format.NPZ) {
      table.checkArrays(place);
    }
    if (!format.hasFileOfLabels && !labels.isEmpty()) {
      throw place.misuse(
          "names a file of labels beside "
              + (format.isTable() ? "a table" : "an archive, which holds them"),
          format.isTable()
              ? "say label = \"column\" for a table's labels"
              : "say label = \"array\" for theirs");
    }
    if (format.hasFileOfLabels && labels.isEmpty()) {
      throw place.misuse(
          "names \"" + value + "\" without its labels",
          format == Format.NPY
              ? "add labels = \"….npy\", or save features and labels in one .npz"
              : "add labels = \"…\" for IDX images, schema = \"….json\" or label = \"column\" for a"
                  + " .csv, .tsv, .jsonl or .parquet table, features = \"array\" and label ="
                  + " \"array\" for an .npz, or write the source in Java");
    }
  }

  /** What a file is, by how its name ends. */
  private enum Format {
    CSV("a table", false, TableAttributes.ALL, ".csv", ".csv.gz", ".tsv", ".tsv.gz"),
    JSON_LINES(
        "a table of JSON lines",
        false,
        TableAttributes.OF_COLUMNS,
        ".jsonl",
        ".jsonl.gz",
        ".ndjson",
        ".ndjson.gz"),
    PARQUET("a Parquet table", false, TableAttributes.OF_COLUMNS, ".parquet", ".pq"),
    NPZ("an archive of arrays", false, TableAttributes.OF_ARRAYS, ".npz"),
    NPY("an array", true, Set.of("classes", "missing"), ".npy", ".npy.gz"),
    IDX("a file of images", true, Set.of());

    private final String words;
    private final boolean hasFileOfLabels;
    private final Set<String> attributes;
    private final List<String> endings;

    Format(String words, boolean hasFileOfLabels, Set<String> attributes, String... endings) {
      this.words = words;
      this.hasFileOfLabels = hasFileOfLabels;
      this.attributes = attributes;
      this.endings = List.of(endings);
    }

    static Format of(String file) {
      String name = file.toLowerCase(Locale.ROOT);
      return Stream.of(values())
          .filter(format -> format.endings.stream().anyMatch(name::endsWith))
          .findFirst()
          .orElse(IDX);
    }

    boolean isTable() {
      return this == CSV || this == JSON_LINES || this == PARQUET;
    }
  }

  /** Attributes that were given and mean nothing here. */
  private static void refuse(Place place, List<String> given, String since, String cure) {
    if (!given.isEmpty()) {
      throw place.misuse(
          "gives " + String.join(" and ", given) + ", of no meaning since it " + since, cure);
    }
  }

  private List<String> given() {
    return Stream.concat(ofImages().stream(), table.given().stream()).toList();
  }

  private List<String> ofImages() {
    return scale == 1 ? List.of() : List.of("scale");
  }

  /** Whether a file is a table by its name. */
  static boolean isTable(String file) {
    return Format.of(file).isTable();
  }

  boolean isTable() {
    return isTable(value);
  }

  /** Returns a table of whose columns nothing is said. */
  static TableSource<?> open(String file) {
    return Datasets.table(file);
  }

  /** Returns the table that the file is, and what the annotation says of its columns. */
  TableSource<?> table(Place place) {
    return switch (Format.of(value)) {
      case CSV -> table.of(Datasets.csv(value), place);
      case JSON_LINES -> table.columns(Datasets.jsonLines(value));
      case PARQUET -> table.columns(Datasets.parquet(value));
      case NPZ, NPY, IDX -> throw new IllegalStateException(value + " is no table");
    };
  }

  Dataset load(Place place) {
    if (value.isEmpty()) {
      throw place.misuse(
          "names no file",
          "write value = \"classpath:…\"; a source in Java goes into a field's initialiser or an"
              + " arguments provider");
    }
    return switch (Format.of(value)) {
      case CSV, JSON_LINES, PARQUET -> table(place).load();
      case NPZ -> table.of(Datasets.npz(value)).load();
      case NPY -> table.labelling(Datasets.npy(value), labels).load();
      case IDX -> Datasets.idx(value, labels).scaledBy(scale).load();
    };
  }
}
