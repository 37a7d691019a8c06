package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A small set of examples whose labels are trusted, apart from the training data (thesis, section
 * 5.2): what a training set is judged by must not be in it. An expert may have {@linkplain
 * #annotatedBy annotated} it with concepts, how much each matters, and how sure the labels are.
 * Immutable.
 */
public final class AuditSet {
  private static final int MOST_SHOWN = 5;

  private final Dataset data;
  private final @Nullable Annotations annotations;

  private AuditSet(Dataset data, @Nullable Annotations annotations) {
    this.data = data;
    this.annotations = annotations;
  }

  /**
   * Reads a table that holds examples, their labels and an expert's annotations. Columns of
   * annotations are no features, unless a concept is declared as one, too.
   *
   * @param table the examples, as they are read of a data set
   * @param columns which of its columns hold annotations
   * @throws TouchstoneException for what {@link TableSource#load()} refuses, for cells of
   *     annotations or labels that are empty, naming their lines, for an importance that is none of
   *     −1, 0 and 1, a confidence outside 0 to 1, or a concept that is no number, each with row and
   *     line, and for what {@link #of} refuses
   */
  public static AuditSet read(TableSource<?> table, AnnotationColumns columns) {
    AnnotationReader.Rows read = table.annotations(columns);
    return of(table.apartFrom(columns.all()).load()).annotatedBy(read.annotations());
  }

  /**
   * Reads the same of a table whose schema names the columns of annotations: its {@code concepts},
   * {@code conceptWords}, {@code importances} or {@code globalImportances}, and {@code confidence}.
   *
   * @throws TouchstoneException if it names none, and for what {@link #read(TableSource,
   *     AnnotationColumns)} refuses
   */
  public static AuditSet read(TableSource<?> table) {
    AnnotationColumns columns = table.schema.annotations();
    if (columns == null) {
      throw new TouchstoneException(
          "no schema of %s names columns of annotations; write \"concepts\": [\"…\"] into it, or say them, AuditSet.read(table, AnnotationColumns.ofConcepts(\"…\"))"
              .formatted(table.file));
    }
    return read(table, columns);
  }

  /**
   * Chooses the examples of some data that an expert went through, as a table names them: one that
   * {@link AuditStarter} wrote and that was filled in since.
   *
   * <pre>{@code
   * AuditSet audit =
   *     AuditSet.among(
   *         applications,
   *         Datasets.csv("audit.csv").id("id").label("label"),
   *         AnnotationColumns.ofConcepts("debt", "history").confidence("confidence"));
   * }</pre>
   *
   * @param candidates hold the examples, by their ids, or by position where they have none
   * @param table of which the column of ids is said, and the column of the expert's labels if there
   *     is one; without it the labels are those of the candidates
   * @param columns which of its columns hold annotations
   * @throws TouchstoneException for an id that no candidate has, a label that is none of their
   *     classes, and for the cells that {@link #read} refuses
   */
  public static AuditSet among(
      Dataset candidates, TableSource<?> table, AnnotationColumns columns) {
    AnnotationReader.Rows read = table.annotationsOfSome(candidates, columns);
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      positions.put(candidates.id(i), i);
    }
    List<String> ids = read.ids() == null ? List.of() : read.ids();
    int[] chosen = new int[ids.size()];
    for (int i = 0; i < chosen.length; i++) {
      Integer position = positions.get(ids.get(i));
      if (position == null) {
        throw new TouchstoneException(
            "%s annotates the example \"%s\", which %s does not have; correct the id, or take the row out"
                .formatted(read.file(), ids.get(i), candidates.name()));
      }
      chosen[i] = position;
    }
    Dataset audited = candidates.select(chosen, "audited in " + read.file().fileName());
    return of(read.labels().length == 0
            ? audited
            : audited.withLabels(read.labels(), "labelled by the expert"))
        .annotatedBy(read.annotations());
  }

  /**
   * Trusts the labels of some data.
   *
   * @throws TouchstoneException for no examples, for training weights, by which no audit weighs, or
   *     for the same features with two labels
   */
  public static AuditSet of(Dataset trusted) {
    if (trusted.size() == 0) {
      throw new TouchstoneException(
          trusted.name() + " is empty; an audit set needs examples whose labels are trusted");
    }
    if (trusted.trainingWeights().isPresent()) {
      throw new TouchstoneException(
          "%s carries training weights, and an audit weighs examples by the expert's confidence alone; give data.withoutTrainingWeights()"
              .formatted(trusted.name()));
    }
    requireOneLabelEach(trusted);
    return new AuditSet(trusted, null);
  }

  /** Values of examples alike may differ, as measurements do; classes may not. */
  private static void requireOneLabelEach(Dataset trusted) {
    if (trusted.hasValues()) {
      return;
    }
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < trusted.size(); i++) {
      Integer first = seen.putIfAbsent(hash(trusted, i), i);
      if (first != null && trusted.label(first) != trusted.label(i)) {
        throw new TouchstoneException(
            "the audit set %s contradicts itself: the examples %s (%s) and %s (%s) have the same features; correct the label that is wrong, or leave both out"
                .formatted(
                    trusted.name(),
                    trusted.id(first),
                    trusted.classNames().get(trusted.label(first)),
                    trusted.id(i),
                    trusted.classNames().get(trusted.label(i))));
      }
    }
  }

  /**
   * Returns the same set with what an expert says of its examples, in their order, in the place of
   * what was said before.
   *
   * @throws TouchstoneException for more or fewer annotated examples than there are
   */
  public AuditSet annotatedBy(Annotations expert) {
    if (expert.size() != data.size()) {
      throw new TouchstoneException(
          "%d examples are annotated and the audit set %s has %d; annotate each"
              .formatted(expert.size(), data.name(), data.size()));
    }
    return new AuditSet(data, expert);
  }

  /**
   * Returns the same set with what an expert wrote into a table of its own, as of images.
   *
   * @param table of which only the column of ids is said, {@code Datasets.csv(…).id(…)}; without
   *     one its rows stand in the order of the data
   * @param columns which of its columns hold annotations
   * @throws TouchstoneException for an example without a row, a row without an example, and for the
   *     cells that {@link #read} refuses
   */
  public AuditSet annotatedBy(TableSource<?> table, AnnotationColumns columns) {
    table.requireIdsAlone();
    return annotatedBy(table.annotations(columns).inOrderOf(data));
  }

  /** Returns the trusted examples. */
  public Dataset data() {
    return data;
  }

  /**
   * Returns the same set, with claims made overall and for every group of these columns.
   *
   * @see Dataset#groupedBy(String...)
   */
  public AuditSet groupedBy(String... groupColumns) {
    return new AuditSet(data.groupedBy(groupColumns), annotations);
  }

  /** Returns the number of examples, m. */
  public int size() {
    return data.size();
  }

  /** Returns the names of the concepts, k of them; none where nobody annotated the examples. */
  public List<String> concepts() {
    return annotations == null ? List.of() : annotations.concepts();
  }

  /**
   * Returns the value of each concept in each example, m × k.
   *
   * @throws TouchstoneException if nobody annotated the examples
   */
  public double[][] conceptValues() {
    return annotations("concepts").values();
  }

  /** Returns whether the expert said how much concepts matter. */
  public boolean hasImportances() {
    return annotations != null && annotations.hasImportances();
  }

  /** Returns whether the importances were said once for all examples. */
  public boolean hasGlobalImportances() {
    return annotations != null && annotations.hasGlobalImportances();
  }

  /**
   * Returns how each concept ought to move each example's answer, m × k, of −1 (lowers it), 0
   * (means nothing) and 1 (raises it); of {@linkplain #hasGlobalImportances global importances} the
   * same row for all. The answer is a value, or the class that the expert gives the example.
   *
   * @throws TouchstoneException if the expert did not say
   */
  public int[][] importances() {
    Annotations expert = annotations("importances");
    if (!expert.hasImportances()) {
      throw new TouchstoneException(
          "the audit set %s has the concepts %s and no importances; say how much each matters, .importances(\"column\", …) or .globalImportances(1, 0, …) of its AnnotationColumns"
              .formatted(data.name(), expert.concepts()));
    }
    return expert.importances();
  }

  /** Returns whether the expert said how sure each example is; otherwise all are. */
  public boolean hasConfidence() {
    return annotations != null && annotations.hasConfidence();
  }

  /** Returns how sure the expert is of each example, m numbers in [0, 1]; 1 if not said. */
  public double[] confidence() {
    if (annotations != null) {
      return annotations.confidence();
    }
    double[] sure = new double[data.size()];
    Arrays.fill(sure, 1);
    return sure;
  }

  private Annotations annotations(String what) {
    if (annotations == null) {
      throw new TouchstoneException(
          "the audit set %s has labels and no %s; annotate it, AuditSet.read(table, AnnotationColumns.ofConcepts(\"column\", …)), or audit.annotatedBy(…)"
              .formatted(data.name(), what));
    }
    return annotations;
  }

  /**
   * Returns the SHA-256, in hexadecimal, of the examples and of what the expert said of them: that
   * of the {@linkplain Dataset#sha256() data} where nobody annotated them.
   */
  public String sha256() {
    if (annotations == null) {
      return data.sha256();
    }
    Digest digest = Digest.sha256().add(data.sha256());
    annotations.addTo(digest);
    return digest.hex();
  }

  /**
   * Returns some examples with their annotations, in the given order.
   *
   * @param examples their indices
   * @param description the choice in words, for messages and provenance
   * @throws TouchstoneException for none
   */
  public AuditSet select(int[] examples, String description) {
    AuditSet chosen = of(data.select(examples, description));
    return annotations == null ? chosen : chosen.annotatedBy(annotations.select(examples));
  }

  /**
   * Refuses training data that hold an example of this set: one with the same id, where both have
   * ids of their own and not positions, or with the same features.
   *
   * @return this set
   * @throws TouchstoneException naming the first examples that are in both
   */
  public AuditSet checkedAgainst(Dataset training) {
    List<String> shared = new ArrayList<>();
    int count = 0;
    for (int i : overlap(training)) {
      count++;
      if (shared.size() < MOST_SHOWN) {
        shared.add(training.id(i));
      }
    }
    if (count > 0) {
      throw new TouchstoneException(
          "the audit set "
              + data.name()
              + " overlaps the training set "
              + training.name()
              + ": "
              + count
              + " of its "
              + training.size()
              + " examples have an id or features of the audit set, the first with the ids "
              + shared
              + "; train on audit.removedFrom(training)");
    }
    return this;
  }

  /**
   * Refuses concepts of which nothing can be learnt from these examples: one that has the same
   * value in all of them, one that is a combination of others, or as many as examples.
   *
   * @return this set
   * @throws TouchstoneException naming the concepts, or if nobody annotated the examples
   */
  public AuditSet checkedConcepts() {
    new ConceptCheck(data.name(), concepts(), conceptValues()).requireLearnable();
    return this;
  }

  /**
   * Returns the classes of which there is no example: of them an audit knows nothing. Empty for
   * values.
   */
  public List<String> classesWithoutExamples() {
    if (data.hasValues()) {
      return List.of();
    }
    Set<String> there = data.classCounts().keySet();
    return data.classNames().stream().filter(name -> !there.contains(name)).toList();
  }

  /** Returns the training data without the examples that are in this set. */
  public Dataset removedFrom(Dataset training) {
    Set<Integer> shared = new HashSet<>(overlap(training));
    return shared.isEmpty()
        ? training
        : training.where(i -> !shared.contains(i), "without " + data.name());
  }

  private List<Integer> overlap(Dataset training) {
    if (!Arrays.equals(training.shape(), data.shape())) {
      throw new TouchstoneException(
          "the audit set "
              + data.name()
              + " has examples of the shape "
              + Arrays.toString(data.shape())
              + " and the training set "
              + training.name()
              + " of "
              + Arrays.toString(training.shape())
              + "; read both in the same way");
    }
    boolean comparable = training.hasOwnIds() && data.hasOwnIds();
    Set<String> ids = new HashSet<>();
    Set<String> features = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      ids.add(data.id(i));
      features.add(hash(data, i));
    }
    List<Integer> shared = new ArrayList<>();
    for (int i = 0; i < training.size(); i++) {
      if (comparable && ids.contains(training.id(i)) || features.contains(hash(training, i))) {
        shared.add(i);
      }
    }
    return shared;
  }

  private static String hash(Dataset of, int example) {
    return of.inputs(example).sha256();
  }

  @Override
  public String toString() {
    return "audit set " + data;
  }
}
