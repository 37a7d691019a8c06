package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceTest {
  @TempDir Path folder;

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  private static List<float[]> rows(Dataset data) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      rows.add(data.batch(i).row(0));
    }
    return rows;
  }

  @Test
  void allColumnsWithoutAnotherMeaningAreNumericFeatures() throws IOException {
    Dataset data =
        Datasets.csv(file("a.csv", "key,height,sex,weight,ill", "a,1.5,f,60,no", "b,-2e1,m,0,yes"))
            .id("key")
            .label("ill", "no", "yes")
            .groups("sex")
            .load();

    assertThat(data.featureNames()).containsExactly("height", "weight");
    assertThat(rows(data)).containsExactly(new float[] {1.5f, 60}, new float[] {-20, 0});
    assertThat(data.id(1)).isEqualTo("b");
    assertThat(data.labels()).containsExactly(0, 1);
    assertThat(data.classNames()).containsExactly("no", "yes");
    assertThat(data.value("sex", 0)).isEqualTo("f");
    assertThat(data.name()).isEqualTo("a.csv");
  }

  @Test
  void categoricalColumnsExpandInPlaceInTheOrderOfTheirValues() throws IOException {
    Dataset data =
        Datasets.csv(file("a.csv", "y,b,colour,a", "0,7,red,8", "1,9,blue,10"))
            .label("y")
            .numeric("a")
            .categorical("colour", "green", "red", "blue")
            .numeric("b")
            .load();

    assertThat(data.featureNames())
        .containsExactly("a", "colour=green", "colour=red", "colour=blue", "b");
    assertThat(rows(data))
        .containsExactly(new float[] {8, 0, 1, 0, 7}, new float[] {10, 0, 0, 1, 9});
  }

  @Test
  void aSchemaFileSaysTheSameAsJava() throws IOException {
    String table = file("a.csv", "key,y,age,job,sex", "1,n,30,tailor,f", "2,y,40,smith,m");
    String schema =
        file(
            "schema.json",
            "{\"id\": \"key\", \"label\": \"y\", \"classes\": [\"n\", \"y\"], \"groups\":"
                + " [\"sex\"],\"features\": [{\"name\": \"age\", \"type\": \"numeric\"},{\"name\":"
                + " \"job\", \"type\": \"categorical\", \"values\": [\"smith\", \"tailor\"]}]}");

    Dataset bySchema = Datasets.csv(table).schema(schema).load();
    Dataset inJava =
        Datasets.csv(table)
            .id("key")
            .label("y", "n", "y")
            .groups("sex")
            .numeric("age")
            .categorical("job", "smith", "tailor")
            .load();

    assertThat(bySchema.sha256()).isEqualTo(inJava.sha256());
    assertThat(bySchema.featureNames()).isEqualTo(inJava.featureNames());
    assertThat(bySchema.columns()).containsExactly("sex");
  }

  @Test
  void classesThatWereNotDeclaredAreSortedAsNumbersIfTheyAreNumbers() throws IOException {
    Dataset data = Datasets.csv(file("a.csv", "x,y", "0,10", "0,9", "0,10")).label("y").load();

    assertThat(data.classNames()).containsExactly("9", "10");
    assertThat(data.labels()).containsExactly(1, 0, 1);
  }

  @Test
  void classesThatWereNotDeclaredAreSortedAlphabeticallyOtherwise() throws IOException {
    Dataset data = Datasets.csv(file("a.csv", "x,y", "0,pear", "0,apple", "0,9")).label("y").load();

    assertThat(data.classNames()).containsExactly("9", "apple", "pear");
    assertThat(data.labels()).containsExactly(2, 1, 0);
  }

  @Test
  void numbersAreOrderedHoweverTheyAreWritten() throws IOException {
    Dataset data =
        Datasets.csv(file("a.csv", "x,y", "0,1e1", "0,+2.50", "0, -3", "0,.5")).label("y").load();

    assertThat(data.classNames()).containsExactly(" -3", ".5", "+2.50", "1e1");
    assertThat(data.labels()).containsExactly(3, 2, 0, 1);
    assertThat(data.facts().texts()).doesNotContainKey("classes were taken");
  }

  @Test
  void aGuessedOrderIsAFactOfTheDataAndADeclaredOneIsNot() throws IOException {
    String table = file("a.csv", "x,y", "0,yes", "0,no", "1,no");

    assertThat(Datasets.csv(table).label("y").load().facts().texts())
        .containsEntry(
            "classes were taken",
            "in alphabetical order: no, yes; declare them in the order of the model's outputs, by"
                + " \"classes\" in the schema or .label(column, classes…)");
    assertThat(Datasets.csv(table).label("y", "yes", "no").load().facts().texts())
        .doesNotContainKey("classes were taken");
  }

  @Test
  void aLongListOfGuessedClassesIsCut() throws IOException {
    String table =
        file(
            "a.csv",
            "x,y",
            "0,a",
            "0,b",
            "0,c",
            "0,d",
            "0,e",
            "0,f",
            "0,g",
            "0,an uncommonly long name of a class");

    assertThat(Datasets.csv(table).label("y").load().facts().texts().get("classes were taken"))
        .startsWith("in alphabetical order: a, an uncommonly long n…, b, c, d, e, … (8 classes);");
  }

  @Test
  void quotedValuesMayHoldCommasQuotesAndLineBreaks() throws IOException {
    Dataset data =
        Datasets.csv(file("a.csv", "\"x\",name,y", "1,\"Doe, \"\"J\"\"\nJr.\",0", "2,plain,1"))
            .label("y")
            .groups("name")
            .load();

    assertThat(data.value("name", 0)).isEqualTo("Doe, \"J\"\nJr.");
    assertThat(data.size()).isEqualTo(2);
  }

  @Test
  void windowsLineEndsAndByteOrderMarksAreNoPartOfTheData() throws IOException {
    Path file = folder.resolve("w.csv");
    Files.writeString(file, "\uFEFFx,y\r\n1,0\r\n2,1\r\n\r\n");

    Dataset data = Datasets.csv(file.toString()).label("y").load();

    assertThat(data.featureNames()).containsExactly("x");
    assertThat(data.labels()).containsExactly(0, 1);
  }

  @Test
  void gzippedFilesAreToldByTheirFirstBytes() throws IOException {
    String plain = file("a.csv", "x,y", "1,0", "2,1");
    Path zipped = folder.resolve("zipped");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      Files.copy(Path.of(plain), out);
    }

    assertThat(Datasets.csv(zipped.toString()).label("y").load().sha256())
        .isEqualTo(Datasets.csv(plain).label("y").load().sha256());
  }

  @Test
  void theHashIsThatOfTheSameDataMadeInJava() throws IOException {
    Dataset read =
        Datasets.csv(file("a.csv", "x,y,g", "1,n,a", "2,p,b"))
            .label("y", "n", "p")
            .groups("g")
            .load();
    Dataset made =
        Dataset.named("made")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(0, 1)
            .classNames(List.of("n", "p"))
            .column("g", List.of("a", "b"))
            .build();

    assertThat(read.sha256()).isEqualTo(made.sha256());
  }

  @Test
  void theHashChangesWithAnyValueIdLabelOrGroup() throws IOException {
    String original = hash("a,1,0,f", "b,2,1,m");

    assertThat(
            List.of(
                hash("a,1,0,f", "b,3,1,m"),
                hash("a,1,0,f", "c,2,1,m"),
                hash("a,1,1,f", "b,2,1,m"),
                hash("a,1,0,f", "b,2,1,f"),
                hash("b,2,1,m", "a,1,0,f")))
        .doesNotContain(original)
        .doesNotHaveDuplicates();
  }

  private String hash(String... rows) throws IOException {
    return Datasets.csv(file("h.csv", "id,x,y,g", String.join("\n", rows)))
        .id("id")
        .label("y", "0", "1")
        .groups("g")
        .load()
        .sha256();
  }

  private static boolean isMapped(Dataset data) {
    BufferedFeatures.Segment first = ((BufferedFeatures) data.features()).segments().get(0);
    return first instanceof BufferedFeatures.Doubles doubles && doubles.numbers().isDirect();
  }

  @Test
  void featuresThatDoNotFitIntoMemoryAreReadFromDiskWithTheSameResult() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    List<String> lines = new ArrayList<>(List.of("a,b,c,y"));
    for (int i = 0; i < 5000; i++) {
      lines.add(
          random.nextDouble()
              + ","
              + random.nextInt()
              + ","
              + random.nextLong(1L << 53)
              + ","
              + random.nextInt(3));
    }
    CsvSource source = Datasets.csv(file("large.csv", lines.toArray(String[]::new))).label("y");

    Dataset inMemory = source.load();
    Dataset onDisk = source.keepingInMemory(10_000).load();

    assertThat(isMapped(inMemory)).isFalse();
    assertThat(isMapped(onDisk)).isTrue();
    assertThat(onDisk.sha256()).isEqualTo(inMemory.sha256());
    int[] shuffled = random.ints(2000, 0, 5000).toArray();
    assertThat(onDisk.batch(shuffled).values()).isEqualTo(inMemory.batch(shuffled).values());
  }

  @Test
  void theFileOnDiskCanBeReadByAnInterruptedThread() throws IOException {
    Dataset data =
        Datasets.csv(file("a.csv", "x,y", "1,0", "2,1")).label("y").keepingInMemory(0).load();

    Thread.currentThread().interrupt();
    try {
      assertThat(data.batch(1).values()).containsExactly(2);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(data.batch(0).values()).containsExactly(1);
  }

  @Test
  void aColumnHoldsTheTrainingWeightsAndNoFeature() throws IOException {
    String table = file("a.csv", "a,cost,y", "7,0.5,0", "8,0,1", "9,2,1");
    Dataset data = Datasets.csv(table).label("y", "0", "1").weight("cost").load();

    assertThat(data.trainingWeights().orElseThrow()).containsExactly(0.5, 0, 2);
    assertThat(data.featureNames()).containsExactly("a");
    assertThat(data.facts().texts()).containsEntry("training weights", "column \"cost\"");
    assertThat(data.withoutTrainingWeights().sha256())
        .isEqualTo(Datasets.csv(table).label("y", "0", "1").numeric("a").load().sha256());
    String schema = file("schema.json", "{\"label\": \"y\", \"weight\": \"cost\"}");
    assertThat(Datasets.csv(table).schema(schema).load().sha256()).isEqualTo(data.sha256());
    assertThat(Datasets.csv(table).value("y", "").weight("cost").load().trainingWeights())
        .isPresent();
  }
}
