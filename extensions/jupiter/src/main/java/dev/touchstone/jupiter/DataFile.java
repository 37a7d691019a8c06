package dev.touchstone.jupiter;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import java.util.List;
import java.util.Locale;
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
    refuse(
        place,
        isTable() ? ofImages() : table.given(),
        isTable() ? "is a table" : "is a file of images",
        "leave it out" + (isTable() ? "; Dataset.scaledBy(…) in Java scales a table" : ""));
    if (isTable()) {
      table.check(place);
    }
    if (isTable() && !labels.isEmpty()) {
      throw place.misuse(
          "names a file of labels beside a table", "say label = \"column\" for a table's labels");
    }
    if (!isTable() && labels.isEmpty()) {
      throw place.misuse(
          "names \"" + value + "\" without its labels",
          "add labels = \"…\" for IDX images, schema = \"….json\" or label = \"column\" for a .csv"
              + " or .csv.gz table, or write the source in Java");
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

  Dataset load(Place place) {
    if (value.isEmpty()) {
      throw place.misuse(
          "names no file",
          "write value = \"classpath:…\"; a source in Java goes into a field's initialiser or an"
              + " arguments provider");
    }
    return isTable()
        ? table.of(Datasets.csv(value), place).load()
        : Datasets.idx(value, labels).scaledBy(scale).load();
  }

  private boolean isTable() {
    String name = value.toLowerCase(Locale.ROOT);
    return Stream.of(".csv", ".csv.gz", ".tsv", ".tsv.gz").anyMatch(name::endsWith);
  }
}
