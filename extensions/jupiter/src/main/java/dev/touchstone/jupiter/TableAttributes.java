package dev.touchstone.jupiter;

import dev.touchstone.data.ArraySource;
import dev.touchstone.data.CsvSource;
import dev.touchstone.data.TableSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an annotation says about a table: how it is written, and what its columns mean. */
record TableAttributes(
    String schema,
    String label,
    List<String> classes,
    String id,
    List<String> groups,
    List<String> features,
    List<String> without,
    List<String> missing,
    char delimiter,
    char quote,
    boolean decimalComma,
    String thousands) {
  /** What is said of the columns of a table, whatever its format. */
  static final Set<String> OF_COLUMNS =
      Set.of("schema", "label", "classes", "id", "groups", "features", "without", "missing");

  /** What is said of arrays by name. */
  static final Set<String> OF_ARRAYS =
      Set.of("label", "classes", "id", "groups", "features", "missing");

  /** What is said of a CSV file. */
  static final Set<String> ALL =
      Stream.concat(
              OF_COLUMNS.stream(), Stream.of("delimiter", "quote", "decimalComma", "thousands"))
          .collect(Collectors.toUnmodifiableSet());

  private static final char DELIMITER = ',';
  private static final char QUOTE = '"';

  static TableAttributes of(DatasetUnderTest data) {
    return new TableAttributes(
        data.schema(),
        data.label(),
        List.of(data.classes()),
        data.id(),
        List.of(data.groups()),
        List.of(data.features()),
        List.of(data.without()),
        List.of(data.missing()),
        data.delimiter(),
        data.quote(),
        data.decimalComma(),
        data.thousands());
  }

  static TableAttributes of(AuditData data) {
    return new TableAttributes(
        data.schema(),
        data.label(),
        List.of(data.classes()),
        data.id(),
        List.of(data.groups()),
        List.of(data.features()),
        List.of(data.without()),
        List.of(data.missing()),
        data.delimiter(),
        data.quote(),
        data.decimalComma(),
        data.thousands());
  }

  /** Refuses attributes that cannot be meant together; looks at no file. */
  void check(Place place) {
    if (schema.isEmpty() == label.isEmpty()) {
      throw place.misuse(
          "gives " + (label.isEmpty() ? "neither a schema nor a label" : "a schema and a label"),
          "give one: schema = \"….json\", or label = \"column\"");
    }
    if (!schema.isEmpty() && !classes.isEmpty()) {
      throw place.misuse(
          "gives a schema and classes", "write \"classes\": […] in the schema, beside its label");
    }
    if (!schema.isEmpty() && !features.isEmpty()) {
      throw place.misuse(
          "gives a schema and features", "write them in the schema, where each has a type");
    }
    if (!features.isEmpty() && !without.isEmpty()) {
      throw place.misuse(
          "gives features and without, of which the second says nothing beside the first",
          "give one of them");
    }
    if (thousands.length() > 1) {
      throw place.misuse(
          "gives thousands = \"%s\", which is more than one character".formatted(thousands),
          "give what stands between the digits, such as thousands = \".\"");
    }
  }

  /** Refuses attributes of arrays that cannot be meant; looks at no file. */
  void checkArrays(Place place) {
    if (features.size() != 1 || label.isEmpty()) {
      throw place.misuse(
          "names %d arrays of features and %s of labels"
              .formatted(features.size(), label.isEmpty() ? "none" : "one"),
          "give features = \"array\" and label = \"array\", by the names that they were saved"
              + " under");
    }
    if (!missing.isEmpty() && !missing.equals(List.of(""))) {
      throw place.misuse(
          "gives words for what is missing, " + missing + ", and arrays hold NaN for it",
          "write missing = \"\" for a model that takes NaN");
    }
  }

  /** The names of the attributes that were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    addIf(!schema.isEmpty(), "schema", given);
    addIf(!label.isEmpty(), "label", given);
    addIf(!classes.isEmpty(), "classes", given);
    addIf(!id.isEmpty(), "id", given);
    addIf(!groups.isEmpty(), "groups", given);
    addIf(!features.isEmpty(), "features", given);
    addIf(!without.isEmpty(), "without", given);
    addIf(!missing.isEmpty(), "missing", given);
    addIf(delimiter != DELIMITER, "delimiter", given);
    addIf(quote != QUOTE, "quote", given);
    addIf(decimalComma, "decimalComma", given);
    addIf(!thousands.isEmpty(), "thousands", given);
    return given;
  }

  private static void addIf(boolean isGiven, String attribute, List<String> given) {
    if (isGiven) {
      given.add(attribute);
    }
  }

  /** Says it of a CSV file. */
  CsvSource of(CsvSource source, Place place) {
    try {
      CsvSource table = columns(source);
      table = decimalComma ? table.decimalComma() : table;
      table = delimiter == DELIMITER ? table : table.delimiter(delimiter);
      table = quote == QUOTE ? table : table.quote(quote);
      return thousands.isEmpty() ? table : table.thousands(thousands.charAt(0));
    } catch (IllegalArgumentException e) {
      throw place.misuse("gives what no table can have: " + e.getMessage(), "correct it");
    }
  }

  /** Says of any table what its columns mean. */
  <S extends TableSource<S>> S columns(S source) {
    S table = schema.isEmpty() ? source.label(label, array(classes)) : source.schema(schema);
    table = id.isEmpty() ? table : table.id(id);
    table = groups.isEmpty() ? table : table.groups(array(groups));
    table = features.isEmpty() ? table : table.numeric(array(features));
    table = without.isEmpty() ? table : table.without(array(without));
    return missing.isEmpty() ? table : table.allowingMissing(array(missing));
  }

  /** Says it of an archive of arrays. */
  ArraySource of(ArraySource source) {
    ArraySource arrays = labelling(source.features(features.get(0)), label);
    arrays = id.isEmpty() ? arrays : arrays.id(id);
    return groups.isEmpty() ? arrays : arrays.groups(array(groups));
  }

  /** Says what the labels of features are. */
  ArraySource labelling(ArraySource source, String labels) {
    ArraySource labelled = source.label(labels, array(classes));
    return missing.isEmpty() ? labelled : labelled.allowingMissing();
  }

  private static String[] array(List<String> columns) {
    return columns.toArray(String[]::new);
  }
}
