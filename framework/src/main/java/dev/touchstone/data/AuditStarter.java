package dev.touchstone.data;

import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Begins an audit set: chooses the examples of some data that are most worth an expert's time, and
 * writes them into a table whose columns for label, concepts and confidence are empty. Immutable.
 *
 * <pre>{@code
 * AuditStarter.of(applications, "debt", "history")
 *     .withExamples(120)
 *     .suspecting(suspicion, "least margin of model 7")
 *     .writeTo(Path.of("audit.csv"));
 * }</pre>
 *
 * <p>Half of them are drawn at random, from each class as many as its share, at least one: from
 * these, rates of the whole data can be estimated, each row counted as the candidates that it
 * {@code stands for}. The other half are the most suspicious of the rest, if a suspicion is given;
 * they stand for nobody but themselves. Without a suspicion all are random.
 *
 * <p>The labels of the data are not shown: what an expert is to check would be agreed to. Features
 * that have names, and texts, are shown; a concept that is called as a feature is that feature, and
 * filled in. What was filled in is read by {@link AuditSet#among}, which refuses cells that are
 * still empty with their lines.
 */
public final class AuditStarter {
  /** The column of the examples' ids. */
  public static final String ID = "id";

  /** The column of why an example was chosen. */
  public static final String CHOSEN = "chosen";

  /** The column of how many candidates a random row stands for. */
  public static final String STANDS_FOR = "stands for";

  /** The empty column of the expert's labels. */
  public static final String LABEL = "label";

  /** The empty column of the expert's confidence. */
  public static final String CONFIDENCE = "confidence";

  private static final int EXAMPLES = 100;

  private final Dataset candidates;
  private final List<String> concepts;
  private final boolean importances;
  private final int examples;
  private final double @Nullable [] suspicion;
  private final String suspectedBy;
  private final long seed;

  private AuditStarter(
      Dataset candidates,
      List<String> concepts,
      boolean importances,
      int examples,
      double @Nullable [] suspicion,
      String suspectedBy,
      long seed) {
    this.candidates = candidates;
    this.concepts = concepts;
    this.importances = importances;
    this.examples = examples;
    this.suspicion = suspicion;
    this.suspectedBy = suspectedBy;
    this.seed = seed;
  }

  /**
   * Begins an audit set of 100 examples.
   *
   * @param candidates apart from the training data, of which an audit set must hold none
   * @param concepts what the expert would explain an answer by, one column each; at least one
   */
  public static AuditStarter of(Dataset candidates, String... concepts) {
    AnnotationColumns.ofConcepts(concepts);
    return new AuditStarter(candidates, List.of(concepts), false, EXAMPLES, null, "", 1);
  }

  /**
   * Returns the same with another number of examples.
   *
   * @param number at least 2; all candidates where there are fewer
   */
  public AuditStarter withExamples(int number) {
    if (number < 2) {
      throw new IllegalArgumentException("an audit set has at least 2 examples, was " + number);
    }
    return new AuditStarter(
        candidates, concepts, importances, number, suspicion, suspectedBy, seed);
  }

  /**
   * Returns the same with half of the examples chosen by how suspicious they are.
   *
   * @param ofEach one finite number per candidate, the larger the more suspicious: what a detector
   *     of mislabelled examples says, {@code LabelIssues.suspicion()}, or a model's {@code
   *     LabelMargins}
   * @param by what suspects them, in words; stands in the table
   * @throws TouchstoneException for more or fewer numbers than candidates, or one that is not
   *     finite
   */
  public AuditStarter suspecting(double[] ofEach, String by) {
    if (ofEach.length != candidates.size() || !Arrays.stream(ofEach).allMatch(Double::isFinite)) {
      throw new TouchstoneException(
          "%d suspicions were given for the %d examples of %s; give a finite number for each"
              .formatted(ofEach.length, candidates.size(), candidates.name()));
    }
    return new AuditStarter(candidates, concepts, importances, examples, ofEach.clone(), by, seed);
  }

  /** Returns the same with an empty column {@code "importance of …"} for each concept. */
  public AuditStarter withImportances() {
    return new AuditStarter(candidates, concepts, true, examples, suspicion, suspectedBy, seed);
  }

  /** Returns the same with other random examples; 1 if not said. */
  public AuditStarter withSeed(long number) {
    return new AuditStarter(
        candidates, concepts, importances, examples, suspicion, suspectedBy, number);
  }

  /**
   * Returns the columns that the table is read by once it is filled in.
   *
   * @see AuditSet#among
   */
  public AnnotationColumns columns() {
    AnnotationColumns columns =
        AnnotationColumns.ofConcepts(concepts.toArray(String[]::new)).confidence(CONFIDENCE);
    return importances
        ? columns.importances(
            concepts.stream().map(AuditStarter::importanceOf).toArray(String[]::new))
        : columns;
  }

  private static String importanceOf(String concept) {
    return "importance of " + concept;
  }

  /**
   * Writes the table, in CSV.
   *
   * @param file is not there yet: what a person filled in is never overwritten
   * @return the file
   * @throws TouchstoneException if it is there, or a column would have the name of another
   */
  public Path writeTo(Path file) {
    List<Row> rows = choose();
    List<String> shown = shown();
    List<String> header = header(shown);
    StringBuilder text = new StringBuilder();
    append(text, header);
    for (Row row : rows) {
      append(text, cells(row, header, shown));
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new TouchstoneException(
          "%s is there already, and may hold what somebody filled in; give another name, or delete it"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An example that was chosen.
   *
   * @param standsFor how many candidates; 0 for one that was suspected
   */
  record Row(int example, String why, double standsFor) {}

  /** The examples, in the order of the data. */
  List<Row> choose() {
    if (candidates.size() < 2) {
      throw new TouchstoneException(
          "%s has %d examples, of which no audit set can be chosen"
              .formatted(candidates.name(), candidates.size()));
    }
    int number = Math.min(examples, candidates.size());
    int atRandom = suspicion == null ? number : (number + 1) / 2;
    List<Row> rows = new ArrayList<>();
    Set<Integer> drawn = new HashSet<>();
    UniformRandomProvider random = new RandomStreams(seed).of("audit starter", candidates.sha256());
    List<int[]> strata = strata();
    int[] counts = counts(strata, atRandom);
    for (int s = 0; s < counts.length; s++) {
      int[] stratum = strata.get(s).clone();
      for (int k = 0; k < counts[s]; k++) {
        int at = k + random.nextInt(stratum.length - k);
        int example = stratum[at];
        stratum[at] = stratum[k];
        stratum[k] = example;
        drawn.add(example);
        rows.add(new Row(example, "at random", (double) stratum.length / counts[s]));
      }
    }
    double[] suspected = suspicion;
    if (suspected != null) {
      int rank = 1;
      for (int example : mostSuspicious(suspected, drawn, number - drawn.size())) {
        rows.add(new Row(example, "rank %d by %s".formatted(rank++, suspectedBy), 0));
      }
    }
    rows.sort(Comparator.comparingInt(Row::example));
    return rows;
  }

  private int[] mostSuspicious(double[] suspected, Set<Integer> drawn, int number) {
    return IntStream.range(0, candidates.size())
        .filter(i -> !drawn.contains(i))
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(i -> -suspected[i]).thenComparing(i -> i))
        .limit(Math.max(0, number))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The candidates of each class that there is; of values all together. */
  private List<int[]> strata() {
    IntStream all = IntStream.range(0, candidates.size());
    if (candidates.hasValues()) {
      return List.of(all.toArray());
    }
    int[] labels = candidates.labels();
    return IntStream.range(0, candidates.classNames().size())
        .mapToObj(c -> IntStream.range(0, labels.length).filter(i -> labels[i] == c).toArray())
        .filter(stratum -> stratum.length > 0)
        .toList();
  }

  /** Of each class its share of the number, rounded by largest remainders, and at least one. */
  private int[] counts(List<int[]> strata, int number) {
    int[] counts = new int[strata.size()];
    double[] wanted = new double[counts.length];
    for (int s = 0; s < counts.length; s++) {
      wanted[s] = (double) number * strata.get(s).length / candidates.size();
      counts[s] = Math.max(1, (int) wanted[s]);
    }
    while (Arrays.stream(counts).sum() < number) {
      int next =
          IntStream.range(0, counts.length)
              .filter(s -> counts[s] < strata.get(s).length)
              .boxed()
              .max(Comparator.comparingDouble(s -> wanted[s] - counts[s]))
              .orElseThrow();
      counts[next]++;
    }
    return counts;
  }

  /** The columns that help a person: features that have names, and texts. */
  private List<String> shown() {
    List<String> shown = new ArrayList<>(candidates.featureNames());
    for (String input : candidates.inputNames()) {
      if (isText(input)) {
        shown.add(input);
      }
    }
    return shown;
  }

  private boolean isText(String input) {
    return candidates.inputs(0).named(input).orElseThrow() instanceof TypedTensor.Texts texts
        && texts.rowSize() == 1;
  }

  private List<String> header(List<String> shown) {
    List<String> header = new ArrayList<>(List.of(ID, CHOSEN, STANDS_FOR));
    header.addAll(shown);
    concepts.stream().filter(concept -> !shown.contains(concept)).forEach(header::add);
    if (importances) {
      concepts.forEach(concept -> header.add(importanceOf(concept)));
    }
    if (!candidates.hasValues()) {
      header.add(LABEL);
    }
    header.add(CONFIDENCE);
    Set<String> seen = new HashSet<>();
    for (String name : header) {
      if (!seen.add(name)) {
        throw new TouchstoneException(
            "the table would have two columns \"%s\"; give the concept another name, or the feature of %s"
                .formatted(name, candidates.name()));
      }
    }
    return header;
  }

  private List<String> cells(Row row, List<String> header, List<String> shown) {
    Inputs inputs = candidates.inputs(row.example());
    List<String> names = candidates.featureNames();
    boolean exact = inputs.hasDoubles();
    double[] features = inputs.exactFeatures().values();
    List<String> cells = new ArrayList<>();
    for (String column : header) {
      int feature = names.indexOf(column);
      if (feature >= 0) {
        cells.add(number(features[feature], exact));
      } else if (shown.contains(column)) {
        cells.add(((TypedTensor.Texts) inputs.named(column).orElseThrow()).values()[0]);
      } else {
        cells.add(
            switch (column) {
              case ID -> candidates.id(row.example());
              case CHOSEN -> row.why();
              case STANDS_FOR -> String.format(Locale.ROOT, "%.6g", row.standsFor());
              default -> "";
            });
      }
    }
    return cells;
  }

  /** As short as it can be read back; nothing for what is missing. */
  private static String number(double value, boolean exact) {
    if (Double.isNaN(value)) {
      return "";
    }
    String text = exact ? Double.toString(value) : Float.toString((float) value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static void append(StringBuilder text, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean quoted = cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      text.append(i == 0 ? "" : ",")
          .append(quoted ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
    }
    text.append('\n');
  }
}
