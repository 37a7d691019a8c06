package dev.touchstone.guiding.repair;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Examples and what a person says of them in concepts: the small set by which concepts are found in
 * a model (thesis, section 5.2.1). A concept that has the values 0 and 1 alone is there or not; any
 * other is a number. Immutable.
 */
public final class AnnotatedConcepts {
  private static final int MOST_SHOWN = 5;

  /** Of a concept's variance, what has to be its own (1 − R²). */
  private static final double OWN_SHARE = 1e-6;

  /** As people write one: Java would take {@code 1d} and {@code 0x1p3} for numbers, too. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final Dataset data;
  private final List<String> names;
  private final Matrix values;

  private AnnotatedConcepts(Dataset data, List<String> names, Matrix values) {
    this.data = data;
    this.names = names;
    this.values = values;
  }

  /**
   * Returns examples with the values of their concepts.
   *
   * @param names of the concepts, each once
   * @param values n × q, in the order of the data and of the names
   * @throws TouchstoneException for no concept, a name twice, values that are not finite, and a
   *     concept that is the same of all examples
   */
  public static AnnotatedConcepts of(Dataset data, List<String> names, Matrix values) {
    if (values.rows() != data.size() || values.columns() != names.size()) {
      throw new TouchstoneException(
          "concept values of %d x %d for %d examples of %s and the concepts %s; give a row for each example and a column for each concept"
              .formatted(values.rows(), values.columns(), data.size(), data.name(), names));
    }
    Set<String> seen = new LinkedHashSet<>();
    for (String name : names) {
      if (name.isBlank() || !seen.add(name)) {
        throw new TouchstoneException(
            "the concepts %s: give each a name of its own".formatted(names));
      }
    }
    if (names.isEmpty()) {
      throw new TouchstoneException("no concept was given for %s".formatted(data.name()));
    }
    for (int q = 0; q < names.size(); q++) {
      requireVaries(data, names.get(q), column(values, q));
    }
    return new AnnotatedConcepts(data, List.copyOf(names), values.copy());
  }

  private static double[] column(Matrix values, int q) {
    return IntStream.range(0, values.rows()).mapToDouble(i -> values.get(i, q)).toArray();
  }

  private static void requireVaries(Dataset data, String name, double... column) {
    for (int i = 0; i < column.length; i++) {
      if (!Double.isFinite(column[i])) {
        throw new TouchstoneException(
            "the concept \"%s\" of example %s of %s is %s; give a finite number, 0 and 1 for what is there or not"
                .formatted(name, data.id(i), data.name(), column[i]));
      }
    }
    if (Arrays.stream(column).distinct().limit(2).count() < 2) {
      throw new TouchstoneException(
          "the concept \"%s\" is %s for all %d examples of %s; add examples %s it"
              .formatted(
                  name,
                  column.length == 0 ? "nothing" : column[0],
                  column.length,
                  data.name(),
                  column.length > 0 && column[0] == 0 ? "with" : "without"));
    }
  }

  /**
   * Returns examples whose concepts stand in group columns.
   *
   * @param columns of the data, which the concepts are called like: of numbers {@code "loops"}, of
   *     texts with the one that says that the concept is there, {@code "background=water"}, which
   *     is called {@code "background"}, or as it is written here if several stand in that column
   * @throws TouchstoneException for an unknown column, texts of which none was said to stand for
   *     the concept, or one that no example has, and whatever {@link #of} refuses
   */
  public static AnnotatedConcepts ofColumns(Dataset data, String... columns) {
    Matrix values = Matrix.zeros(data.size(), columns.length);
    List<String> names = new ArrayList<>();
    for (int q = 0; q < columns.length; q++) {
      String column = columnOf(columns[q], data);
      double[] numbers =
          column.equals(columns[q])
              ? numbers(data, column)
              : isThere(data, column, columns[q].substring(column.length() + 1));
      for (int i = 0; i < numbers.length; i++) {
        values.set(i, q, numbers[i]);
      }
      boolean alone =
          Arrays.stream(columns).filter(other -> columnOf(other, data).equals(column)).count() == 1;
      names.add(alone ? column : columns[q]);
    }
    return of(data, names, values);
  }

  /** The column of what may say which of its texts means that a concept is there. */
  private static String columnOf(String said, Dataset data) {
    int equals = said.indexOf('=');
    return equals > 0 && !data.columns().contains(said) ? said.substring(0, equals) : said;
  }

  /**
   * Returns the examples of an audit set whose concepts an expert has annotated.
   *
   * @throws TouchstoneException if nobody annotated them, and whatever {@link #of} refuses
   */
  public static AnnotatedConcepts ofAudit(AuditSet audit) {
    return of(audit.data(), audit.concepts(), Matrix.ofRows(audit.conceptValues()));
  }

  private static List<String> texts(Dataset data, String column) {
    return IntStream.range(0, data.size()).mapToObj(i -> data.value(column, i)).toList();
  }

  private static List<String> some(List<String> texts) {
    return texts.stream().distinct().sorted().limit(MOST_SHOWN).toList();
  }

  private static double[] isThere(Dataset data, String column, String text) {
    List<String> texts = texts(data, column);
    if (!texts.contains(text)) {
      throw new TouchstoneException(
          "no example of %s has \"%s\" in its column \"%s\", which holds %s"
              .formatted(data.name(), text, column, some(texts)));
    }
    return texts.stream().mapToDouble(value -> value.equals(text) ? 1 : 0).toArray();
  }

  private static double[] numbers(Dataset data, String column) {
    List<String> texts = texts(data, column);
    if (texts.stream().allMatch(text -> NUMBER.matcher(text.strip()).matches())) {
      return texts.stream().mapToDouble(Double::parseDouble).toArray();
    }
    List<String> some = some(texts);
    if (texts.stream().allMatch(text -> NUMBER.matcher(text.strip().replace(',', '.')).matches())) {
      throw new TouchstoneException(
          "the column \"%s\" of %s holds numbers whose decimals stand behind a comma, such as %s, and a group is a text as it stands; give numbers, AnnotatedConcepts.of(data, names, values), or write them with a point"
              .formatted(column, data.name(), some));
    }
    throw new TouchstoneException(
        "the column \"%s\" of %s holds texts, such as %s; say which of them means that the concept is there, \"%s=%s\""
            .formatted(column, data.name(), some, column, some.get(some.size() - 1)));
  }

  /** Returns the examples. */
  public Dataset data() {
    return data;
  }

  /** Returns the concepts' names. */
  public List<String> names() {
    return names;
  }

  /** Returns the number of concepts, q. */
  public int size() {
    return names.size();
  }

  /** Returns the concepts' values, n × q; a copy. */
  public Matrix values() {
    return values.copy();
  }

  /** The SHA-256, in hexadecimal, over the examples and what is said of them. */
  String sha256() {
    return Digest.sha256().add(data.sha256()).add(names).add(values.values()).hex();
  }

  /** Returns a concept's values, one of every example. */
  double[] values(int concept) {
    return column(values, concept);
  }

  /**
   * The concepts that no example tells from a given one: of each the values are a multiple of the
   * other's, up to a constant.
   */
  List<String> alike(int concept) {
    return IntStream.range(0, size())
        .filter(other -> other != concept && isMultiple(values(concept), values(other)))
        .mapToObj(names::get)
        .toList();
  }

  private static boolean isMultiple(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return aa * bb - ab * ab < OWN_SHARE * aa * bb;
  }

  /** Whether a concept is there or not, and no number. */
  boolean isBinary(int concept) {
    return Arrays.stream(values(concept)).allMatch(value -> value == 0 || value == 1);
  }

  /**
   * Returns these examples with some of the concepts.
   *
   * @throws TouchstoneException for a name that no concept has
   */
  public AnnotatedConcepts only(String... chosen) {
    Matrix some = Matrix.zeros(values.rows(), chosen.length);
    for (int q = 0; q < chosen.length; q++) {
      int from = indexOf(chosen[q]);
      for (int i = 0; i < some.rows(); i++) {
        some.set(i, q, values.get(i, from));
      }
    }
    return of(data, List.of(chosen), some);
  }

  /** Refuses training data whose examples have another shape. */
  void requireShapeOf(Dataset training) {
    if (!Arrays.equals(training.shape(), data.shape())) {
      throw new TouchstoneException(
          "%s has examples of the shape %s and the concepts' %s of %s; read both in the same way"
              .formatted(
                  training.name(),
                  Arrays.toString(training.shape()),
                  data.name(),
                  Arrays.toString(data.shape())));
    }
  }

  /** The place of a concept among the others. */
  int indexOf(String name) {
    int at = names.indexOf(name);
    if (at < 0) {
      throw new TouchstoneException(
          "there is no concept \"%s\"; the concepts of %s are %s"
              .formatted(name, data.name(), names));
    }
    return at;
  }

  @Override
  public String toString() {
    return "%d concepts of %s (n = %d)".formatted(size(), data.name(), data.size());
  }
}
