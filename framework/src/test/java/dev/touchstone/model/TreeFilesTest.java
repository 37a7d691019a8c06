package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.model.tree.LightgbmFile;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.model.tree.XgboostFile;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of {@code trees.py} answer as the library that wrote them: on missing values, on categories
 * by name and by number, and on every threshold and its neighbours.
 */
class TreeFilesTest {
  private static final List<String> NUMBERS = List.of("a", "d", "e");

  @TempDir Path folder;

  private static JsonObject expected(String name) {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                TreeFilesTest.class.getResourceAsStream("/trees/expected-%s.json".formatted(name))),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A model's file, and by which rows it is asked. */
  record Case(String library, String model) {
    JsonObject all() {
      return expected(library);
    }

    JsonObject said() {
      return all().getAsJsonObject("models").getAsJsonObject(model);
    }

    @Override
    public String toString() {
      return library + " " + model;
    }
  }

  static Stream<Case> cases() {
    return Stream.of("xgboost", "xgboost-old", "lightgbm")
        .flatMap(
            library ->
                expected(library).getAsJsonObject("models").keySet().stream()
                    .map(model -> new Case(library, model)));
  }

  private static double[] numbers(JsonArray array) {
    return array.asList().stream()
        .mapToDouble(value -> value.isJsonNull() ? Double.NaN : value.getAsDouble())
        .toArray();
  }

  private static double[][] table(JsonArray rows) {
    return rows.asList().stream()
        .map(row -> numbers(row.getAsJsonArray()))
        .toArray(double[][]::new);
  }

  private static String[] texts(JsonArray array, boolean whole) {
    return array.asList().stream()
        .map(
            value ->
                value.isJsonNull()
                    ? ""
                    : whole ? Integer.toString(value.getAsInt()) : value.getAsString())
        .toArray(String[]::new);
  }

  private static FeatureStore store(JsonObject rows, List<String> columns) {
    int n = rows.getAsJsonArray("a").size();
    double[] values = new double[n * columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      double[] column = numbers(rows.getAsJsonArray(columns.get(c)));
      for (int i = 0; i < n; i++) {
        values[i * columns.size() + c] = column[i];
      }
    }
    return FeatureStore.inMemory(values, columns.size());
  }

  private static Dataset.Builder data(JsonObject rows, List<String> columns) {
    return Dataset.named("rows")
        .features(store(rows, columns))
        .featureNames(columns)
        .allowingMissing()
        .values(new double[rows.getAsJsonArray("a").size()], "");
  }

  /** Categories as texts, in another order than the file's. */
  private static Dataset named(JsonObject rows) {
    int n = rows.getAsJsonArray("a").size();
    return data(rows, NUMBERS)
        .input("rooms", new TypedTensor.Texts(texts(rows.getAsJsonArray("rooms"), true), n, 1))
        .input("town", new TypedTensor.Texts(texts(rows.getAsJsonArray("town"), false), n, 1))
        .build();
  }

  private static Dataset coded(JsonObject codes) {
    return data(codes, List.of("e", "rooms", "town", "d", "a")).build();
  }

  private static ModelSource source(String file) {
    String location = "classpath:trees/" + file;
    return file.startsWith("xgboost") ? Models.xgboost(location) : Models.lightgbm(location);
  }

  private static double[][] answers(ModelSource source, Dataset data) {
    return source
        .of(OutputKind.VALUES)
        .require(Scores.class, "the test", "")
        .scores(data.inputs(0, data.size()))
        .rows();
  }

  private static void assertSame(double[][] said, double[][] expected, double relative) {
    assertThat(said).hasNumberOfRows(expected.length);
    for (int i = 0; i < said.length; i++) {
      for (int c = 0; c < said[i].length; c++) {
        assertThat(said[i][c])
            .as("row %d, output %d", i, c)
            .isCloseTo(expected[i][c], within(relative * Math.max(1, Math.abs(expected[i][c]))));
      }
    }
  }

  /** XGBoost answers in single precision; LightGBM in double. */
  private static double tolerance(Case asked) {
    return asked.library().equals("lightgbm") ? 1e-12 : 5e-7;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsTheLibraryDoes(Case asked) {
    ModelSource source = source(asked.said().get("file").getAsString());
    Dataset data =
        asked.model().equals("unnamed")
            ? data(asked.all().getAsJsonObject("codes"), List.of("a", "town", "rooms", "d", "e"))
                .featureNames(List.of())
                .build()
            : asked.library().equals("xgboost-old")
                ? coded(asked.all().getAsJsonObject("codes"))
                : named(asked.all().getAsJsonObject("rows"));

    double[][] said = answers(source, data);

    assertSame(said, table(asked.said().getAsJsonArray("answers")), tolerance(asked));
    // Batches of one and of all are answered alike.
    for (int i = 0; i < 3; i++) {
      assertThat(answers(source, data.select(new int[] {i}, "one"))[0]).isEqualTo(said[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sumsBeforeTheLinkAreTheLibrarys(Case asked) {
    TreeEnsemble trees = trees(asked.said().get("file").getAsString());
    JsonObject codes = asked.all().getAsJsonObject("codes");
    List<String> order = List.of("a", "town", "rooms", "d", "e");
    Dataset data = data(codes, order).build();
    double[] all = data.inputs(0, data.size()).exactFeatures().values();
    double[][] sums = new double[data.size()][];
    Arrays.setAll(sums, i -> trees.sums(Arrays.copyOfRange(all, 5 * i, 5 * i + 5)));

    assertSame(sums, table(asked.said().getAsJsonArray("sums")), tolerance(asked));
  }

  private static TreeEnsemble trees(String file) {
    return source(file).of(OutputKind.VALUES).capability(TreeEnsemble.class).orElseThrow();
  }

  @Test
  void jsonAndItsBinaryFormAreOneModel() {
    TreeEnsemble json = trees("xgboost-logistic.json");
    TreeEnsemble binary = trees("xgboost-logistic.ubj");

    assertThat(binary.columns()).isEqualTo(json.columns());
    assertThat(binary.trees()).hasSameSizeAs(json.trees());
    for (int t = 0; t < json.trees().size(); t++) {
      assertThat(binary.trees().get(t)).usingRecursiveComparison().isEqualTo(json.trees().get(t));
    }
  }

  /** What TreeSHAP weighs branches by: a node's is the sum of its children's. */
  @ParameterizedTest
  @MethodSource("cases")
  void coversAddUp(Case asked) {
    for (Tree tree : trees(asked.said().get("file").getAsString()).trees()) {
      for (int node = 0; node < tree.size(); node++) {
        if (!tree.isLeaf(node)) {
          assertThat(tree.cover(tree.left(node)) + tree.cover(tree.right(node)))
              .isCloseTo(tree.cover(node), within(1e-4 * tree.cover(node)));
        }
      }
    }
  }

  @Test
  void categoriesThatAreNumbersMayComeAsNumbers() {
    JsonObject all = expected("xgboost");
    JsonObject rows = all.getAsJsonObject("rows");
    int n = rows.getAsJsonArray("a").size();
    Dataset data =
        data(rows, List.of("a", "rooms", "d", "e"))
            .input("town", new TypedTensor.Texts(texts(rows.getAsJsonArray("town"), false), n, 1))
            .build();

    assertSame(
        answers(source("xgboost-logistic.ubj"), data),
        table(all.getAsJsonObject("models").getAsJsonObject("logistic").getAsJsonArray("answers")),
        5e-7);
  }

  @Test
  void aCategoryThatLightgbmDoesNotKnowIsMissing() {
    JsonObject strange = expected("lightgbm").getAsJsonObject("strange");

    assertSame(
        answers(source("lightgbm-binary.txt"), named(strange.getAsJsonObject("rows"))),
        table(strange.getAsJsonArray("answers")),
        1e-12);
  }

  @Test
  void aCategoryThatXgboostDoesNotKnowIsRefused() {
    JsonObject strange = expected("lightgbm").getAsJsonObject("strange");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> answers(source("xgboost-logistic.ubj"), named(strange.getAsJsonObject("rows"))))
        .withMessageContaining(
            "the column \"town\" has \"Rom\" in row 1 of the batch, which is none of the categories"
                + " [Bonn, Hof, Jena, Kiel, Trier, Ulm]");
  }

  @Test
  void ofXgboostTooACategoryThatIsOnlyWrittenOtherwiseIsNamed() {
    JsonObject rows = expected("xgboost").getAsJsonObject("rows");
    int n = rows.getAsJsonArray("a").size();
    String[] rooms = texts(rows.getAsJsonArray("rooms"), true);
    Dataset decimals =
        data(rows, NUMBERS)
            .input(
                "rooms",
                new TypedTensor.Texts(
                    Arrays.stream(rooms)
                        .map(room -> room.isEmpty() ? room : room + ".0")
                        .toArray(String[]::new),
                    n,
                    1))
            .input("town", new TypedTensor.Texts(texts(rows.getAsJsonArray("town"), false), n, 1))
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("xgboost-logistic.ubj"), decimals))
        .withMessageContaining("which the file writes \"")
        .withMessageContaining("declare the column as .numeric(\"rooms\")");
  }

  @Test
  void textsOfACategoryThatTheFileDoesNotNameAreRefused() {
    Dataset rows = named(expected("xgboost").getAsJsonObject("rows"));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("xgboost-old-logistic.json"), rows))
        .withMessageContaining(
            "the column \"town\" has texts, and the file names no categories of it; declare it as"
                + " .numeric(\"town\"), with the numbers that the model was trained with");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("xgboost-foreign.ubj"), rows))
        .withMessageContaining(
            "the column \"town\" has texts, and the names of its categories are not ASCII, and"
                + " XGBoost writes such cut");
  }

  @Test
  void roundsBehindTheBestOneAreAskedAbout() {
    JsonObject all = expected("xgboost");
    JsonObject stopped = all.getAsJsonObject("stopped");
    int first = stopped.get("best").getAsInt() + 1;
    int rounds = stopped.get("rounds").getAsInt();
    Dataset data = named(all.getAsJsonObject("rows"));
    String file = "classpath:trees/xgboost-stopped.ubj";

    assertThat(first).isLessThan(rounds);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(Models.xgboost(file), data))
        .withMessageContaining(
            "say which are served: Models.xgboost(file, %d) or Models.xgboost(file, %d)"
                .formatted(first, rounds));
    assertSame(
        answers(Models.xgboost(file, rounds), data), table(stopped.getAsJsonArray("all")), 5e-7);
    assertSame(
        answers(Models.xgboost(file, first), data), table(stopped.getAsJsonArray("first")), 5e-7);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(Models.xgboost(file, rounds + 1), data))
        .withMessageContaining("%d rounds, and %d were asked for".formatted(rounds, rounds + 1));
  }

  /** Other rounds of a file are another model. */
  @Test
  void roundsArePartOfProvenance() {
    String file = "classpath:trees/xgboost-stopped.ubj";
    Classifier two = Models.xgboost(file, 2).emittingProbabilities();

    assertThat(two.facts().texts()).containsEntry("rounds", "2");
    assertThat(two.facts().isSameModelAs(Models.xgboost(file, 3).emittingProbabilities().facts()))
        .isFalse();
  }

  /** Of {@code a} missing or not, a number and a truth value as categories. */
  private static Dataset.Builder odd() {
    JsonObject rows = expected("odd");
    int n = rows.getAsJsonArray("a").size();
    return Dataset.named("odd")
        .features(FeatureStore.inMemory(numbers(rows.getAsJsonArray("a")), 1))
        .featureNames(List.of("a"))
        .allowingMissing()
        .values(new double[n], "");
  }

  private static TypedTensor column(String name, UnaryOperator<String> written) {
    String[] texts = texts(expected("odd").getAsJsonArray(name), false);
    return new TypedTensor.Texts(
        Arrays.stream(texts).map(written).toArray(String[]::new), texts.length, 1);
  }

  /** What is missing is split from all else at an infinite threshold. */
  @Test
  void categoriesOfLightgbmMayBeNumbersAndTruthValues() {
    JsonObject rows = expected("odd");
    double[] rates =
        Stream.of(texts(rows.getAsJsonArray("rate"), false))
            .mapToDouble(Double::parseDouble)
            .toArray();
    double[] flags =
        Stream.of(texts(rows.getAsJsonArray("flag"), false))
            .mapToDouble(text -> text.equals("True") ? 1 : 0)
            .toArray();
    double[][] asLightgbm =
        Arrays.stream(numbers(rows.getAsJsonArray("answers")))
            .mapToObj(answer -> new double[] {answer})
            .toArray(double[][]::new);

    assertSame(
        answers(
            source("lightgbm-odd.txt"),
            odd()
                .input("rate", new TypedTensor.Doubles(rates, rates.length, 1))
                .input("flag", new TypedTensor.Doubles(flags, flags.length, 1))
                .build()),
        asLightgbm,
        1e-12);
    assertSame(
        answers(
            source("lightgbm-odd.txt"),
            odd()
                .input("rate", column("rate", text -> text.replaceFirst("\\.0$", "")))
                .input("flag", column("flag", text -> text.toLowerCase(Locale.ROOT)))
                .build()),
        asLightgbm,
        1e-12);
  }

  /** The file does not name it. */
  @Test
  void ofALossOfTheTrainersOwnTheSumIsTheAnswer() {
    JsonObject rows = expected("own");
    double[] a = numbers(rows.getAsJsonArray("a"));
    Dataset data =
        Dataset.named("own")
            .features(FeatureStore.inMemory(a, 1))
            .featureNames(List.of("a"))
            .values(new double[a.length], "")
            .build();

    assertSame(
        answers(source("lightgbm-own.txt"), data),
        Arrays.stream(numbers(rows.getAsJsonArray("answers")))
            .mapToObj(answer -> new double[] {answer})
            .toArray(double[][]::new),
        1e-12);
  }

  @Test
  void blanksInNamesThatLightgbmReplacedAreNamed() throws IOException {
    String text = new String(bytes("lightgbm-own.txt"), StandardCharsets.UTF_8);
    Path file =
        Files.writeString(
            folder.resolve("own.txt"),
            text.replace("feature_names=a\n", "feature_names=age_in_years\n"));
    Dataset data =
        Dataset.named("own")
            .features(FeatureStore.inMemory(new double[] {1}, 1))
            .featureNames(List.of("age in years"))
            .values(new double[1], "")
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(Models.lightgbm(file.toString()), data))
        .withMessageContaining("LightGBM writes blanks in names as _");
  }

  @Test
  void aCategoryThatIsOnlyWrittenOtherwiseIsNotMissing() {
    Dataset whole =
        odd()
            .input("rate", column("rate", text -> text))
            .input("flag", column("flag", text -> text.toLowerCase(Locale.ROOT)))
            .build();
    Dataset capital =
        odd()
            .input("rate", column("rate", text -> text.replaceFirst("\\.0$", "")))
            .input("flag", column("flag", text -> text))
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("lightgbm-odd.txt"), whole))
        .withMessageContaining(".numeric(\"rate\")")
        .withMessageContaining("which the file writes \"1");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("lightgbm-odd.txt"), capital))
        .withMessageContaining("which the file writes \"")
        .withMessageContaining("declare the column as .bool(\"flag\")");
  }

  @Test
  void whatIsNoSumOfTreesIsRefused() {
    assertRefused(
        "xgboost-linear.json", "is of the booster \"gblinear\", which is no sum of trees");
    assertRefused("lightgbm-linear.txt", "has linear models in its leaves (linear_tree)");
  }

  private static void assertRefused(String file, String why) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> {
              if (file.startsWith("xgboost")) {
                XgboostFile.of(file, bytes(file)).trees(OptionalInt.empty());
              } else {
                LightgbmFile.of(file, bytes(file)).trees();
              }
            })
        .withMessageContaining(why)
        .withMessageContaining(
            "let %s's own library answer for it: Models.served(…)"
                .formatted(file.startsWith("xgboost") ? "XGBoost" : "LightGBM"));
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = TreeFilesTest.class.getResourceAsStream("/trees/" + file)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void aNewerFileIsRefused() throws IOException {
    String json = new String(bytes("xgboost-logistic.json"), StandardCharsets.UTF_8);
    String text = new String(bytes("lightgbm-binary.txt"), StandardCharsets.UTF_8);
    Path newer =
        Files.writeString(
            folder.resolve("newer.json"),
            json.replace("\"version\":[3,2,0]", "\"version\":[4,0,0]"));
    Path v5 = Files.writeString(folder.resolve("v5.txt"), text.replace("version=v4", "version=v5"));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Models.xgboost(newer.toString())
                    .emittingProbabilities()
                    .capability(TreeEnsemble.class))
        .withMessageContaining(
            "newer.json was written by XGBoost 4.0.0, and its trees are known up to version 3.4");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Models.lightgbm(v5.toString())
                    .emittingProbabilities()
                    .capability(TreeEnsemble.class))
        .withMessageContaining("v5.txt states the version \"v5\"");
  }

  @Test
  void anOlderReaderOfAnXgboostFileIsRefused() throws IOException {
    XgboostFile file = XgboostFile.of("fraud.ubj", bytes("xgboost-logistic.ubj"));

    assertThat(file.version()).isEqualTo("3.2.0");
    file.requireReader("XGBoost4J", "3.2.0");
    file.requireReader("XGBoost4J", "3.4.0");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> file.requireReader("XGBoost4J", "2.1.4"))
        .withMessage(
            "fraud.ubj was written by XGBoost 3.2.0, and XGBoost4J 2.1.4 is older: it may read it"
                + " as another model, without an error. Take XGBoost4J 3.2 or later");
  }

  @Test
  void whatIsNoSuchFileIsRefused() throws IOException {
    Path pickle = Files.write(folder.resolve("a.pkl"), new byte[] {(byte) 0x80, 4, 0x63, 0x2e});
    Path dump = Files.writeString(folder.resolve("dump.json"), "[{\"nodeid\": 0}]");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> XgboostFile.of("a.pkl", Files.readAllBytes(pickle)))
        .withMessageContaining("XGBoost's model files are JSON or Universal Binary JSON");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> XgboostFile.of("dump.json", Files.readAllBytes(dump)))
        .withMessageContaining("not by pickle and not by dump_model");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Models.lightgbm(pickle.toString()).emittingLogits().capability(TreeEnsemble.class))
        .withMessageContaining("its first line is not \"tree\"");
  }

  /** Whatever part of a file is missing, it is refused by name and by no other error. */
  @Test
  void aFileThatIsCutIsRefused() throws IOException {
    for (String name :
        List.of("xgboost-logistic.ubj", "xgboost-logistic.json", "lightgbm-binary.txt")) {
      byte[] whole = bytes(name);
      int end =
          name.endsWith("txt")
              ? new String(whole, StandardCharsets.UTF_8).indexOf("end of trees")
              : whole.length - 1;
      List<String> read = new ArrayList<>();
      for (int length = 0; length < end; length += 1 + end / 400) {
        Path cut = Files.write(folder.resolve(name), Arrays.copyOf(whole, length));
        ModelSource source =
            name.startsWith("xgboost")
                ? Models.xgboost(cut.toString())
                : Models.lightgbm(cut.toString());
        try {
          source.emittingProbabilities().capability(TreeEnsemble.class);
          read.add(name + " of " + length);
        } catch (TouchstoneException e) {
          assertThat(e).hasMessageContaining(name);
        }
      }
      assertThat(read).isEmpty();
    }
  }

  /** Bytes that were changed give another model or a refusal, and never another error. */
  @Test
  void aFileThatIsDamagedIsReadOrRefused() throws IOException {
    for (String name : List.of("xgboost-logistic.ubj", "lightgbm-binary.txt")) {
      byte[] whole = bytes(name);
      IntStream.range(0, 400)
          .forEach(
              i -> {
                byte[] damaged = whole.clone();
                damaged[(int) (i * 7919L % whole.length)] ^= (byte) (1 << i % 8);
                try {
                  TreeEnsemble trees =
                      name.startsWith("xgboost")
                          ? XgboostFile.of(name, damaged).trees(OptionalInt.empty())
                          : LightgbmFile.of(name, damaged).trees();
                  trees.answer(new double[trees.columns().size()]);
                } catch (TouchstoneException e) {
                  assertThat(e).hasMessageContaining(name);
                }
              });
    }
  }

  @Test
  void provenanceSaysThatTheTreesAreReadHere() {
    assertThat(source("xgboost-logistic.ubj").emittingProbabilities().facts().texts())
        .containsEntry("format", "served")
        .containsEntry("runs on", "Touchstone's trees")
        .containsEntry("reader", "dev.touchstone.model.TreeReader");
  }

  @Test
  void columnsInAnotherOrderOrNumberAreBoundOrRefused() {
    Dataset few =
        data(expected("xgboost").getAsJsonObject("codes"), List.of("a", "d"))
            .featureNames(List.of())
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("xgboost-unnamed.ubj"), few))
        .withMessageContaining(
            "xgboost-unnamed.ubj takes 5 columns, which it does not name, and the data have 2");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(source("lightgbm-binary.txt"), few))
        .withMessageContaining("takes the 5 columns [a, town, rooms, d, e]");
  }
}
