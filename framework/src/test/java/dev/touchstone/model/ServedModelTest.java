package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that another library answers for. The library here is a few lines: a file names the columns
 * in its first line and their weights in the second, and the answer is the weighted sum.
 */
class ServedModelTest {
  private static final long MEMORY = 64 << 20;
  private static final String LIBRARY = "Weights 1.0";

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("sum.weights"), "age,income\n2,-1\n");
  }

  /** Reads the weights; states the columns. */
  private static final class Weights implements ServedModel {
    private final List<String> columns;
    private final double[] weights;
    private int closed;

    Weights(ModelFile file) {
      String[] lines = new String(file.bytes(), StandardCharsets.UTF_8).split("\n");
      columns = List.of(lines[0].split(","));
      weights = Arrays.stream(lines[1].split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    @Override
    public double[][] answer(Rows rows) {
      double[] all = rows.doubles();
      double[][] answers = new double[rows.size()][1];
      for (int i = 0; i < all.length; i++) {
        double value = Double.isNaN(all[i]) ? 100 : all[i];
        answers[i / weights.length][0] += weights[i % weights.length] * value;
      }
      return answers;
    }

    @Override
    public List<String> columns() {
      return columns;
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private ModelSource served(ModelReader reader) {
    return Models.served(file.toString(), LIBRARY, reader);
  }

  private static Dataset.Builder two(List<String> names, double... values) {
    return Dataset.named("people")
        .features(FeatureStore.inMemory(values, names.size()))
        .featureNames(names)
        .labels(IntStream.range(0, values.length / names.size()).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"));
  }

  private static double[] scores(Classifier model, Dataset data) {
    Scored scored = model.require(Scores.class, "the test", "").scores(data.inputs(0, data.size()));
    return Arrays.stream(scored.rows()).mapToDouble(row -> row[0]).toArray();
  }

  @Test
  void columnsAreBoundByNameWhereverTheyStandInTheData() {
    Classifier model = served(Weights::new).emittingLogits();

    // 2·age - income.
    assertThat(scores(model, two(List.of("age", "income"), 30, 7, 40, 9).build()))
        .containsExactly(53, 71);
    assertThat(scores(model, two(List.of("income", "age"), 7, 30, 9, 40).build()))
        .containsExactly(53, 71);
    assertThat(CheckedAnswers.of(model, two(List.of("income", "age"), 2, 1).build(), MEMORY))
        .satisfies(said -> assertThat(said.probability(0, 1)).isEqualTo(0.5));
  }

  @Test
  void featuresWithoutNamesAreTheColumnsInTheModelsOrder() {
    Classifier model = served(Weights::new).emittingLogits();

    assertThat(model.predict(Tensor.of(new float[] {1, 2, 1, 1}, 2, 2)).probability(1, 1))
        .isCloseTo(1 / (1 + Math.exp(-1)), within(1e-12));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(Tensor.of(new float[] {1, 2, 3}, 1, 3)))
        .withMessage(
            "sum.weights takes the 2 columns [age, income], and the data have 3 features without"
                + " names; give the data as many, in this order, or name them");
  }

  @Test
  void aColumnThatIsMissingOrNotTakenIsNamed() {
    Classifier model = served(Weights::new).emittingLogits();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> scores(model, two(List.of("age", "wage"), 1, 2).build()))
        .withMessage(
            "sum.weights takes the columns [age, income], and the data lack [income] of them; they"
                + " have [age, wage]. Name the data's columns as the model's, by .numeric(…) and"
                + " .text(…) or in the schema");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> scores(model, two(List.of("age", "income=low"), 1, 2).build()))
        .withMessageContaining("a category that is .categorical(…) becomes a column for each");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> scores(model, two(List.of("age", "id", "income"), 1, 2, 3).build()))
        .withMessage(
            "sum.weights takes the columns [age, income], and the data have [id] besides; leave"
                + " them out of the features, or give a model that takes them");
  }

  @Test
  void aModelThatStatesAColumnTwiceIsRefused() throws IOException {
    Files.writeString(file, "age,age\n2,-1\n");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                scores(
                    served(Weights::new).emittingLogits(),
                    two(List.of("age", "income"), 1, 2).build()))
        .withMessageContaining("states a column twice: [age, age]");
  }

  @Test
  void oneSurplusRowABatchIsRefused() {
    ModelReader surplus =
        bytes -> rows -> Arrays.copyOf(new Weights(bytes).answer(rows), rows.size() + 1);
    ModelReader constant = bytes -> rows -> new double[1][1];
    Dataset data = two(List.of("age", "income"), 1, 2, 3, 4, 5, 6).build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(served(surplus).emittingLogits(), data, MEMORY))
        .withMessageContaining("sum.weights made 4 rows of 3 examples");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(served(constant).emittingLogits(), data, MEMORY))
        .withMessageContaining("sum.weights made 1 rows of 3 examples");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> served(surplus).emittingValues().predict(data.inputs(0, 3)))
        .withMessageContaining("sum.weights made 4 rows of 3 examples");
  }

  @Test
  void whatIsNoAnswerIsRefused() {
    Dataset data = two(List.of("age", "income"), 1, 2, 3, 4, 5, 6, 7, 8).build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                CheckedAnswers.of(
                    served(bytes -> rows -> filled(rows.size(), Double.NaN)).emittingLogits(),
                    data,
                    MEMORY))
        .withMessageContaining("NaN is never an answer");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                CheckedAnswers.of(
                    served(bytes -> rows -> filled(rows.size(), 0.6, 0.6)).emittingProbabilities(),
                    data,
                    MEMORY))
        .withMessageContaining("1.2");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                served(bytes -> rows -> filled(rows.size(), Double.POSITIVE_INFINITY))
                    .emittingValues()
                    .predict(data.inputs(0, 4)))
        .withMessageContaining("Infinity for row 0");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                CheckedAnswers.of(
                    served(bytes -> rows -> filled(rows.size(), 0.1, 0.2, 0.7))
                        .emittingProbabilities(),
                    data,
                    MEMORY))
        .withMessageContaining("predicts 3 classes");
  }

  private static double[][] filled(int rows, double... row) {
    double[][] filled = new double[rows][];
    Arrays.setAll(filled, i -> row.clone());
    return filled;
  }

  @Test
  void textsAndMissingValuesComeAsTheyAre() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("people.csv"), "city,age,label\nUlm,30,no\n,41,yes\nKiel,NA,no\n");
    Dataset data =
        Datasets.csv(csv.toString())
            .label("label", "no", "yes")
            .text("city")
            .numeric("age")
            .allowingMissing("NA")
            .load();
    List<String> seen = new ArrayList<>();
    ModelReader reader =
        bytes ->
            rows -> {
              seen.add(rows.columns() + " " + rows);
              seen.add(Arrays.toString(rows.texts("city")));
              seen.add(Arrays.toString(rows.numbers("age")));
              seen.add(Arrays.toString(rows.codes("city", List.of("Kiel", "Ulm"))));
              seen.add(IntStream.range(0, rows.size()).mapToObj(rows::row).toList().toString());
              return filled(rows.size(), 0, 1);
            };

    CheckedAnswers.of(served(reader).emittingLogits(), data, MEMORY);

    assertThat(seen)
        .containsExactly(
            "[age, city] 3 rows of [age, city]",
            "[Ulm, , Kiel]",
            "[30.0, 41.0, NaN]",
            "[1.0, NaN, 0.0]",
            "[{age=30.0, city=Ulm}, {age=41.0}, {city=Kiel}]");
  }

  @Test
  void aColumnOfAnotherTypeOrNameIsRefusedWithTheCure() {
    Dataset data =
        two(List.of("age"), 30, 40)
            .input("city", new TypedTensor.Texts(new String[] {"Ulm", "Bonn"}, 2, 1))
            .input("ids", new TypedTensor.Integers(new long[] {1, 2, 3, 4}, 2, 2))
            .build();

    assertThat(refusal(data, rows -> rows.numbers("city")))
        .isEqualTo(
            "sum.weights: the column \"city\" has texts, where numbers were expected; declare the"
                + " column as .numeric(\"city\"), or let the reader take it by rows.texts(\"city\")"
                + " or rows.codes(\"city\", …)");
    assertThat(refusal(data, rows -> rows.texts("age")))
        .contains("has numbers, where texts were expected; declare the column as .text(\"age\")");
    assertThat(refusal(data, rows -> rows.codes("city", List.of("Ulm"))))
        .contains("\"Bonn\" in row 1 of the batch, which is none of the categories [Ulm]");
    assertThat(refusal(data, rows -> rows.numbers("agee")))
        .contains(
            "asks for the column \"agee\", which is none of its columns; write one of [age, city,"
                + " ids], perhaps \"age\"");
    assertThat(refusal(data, rows -> rows.numbers("ids")))
        .contains("2 numbers a row, where one was expected; read it by rows.tensor(\"ids\")");
    assertThat(refusal(data, Rows::floats)).contains("the column \"city\" has texts");
  }

  private interface Use {
    Object of(Rows rows);
  }

  private String refusal(Dataset data, Use use) {
    ModelReader reader =
        bytes ->
            rows -> {
              use.of(rows);
              return filled(rows.size(), 0, 1);
            };
    try {
      CheckedAnswers.of(served(reader).emittingLogits(), data, MEMORY);
      return "";
    } catch (TouchstoneException e) {
      return e.getMessage()
          .replace("sum.weights could not answer 2 rows of [age, city, ids] in Weights 1.0: ", "");
    }
  }

  @Test
  void imagesHaveAShapeAndNoNames() {
    Dataset images =
        Dataset.named("images")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 2))
            .labels(0, 1)
            .build();
    List<String> seen = new ArrayList<>();
    ModelReader reader =
        bytes ->
            rows -> {
              seen.add(Arrays.toString(rows.shape()) + rows.columns() + rows.width());
              seen.add(Arrays.toString(rows.floats()));
              return filled(rows.size(), 0, 1);
            };

    CheckedAnswers.of(served(reader).emittingLogits(), images, MEMORY);

    assertThat(seen.subList(0, 2))
        .containsExactly("[1, 2, 2][]4", "[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]");
  }

  @Test
  void numbersThatSinglesWouldRoundStayExact() {
    double seconds = 1_700_000_001;
    Dataset data = two(List.of("age", "income"), seconds, 1, seconds, 3).build();

    assertThat(scores(served(Weights::new).emittingLogits(), data))
        .containsExactly(2 * seconds - 1, 2 * seconds - 3);
  }

  @Test
  void theReaderGetsTheBytesThatWereHashedAndOnlyThose() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    List<ModelFile> given = new ArrayList<>();
    Classifier model =
        served(
                opened -> {
                  given.add(opened);
                  return new Weights(opened);
                })
            .emittingLogits();
    Dataset data = two(List.of("age", "income"), 1, 2).build();

    assertThat(model.sha256())
        .isEqualTo(Digest.ofBytes(bytes))
        .isEqualTo(Models.sha256(file.toString()));
    assertThat(given).isEmpty();
    scores(model, data);
    scores(model, data);
    assertThat(given).hasSize(1);
    assertThat(given.get(0).bytes()).isEqualTo(bytes);
    assertThat(given.get(0).open().readAllBytes()).isEqualTo(bytes);
    assertThat(given.get(0).sha256()).isEqualTo(model.sha256());

    Models.release(model);
    Files.writeString(file, "age,income\n1,1\n");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> scores(model, data))
        .withMessage(file + " changed while it was being tested; start the tests again");
  }

  @Test
  void whatItHoldsIsFreedAndReadAgainWhenItIsUsedAfterAll() {
    List<Weights> opened = new ArrayList<>();
    List<Path> copies = new ArrayList<>();
    Classifier model =
        served(
                bytes -> {
                  copies.add(bytes.path());
                  opened.add(new Weights(bytes));
                  return opened.get(opened.size() - 1);
                })
            .emittingLogits();
    Dataset data = two(List.of("age", "income"), 1, 2).build();

    scores(model, data);
    assertThat(copies.get(0)).hasSameBinaryContentAs(file).hasFileName("sum.weights");
    Models.release(model);
    Models.release(model);
    assertThat(opened).singleElement().satisfies(one -> assertThat(one.closed).isEqualTo(1));
    assertThat(copies.get(0).getParent()).doesNotExist();

    assertThat(scores(model, data)).containsExactly(0);
    assertThat(opened).hasSize(2);
    Models.release(model);
  }

  @Test
  void itIsAskedOneBatchAtATime() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Classifier model =
        served(
                bytes ->
                    rows -> {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      Thread.sleep(2);
                      inside.decrementAndGet();
                      return filled(rows.size(), 0, 1);
                    })
            .emittingLogits();
    Dataset data = two(List.of("age", "income"), 1, 2).build();

    IntStream.range(0, 40).parallel().forEach(i -> model.predict(data.inputs(0, 1)));

    assertThat(most).hasValue(1);
  }

  @Test
  void whatTheLibraryThrowsNamesTheFileAndTheLibrary() {
    Dataset data = two(List.of("age", "income"), 1, 2).build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                scores(
                    served(
                            bytes -> {
                              throw new IOException("bad magic");
                            })
                        .emittingLogits(),
                    data))
        .withMessage(
            "sum.weights could not be read by Weights 1.0: java.io.IOException: bad magic");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                scores(
                    served(
                            bytes -> {
                              throw new UnsatisfiedLinkError("no weights in java.library.path");
                            })
                        .emittingLogits(),
                    data))
        .withMessageEndingWith(
            "; is the library on the class path, in this version and with its natives for this"
                + " platform?");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                scores(
                    served(
                            bytes ->
                                rows -> {
                                  throw new IllegalStateException("no tree");
                                })
                        .emittingLogits(),
                    data))
        .withMessage(
            "sum.weights could not answer 1 rows of [age, income] in Weights 1.0:"
                + " java.lang.IllegalStateException: no tree");
  }

  @Test
  void aRegressorTakesTheSameReader() {
    Regressor model = served(Weights::new).emittingValues();
    Dataset data =
        Dataset.named("credits")
            .features(FeatureStore.inMemory(new double[] {7, 30}, 2))
            .featureNames(List.of("income", "age"))
            .values(new double[] {50}, "DM")
            .build();

    assertThat(CheckedAnswers.of(model, data, MEMORY).value(0)).isEqualTo(53);
    assertThat(Models.fileOf(model)).contains(file.toString());
  }

  @Test
  void anotherFileTakesItsPlaceWithTheSameReader() throws IOException {
    Path other = Files.writeString(folder.resolve("candidate"), "age,income\n1,1\n");
    Dataset data = two(List.of("age", "income"), 1, 2).build();

    Classifier candidate = Models.withFile(served(Weights::new).emittingLogits(), other.toString());
    assertThat(scores(candidate, data)).containsExactly(3);
    assertThat(candidate.facts().texts())
        .containsEntry("in place of", file.toString())
        .containsEntry("runs on", LIBRARY);

    Regressor regressor = Models.withFile(served(Weights::new).emittingValues(), other.toString());
    assertThat(regressor.predict(data.inputs(0, 1)).value(0)).isEqualTo(3);
  }

  /** Of ONNX regressors, too: their replacement was asked for as a classifier once. */
  @Test
  void anotherFileTakesTheOneOfARegressor() throws IOException {
    Path onnx = folder.resolve("a.onnx");
    Files.write(onnx, OnnxClassifierTest.linear(null));

    Regressor other =
        Models.withFile(Models.onnx(onnx.toString()).emittingValues(), onnx.toString());

    assertThat(other.facts().texts())
        .containsEntry("in place of", onnx.toString())
        .containsEntry("outputs", "VALUES");
  }

  @Test
  void provenanceSaysWhoReadsTheFile() {
    Classifier model = served(Weights::new).emittingLogits();

    assertThat(model.facts().texts())
        .containsEntry("name", "sum.weights")
        .containsEntry("sha256", Models.sha256(file.toString()))
        .containsEntry("format", "served")
        .containsEntry("runs on", LIBRARY)
        .containsEntry("reader", ServedModelTest.class.getName());
    assertThat(model.capability(InputGradients.class)).isEmpty();
    assertThat(model.whyMissing(InputGradients.class))
        .isEqualTo("is answered for by Weights 1.0, which shows what it emits and nothing else");
  }

  @Test
  void aModelIsTheSameAsAnotherOfTheSameReaderOnly() {
    ModelReader reader = Weights::new;
    assertThat(served(reader).emittingLogits().identity())
        .isEqualTo(served(reader).emittingLogits().identity())
        .isNotEqualTo(served(bytes -> rows -> filled(rows.size(), 1)).emittingLogits().identity())
        .isNotEqualTo(
            Models.served(file.toString(), "Weights 2.0", reader).emittingLogits().identity());
  }

  @Test
  void classesThatTheModelStatesAreThoseOfTheFile() {
    ServedModel stating =
        new ServedModel() {
          @Override
          public double[][] answer(Rows rows) {
            return filled(rows.size(), 0, 1);
          }

          @Override
          public List<String> classes() {
            return List.of("no", "yes");
          }
        };

    assertThat(
            served(bytes -> stating)
                .emittingLogits()
                .capability(StatedClasses.class)
                .map(StatedClasses::statedClasses))
        .contains(List.of("no", "yes"));
    assertThat(served(Weights::new).emittingLogits().capability(StatedClasses.class)).isEmpty();
  }

  @Test
  void aLibraryWithoutANameIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Models.served(file.toString(), " ", Weights::new))
        .withMessage(
            "sum.weights is read by a library without a name; give its name and version, such as"
                + " \"XGBoost4J 3.4.0\"");
  }

  @Test
  void flatAnswersAreCutIntoWholeRows() {
    assertThat(ServedModel.answers(new double[] {1, 2, 3, 4}, 2))
        .isDeepEqualTo(new double[][] {{1, 2}, {3, 4}});
    assertThat(ServedModel.answers(new float[][] {{0.5f}, {2}}))
        .isDeepEqualTo(new double[][] {{0.5}, {2}});
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> ServedModel.answers(new double[] {1, 2, 3}, 2))
        .withMessageContaining("3 answers are no whole rows of 2 numbers");
  }
}
