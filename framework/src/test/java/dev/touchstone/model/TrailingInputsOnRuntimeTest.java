package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that ends a node's inputs in an empty name runs as it was meant: min(max(x W, 0), …). */
class TrailingInputsOnRuntimeTest {

  @Test
  void weightsBesideTheFileAreFound(@TempDir Path folder) throws IOException {
    ByteBuffer weights = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    weights.asFloatBuffer().put(new float[] {1, -1, 2, 3});
    Files.write(folder.resolve("w.bin"), weights.array());
    TensorProto outside =
        TensorProto.newBuilder()
            .setName("W")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(2)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue("w.bin"))
            .build();
    Path file =
        Files.write(
            folder.resolve("m.onnx"),
            new OnnxBuilder()
                .input("x", 0, 2)
                .weights(outside)
                .weights("least", new float[] {0})
                .node("MatMul", List.of("x", "W"), "product")
                .node("Clip", List.of("product", "least", ""), "y")
                .output("y", 0, 2)
                .bytes());

    OnnxRuntime runtime = OnnxRuntime.open(OnnxFile.read(Location.of(file.toString())));

    // x = (1, 1): (1 + 2, -1 + 3); x = (1, 0): (1, -1), the last cut to 0.
    assertThat(runtime.outputs(Tensor.of(new float[] {1, 1, 1, 0}, 2, 2)))
        .isDeepEqualTo(new double[][] {{3, 2}, {1, 0}});
    runtime.close();
  }
}
