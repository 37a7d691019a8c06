package dev.touchstone.data;

import dev.touchstone.data.format.Decimals;
import dev.touchstone.data.format.TextLines;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Reads LIBSVM's format, line by line: checks, hashes and keeps its examples. */
final class LibsvmReader {
  private static final String QUERY = "qid:";

  private final Location file;
  private final LibsvmSource.Meaning meaning;
  private final long mostBytesInMemory;
  private final List<String> labels = new ArrayList<>();
  private final List<String> queries = new ArrayList<>();
  private final Map<String, String> kept = new HashMap<>();
  private double[] values = new double[1024];

  LibsvmReader(Location file, LibsvmSource.Meaning meaning, long mostBytesInMemory) {
    this.file = file;
    this.meaning = meaning;
    this.mostBytesInMemory = mostBytesInMemory;
  }

  Dataset read() throws IOException {
    if (meaning.base() < 0) {
      throw new TouchstoneException(asked());
    }
    RowCheck check = new RowCheck(file.toString(), List.of(), meaning.absent());
    double[] row = new double[meaning.features()];
    int rows = 0;
    try (TextLines lines = new TextLines(file);
        RowCollector features = new RowCollector(mostBytesInMemory, row.length)) {
      while (lines.next()) {
        String[] parts = parts(lines.text());
        if (parts.length > 0) {
          fill(row, parts, lines.number(), rows);
          check.add(Integer.toString(rows), row);
          features.add(row);
          rows++;
        }
      }
      if (rows == 0) {
        throw new TouchstoneException(
            file + " has no lines; nothing can be claimed about no examples");
      }
      Dataset.Builder builder =
          Dataset.named(file.fileName())
              .features(features.finish())
              .prepared("columns", "%d, counted from %d".formatted(row.length, meaning.base()))
              .checkedRows(check);
      if (meaning.absent()) {
        builder.allowingMissing().prepared("missing values", "those that a line does not name");
      }
      if (!queries.isEmpty()) {
        builder.column("qid", queries);
      }
      addTargets(builder, rows);
      return builder.build();
    }
  }

  /** What stands before a comment, by blanks. */
  private static String[] parts(String line) {
    int comment = line.indexOf('#');
    String bare = (comment < 0 ? line : line.substring(0, comment)).strip();
    return bare.isEmpty() ? new String[0] : bare.split("\\s+");
  }

  /** Looks through the file for what its indices say. */
  private String asked() throws IOException {
    int least = Integer.MAX_VALUE;
    int most = -1;
    try (TextLines lines = new TextLines(file)) {
      while (lines.next()) {
        String[] parts = parts(lines.text());
        for (int p = 1; p < parts.length; p++) {
          if (!parts[p].startsWith(QUERY)) {
            int index = index(parts[p], lines.number());
            least = Math.min(least, index);
            most = Math.max(most, index);
          }
        }
      }
    }
    return least == 0
        ? "%s: how many features are there? Its indices go from 0 to %d; say .zeroBased(%d), or more where the model has more"
            .formatted(file, most, most + 1)
        : "%s: do its indices count from 1, and how many features are there? They go from %d to %d; say .oneBased(n) if LIBSVM's tools wrote it, .zeroBased(n) if scikit-learn's dump_svmlight_file did, n being the number of the model's features"
            .formatted(file, most < 0 ? 0 : least, Math.max(0, most));
  }

  private void fill(double[] row, String[] parts, long line, int rows) {
    boolean[] named = new boolean[row.length];
    Arrays.fill(row, meaning.absent() ? Double.NaN : 0);
    int first = 1;
    if (parts.length > 1 && parts[1].startsWith(QUERY)) {
      String query = parts[1].substring(QUERY.length());
      queries.add(kept.computeIfAbsent(query, q -> q));
      first = 2;
    }
    if (queries.size() != (first == 2 ? rows + 1 : 0)) {
      throw at(line, "has a query, qid:…, where others have none; give it to each line or to none");
    }
    for (int p = first; p < parts.length; p++) {
      int index = index(parts[p], line) - meaning.base();
      if (index < 0 || index >= row.length) {
        throw at(
            line,
            "has the index %d, and features are counted from %d to %d; say %s"
                .formatted(
                    index + meaning.base(),
                    meaning.base(),
                    meaning.base() + row.length - 1,
                    index < 0
                        ? ".zeroBased(…)"
                        : "how many there are, or look whether this is the right file"));
      }
      if (named[index]) {
        throw at(line, "has the index %d twice; name it once".formatted(index + meaning.base()));
      }
      named[index] = true;
      row[index] = number(parts[p].substring(parts[p].indexOf(':') + 1), line);
    }
    addTarget(parts[0], line, rows);
  }

  private int index(String part, long line) {
    int colon = part.indexOf(':');
    String digits = part.substring(0, Math.max(0, colon));
    if (!digits.matches("\\d{1,9}")) {
      throw at(
          line, "has \"%s\" where an index, a colon and a value should stand".formatted(cut(part)));
    }
    return Integer.parseInt(digits);
  }

  private double number(String text, long line) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    double number = Decimals.parse(bytes, 0, bytes.length, (byte) '.');
    if (Double.isNaN(number)) {
      throw at(line, "has \"%s\" where a number should stand".formatted(cut(text)));
    }
    return number;
  }

  private void addTarget(String text, long line, int rows) {
    if (meaning.values()) {
      if (rows == values.length) {
        values = Arrays.copyOf(values, 2 * rows);
      }
      values[rows] = number(text, line);
      return;
    }
    if (text.indexOf(',') >= 0) {
      throw at(
          line,
          "has several labels, \"%s\"; a claim is about one: write each label's data to a file of its own"
              .formatted(cut(text)));
    }
    if (text.indexOf(':') >= 0) {
      throw at(line, "begins with \"%s\" and no label".formatted(cut(text)));
    }
    labels.add(kept.computeIfAbsent(text, t -> t));
  }

  private void addTargets(Dataset.Builder builder, int rows) {
    if (meaning.values()) {
      builder.values(Arrays.copyOf(values, rows), meaning.unit());
      return;
    }
    List<String> classes = meaning.classes();
    if (classes.isEmpty()) {
      ClassOrder order = ClassOrder.of(file + ", labels", new LinkedHashSet<>(labels));
      classes = order.names();
      builder.prepared("classes", "those that occur, sorted");
      order
          .guess("declare them in the order of the model's outputs, .label(classes…)")
          .ifPresent(how -> builder.classesTaken(how));
    }
    Map<String, Integer> positions = new HashMap<>();
    for (String name : classes) {
      positions.put(key(name), positions.size());
    }
    int[] indices = new int[rows];
    for (int i = 0; i < rows; i++) {
      Integer position = positions.get(key(labels.get(i)));
      if (position == null) {
        throw new TouchstoneException(
            "%s: \"%s\", the label of example %d, is none of the classes %s; correct the label, or the declared classes"
                .formatted(file, cut(labels.get(i)), i, classes));
      }
      indices[i] = position;
    }
    builder.classNames(classes).labels(indices);
  }

  /** Numbers are the same however they are written: +1, 1 and 1.0. */
  private static String key(String label) {
    return ClassOrder.areNumbers(List.of(label)) ? ClassOrder.digits(label) : label;
  }

  private static String cut(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private TouchstoneException at(long line, String problem) {
    return new TouchstoneException("%s, line %d %s".formatted(file, line, problem));
  }
}
