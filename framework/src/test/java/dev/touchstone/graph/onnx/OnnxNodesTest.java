package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.graph.operator.OnnxOperators;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxNodesTest {

  private static OnnxBuilder image(String type, List<String> inputs, AttributeProto... attributes) {
    return new OnnxBuilder()
        .input("x", 0, 4, 8, 8)
        .weights("W", new float[4 * 4 * 9], 4, 4, 3, 3)
        .weights("square", new float[9], 3, 3)
        .weights("bias", new float[4], 4)
        .node(type, inputs, "y", attributes)
        .output("y", 0, 4, 8, 8);
  }

  private static AttributeProto ints(String name, long... values) {
    return OnnxBuilder.attribute(name, values);
  }

  private static AttributeProto integer(String name, long value) {
    return OnnxBuilder.attribute(name, value);
  }

  private static void assertRefused(OnnxBuilder model, String... parts) {
    assertThatThrownBy(() -> OnnxFile.of(model.bytes(), "m.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("m.onnx")
        .hasMessageContainingAll(parts);
  }

  @Test
  void aConvolutionAsTheStandardHasItPasses() {
    OnnxFile file =
        OnnxFile.of(
            image(
                    "Conv",
                    List.of("x", "W", "bias"),
                    ints("strides", 1, 1),
                    ints("pads", 1, 1, 1, 1),
                    ints("kernel_shape", 3, 3),
                    integer("group", 1))
                .bytes(),
            "m.onnx");

    assertThat(file.whiteBoxRefused()).isEmpty();
  }

  @Test
  void tooFewAndTooManyInputsAreCounted() {
    assertRefused(
        image("Conv", List.of("x")), "Conv (node y) has 1 input", "the standard demands 2 to 3");
    assertRefused(
        image("Relu", List.of("x", "x")), "Relu (node y) has 2 inputs", "the standard demands 1");
  }

  @Test
  void anInputThatMayNotBeLeftOutIsNumbered() {
    assertRefused(image("Conv", List.of("x", "")), "Conv (node y)", "its input number 2");
  }

  @Test
  void aMissingAttributeIsNamed() {
    assertRefused(image("MaxPool", List.of("x")), "MaxPool (node y)", "lacks", "kernel_shape");
  }

  @Test
  void anAttributeOfAnotherTypeOrNameIsNamed() {
    assertRefused(
        image("MaxPool", List.of("x"), integer("kernel_shape", 2)),
        "kernel_shape as INT; the standard demands INTS");
    assertRefused(
        image("Relu", List.of("x"), integer("alpha", 2)), "alpha", "the operator does not have");
    assertRefused(
        image("MaxPool", List.of("x"), ints("kernel_shape", 2, 2), ints("kernel_shape", 3, 3)),
        "kernel_shape twice");
  }

  @Test
  void anAttributeThatCameLaterIsRefusedInAnOlderVersion() {
    assertRefused(
        image("MaxPool", List.of("x"), ints("kernel_shape", 2, 2), ints("dilations", 1, 1))
            .opset(8),
        "dilations",
        "from version 8");
  }

  @Test
  void ranksAreHeldAgainstTheStandard() {
    assertRefused(
        image("Conv", List.of("x", "bias")), "\"bias\" of shape [4]", "rank of 3, 4, 5, 6 or more");
    assertRefused(
        image("Gemm", List.of("x", "square")), "\"x\" of shape [-1, 4, 8, 8]", "a rank of 2");
  }

  @Test
  void aKernelOfAnotherRankOrWidthIsRefused() {
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 4, 8)
            .weights("W", new float[4 * 4 * 9], 4, 4, 3, 3)
            .node("Conv", List.of("x", "W"), "y")
            .output("y", 0, 4),
        "takes [?, 4, 8] with a kernel of shape [4, 4, 3, 3]");
    assertRefused(
        image("Conv", List.of("x", "W"), integer("group", 2)), "in 2 groups", "[4, 4, 3, 3]");
    assertRefused(
        image("Conv", List.of("x", "W"), integer("group", 3)), "3 groups", "[4, 4, 3, 3]");
    assertRefused(
        image("Conv", List.of("x", "W"), ints("kernel_shape", 2, 3)), "kernel_shape = [2, 3]");
  }

  @ParameterizedTest
  @CsvSource({
    "strides, 1, holds 2 numbers",
    "strides, 1;0, each is at least 1",
    "strides, 1;-1, each is at least 1",
    "dilations, 1;0, each is at least 1",
    "dilations, 1;1;1, holds 2 numbers",
    "pads, 1;1, holds 4 numbers",
    "pads, 1;1;-1;1, none is negative",
    "kernel_shape, 0;2, each is at least 1",
    "kernel_shape, 2, holds 2 numbers"
  })
  void listsOfAWindowHaveTheirLengthAndSigns(String name, String values, String expected) {
    long[] numbers = List.of(values.split(";")).stream().mapToLong(Long::parseLong).toArray();
    boolean kernel = name.equals("kernel_shape");
    AttributeProto[] attributes =
        kernel
            ? new AttributeProto[] {ints(name, numbers)}
            : new AttributeProto[] {ints("kernel_shape", 2, 2), ints(name, numbers)};

    assertRefused(image("MaxPool", List.of("x"), attributes), name + " = ", expected);
  }

  @ParameterizedTest
  @CsvSource({"Conv, group, 0", "LRN, size, 0", "DepthToSpace, blocksize, 0", "LRN, size, -3"})
  void countsAreAtLeastOne(String type, String name, long value) {
    List<String> inputs = type.equals("Conv") ? List.of("x", "W") : List.of("x");
    assertRefused(
        image(type, inputs, integer(name, value)), name + " = " + value, "it is at least 1");
  }

  @Test
  void axesAreThere() {
    assertRefused(
        image("Softmax", List.of("x"), integer("axis", 4)), "axis = 4", "its input has 4 axes");
    assertRefused(image("Softmax", List.of("x"), integer("axis", -5)), "axis = -5");
    assertRefused(
        image("Transpose", List.of("x"), ints("perm", 0, 1, 1, 3)), "perm = [0, 1, 1, 3]");
    assertThat(
            OnnxFile.of(image("Flatten", List.of("x"), integer("axis", 4)).bytes(), "m.onnx")
                .whiteBoxRefused())
        .isEmpty();
  }

  @Test
  void splitSaysOnceHowManyPartsThereAre() {
    assertRefused(
        image("Split", List.of("x"), integer("num_outputs", 2)).opset(18),
        "num_outputs = 2 and 1 outputs");
    assertRefused(
        image("Split", List.of("x"), ints("split", 2, 2)).opset(11),
        "the lengths of 2 parts and 1 outputs");
    assertRefused(
        image("Split", List.of("x", "three")).integers("three", 1, 1, 2),
        "the lengths of 3 parts and 1 outputs");
  }

  @Test
  void leadingAxesThatAreSharedAreThere() {
    assertRefused(gathered(-1), "batch_dims = -1; it is not negative");
    assertRefused(gathered(1), "batch_dims = 1", "[?, 4, 8, 8] and [1]");
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("none", new float[0], 0, 2)
            .weights("one", new float[2], 1, 2)
            .weights("places", new float[2], 2, 1)
            .node("GatherND", List.of("one", "places"), "a", integer("batch_dims", 1))
            .output("a", 2),
        "[1, 2] and [2, 1]");
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("none", new float[0], 0, 2)
            .weights("places", new float[0], 0, 1)
            .node("GatherND", List.of("none", "places"), "a", integer("batch_dims", 1))
            .output("a", 2),
        "[0, 2] and [0, 1]");
    assertThat(OnnxFile.of(gathered(0).bytes(), "m.onnx").whiteBoxRefused()).isEmpty();
  }

  @Test
  void nothingIsPickedFromAnAxisOfLengthZero() {
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("none", new float[0], 2, 0)
            .weights("places", new float[2], 1, 2)
            .node("GatherND", List.of("none", "places"), "a")
            .output("a", 1),
        "picks from axis 1 of [2, 0], which has nothing");
    assertRefused(
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("places", new float[3], 1, 3)
            .node("GatherND", List.of("x", "places"), "a")
            .output("a", 1),
        "picks by 3 axes from [?, 2]");
  }

  private static OnnxBuilder gathered(long batchDims) {
    return image("GatherND", List.of("x", "places"), integer("batch_dims", batchDims))
        .integers("places", 0);
  }

  @Test
  void whatCountsFitsAnInt() {
    assertRefused(
        image("LogSoftmax", List.of("x"), integer("axis", 1L << 40)), "axis = 1099511627776");
    assertRefused(
        image("Softmax", List.of("x"), integer("axis", Long.MIN_VALUE)),
        "axis = -9223372036854775808, which counts nothing");
    assertThat(
            OnnxFile.of(image("Constant", List.of(), integer("value_int", 1L << 40)).bytes(), "m")
                .name())
        .isEqualTo("m");
  }

  @Test
  void aBatchThatTheFileFixesFitsTheMemory() {
    assertRefused(
        new OnnxBuilder()
            .input("x", 1L << 29, 2)
            .node("Relu", List.of("x"), "y")
            .output("y", 1L << 29, 2),
        "takes \"x\" of shape [536870912, 2] at once",
        "export it with a free batch axis");
    // A quarter of a gibibyte: half of what an evaluation may take, before anything is computed.
    assertRefused(
        new OnnxBuilder()
            .input("x", 1L << 25, 2)
            .node("Relu", List.of("x"), "y")
            .output("y", 1L << 25, 2),
        "with copies and results is 4 times that");
  }

  @Test
  void partsOfASplitAreAllNamed() {
    OnnxBuilder split =
        image("Relu", List.of("x"))
            .node("", "split", "Split", List.of("y"), List.of("a", "", "b"))
            .opset(13);

    assertRefused(split, "Split (node split) leaves out one of its outputs");
  }

  @ParameterizedTest
  @CsvSource({
    "2;3;5;6, ''",
    "9;3;5;6, makes a grid of size",
    "2;3;0;6, makes a grid of size",
    "2;3;5, makes a grid of size",
    "2;3;500000;600000, touchstone.memory"
  })
  void aGridHasASizeForItsTransforms(String size, String expected) {
    long[] numbers = List.of(size.split(";")).stream().mapToLong(Long::parseLong).toArray();
    OnnxBuilder model =
        new OnnxBuilder()
            .opset(20)
            .input("x", 2, 2, 3)
            .integers("size", numbers)
            .node("AffineGrid", List.of("x", "size"), "y")
            .output("y", 2, 5, 6, 2);
    if (expected.isEmpty()) {
      assertThat(OnnxFile.of(model.bytes(), "m.onnx").whiteBoxRefused()).isPresent();
    } else {
      assertRefused(model, expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5;5, 3;3, 2, ''",
    "50000;5, 3;3, 2, 'takes [1, 9, 4] and puts an image of [50000.0, 5.0] together'",
    "5;5, 2;3, 2, which are 4 columns of 6",
    "2;5, 3;3, 2, which are 0 columns of 9",
    "5;5, 3;0, 2, each is at least 1",
    "0;5, 3;3, 2, each is at least 1",
    "5;5, 3, 2, of other axes than its image",
    "5;5, 3;3, 1, of other axes than its image"
  })
  void blocksOfAnImageHaveItsAxes(String image, String block, int strides, String expected) {
    long[] steps = new long[strides];
    Arrays.fill(steps, 2);
    OnnxBuilder model =
        new OnnxBuilder()
            .opset(18)
            .input("x", 1, 9, 4)
            .integers("image", longs(image))
            .integers("block", longs(block))
            .node("Col2Im", List.of("x", "image", "block"), "y", ints("strides", steps))
            .output("y", 1, 1, 5, 5);
    if (expected.isEmpty()) {
      assertThat(OnnxFile.of(model.bytes(), "m.onnx").whiteBoxRefused()).isPresent();
    } else {
      assertRefused(model, expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"7;9, ''", "8;9, ''", "9;9, 'reaches 7 on axis 2'", "7, 'it holds 2 sizes here'"})
  void aTransposedConvolutionReachesTheSizeThatIsStated(String size, String expected) {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 1, 3, 4)
            .weights("W", new float[9], 1, 1, 3, 3)
            .node(
                "ConvTranspose",
                List.of("x", "W"),
                "y",
                ints("strides", 2, 2),
                ints("output_shape", longs(size)))
            .output("y", 0, 1, 7, 9);
    if (expected.isEmpty()) {
      assertThatCode(() -> OnnxFile.of(model.bytes(), "m.onnx")).doesNotThrowAnyException();
    } else {
      assertRefused(model, expected);
    }
  }

  private static long[] longs(String list) {
    return List.of(list.split(";")).stream().mapToLong(Long::parseLong).toArray();
  }

  private static OnnxBuilder unpooled(long... places) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("places")
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addAllDims(List.of(1L, 1L, 2L, 2L));
    Arrays.stream(places).forEach(tensor::addInt64Data);
    return new OnnxBuilder()
        .input("x", 1, 1, 2, 2)
        .weights(tensor.build())
        .integers("shape", 1, 1, 5, 5)
        .output("y", 1, 1, 4, 4);
  }

  @Test
  void whatIsUnpooledStaysInTheResult() {
    AttributeProto kernel = ints("kernel_shape", 2, 2);
    AttributeProto strides = ints("strides", 2, 2);
    List<String> inputs = List.of("x", "places");
    assertThat(
            OnnxFile.of(
                    unpooled(0, 5, 10, 15).node("MaxUnpool", inputs, "y", kernel, strides).bytes(),
                    "m.onnx")
                .whiteBoxRefused())
        .isPresent();
    assertRefused(
        unpooled(0, 5, 10, 16).node("MaxUnpool", inputs, "y", kernel, strides),
        "writes to place 16 of a result of 16 numbers");
    assertRefused(
        unpooled(0, 5, -1, 15)
            .node("MaxUnpool", List.of("x", "places", "shape"), "y", kernel, strides),
        "writes to place -1 of a result of 25 numbers");
  }

  @ParameterizedTest
  @CsvSource({
    "ngram_indexes, 0;1;2, has 4 n-grams",
    "ngram_indexes, 0;1;2;99999999, has 4 n-grams",
    "ngram_counts, 0;3, a pool of 6",
    "ngram_counts, 0;8, a pool of 6",
    "ngram_counts, 0, n-grams of 1 to 2 words"
  })
  void aPoolOfWordsHoldsWhatItsCountsSay(String name, String values, String expected) {
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    attributes.put("ngram_counts", ints("ngram_counts", 0, 2));
    attributes.put("ngram_indexes", ints("ngram_indexes", 0, 1, 2, 3));
    long[] numbers = List.of(values.split(";")).stream().mapToLong(Long::parseLong).toArray();
    assertThat(OnnxFile.of(words(attributes).bytes(), "m.onnx").whiteBoxRefused()).isPresent();

    attributes.put(name, ints(name, numbers));
    assertRefused(words(attributes), expected);
  }

  /** Two words and two pairs of words. */
  private static OnnxBuilder words(Map<String, AttributeProto> lists) {
    return new OnnxBuilder()
        .input("x", 0, 4)
        .node(
            "TfIdfVectorizer",
            List.of("x"),
            "y",
            lists.getOrDefault("ngram_counts", ints("ngram_counts")),
            lists.getOrDefault("ngram_indexes", ints("ngram_indexes")),
            ints("pool_int64s", 1, 2, 1, 2, 2, 1),
            integer("min_gram_length", 1),
            integer("max_gram_length", 2),
            integer("max_skip_count", 0),
            OnnxBuilder.text("mode", "TF"))
        .output("y", 0, 4);
  }

  @Test
  void listsOfNumbersHaveOneAxis() {
    assertRefused(
        image("ReduceSum", List.of("x", "square")),
        "\"square\" of shape [3, 3]",
        "which is a list");
  }

  @Test
  void nodesOfSubgraphsAreCheckedAndTheirPlaceIsSaid() {
    GraphProto branch =
        GraphProto.newBuilder()
            .setName("branch")
            .addNode(
                ai.onnx.proto.OnnxMl.NodeProto.newBuilder().setOpType("Relu").addOutput("inner"))
            .build();
    AttributeProto then =
        AttributeProto.newBuilder()
            .setName("then_branch")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(branch)
            .build();

    assertRefused(
        image("If", List.of("bias"), then), "Relu in then_branch of If (node y) has 0 inputs");
  }

  @Test
  void whatRefersToAFunctionStandsInOne() {
    AttributeProto referring =
        AttributeProto.newBuilder()
            .setName("axis")
            .setType(AttributeProto.AttributeType.INT)
            .setRefAttrName("outer")
            .build();

    assertRefused(
        image("Softmax", List.of("x"), referring), "axis", "of a function, and stands in none");
  }

  @Test
  void anOperatorOfAnotherDomainHasNoSchema() {
    OnnxFile file =
        OnnxFile.of(
            new OnnxBuilder()
                .input("x", 0, 2)
                .node("com.example", "n", "Own", List.of("x"), List.of("y"), integer("any", 0))
                .output("y", 0, 2)
                .bytes(),
            "m.onnx");

    assertThat(file.whiteBoxRefused()).isPresent();
  }

  @Test
  void theTableSaysWhatTheStandardSays() {
    OnnxSchemas.Schema conv = OnnxSchemas.of("", "Conv", 17).orElseThrow();
    assertThat(conv.since()).isEqualTo(11);
    assertThat(conv.leastInputs()).isEqualTo(2);
    assertThat(conv.mostInputs()).isEqualTo(3);
    assertThat(conv.attributes().get("strides"))
        .isEqualTo(new OnnxSchemas.Attribute("INTS", false));
    assertThat(OnnxSchemas.of("", "Concat", 13).orElseThrow().mostInputs())
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(OnnxSchemas.of("", "Concat", 13).orElseThrow().attributes().get("axis"))
        .isEqualTo(new OnnxSchemas.Attribute("INT", true));
    assertThat(OnnxSchemas.of("ai.onnx.ml", "Scaler", 1)).isPresent();
    assertThat(OnnxSchemas.of("", "Gelu", 19)).isEmpty();
    assertThat(OnnxSchemas.of("", "Gelu", 20)).isPresent();
  }

  @Test
  void everyOperatorOfTheWhiteBoxHasASchema() {
    assertThat(OnnxOperators.names())
        .hasSizeGreaterThan(90)
        .allSatisfy(
            name -> {
              int colon = name.indexOf(':');
              String domain = colon < 0 ? "" : name.substring(0, colon);
              assertThat(OnnxSchemas.of(domain, name.substring(colon + 1), 100)).isPresent();
            });
  }
}
