package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an expert says of audit examples, from a table that a person edits. */
class AuditSetTest {
  private static final String HEADER = "id,x,deny,debt,history,debt matters,history matters,sure";

  @TempDir Path folder;

  private CsvSource table(String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("audit.csv"), String.join("\n", lines) + "\n");
    return Datasets.csv(file.toString()).id("id").label("deny", "no", "yes");
  }

  private static AnnotationColumns all() {
    return AnnotationColumns.ofConcepts("debt", "history")
        .importances("debt matters", "history matters")
        .confidence("sure");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(call)
        .withMessageContaining(message);
  }

  private static Dataset examples(String... ids) {
    float[] features = new float[ids.length];
    for (int i = 0; i < features.length; i++) {
      features[i] = i;
    }
    Dataset.Builder builder =
        Dataset.named("images")
            .features(FeatureStore.inMemory(features, 1))
            .labels(IntStream.range(0, ids.length).map(i -> i % 2).toArray())
            .classNames(List.of("no", "yes"));
    return (ids.length > 0 && ids[0].isEmpty() ? builder : builder.ids(List.of(ids))).build();
  }

  @Test
  void aTableHoldsExamplesLabelsAndAnnotations() throws IOException {
    AuditSet audit =
        AuditSet.read(table(HEADER, "a,7,no,0.3,1,-1,1,0.5", "b,8,yes,0.9,0,1,0,1"), all());

    assertThat(audit.data().featureNames()).containsExactly("x");
    assertThat(audit.data().labels()).containsExactly(0, 1);
    assertThat(audit.concepts()).containsExactly("debt", "history");
    assertThat(audit.conceptValues()).isDeepEqualTo(new double[][] {{0.3, 1}, {0.9, 0}});
    assertThat(audit.importances()).isDeepEqualTo(new int[][] {{-1, 1}, {1, 0}});
    assertThat(audit.confidence()).containsExactly(0.5, 1);
  }

  @Test
  void aConceptMayBeAFeatureToo() throws IOException {
    AuditSet audit =
        AuditSet.read(
            table(HEADER, "a,7,no,0.3,1,-1,1,0.5", "b,8,yes,0.9,0,1,0,1").numeric("debt", "x"),
            all());

    assertThat(audit.data().batch(0).values()).containsExactly(0.3f, 7);
    assertThat(audit.conceptValues()[1]).containsExactly(0.9, 0);
  }

  @Test
  void aSchemaMayNameTheAnnotations(@TempDir Path schemas) throws IOException {
    TableSource<?> table = table(HEADER, "a,7,no,0.3,1,-1,1,0.5", "b,8,yes,0,0,1,0,1");
    Path schema = schemas.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"id": "id", "label": "deny", "classes": ["no", "yes"], "concepts": ["debt", "history"],
         "importances": ["debt matters", "history matters"], "confidence": "sure"}
        """);
    TableSource<?> plain = Datasets.csv(folder.resolve("audit.csv").toString());
    AuditSet read = AuditSet.read(plain.schema(schema.toString()));

    assertThat(read.concepts()).containsExactly("debt", "history");
    assertThat(read.sha256()).isEqualTo(AuditSet.read(table, all()).sha256());
    assertThat(plain.schema(schema.toString()).load().sha256()).isEqualTo(read.data().sha256());
    refused(
        () -> AuditSet.read(plain),
        "names columns of annotations; write \"concepts\": [\"…\"] into it, or say them");
    for (String wrong :
        List.of(
            "\"confidence\": \"sure\"",
            "\"concepts\": [\"debt\"], \"globalImportances\": [2]",
            "\"concepts\": [\"debt\"], \"conceptWords\": [\"no\"]",
            "\"concepts\": [\"debt\"], \"importances\": [\"x\"], \"globalImportances\": [1]")) {
      Files.writeString(schema, "{\"label\": \"deny\", " + wrong + "}");
      refused(() -> plain.schema(schema.toString()), "is no schema of a table: ");
    }
  }

  @Test
  void importancesMayBeSaidOnceForAllExamples() throws IOException {
    AuditSet audit =
        AuditSet.read(
            table("id,x,deny,debt,tag", "a,7,no,1,1", "b,8,yes,0,1"),
            AnnotationColumns.ofConcepts("debt", "tag").globalImportances(1, 0));

    assertThat(audit.hasGlobalImportances()).isTrue();
    assertThat(audit.importances()).isDeepEqualTo(new int[][] {{1, 0}, {1, 0}});
    assertThat(audit.hasConfidence()).isFalse();
    assertThat(audit.confidence()).containsExactly(1, 1);
  }

  @Test
  void conceptsMayBeWrittenInWordsThatAreSaid() throws IOException {
    AuditSet audit =
        AuditSet.read(
            table("id,x,deny,late", "a,7,no,no", "b,8,yes,yes", "c,9,yes,0.5"),
            AnnotationColumns.ofConcepts("late").conceptWords("no", "yes"));

    assertThat(audit.conceptValues()).isDeepEqualTo(new double[][] {{0}, {1}, {0.5}});
  }

  @Test
  void imagesAreAnnotatedByATableOfTheirIds() throws IOException {
    table("file,bird", "c.png,1", "a.png,0", "b.png,1");
    AuditSet audit =
        AuditSet.of(examples("a.png", "b.png", "c.png"))
            .annotatedBy(
                Datasets.csv(folder.resolve("audit.csv").toString()).id("file"),
                AnnotationColumns.ofConcepts("bird"));

    assertThat(audit.conceptValues()).isDeepEqualTo(new double[][] {{0}, {1}, {1}});
  }

  @Test
  void imagesWithoutIdsAreAnnotatedInTheirOrderOrByPosition() throws IOException {
    table("position,bird", "2,1", "0,0", "1,0.5");
    CsvSource table = Datasets.csv(folder.resolve("audit.csv").toString());
    AuditSet images = AuditSet.of(examples("", "", ""));
    AnnotationColumns bird = AnnotationColumns.ofConcepts("bird");

    assertThat(images.annotatedBy(table, bird).conceptValues())
        .isDeepEqualTo(new double[][] {{1}, {0}, {0.5}});
    assertThat(images.annotatedBy(table.id("position"), bird).conceptValues())
        .isDeepEqualTo(new double[][] {{0}, {0.5}, {1}});
  }

  @Test
  void rowsAndExamplesHaveToCorrespond() throws IOException {
    table("file,bird", "a.png,1", "d.png,0");
    CsvSource table = Datasets.csv(folder.resolve("audit.csv").toString());
    AnnotationColumns bird = AnnotationColumns.ofConcepts("bird");

    refused(
        () -> AuditSet.of(examples("a.png", "b.png")).annotatedBy(table.id("file"), bird),
        "audit.csv annotates 1 of the 2 examples of images; the first that it leaves out have the"
            + " ids [b.png]. Annotate them, or leave them out of the data");
    refused(
        () -> AuditSet.of(examples("a.png")).annotatedBy(table.id("file"), bird),
        "audit.csv annotates 1 examples that images does not have, the first with the ids [d.png];"
            + " correct the ids, or take the rows out");
    refused(
        () -> AuditSet.of(examples("a.png", "b.png")).annotatedBy(table, bird),
        "audit.csv says of no row which example it annotates, and the examples of images have ids;"
            + " name the column that holds them, .id(\"…\")");
    refused(
        () -> AuditSet.of(examples("", "", "")).annotatedBy(table, bird),
        "audit.csv annotates 2 examples and images has 3; give each a row");
    refused(
        () -> AuditSet.of(examples("a.png")).annotatedBy(table.id("file").label("bird"), bird),
        "audit.csv is asked for annotations alone, and a label, features, groups or others of its"
            + " columns are declared; say its .id(\"…\") and no more");
  }

  @Test
  void anExampleAnnotatedTwiceIsRefused() throws IOException {
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,0.3,1,-1,1,0.5", "a,8,yes,0,0,1,0,1"), all()),
        "audit.csv, row 2 (line 3), column \"id\": \"a\" is annotated twice; leave one of the rows,"
            + " or correct the id");
  }

  @Test
  void valuesThatAreNoAnnotationsAreRefusedWithTheirLines() throws IOException {
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,0,1,0,1,1", "b,7,no,0.3,1,-1,2,0.5"), all()),
        "audit.csv, row 2 (line 3), column \"history matters\": \"2\" is no importance; write -1"
            + " where the concept lowers the answer, 0 where it means nothing, and 1 where it"
            + " raises it");
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,0.3,1,-1,0.5,0.5"), all()),
        "column \"history matters\": \"0.5\" is no importance");
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,0.3,1,-1,1,1.01"), all()),
        "audit.csv, row 1 (line 2), column \"sure\": \"1.01\" is no confidence; write a number from"
            + " 0, for a guess, to 1, for certainty");
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,yes,1,-1,1,1"), all()),
        "audit.csv, row 1 (line 2), column \"debt\": \"yes\" is not a finite number; write 1 where"
            + " the concept is present and 0 where it is absent, or its value, or say the words for"
            + " both, .conceptWords(\"no\", \"yes\")");
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,Yes,1,-1,1,1"), all().conceptWords("no", "yes")),
        "column \"debt\": \"Yes\" is not a finite number, nor one of the words [no, yes]; write 1");
    refused(
        () -> all().conceptWords("yes", "yes"),
        "a concept that is absent and one that is present are both written \"yes\"; give two"
            + " words");
    refused(
        () -> AuditSet.read(table(HEADER, "a,7,no,0,1,-1,1,0"), all()),
        "every confidence is 0, so that the audit says nothing");
  }

  @Test
  void everyCellThatIsStillEmptyIsNamed() throws IOException {
    refused(
        () ->
            AuditSet.read(
                table(HEADER, "a,7,no,0.3,1,-1,1,0.5", "b,8,,,,0,1,1", "c,9,yes,1,1,1,1,"), all()),
        "audit.csv: 4 cells are still empty (line 3: \"deny\", \"debt\", \"history\"; line 4:"
            + " \"sure\"); fill them in, or take out the rows of examples that nobody annotates");
    String[] lines = new String[13];
    Arrays.setAll(lines, i -> i == 0 ? HEADER : "a%d,%d,no,,1,0,0,1".formatted(i, i));
    refused(
        () -> AuditSet.read(table(lines), all()),
        "12 cells are still empty (line 2: \"debt\"; line 3: \"debt\"; line 4: \"debt\"; line 5:"
            + " \"debt\"; line 6: \"debt\"; line 7: \"debt\"; line 8: \"debt\"; line 9: \"debt\";"
            + " line 10: \"debt\"; line 11: \"debt\"; and 2 more rows)");
  }

  @Test
  void columnsHoldOneThingEach() throws IOException {
    String row = "a,7,no,0.3,1,-1,1,0.5";
    refused(
        () -> AuditSet.read(table(HEADER, row).numeric("x", "sure"), all()),
        "audit.csv: the column \"sure\" cannot be the confidence and a feature; name another");
    refused(
        () -> AuditSet.read(table(HEADER, row), AnnotationColumns.ofConcepts("deny")),
        "the column \"deny\" cannot be a concept and what is to be predicted; name another");
    refused(
        () -> AnnotationColumns.ofConcepts("debt").importances("debt"),
        "the column \"debt\" is named twice among the annotations; each holds one thing");
    refused(
        () -> AnnotationColumns.ofConcepts("debt", "history").importances("debt matters"),
        "1 columns of importances were given for the 2 concepts [debt, history]; give one for each,"
            + " in their order");
    refused(
        () -> AnnotationColumns.ofConcepts("debt").globalImportances(3),
        "the importances for all examples: the importance of \"debt\" is 3; it is -1 where");
    refused(
        () -> AuditSet.read(table(HEADER, row), AnnotationColumns.ofConcepts("dept")),
        "audit.csv has no column \"dept\"");
  }

  @Test
  void theSameFeaturesWithTwoLabelsAreRefused() {
    Dataset twice =
        Dataset.named("audit")
            .features(FeatureStore.inMemory(new float[] {1, 2, 1}, 1))
            .ids(List.of("a", "b", "c"))
            .labels(0, 1, 1)
            .classNames(List.of("no", "yes"))
            .build();

    refused(
        () -> AuditSet.of(twice),
        "the audit set audit contradicts itself: the examples a (no) and c (yes) have the same"
            + " features; correct the label that is wrong, or leave both out");
    assertThat(AuditSet.of(twice.select(new int[] {1, 2}, "two")).size()).isEqualTo(2);
  }

  /** As a table holds them that was written from numbers that were rounded. */
  @Test
  void zeroAndMinusZeroAreTheSameFeature() throws IOException {
    refused(
        () -> AuditSet.of(table("id,x,deny", "a,0,no", "b,-0.0,yes").load()),
        "contradicts itself: the examples a (no) and b (yes) have the same features");
    Dataset training = table("id,x,deny", "a,0,no", "b,1,yes").load();
    AuditSet audit = AuditSet.of(table("id,x,deny", "c,-0.0,no").load());

    refused(
        () -> audit.checkedAgainst(training),
        "1 of its 2 examples have an id or features of the audit set, the first with the ids [a]");
    assertThat(audit.removedFrom(training).size()).isEqualTo(1);
  }

  @Test
  void examplesAlikeMayHaveDifferentValues() {
    Dataset twice =
        Dataset.named("audit")
            .features(FeatureStore.inMemory(new float[] {1, 2, 1}, 1))
            .values(new double[] {3, 4, 3.5}, "DM")
            .build();

    assertThat(AuditSet.of(twice).size()).isEqualTo(3);
  }

  @Test
  void whatNobodyAnnotatedSaysHow() {
    AuditSet labels = AuditSet.of(examples("a", "b"));

    assertThat(labels.concepts()).isEmpty();
    assertThat(labels.confidence()).containsExactly(1, 1);
    assertThat(labels.sha256()).isEqualTo(labels.data().sha256());
    refused(
        labels::conceptValues,
        "the audit set images has labels and no concepts; annotate it, AuditSet.read(table,");
    refused(
        () ->
            labels
                .annotatedBy(Annotations.of(List.of("x"), new double[][] {{1}, {0}}))
                .importances(),
        "the audit set images has the concepts [x] and no importances; say how much each matters");
    refused(
        () -> labels.annotatedBy(Annotations.of(List.of("x"), new double[][] {{1}})),
        "1 examples are annotated and the audit set images has 2; annotate each");
  }

  @Test
  void everyAnnotationIsPartOfTheHash() {
    AuditSet labels = AuditSet.of(examples("a", "b"));
    Annotations values = Annotations.of(List.of("x"), new double[][] {{1}, {0}});
    List<AuditSet> different =
        List.of(
            labels,
            labels.annotatedBy(values),
            labels.annotatedBy(Annotations.of(List.of("y"), new double[][] {{1}, {0}})),
            labels.annotatedBy(Annotations.of(List.of("x"), new double[][] {{1}, {0.5}})),
            labels.annotatedBy(values.withImportances(new int[][] {{1}, {1}})),
            labels.annotatedBy(values.withImportances(new int[][] {{1}, {0}})),
            labels.annotatedBy(values.withGlobalImportances(1)),
            labels.annotatedBy(values.withConfidence(1, 1)),
            labels.annotatedBy(values.withConfidence(1, 0.5)));

    assertThat(different.stream().map(AuditSet::sha256)).doesNotHaveDuplicates();
    assertThat(labels.annotatedBy(values).sha256()).isEqualTo(different.get(1).sha256());
  }

  @Test
  void annotationsGoWithTheirExamples() {
    AuditSet audit =
        AuditSet.of(examples("a", "b", "c"))
            .annotatedBy(
                Annotations.of(List.of("x"), new double[][] {{1}, {2}, {3}})
                    .withImportances(new int[][] {{1}, {0}, {-1}})
                    .withConfidence(0.1, 0.2, 0.3))
            .select(new int[] {2, 0}, "two");

    assertThat(audit.data().id(0)).isEqualTo("c");
    assertThat(audit.conceptValues()).isDeepEqualTo(new double[][] {{3}, {1}});
    assertThat(audit.importances()).isDeepEqualTo(new int[][] {{-1}, {1}});
    assertThat(audit.confidence()).containsExactly(0.3, 0.1);
  }

  private static AuditSet withConcepts(double[][] values, String... names) {
    String[] ids = IntStream.range(0, values.length).mapToObj(i -> "e" + i).toArray(String[]::new);
    return AuditSet.of(examples(ids)).annotatedBy(Annotations.of(List.of(names), values));
  }

  @Test
  void aConceptWithoutNegativesCannotBeLearnt() {
    refused(
        () ->
            withConcepts(new double[][] {{1, 0}, {1, 1}, {1, 0}}, "tag", "bird").checkedConcepts(),
        "the concept \"tag\" is 1 in all 3 examples of the audit set images; a concept is learnt"
            + " from examples that have it and others that have not");
  }

  @Test
  void conceptsThatCannotBeToldApartAreNamed() {
    refused(
        () ->
            withConcepts(
                    new double[][] {
                      {1, 7, 10, 2.5}, {2, 0, 20, 1}, {4, 1, 40, 3}, {0, 2, 0, 1}, {1, 1, 10, 7}
                    },
                    "debt",
                    "age",
                    "percent",
                    "rate")
                .checkedConcepts(),
        "the concept \"percent\" is a multiple of \"debt\" in all 5 examples of the audit set"
            + " images, so that nothing can tell what belongs to which; leave one of them out");
    // Written with two decimals, as people write them.
    double[][] rounded = {{1.234, 7, 2}, {2.345, 3, 9}, {4.456, 5, 1}, {0.567, 2, 7}, {8, 1, 2}};
    double[][] withSum =
        Arrays.stream(rounded)
            .map(r -> new double[] {r[0], r[2], r[1], Math.rint(100 * (r[0] - 2 * r[1])) / 100})
            .toArray(double[][]::new);
    refused(
        () -> withConcepts(withSum, "debt", "other", "age", "balance").checkedConcepts(),
        "the concept \"balance\" is a sum of multiples of \"debt\" and \"age\" in all 5 examples");
    AuditSet apart = withConcepts(rounded, "debt", "age", "other");
    assertThat(apart.checkedConcepts()).isSameAs(apart);
  }

  @Test
  void asManyConceptsAsExamplesCannotBeToldApart() {
    refused(
        () -> withConcepts(new double[][] {{1, 0}, {0, 1}}, "tag", "bird").checkedConcepts(),
        "the audit set images has 2 annotated examples for 2 concepts, so that any of them is a"
            + " combination of the others; annotate at least 3 examples, or name fewer concepts");
  }

  @Test
  void fewerExamplesThanClassesLeaveSomeUnknown() {
    Dataset one =
        Dataset.named("audit")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(1, 1)
            .classNames(List.of("cat", "dog", "bird"))
            .build();

    assertThat(AuditSet.of(one).classesWithoutExamples()).containsExactly("cat", "bird");
  }
}
