package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {
  @TempDir Path folder;

  private Location file(String name, byte[] bytes) throws IOException {
    return Location.of(Files.write(folder.resolve(name), bytes).toString());
  }

  private static void assertRefused(Location file, String... parts) {
    assertThatThrownBy(() -> OnnxFile.read(file))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(file.fileName())
        .hasMessageContainingAll(parts);
  }

  private static void assertRefused(OnnxBuilder model, String... parts) {
    assertThatThrownBy(() -> OnnxFile.of(model.bytes(), "model.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void aMissingFileIsNamedWithThePlaceWhereItWasLookedFor() {
    assertThatThrownBy(() -> Location.of(folder.resolve("none.onnx").toString()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no readable file")
        .hasMessageContaining(folder.toAbsolutePath().toString());
  }

  static List<Arguments> otherFiles() {
    return List.of(
        Arguments.of("", "is empty"),
        Arguments.of("\u0089PNG\r\n\u001a\n", "a PNG image"),
        Arguments.of("\u00ff\u00d8\u00ff\u00e0", "a JPEG image"),
        Arguments.of("PK\u0003\u0004\u0014", "a zip archive"),
        Arguments.of("\u001f\u008b\b", "compressed with gzip"),
        Arguments.of("\u0089HDF\r\n", "an HDF5 file"),
        Arguments.of("\u0080\u0004\u0095", "a Python pickle"),
        Arguments.of("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        Arguments.of("<!DOCTYPE html><html>", "a web page"),
        Arguments.of("{\"a\": 1}", "a JSON text"));
  }

  @ParameterizedTest
  @MethodSource("otherFiles")
  void aFileOfAnotherKindIsRecognised(String content, String kind) throws IOException {
    assertRefused(file("model.onnx", content.getBytes(StandardCharsets.ISO_8859_1)), kind);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomBytesAreNoModel(long seed) throws IOException {
    byte[] bytes = new byte[4096];
    new Random(seed).nextBytes(bytes);

    assertRefused(file("random.onnx", bytes), "ONNX model");
  }

  @Test
  void aTruncatedFileIsCalledSoWhereverItEnds() throws IOException {
    byte[] whole = TestModels.perceptron().bytes();
    for (int length = whole.length - 1; length > whole.length / 2; length -= 7) {
      Location cut = file("cut.onnx", Arrays.copyOf(whole, length));

      assertRefused(cut, "truncated", length + " bytes");
    }
  }

  @Test
  void aFileOverTheLimitIsNotRead() throws IOException {
    Path large = folder.resolve("large.onnx");
    try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }

    assertRefused(Location.of(large.toString()), "3221225472 bytes", "at most 2 GiB");
  }

  @Test
  void aFolderIsNoModel() {
    assertThatThrownBy(() -> OnnxFile.read(Location.of(folder.toString())))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void weightsThatHoldLessThanTheyPromiseAreCorrupt() {
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("W", new float[] {1, 2, 3}, 2, 2)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", 0, 2),
        "\"W\" promise 4 values and hold 3",
        "corrupt");
  }

  @Test
  void absurdDimensionsAreCorruptAndAllocateNothing() {
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("W", new float[] {1}, Long.MAX_VALUE, 8)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", 0, 2),
        "corrupt");
  }

  @Test
  void aValueThatNothingMakesIsCorrupt() {
    assertRefused(
        new OnnxBuilder().input("x", 0, 2).node("Relu", List.of("h"), "y").output("y", 0, 2),
        "Relu uses \"h\", which nothing makes");
    assertRefused(
        new OnnxBuilder().input("x", 0, 2).node("Relu", List.of("x"), "h").output("y", 0, 2),
        "nothing makes the output \"y\"");
  }

  @Test
  void textsAreNoWhiteBox() {
    OnnxFile file =
        OnnxFile.of(
            new OnnxBuilder()
                .input("age", 0, 1)
                .input("job", TensorProto.DataType.STRING, 0, 1)
                .node("Add", List.of("age", "age"), "y")
                .output("y", 0, 1)
                .bytes(),
            "model.onnx");

    assertThat(file.inputs()).hasToString("[\"age\" (FLOAT[?, 1]), \"job\" (STRING[?, 1])]");
    assertThat(file.whiteBoxRefused())
        .hasValueSatisfying(
            e ->
                assertThat(e)
                    .hasMessage(
                        "it takes texts in [\"job\" (STRING[?, 1])], and a white box numbers"));
  }

  @Test
  void anInputOfAnotherTypeIsRefused() {
    assertRefused(
        new OnnxBuilder()
            .input("waves", TensorProto.DataType.COMPLEX64, 0, 16)
            .node("Cast", List.of("waves"), "y", OnnxBuilder.attribute("to", 1))
            .output("y", 0, 16),
        "\"waves\" of type COMPLEX64",
        "export it with one of these");
  }

  @Test
  void ofSeveralOutputsTheTableOfNumbersIsChosen() {
    OnnxFile tree = OnnxFile.of(OnnxBuilder.oneTree(), "tree.onnx");

    assertThat(tree.output()).isEqualTo("probabilities");
    assertThat(tree.whiteBoxRefused()).isPresent();
  }

  @Test
  void outputsThatCannotBeToldApartAreRefused() {
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Relu", List.of("x"), "a")
            .node("Neg", List.of("x"), "b")
            .output("a", 0, 2)
            .output("b", 0, 2),
        "[a FLOAT[?, 2], b FLOAT[?, 2]]",
        "exactly one float output");
  }

  @Test
  void nodesThatTheScoresDoNotNeedMayBeUnknown() {
    WhiteBox model =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 2)
                .node("Relu", List.of("x"), "y")
                .node("TopSecret", List.of("x"), "z")
                .output("y", 0, 2));

    assertThat(model.outputs(Tensor.of(new float[] {1, -1}, 1, 2)))
        .isDeepEqualTo(new double[][] {{1, 0}});
  }

  @Test
  void anUnknownOperatorOrSettingIsNamedWhereAWhiteBoxIsNeeded() {
    OnnxBuilder unknown =
        new OnnxBuilder().input("x", 0, 2).node("TopSecret", List.of("x"), "y").output("y", 0, 2);
    OnnxBuilder setting =
        new OnnxBuilder()
            .input("x", 0, 1, 4, 4)
            .node("", "up", "Resize", List.of("x"), List.of("y"), OnnxBuilder.text("mode", "cubic"))
            .output("y", 0, 1);

    assertThatThrownBy(() -> TestModels.whiteBox(unknown))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessage("operator TopSecret has no white-box form");
    assertThatThrownBy(() -> TestModels.whiteBox(setting))
        .isInstanceOf(UnsupportedOperatorException.class)
        .hasMessage("operator Resize (node up) has no white-box form: mode = cubic");
  }

  @Test
  void dataOfAnotherShapeAreRefusedBeforeTheEngineRuns() {
    WhiteBox model = TestModels.whiteBox(TestModels.perceptron());

    assertThatThrownBy(() -> model.outputs(Tensor.of(new float[6], 2, 3)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "test.onnx takes examples of shape [2] and the data have [3]; give it the columns, or"
                + " images of the size, that it was trained on");
    assertThatThrownBy(() -> model.outputs(Tensor.of(new float[4], 2, 1, 2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "test.onnx takes examples of shape [2] and the data have [1, 2]; if they are the same"
                + " numbers in the same order, write data.reshapedTo(2)");
  }

  @Test
  void anOperatorThatFailsIsNamedWithItsShapes() {
    WhiteBox model =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 2)
                .weights("W", new float[] {1, 2, 3}, 3, 1)
                .node("MatMul", List.of("x", "W"), "y")
                .output("y", 0, 1));

    assertThatThrownBy(() -> model.outputs(Tensor.of(new float[] {1, 2}, 1, 2)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("test.onnx", "MatMul", "(1, 2)", "(3, 1)");
  }

  @Test
  void weightsBesideTheModelAreReadAndHashed() throws IOException {
    byte[] model = external("weights.bin", 4);
    Files.write(folder.resolve("weights.bin"), floats(99, 2, 3));
    OnnxFile first = OnnxFile.read(file("model.onnx", model));
    Files.write(folder.resolve("weights.bin"), floats(99, 2, 4));
    OnnxFile second = OnnxFile.read(file("model.onnx", model));

    assertThat(first.whiteBox("cpu").outputs(Tensor.of(new float[] {1, 1}, 1, 2)))
        .isDeepEqualTo(new double[][] {{5}});
    assertThat(second.sha256()).isNotEqualTo(first.sha256());
  }

  @Test
  void eachFileOfAModelHasItsOwnDigest() throws IOException {
    byte[] model = external("weights.bin", 4);
    byte[] weights = floats(99, 2, 3);
    Files.write(folder.resolve("weights.bin"), weights);
    FileDigests digests = OnnxFile.digests(file("model.onnx", model));
    assertThat(digests.files())
        .containsExactly(
            new FileDigests.OfFile("model.onnx", Digest.ofBytes(model)),
            new FileDigests.OfFile("weights.bin", Digest.ofBytes(weights)));
    assertThat(digests.sha256())
        .isEqualTo(OnnxFile.read(file("model.onnx", model)).sha256())
        .isNotEqualTo(Digest.ofBytes(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../weights.bin", "sub/../../weights.bin", "/etc/hostname", ""})
  void weightsOutsideTheModelsFolderAreRefusedByName(String location) throws IOException {
    Files.write(folder.resolve("weights.bin"), floats(1, 2, 3));
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path model = Files.write(inner.resolve("model.onnx"), external(location, 0));

    assertRefused(
        Location.of(model.toString()), "\"" + location + "\"", "outside its folder", "refused");
  }

  @Test
  void aLinkThatLeavesTheFolderIsRefused() throws IOException {
    Files.write(folder.resolve("weights.bin"), floats(1, 2, 3));
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("weights.bin"));
    Path model = Files.write(inner.resolve("model.onnx"), external("link.bin", 0));

    assertRefused(Location.of(model.toString()), "\"link.bin\"", "outside its folder");
  }

  @Test
  void weightsThatAreMissingOrTooShortAreNamed() throws IOException {
    Location model = file("model.onnx", external("weights.bin", 8));
    assertRefused(model, "\"weights.bin\"", "there is no file");

    Files.write(folder.resolve("weights.bin"), floats(1, 2));
    assertRefused(model, "\"W\"", "need 8 bytes at 8 of weights.bin, which has 8");
  }

  @Test
  void aModelInNoFolderHasNoWeightsBesideIt() {
    assertThatThrownBy(() -> OnnxFile.of(external("weights.bin", 0), "model.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("does not lie in a folder");
  }

  @Test
  void weightsOutsideTheFolderAreRefusedInsideAttributesToo() throws IOException {
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(outside("../secret", 0))
            .build();
    Location model =
        file(
            "model.onnx",
            new OnnxBuilder()
                .input("x", 0, 2)
                .node("Constant", List.of(), "W", value)
                .node("MatMul", List.of("x", "W"), "y")
                .output("y", 0, 1)
                .bytes());

    assertRefused(model, "\"../secret\"", "outside its folder");
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    OnnxFile file = OnnxFile.of(TestModels.perceptron().bytes(), "model.onnx");

    assertThatThrownBy(() -> file.whiteBox("gpu:7"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("touchstone.device = gpu:7", "GPU", "cpu or auto");
  }

  /** y = x·W with the two weights in another file. */
  private static byte[] external(String location, long offset) {
    return new OnnxBuilder()
        .input("x", 0, 2)
        .weights(outside(location, offset))
        .node("MatMul", List.of("x", "W"), "y")
        .output("y", 0, 1)
        .bytes();
  }

  private static TensorProto outside(String location, long offset) {
    return TensorProto.newBuilder()
        .setName("W")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(2)
        .addDims(1)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .addExternalData(StringStringEntryProto.newBuilder().setKey("offset").setValue("" + offset))
        .setRawData(ByteString.EMPTY)
        .build();
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
