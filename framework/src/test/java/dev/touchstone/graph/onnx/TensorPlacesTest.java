package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TensorPlacesTest {
  @TempDir Path folder;

  /** Every field that holds a message and can be reached from a model, by a shortest way there. */
  private static List<List<FieldDescriptor>> ways() {
    List<List<FieldDescriptor>> ways = new ArrayList<>();
    Set<Descriptor> seen = new LinkedHashSet<>();
    Deque<List<FieldDescriptor>> waiting = new ArrayDeque<>();
    waiting.add(List.of());
    while (!waiting.isEmpty()) {
      List<FieldDescriptor> way = waiting.remove();
      Descriptor type =
          way.isEmpty() ? ModelProto.getDescriptor() : way.get(way.size() - 1).getMessageType();
      if (!seen.add(type)) {
        continue;
      }
      for (FieldDescriptor field : type.getFields()) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          List<FieldDescriptor> longer = new ArrayList<>(way);
          longer.add(field);
          ways.add(longer);
          waiting.add(longer);
        }
      }
    }
    return ways;
  }

  private static boolean endsInTensor(List<FieldDescriptor> way) {
    return way.get(way.size() - 1).getMessageType().equals(TensorProto.getDescriptor());
  }

  /** A way, and on from its end to a tensor; empty where none can be reached. */
  private static List<FieldDescriptor> onToATensor(List<FieldDescriptor> way) {
    if (endsInTensor(way)) {
      return way;
    }
    Descriptor end = way.get(way.size() - 1).getMessageType();
    for (List<FieldDescriptor> other : ways()) {
      for (int i = 0; i < other.size(); i++) {
        if (endsInTensor(other) && other.get(i).getContainingType().equals(end)) {
          List<FieldDescriptor> whole = new ArrayList<>(way);
          whole.addAll(other.subList(i, other.size()));
          return whole;
        }
      }
    }
    return List.of();
  }

  static List<Arguments> places() {
    return ways().stream()
        .map(TensorPlacesTest::onToATensor)
        .filter(way -> !way.isEmpty())
        .map(
            way -> Arguments.of(String.join(".", way.stream().map(f -> f.getName()).toList()), way))
        .toList();
  }

  private static TensorProto outside(String location) {
    return TensorProto.newBuilder()
        .setName("W")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(2)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .build();
  }

  private static Message at(List<FieldDescriptor> way, Message innermost) {
    Message message = innermost;
    for (int i = way.size() - 1; i >= 0; i--) {
      FieldDescriptor field = way.get(i);
      DynamicMessage.Builder around = DynamicMessage.newBuilder(field.getContainingType());
      if (field.isRepeated()) {
        around.addRepeatedField(field, message);
      } else {
        around.setField(field, message);
      }
      message = around.build();
    }
    return message;
  }

  @Test
  void theFormatLetsTensorsStandInFivePlacesOfFourMessages() {
    // Another number means that ONNX has a new place: look whether an engine reads files from it.
    assertThat(ways().stream().filter(TensorPlacesTest::endsInTensor))
        .extracting(way -> way.get(way.size() - 1).getFullName())
        .containsExactlyInAnyOrder(
            "onnx.GraphProto.initializer",
            "onnx.SparseTensorProto.values",
            "onnx.SparseTensorProto.indices",
            "onnx.AttributeProto.t",
            "onnx.AttributeProto.tensors");
    assertThat(places()).hasSizeGreaterThan(15);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void aTensorThatLiesElsewhereIsFoundWhereverItStands(String name, List<FieldDescriptor> way) {
    List<TensorProto> found = new ArrayList<>();

    TensorPlaces.visit(at(way, outside("w.bin")).toByteArray(), "m.onnx", found::add);

    assertThat(found).containsExactly(outside("w.bin"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void whatLeavesTheFolderIsRefusedWhereverItStands(String name, List<FieldDescriptor> way)
      throws IOException {
    Path model = Files.write(folder.resolve("m.onnx"), new byte[1]);
    ExternalData external = new ExternalData(model, "m.onnx");

    assertThatThrownBy(() -> external.checkAll(at(way, outside("../w.bin")).toByteArray()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("m.onnx", "\"../w.bin\"", "outside its folder");
  }

  /** y = x·scale, the scale a constant of a function that keeps it in another file. */
  private static byte[] withFunction(String location) {
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(outside(location))
            .build();
    FunctionProto function =
        FunctionProto.newBuilder()
            .setName("Scaled")
            .setDomain("own")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .addNode(
                NodeProto.newBuilder().setOpType("Constant").addOutput("w").addAttribute(value))
            .addNode(
                NodeProto.newBuilder().setOpType("Mul").addInput("a").addInput("w").addOutput("b"))
            .build();
    try {
      return ModelProto.parseFrom(
              new OnnxBuilder()
                  .input("x", 0, 2)
                  .node("own", "scaled", "Scaled", List.of("x"), List.of("y"))
                  .output("y", 0, 2)
                  .bytes())
          .toBuilder()
          .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1))
          .addFunctions(function)
          .build()
          .toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFunctionsWeightsBesideTheModelChangeItsDigest() throws IOException {
    Path model = Files.write(folder.resolve("m.onnx"), withFunction("w.bin"));
    Files.write(folder.resolve("w.bin"), new byte[8]);
    FileDigests first = OnnxFile.digests(Location.of(model.toString()));
    Files.write(folder.resolve("w.bin"), new byte[] {0, 0, 0, 0, 0, 0, 0, 1});
    FileDigests second = OnnxFile.digests(Location.of(model.toString()));

    assertThat(first.files())
        .extracting(FileDigests.OfFile::name)
        .containsExactly("m.onnx", "w.bin");
    assertThat(second.sha256()).isNotEqualTo(first.sha256());
    assertThat(OnnxFile.read(Location.of(model.toString())).sha256()).isEqualTo(second.sha256());
  }

  @Test
  void aFunctionsWeightsOutsideTheFolderAreRefused() throws IOException {
    Path model = Files.write(folder.resolve("m.onnx"), withFunction("../w.bin"));

    assertThatThrownBy(() -> OnnxFile.digests(Location.of(model.toString())))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("\"../w.bin\"", "outside its folder");
  }

  @Test
  void anAddressInMemoryIsNoPlaceForWeights() {
    assertThatThrownBy(
            () ->
                new ExternalData(folder.resolve("m.onnx"), "m.onnx")
                    .checkAll(
                        ModelProto.newBuilder()
                            .setGraph(
                                GraphProto.newBuilder()
                                    .addInitializer(outside("*/_ORT_MEM_ADDR_/*")))
                            .build()
                            .toByteArray()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("\"W\"", "address", "save the model again");
  }

  private static void assertRefused(byte[] file, String... parts) {
    assertThatThrownBy(() -> TensorPlaces.visit(file, "m.onnx", tensor -> {}))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("m.onnx")
        .hasMessageContainingAll(parts);
  }

  private static byte[] withUnknown(Message message, int field) {
    UnknownFieldSet.Field value =
        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("?")).build();
    return message.toBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(field, value).build())
        .build()
        .toByteArray();
  }

  @Test
  void aFieldThatTheFormatDoesNotHaveIsRefused() {
    assertRefused(
        withUnknown(ModelProto.getDefaultInstance(), 77), "field 77 of ModelProto", "older IR");
  }

  @Test
  void theDevicesOfANewerFormatHoldNoTensors() {
    List<TensorProto> found = new ArrayList<>();

    TensorPlaces.visit(withUnknown(ModelProto.getDefaultInstance(), 26), "m.onnx", found::add);

    assertThat(found).isEmpty();
  }

  @Test
  void aTensorInTwoPiecesIsRefused() {
    byte[] half =
        AttributeProto.newBuilder()
            .setT(outside("w.bin").toBuilder().clearDataLocation())
            .build()
            .toByteArray();
    byte[] other =
        AttributeProto.newBuilder()
            .setT(TensorProto.newBuilder().setDataLocation(TensorProto.DataLocation.EXTERNAL))
            .build()
            .toByteArray();
    ByteString joined = ByteString.copyFrom(half).concat(ByteString.copyFrom(other));
    NodeProto node =
        NodeProto.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        NodeProto.ATTRIBUTE_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder().addLengthDelimited(joined).build())
                    .build())
            .build();

    assertRefused(
        ModelProto.newBuilder()
            .setGraph(GraphProto.newBuilder().addNode(node))
            .build()
            .toByteArray(),
        "onnx.AttributeProto.t twice");
  }

  @Test
  void aFieldOfAnotherWireTypeIsRefused() {
    byte[] graphAsNumber =
        ModelProto.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        ModelProto.GRAPH_FIELD_NUMBER,
                        UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build()
            .toByteArray();

    assertRefused(graphAsNumber, "onnx.ModelProto.graph", "another type");
  }

  @Test
  void graphsInGraphsEndSomewhere() {
    GraphProto graph = GraphProto.getDefaultInstance();
    for (int i = 0; i < 25; i++) {
      graph =
          GraphProto.newBuilder()
              .addNode(
                  NodeProto.newBuilder()
                      .setOpType("If")
                      .addAttribute(AttributeProto.newBuilder().setName("then_branch").setG(graph)))
              .build();
    }

    assertRefused(
        ModelProto.newBuilder().setGraph(graph).build().toByteArray(), "more than 64 deep");
  }
}
