package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.AuditStarter.Row;
import dev.touchstone.model.LabelMargins;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditStarterTest {
  private static final int N = 200;

  /** One in ten is "yes"; the second feature is the position over ten. */
  private static final Dataset CANDIDATES =
      Dataset.named("candidates")
          .features(FeatureStore.inMemory(features(), 2))
          .featureNames(List.of("debt", "age, in years"))
          .ids(IntStream.range(0, N).mapToObj(i -> "e" + i).toList())
          .labels(IntStream.range(0, N).map(i -> i % 10 == 0 ? 1 : 0).toArray())
          .classNames(List.of("no", "yes"))
          .build();

  @TempDir Path folder;

  private static float[] features() {
    float[] features = new float[2 * N];
    for (int i = 0; i < N; i++) {
      features[2 * i] = i % 7;
      features[2 * i + 1] = i / 10f;
    }
    return features;
  }

  private static double[] byPosition() {
    return IntStream.range(0, N).mapToDouble(i -> i).toArray();
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(call)
        .withMessageContaining(message);
  }

  @Test
  void halfAreRandomByClassAndHalfAreTheMostSuspicious() {
    List<Row> rows =
        AuditStarter.of(CANDIDATES, "tag")
            .withExamples(40)
            .suspecting(byPosition(), "position")
            .choose();
    List<Row> random = rows.stream().filter(row -> row.standsFor() > 0).toList();
    List<Row> suspected = rows.stream().filter(row -> row.standsFor() == 0).toList();

    assertThat(random).hasSize(20).allMatch(row -> row.why().equals("at random"));
    assertThat(random.stream().filter(row -> CANDIDATES.label(row.example()) == 1)).hasSize(2);
    assertThat(random.stream().mapToDouble(Row::standsFor).sum()).isCloseTo(N, within(1e-9));
    assertThat(suspected).hasSize(20);
    // The last twenty positions, but for those that were drawn, and as many before these.
    int drawnAmongTheLast = (int) random.stream().filter(row -> row.example() >= N - 20).count();
    assertThat(suspected.stream().mapToInt(Row::example).min().orElseThrow())
        .isLessThanOrEqualTo(N - 20 - drawnAmongTheLast);
    assertThat(rows.stream().map(Row::example)).doesNotHaveDuplicates();
    assertThat(suspected.get(suspected.size() - 1).why()).isEqualTo("rank 1 by position");
  }

  @Test
  void withoutASuspicionAllAreRandomAndEachCandidateIsAsLikely() {
    int[] drawn = new int[N];
    for (int seed = 0; seed < 2_000; seed++) {
      AuditStarter.of(CANDIDATES, "tag")
          .withExamples(20)
          .withSeed(seed)
          .choose()
          .forEach(row -> drawn[row.example()]++);
    }

    // 200 of 2,000 each, with a standard error of 13.4.
    assertThat(Arrays.stream(drawn).min().orElseThrow()).isGreaterThan(140);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isLessThan(260);
  }

  @Test
  void aRareClassHasAnExampleAndManyAreAllThereAre() {
    Dataset rare =
        CANDIDATES.withLabels(
            IntStream.range(0, N).map(i -> i == 77 ? 1 : 0).toArray(), "one in 200");

    assertThat(AuditStarter.of(rare, "tag").withExamples(10).choose())
        .hasSize(10)
        .contains(new Row(77, "at random", 1));
    assertThat(AuditStarter.of(rare, "tag").withExamples(1_000).choose()).hasSize(N);
  }

  @Test
  void whatIsWrittenIsReadOnceItIsFilledIn() throws IOException {
    AuditStarter starter =
        AuditStarter.of(CANDIDATES, "debt", "tag").withExamples(6).withImportances();
    Path file = starter.writeTo(folder.resolve("audit.csv"));
    List<String> lines = Files.readAllLines(file);
    Row first = starter.choose().get(0);

    assertThat(lines.get(0))
        .isEqualTo(
            "id,chosen,stands for,debt,\"age, in years\",tag,importance of debt,importance of"
                + " tag,label,confidence");
    assertThat(lines.get(1))
        .isEqualTo(
            "e%d,at random,%.4f,%d,%s,,,,,"
                .formatted(
                    first.example(),
                    first.standsFor(),
                    first.example() % 7,
                    number(first.example() / 10f)));
    CsvSource table = Datasets.csv(file.toString()).id("id").label("label");
    refused(
        () -> AuditSet.among(CANDIDATES, table, starter.columns()),
        "audit.csv: 30 cells are still empty (line 2: \"label\", \"tag\", \"importance of debt\","
            + " \"importance of tag\", \"confidence\"; line 3:");

    String filled =
        lines.stream()
            .map(line -> line.endsWith(",,,,,") ? line.replace(",,,,,", ",1,-1,0,yes,0.5") : line)
            .collect(Collectors.joining("\n"));
    Files.writeString(file, filled);
    AuditSet audit = AuditSet.among(CANDIDATES, table, starter.columns());

    assertThat(audit.size()).isEqualTo(6);
    assertThat(audit.data().id(0)).isEqualTo("e" + first.example());
    assertThat(audit.data().labels()).containsOnly(1);
    assertThat(audit.conceptValues()[0]).containsExactly(first.example() % 7, 1);
    assertThat(audit.importances()[3]).containsExactly(-1, 0);
    assertThat(audit.confidence()).containsOnly(0.5);
    assertThat(audit.removedFrom(CANDIDATES).size()).isEqualTo(N - 6);
  }

  private static String number(float value) {
    String text = Float.toString(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  @Test
  void whatSomebodyFilledInIsNeverOverwritten() throws IOException {
    Path file = Files.writeString(folder.resolve("audit.csv"), "mine");

    refused(
        () -> AuditStarter.of(CANDIDATES, "tag").writeTo(file),
        "audit.csv is there already, and may hold what somebody filled in; give another name");
    assertThat(file).hasContent("mine");
  }

  @Test
  void whatCannotBeWrittenOrReadIsRefused() throws IOException {
    refused(
        () -> AuditStarter.of(CANDIDATES, "label").writeTo(folder.resolve("a.csv")),
        "the table would have two columns \"label\"; give the concept another name");
    refused(
        () -> AuditStarter.of(CANDIDATES, "tag").suspecting(new double[] {1}, "nobody"),
        "1 suspicions were given for the 200 examples of candidates; give a finite number for"
            + " each");
    Path file = Files.writeString(folder.resolve("b.csv"), "id,label,tag\ne1,no,0\nx,no,1\n");
    AnnotationColumns tag = AnnotationColumns.ofConcepts("tag");
    CsvSource table = Datasets.csv(file.toString());
    refused(
        () -> AuditSet.among(CANDIDATES, table.id("id").label("label"), tag),
        "b.csv annotates the example \"x\", which candidates does not have; correct the id");
    refused(
        () -> AuditSet.among(CANDIDATES, table.label("label"), tag),
        "b.csv is asked which examples of candidates an expert went through, and what they are; say"
            + " its .id(\"…\")");
    Path other = Files.writeString(folder.resolve("c.csv"), "id,label,tag\ne1,maybe,0\n");
    refused(
        () ->
            AuditSet.among(CANDIDATES, Datasets.csv(other.toString()).id("id").label("label"), tag),
        "c.csv, row 1 (line 2), column \"label\": \"maybe\" is none of the classes [no, yes];"
            + " correct");
  }

  @Test
  void aModelSuspectsWhatItTakesForAnotherClass() {
    Dataset three = CANDIDATES.select(new int[] {0, 1, 2}, "three");
    // Says "yes" with the probabilities 0.25, 0.25 and 0.25; the first is a "yes".
    double[] suspicion =
        LabelMargins.suspicion(
            Models.function(
                    "quarter",
                    "1",
                    batch ->
                        IntStream.range(0, batch.rows())
                            .mapToObj(i -> new double[] {0.75, 0.25})
                            .toArray(double[][]::new))
                .emittingProbabilities(),
            three);

    assertThat(suspicion).containsExactly(0.5, -0.5, -0.5);
  }
}
