package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.format.NamedArrays;
import dev.touchstone.data.format.NpyArray;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrays, and what they hold, are NumPy's: {@code src/test/python/arrays.py}. */
class NumPyArraysTest {
  private static final String TOKENS = "classpath:arrays/tokens.npz";

  @TempDir Path folder;

  private static JsonObject expected() throws IOException {
    try (InputStreamReader in =
        new InputStreamReader(
            Objects.requireNonNull(
                NumPyArraysTest.class.getResourceAsStream("/arrays/expected.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    }
  }

  private static List<String> texts(JsonArray values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.getAsString()));
    return texts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "compressed"})
  void everyTypeOrderAndEndiannessIsReadAsNumPyReadsIt(String archive) throws IOException {
    int numeric = 0;
    try (NamedArrays.Archive arrays =
        NamedArrays.Archive.open(Location.of("classpath:arrays/%s.npz".formatted(archive)))) {
      for (Map.Entry<String, JsonElement> entry : expected().entrySet()) {
        JsonObject of = entry.getValue().getAsJsonObject();
        int[] shape =
            IntStream.range(0, of.getAsJsonArray("shape").size())
                .map(a -> of.getAsJsonArray("shape").get(a).getAsInt())
                .toArray();
        List<String> values = texts(of.getAsJsonArray("values"));
        try (NpyArray array = arrays.open(entry.getKey())) {
          assertThat(array.shape()).as(entry.getKey()).isEqualTo(shape);
          assertThat(array.type().toString()).isEqualTo(of.get("type").getAsString());
          List<String> read = new ArrayList<>();
          boolean text = array.type().isText();
          array.forEach(
              (elements, at) -> {
                for (int from : at) {
                  read.add(
                      text
                          ? array.type().text(elements, from)
                          : Double.toString(array.type().number(elements, from)));
                }
              });
          assertThat(read)
              .as(entry.getKey())
              .isEqualTo(
                  text
                      ? values
                      : values.stream()
                          .map(value -> Double.toString(Double.parseDouble(value)))
                          .toList());
          numeric += text ? 0 : 1;
        }
      }
    }
    assertThat(numeric).isEqualTo(2 * 5 * 12 * 2 + 4);
  }

  @Test
  void aFileInFortranOrderIsTheSameDataAsInCOrder() throws IOException {
    Path labels = array("<i4", "(5,)", false, 5, 4, 0, 1, 0, 1, 1);
    Dataset fortran =
        Datasets.npy("classpath:arrays/single.npy").label(labels.toString(), "a", "b").load();
    List<String> values = texts(expected().getAsJsonObject("f8lF5x3").getAsJsonArray("values"));

    double[] read = new double[15];
    for (int i = 0; i < 5; i++) {
      fortran.features().read(i, read, 3 * i);
    }
    assertThat(read).containsExactly(values.stream().mapToDouble(Double::parseDouble).toArray());
    assertThat(fortran.labels()).containsExactly(0, 1, 0, 1, 1);
    assertThat(fortran.facts().texts()).containsEntry("array", "float64 [5, 3]");
    assertThat(fortran.name()).isEqualTo("single.npy");
    assertThat(fortran.hasOwnIds()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version2", "version3"})
  void laterVersionsOfTheFormatAreRead(String file) throws IOException {
    Path labels = array("|b1", "(5,)", false, 5, 1, 0, 1, 0, 1, 1);
    Dataset data =
        Datasets.npy("classpath:arrays/%s.npy".formatted(file)).label(labels.toString()).load();
    assertThat(data.batch(0, 5).values())
        .containsExactly(
            toFloats(texts(expected().getAsJsonObject("f4lC5x3").getAsJsonArray("values"))));
    assertThat(data.classNames()).containsExactly("False", "True");
  }

  private static float[] toFloats(List<String> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.parseFloat(values.get(i));
    }
    return floats;
  }

  /** An array of whole numbers in little-endian bytes. */
  private Path array(String type, String shape, boolean fortran, int n, int width, long... values)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(n * width).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      switch (width) {
        case 1 -> bytes.put((byte) value);
        case 4 -> bytes.putInt((int) value);
        default -> bytes.putLong(value);
      }
    }
    String header =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n"
            .formatted(type, fortran ? "True" : "False", shape);
    return Files.write(Files.createTempFile(folder, "a", ".npy"), npy(header, bytes.array()));
  }

  private static byte[] npy(String header, byte[] elements) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(new byte[] {(byte) header.length(), (byte) (header.length() >> 8)});
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.write(elements);
    return out.toByteArray();
  }

  @Test
  void anArchiveHoldsFeaturesInputsLabelsGroupsAndWeights() {
    Dataset data =
        Datasets.npz(TOKENS)
            .features("age")
            .featureNames("age")
            .inputs("input_ids", "attention_mask")
            .label("y", "no", "yes")
            .groups("job")
            .weight("cost")
            .id("job")
            .load();

    assertThat(data.batch(0, 2).values()).containsExactly(31, 42);
    assertThat(data.featureNames()).containsExactly("age");
    assertThat(data.classNames()).containsExactly("no", "yes");
    assertThat(data.value("job", 1)).isEqualTo("smith");
    assertThat(data.id(0)).isEqualTo("nurse");
    assertThat(data.trainingWeights().orElseThrow()).containsExactly(1, 0.5);
    assertThat(data.inputs(1).named("input_ids"))
        .get()
        .isInstanceOfSatisfying(
            TypedTensor.Integers.class,
            ids -> assertThat(ids.values()).containsExactly(101, 2088, 102));
    assertThat(data.inputs(1).named("attention_mask"))
        .get()
        .isInstanceOf(TypedTensor.Booleans.class);
    assertThat(Datasets.npz(TOKENS).inputs("input_ids").value("amount", "DM").load().targets())
        .containsExactly(1.5, -2.25);
  }

  @Test
  void theHashIsThatOfTheSameDataMadeInJava() {
    assertThat(Datasets.npz(TOKENS).features("age").label("y", "no", "yes").load().sha256())
        .isEqualTo(
            Dataset.named("made")
                .features(FeatureStore.inMemory(new float[] {31, 42}, 1))
                .labels(0, 1)
                .classNames(List.of("no", "yes"))
                .build()
                .sha256());
  }

  @Test
  void labelsAreTextsNumbersOrPositions() throws IOException {
    ArraySource source = Datasets.npz(TOKENS).features("age");
    assertThat(source.label("job").load().classNames()).containsExactly("nurse", "smith");
    assertThat(source.label("job").load().facts().texts())
        .containsEntry(
            "classes were taken",
            "in alphabetical order: nurse, smith; declare them in the order of the model's outputs,"
                + " .label(array, classes…)");
    assertThat(source.label("job", "smith", "nurse").load().labels()).containsExactly(1, 0);
    assertThat(source.label("y", "1.0", "0").load().labels())
        .as("numbers by their value")
        .containsExactly(1, 0);
    assertThat(source.label("y", "no", "yes", "rare").load().classNames()).hasSize(3);
    String signs = array("<i8", "(2, 1)", false, 2, 8, 1, -1).toString();
    assertThat(
            Datasets.npy(array("<i8", "(2,)", false, 2, 8, 5, 6).toString())
                .label(signs)
                .load()
                .classNames())
        .containsExactly("-1", "1");
  }

  private static void refused(ArraySource source, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining(message);
  }

  @Test
  void whatIsNotSaidIsAskedForWithWhatThereIs() {
    refused(
        Datasets.npz(TOKENS),
        "which array are the classes? Say .label(\"…\", classes…), or .value(\"…\", \"unit\") for a"
            + " regression; it has [\"age\" (int16 [2]), \"amount\" (float64 [2]),"
            + " \"attention_mask\" (bool [2, 3])");
    refused(Datasets.npz(TOKENS).label("y"), "which array are the features? Say .features(\"…\")");
    refused(
        Datasets.npz(TOKENS).label("y").features("x"),
        "tokens.npz has no array \"x\"; it has [\"age\" (int16 [2])");
  }

  @Test
  void arraysThatAreNotMeantAreRefused() {
    ArraySource source = Datasets.npz(TOKENS).features("age");
    refused(
        source.label("onehot"),
        "array \"onehot\" is float64 [2, 2]; expected one element per example, such as"
            + " array.argmax(axis=1) where each class has a column");
    refused(
        source.label("amount"),
        "1.5 is the label of example 0, and a class is a whole number, a truth value or a text;"
            + " values of a regression are said by .value(\"amount\", \"unit\")");
    refused(
        source.label("y", "only"),
        "1 is the label of example 1, and none of the classes [only], of which numbers are the"
            + " positions, 0 to 0");
    refused(
        source.label("job", "nurse"),
        "\"smith\" is the label of example 1, and none of the classes");
    refused(
        Datasets.npz(TOKENS).features("job").label("y"),
        "holds texts; features are numbers, and a model that takes texts gets them by"
            + " .inputs(\"job\")");
    refused(source.value("job", ""), "holds texts; expected numbers, such as array.astype(float)");
    refused(source.featureNames("a", "b").label("y"), "has 1 features and 2 names were given");
    refused(
        Datasets.npz(TOKENS).features("large").label("y"),
        "the whole number 9007199254740993 of example 0 is none that a double holds; give the array"
            + " as an input, .inputs(…)");
    refused(Datasets.npz(TOKENS).features("missing").label("y"), "is NaN; impute or drop it");
    assertThat(
            Datasets.npz(TOKENS)
                .features("missing")
                .label("y")
                .allowingMissing()
                .load()
                .facts()
                .texts())
        .containsEntry("missing values", "1, kept");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "objects | its elements are Python objects, which stand there as a pickle and are not read",
        "structured | it is a structured array, [('a', '<f4'), ('b', '<i4')]",
        "dates | its elements are dates or durations, <M8[D]; save numbers",
        "complex | its elements are <c16, which is none of float16",
        "scalar | it has 0 axes; expected the examples along the first",
        "two | goes on after the elements that its header promises; was another array appended?",
      })
  void whatIsNoArrayOfNumbersIsNamed(String file, String message) throws IOException {
    String labels = array("<i4", "(2,)", false, 2, 4, 0, 1).toString();
    refused(
        Datasets.npy("classpath:arrays/%s.npy".formatted(file)).label(labels),
        "classpath:arrays/%s.npy".formatted(file));
    refused(Datasets.npy("classpath:arrays/%s.npy".formatted(file)).label(labels), message);
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(array("<i8", "(3, 2)", false, 6, 8, 1, 2, 3, 4, 5, 6));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(whole, length));
      assertThatExceptionOfType(TouchstoneException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> Datasets.npy(cut.toString()).label(cut.toString()).load())
          .withMessageContaining("cut.npy");
    }
    refused(
        Datasets.npy(array("<i8", "(3, 2)", true, 5, 8, 1, 2, 3, 4, 5).toString()).label(TOKENS),
        "promises 3 × 2 elements of 8 bytes and ends after 40 bytes: the file is truncated");
    for (String header :
        List.of(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2",
            "{'descr': '<f3', 'fortran_order': False, 'shape': (2,), }",
            "{'descr': '<U99999999', 'fortran_order': False, 'shape': (2,), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 99999999, 99999999), }",
            "{'descr': '<f8', 'fortran_order': True, 'shape': (99999999, 99999), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 0), }")) {
      Path file = Files.write(folder.resolve("header.npy"), npy(header, new byte[8]));
      refused(Datasets.npy(file.toString()).label(file.toString()), "header.npy");
    }
  }

  @Test
  void archivesThatAreNoneAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.npz"), "no archive");
    refused(
        Datasets.npz(text.toString()).features("x").label("y"),
        "text.npz is no archive of numpy.savez(…)");
    Path twice = folder.resolve("twice.npz");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(twice))) {
      for (String name : List.of("x", "x.npy")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(new byte[0]);
      }
    }
    refused(Datasets.npz(twice.toString()).features("x").label("y"), "names the array \"x\" twice");
  }

  @Test
  void featuresThatDoNotFitIntoMemoryLieInAFile() {
    ArraySource source = Datasets.npz(TOKENS).features("input_ids").label("y");
    assertThat(source.keepingInMemory(4).load().sha256()).isEqualTo(source.load().sha256());
  }
}
