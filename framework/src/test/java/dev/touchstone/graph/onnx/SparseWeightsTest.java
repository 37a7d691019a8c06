package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two values in a matrix of 3 by 3, whose parts contradict each other. */
class SparseWeightsTest {
  private static final long BUDGET = 1 << 20;

  private static TensorProto.Builder values() {
    return TensorProto.newBuilder()
        .setName("W")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(2)
        .addFloatData(1)
        .addFloatData(2);
  }

  private static TensorProto.Builder places(List<Long> shape, long... places) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE).addAllDims(shape);
    Arrays.stream(places).forEach(tensor::addInt64Data);
    return tensor;
  }

  private static SparseTensorProto sparse(
      TensorProto.Builder values, TensorProto.Builder places, Long... shape) {
    return SparseTensorProto.newBuilder()
        .setValues(values)
        .setIndices(places)
        .addAllDims(List.of(shape))
        .build();
  }

  private static byte[] model(SparseTensorProto weights) {
    byte[] dense =
        new OnnxBuilder()
            .input("x", 0, 3)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", 0, 3)
            .bytes();
    try {
      ModelProto.Builder model = ModelProto.parseFrom(dense).toBuilder();
      model.getGraphBuilder().addSparseInitializer(weights);
      return model.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(SparseTensorProto weights, String... parts) {
    assertThatThrownBy(() -> OnnxFile.of(model(weights), "m.onnx", BUDGET))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void placesAreLinearOrOneForEachAxis() {
    SparseTensorProto linear = sparse(values(), places(List.of(2L), 0, 8), 3L, 3L);
    SparseTensorProto byAxis = sparse(values(), places(List.of(2L, 2L), 0, 0, 2, 2), 3L, 3L);

    assertThat(OnnxFile.of(model(linear), "m.onnx", BUDGET).whiteBoxRefused()).isPresent();
    assertThat(OnnxFile.of(model(byAxis), "m.onnx", BUDGET).whiteBoxRefused()).isPresent();
  }

  @Test
  void placesLieInTheShape() {
    assertRefused(
        sparse(values(), places(List.of(2L), 0, 9), 3L, 3L), "\"W\" have the place 9 in the shape");
    assertRefused(
        sparse(values(), places(List.of(2L, 2L), 0, 0, 2, 3), 3L, 3L), "have the place 3");
    assertRefused(sparse(values(), places(List.of(2L), -1, 3), 3L, 3L), "have the place -1");
  }

  @Test
  void thereIsAPlaceForEachValue() {
    assertRefused(
        sparse(values(), places(List.of(1L), 0), 3L, 3L), "have 2 values and places of shape [1]");
    assertRefused(
        sparse(values(), places(List.of(2L, 3L), 0, 0, 0, 1, 1, 1), 3L, 3L),
        "have 2 values and places of shape [2, 3]");
  }

  @Test
  void valuesAreOfTheTypeThatIsStated() {
    assertRefused(
        sparse(
            values().setDataType(TensorProto.DataType.INT16_VALUE),
            places(List.of(2L), 0, 4),
            3L,
            3L),
        "promise 2 values and hold 0");
    assertRefused(
        sparse(
            values().setDataType(TensorProto.DataType.COMPLEX64_VALUE),
            places(List.of(2L), 0, 4),
            3L,
            3L),
        "COMPLEX64",
        "save them as floats, or dense");
  }

  @Test
  void theDenseFormFitsTheMemory() {
    assertRefused(
        sparse(values(), places(List.of(2L), 0, 4), 1L << 20, 1L << 10),
        "unpack to shape [1048576, 1024]",
        "touchstone.memory = 1048576 bytes");
    assertRefused(sparse(values(), places(List.of(2L), 0, 4), -3L, 3L), "have the shape [-3, 3]");
  }

  @Test
  void constantsAreCheckedToo() {
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("sparse_value")
            .setType(AttributeProto.AttributeType.SPARSE_TENSOR)
            .setSparseTensor(sparse(values(), places(List.of(2L), 0, 9), 3L, 3L))
            .build();
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 3)
            .node("Constant", List.of(), "W", value)
            .node("MatMul", List.of("x", "W"), "y")
            .output("y", 0, 3)
            .bytes();

    assertThatThrownBy(() -> OnnxFile.of(file, "m.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("m.onnx: the sparse weights \"W\" have the place 9");
  }
}
