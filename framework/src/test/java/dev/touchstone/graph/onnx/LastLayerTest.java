package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a file differs after its last layer was replaced: field by field, and byte by byte. */
class LastLayerTest {
  private static final double[][] SLOPES = {{-1, .25}, {2, -3}, {.5, 7}};
  private static final double[] INTERCEPTS = {1.5, -2};

  private static Stream<String> forms() {
    return LastLayerForms.all().keySet().stream();
  }

  private static byte[] replaced(byte[] file) {
    return LastLayer.of(OnnxFile.of(file, "m.onnx")).replacedBy(SLOPES, INTERCEPTS);
  }

  /** Paths of all fields of two messages that differ, such as "graph.initializer[0].raw_data". */
  private static void differences(String at, Message a, Message b, Set<String> found) {
    if (!a.getUnknownFields().equals(b.getUnknownFields())) {
      found.add(at + ".unknown");
    }
    for (FieldDescriptor field : a.getDescriptorForType().getFields()) {
      String path = at.isEmpty() ? field.getName() : at + "." + field.getName();
      List<Object> mine = values(a, field);
      List<Object> others = values(b, field);
      boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      for (int i = 0; i < Math.max(mine.size(), others.size()); i++) {
        String each = field.isRepeated() && isMessage ? path + "[" + i + "]" : path;
        if (i >= mine.size()) {
          found.add("+" + each);
        } else if (i >= others.size()) {
          found.add("-" + each);
        } else if (isMessage) {
          differences(each, (Message) mine.get(i), (Message) others.get(i), found);
        } else if (!mine.get(i).equals(others.get(i))) {
          found.add(each);
        }
      }
    }
  }

  private static List<Object> values(Message message, FieldDescriptor field) {
    if (field.isRepeated()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
        values.add(message.getRepeatedField(field, i));
      }
      return values;
    }
    return message.hasField(field) ? List.of(message.getField(field)) : List.of();
  }

  private static final Map<String, List<String>> DIFFER =
      Map.ofEntries(
          Map.entry(
              "Gemm", List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "Gemm with transB",
              List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "Gemm with alpha and beta",
              List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "Gemm without bias",
              List.of(
                  "+graph.initializer[1]",
                  "+graph.node[1].input",
                  "graph.initializer[0].raw_data")),
          Map.entry(
              "Gemm with an empty bias",
              List.of(
                  "+graph.initializer[1]", "graph.initializer[0].raw_data", "graph.node[1].input")),
          Map.entry(
              "MatMul",
              List.of(
                  "+graph.initializer[1]",
                  "+graph.node[2]",
                  "graph.initializer[0].raw_data",
                  "graph.node[1].output")),
          Map.entry(
              "MatMul and Add",
              List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "MatMul and Add from the left",
              List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "bias of one number",
              List.of(
                  "+graph.initializer[2]", "graph.initializer[0].raw_data", "graph.node[2].input")),
          Map.entry(
              "bias as a row",
              List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "weights in use elsewhere",
              List.of(
                  "+graph.initializer[2]", "graph.initializer[1].raw_data", "graph.node[1].input")),
          Map.entry(
              "bias in use by a branch",
              List.of(
                  "+graph.initializer[3]", "graph.initializer[0].raw_data", "graph.node[1].input")),
          Map.entry(
              "weights in a Constant",
              List.of(
                  "graph.node[1].attribute[0].t.float_data",
                  "graph.node[2].attribute[0].t.float_data")),
          Map.entry(
              "weights through a Transpose",
              List.of(
                  "+graph.initializer[2]", "graph.initializer[1].raw_data", "graph.node[2].input")),
          Map.entry(
              "softmax behind",
              List.of("graph.initializer[0].raw_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "values written one by one",
              List.of("graph.initializer[0].float_data", "graph.initializer[1].raw_data")),
          Map.entry(
              "LinearClassifier",
              List.of("graph.node[1].attribute[0].floats", "graph.node[1].attribute[1].floats")));

  @ParameterizedTest
  @MethodSource("forms")
  void nothingDiffersButTheLayersWeights(String form) throws Exception {
    byte[] file = LastLayerForms.all().get(form);
    Set<String> found = new TreeSet<>();

    differences("", ModelProto.parseFrom(file), ModelProto.parseFrom(replaced(file)), found);

    assertThat(found).containsExactlyElementsOf(DIFFER.get(form));
  }

  /** The white box computes what the layer is to compute, and the rest of the graph as before. */
  @ParameterizedTest
  @MethodSource("forms")
  void theNewLayerIsWhatWasGiven(String form) {
    double[][] scores =
        OnnxFile.of(replaced(LastLayerForms.all().get(form)), "m.onnx")
            .whiteBox("cpu")
            .scores(Tensor.of(new float[] {1, 2, 3, -1, .5f, 4}, 2, 3));

    // relu(x): (1, 2, 3) and (0, .5, 4); every product is a sum of halves and quarters.
    assertThat(scores[0]).containsExactly(-1 + 4 + 1.5 + 1.5, .25 - 6 + 21 - 2);
    assertThat(scores[1]).containsExactly(1 + 2 + 1.5, -1.5 + 28 - 2);
  }

  @Test
  void bytesThatNobodyWouldWriteThatWayStay() throws Exception {
    byte[] gemm = LastLayerForms.all().get("Gemm");
    ModelProto model = ModelProto.parseFrom(gemm);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    // The operator set first, the graph's name after its contents, a length in too many bytes.
    coded.writeMessage(ModelProto.OPSET_IMPORT_FIELD_NUMBER, model.getOpsetImport(0));
    byte[] graph = model.getGraph().toBuilder().clearName().build().toByteArray();
    byte[] name = GraphProto.newBuilder().setName("a name").build().toByteArray();
    coded.writeTag(ModelProto.GRAPH_FIELD_NUMBER, 2);
    int length = graph.length + name.length;
    coded.writeRawByte(length & 0x7f | 0x80);
    coded.writeRawByte(length >> 7 & 0x7f | 0x80);
    coded.writeRawByte(0);
    coded.writeRawBytes(graph);
    coded.writeRawBytes(name);
    coded.writeInt64(ModelProto.IR_VERSION_FIELD_NUMBER, 8);
    coded.flush();
    byte[] file = out.toByteArray();

    byte[] repaired = replaced(file);

    assertThat(ModelProto.parseFrom(repaired).getGraph().getName()).isEqualTo("a name");
    // The length alone is written anew, in two bytes: all else stands where it stood, a byte
    // before.
    int behindLength = 2 + model.getOpsetImport(0).getSerializedSize() + 1 + 3;
    int differing = 0;
    assertThat(repaired).hasSize(file.length - 1);
    for (int i = behindLength; i < file.length; i++) {
      differing += file[i] == repaired[i - 1] ? 0 : 1;
    }
    assertThat(differing).isBetween(1, 8 * Float.BYTES);
  }

  @Test
  void fieldsOfNewerVersionsStay() throws Exception {
    ModelProto model = ModelProto.parseFrom(LastLayerForms.all().get("Gemm"));
    ModelProto newer =
        model.toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        26,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("which devices"))
                            .build())
                    .build())
            .build();

    ModelProto repaired = ModelProto.parseFrom(replaced(newer.toByteArray()));

    assertThat(repaired.getUnknownFields()).isEqualTo(newer.getUnknownFields());
  }

  @Test
  void doublesAreReplacedByDoubles() throws Exception {
    TensorProto weights =
        TensorProto.newBuilder()
            .setName("W")
            .setDataType(TensorProto.DataType.DOUBLE_VALUE)
            .addDims(3)
            .addDims(2)
            .addAllDoubleData(List.of(1., 2., 3., 4., 5., 6.))
            .build();
    byte[] file =
        new OnnxBuilder()
            .input("x", TensorProto.DataType.DOUBLE, 0, 3)
            .weights(weights)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", TensorProto.DataType.DOUBLE, 0, 2)
            .bytes();

    GraphProto repaired =
        ModelProto.parseFrom(
                LastLayer.of(OnnxFile.of(file, "m.onnx"))
                    .replacedBy(new double[][] {{1 / 3., 0}, {0, 0}, {0, 0}}, 1, 2))
            .getGraph();

    assertThat(repaired.getInitializer(0).getDoubleData(0)).isEqualTo(1 / 3.);
    assertThat(repaired.getInitializer(1).getDataType())
        .isEqualTo(TensorProto.DataType.DOUBLE_VALUE);
  }

  private static OnnxBuilder twoLayers() {
    return new OnnxBuilder()
        .input("x", 0, 3)
        .weights("W", LastLayerForms.W, 3, 2)
        .output("y", 0, 2);
  }

  @Test
  void whatIsNoLinearHeadIsRefusedWithTheCure() {
    byte[] relu =
        twoLayers().node("MatMul", List.of("x", "W"), "p").node("Relu", List.of("p"), "y").bytes();

    assertThatThrownBy(() -> LastLayer.of(OnnxFile.of(relu, "relu.onnx")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "relu.onnx does not end in a linear layer that can be replaced: its scores are made by"
                + " Relu y. Export the model with its last layer as a Gemm, or as a MatMul and an"
                + " Add, in front of the softmax; or repair it in memory, which needs no more than"
                + " a Representation");
    byte[] scaled =
        twoLayers()
            .weights("t", new float[] {2}, 1)
            .node("MatMul", List.of("x", "W"), "p")
            .node("Mul", List.of("p", "t"), "y")
            .bytes();
    assertThatThrownBy(() -> LastLayer.of(OnnxFile.of(scaled, "scaled.onnx")))
        .hasMessageContaining("its scores are made by Mul y");
    byte[] skipped =
        twoLayers()
            .input("s", 0, 2)
            .node("MatMul", List.of("x", "W"), "p")
            .node("Add", List.of("p", "s"), "y")
            .bytes();
    assertThatThrownBy(() -> LastLayer.of(OnnxFile.of(skipped, "skipped.onnx")))
        .hasMessageContaining("its scores are made by Add y");
  }

  @Test
  void weightsThatComeFromOtherNodesAreRefused() {
    byte[] computed =
        twoLayers().node("Exp", List.of("W"), "V").node("MatMul", List.of("x", "V"), "y").bytes();

    assertThatThrownBy(() -> LastLayer.of(OnnxFile.of(computed, "computed.onnx")))
        .hasMessageContaining("are made by Exp V");
    byte[] fromTheLeft =
        new OnnxBuilder()
            .input("x", 3, 2)
            .weights("W", LastLayerForms.W, 2, 3)
            .node("MatMul", List.of("W", "x"), "y")
            .output("y", 2, 2)
            .bytes();
    assertThatThrownBy(() -> LastLayer.of(OnnxFile.of(fromTheLeft, "left.onnx")))
        .hasMessageContaining("does not multiply the representation by stored weights");
    byte[] ignoring =
        twoLayers()
            .weights("b", LastLayerForms.B, 2)
            .node("Gemm", List.of("x", "W", "b"), "y", attribute("beta", 0f))
            .bytes();
    assertThatThrownBy(() -> LastLayer.of(OnnxFile.of(ignoring, "ignoring.onnx")))
        .hasMessageContaining("ignores its weights or its bias");
  }

  @Test
  void layersOfAnotherSizeAreRefused() {
    LastLayer layer = LastLayer.of(OnnxFile.of(LastLayerForms.all().get("Gemm"), "m.onnx"));

    assertThat(layer.outputs(3)).isEqualTo(2);
    assertThatThrownBy(() -> layer.outputs(4))
        .hasMessage("the last layer of m.onnx has 6 weights, which are none of 4 features");
    assertThatThrownBy(() -> layer.replacedBy(SLOPES, 1, 2, 3))
        .hasMessage("the last layer of m.onnx makes 2 scores, and is to be replaced by one of 3");
    assertThatThrownBy(() -> layer.replacedBy(new double[][] {{1e39, 0}, {0, 0}, {0, 0}}, 0, 0))
        .hasMessageContaining("has a weight of 1.0E39, which is no number in single precision");
  }

  @Test
  void weightsBesideTheFileAreRefused(@TempDir Path folder) throws Exception {
    Files.write(folder.resolve("w.bin"), new byte[6 * Float.BYTES]);
    TensorProto outside =
        TensorProto.newBuilder()
            .setName("W")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(3)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue("w.bin"))
            .build();
    Path file =
        Files.write(
            folder.resolve("m.onnx"),
            new OnnxBuilder()
                .input("x", 0, 3)
                .weights(outside)
                .node("MatMul", List.of("x", "W"), "y")
                .output("y", 0, 2)
                .bytes());

    assertThatThrownBy(() -> LastLayer.of(OnnxFile.read(Location.of(file.toString()))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "m.onnx keeps weights in other files; save the model with its weights inside, so that"
                + " one file holds all that is repaired");
  }

  @Test
  void itKnowsASigmoidOfEachScore() {
    byte[] file =
        twoLayers()
            .node("MatMul", List.of("x", "W"), "p")
            .node("Sigmoid", List.of("p"), "y")
            .bytes();

    assertThat(LastLayer.of(OnnxFile.of(file, "m.onnx")).endsInSigmoid()).isTrue();
    assertThat(
            LastLayer.of(OnnxFile.of(LastLayerForms.all().get("softmax behind"), "m.onnx"))
                .endsInSigmoid())
        .isFalse();
  }

  @Test
  void theOriginalIsNotChanged() {
    byte[] file = LastLayerForms.all().get("weights in a Constant");
    byte[] copy = file.clone();

    replaced(file);

    assertThat(file).isEqualTo(copy);
  }
}
