package dev.touchstone.jupiter;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A linear model and four 1 × 2 images, written where the class path finds them.
 *
 * <p>logits = pixels · [[1, 0], [0, 1]] + [0, 0.5].
 */
final class TinyFiles {
  static final String MODEL = "classpath:tiny/linear.onnx";
  static final String IMAGES = "classpath:tiny/images.idx";
  static final String LABELS = "classpath:tiny/labels.idx";

  /** A row for each image: bright on the left, or not; not in the order of the images. */
  static final String CONCEPTS = "classpath:tiny/concepts.csv";

  /** The two pixels of each image as a table, with labels and annotations. */
  static final String AUDIT = "classpath:tiny/audit.csv";

  /** Says what the columns of that table mean, the annotations' too. */
  static final String AUDIT_SCHEMA = "classpath:tiny/audit.json";

  static final String RELATIVE_MODEL = "target/test-classes/tiny/linear.onnx";

  /** Its weights are swapped, so that it predicts the other class: pixels · [[0, 1], [1, 0]]. */
  static final String CANDIDATE = "target/test-classes/tiny/candidate.onnx";

  private TinyFiles() {}

  static void write() {
    Path directory = Path.of("target/test-classes/tiny");
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("linear.onnx"), linear(1, 0, 0, 1));
      Files.write(directory.resolve("second.onnx"), linear(1, 0, 0, 1));
      Files.write(directory.resolve("candidate.onnx"), linear(0, 1, 1, 0));
      Files.write(
          directory.resolve("images.idx"),
          new byte[] {
            0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 9, 1, 1, 9, 8, 2, 3, 7,
          });
      Files.writeString(directory.resolve("concepts.csv"), "image,left\n3,0\n2,1\n1,0\n0,1\n");
      Files.writeString(
          directory.resolve("audit.csv"),
          "a,b,y,left,matters,sure\n9,1,0,1,-1,1\n1,9,1,0,-1,0.5\n");
      Files.writeString(
          directory.resolve("audit.json"),
          """
          {"label": "y", "classes": ["0", "1"], "concepts": ["left"], "importances": ["matters"],
           "confidence": "sure"}
          """);
      Files.write(directory.resolve("labels.idx"), new byte[] {0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] linear(float... weights) {
    OnnxMl.GraphProto graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("linear")
            .addInput(value("pixels", -1, 1, 1, 2))
            .addOutput(value("logits", -1, 2))
            .addInitializer(floats("w", new long[] {2, 2}, weights))
            .addInitializer(floats("b", new long[] {2}, 0, 0.5f))
            .addNode(
                OnnxMl.NodeProto.newBuilder()
                    .setOpType("Flatten")
                    .setName("flat")
                    .addInput("pixels")
                    .addOutput("flat"))
            .addNode(
                OnnxMl.NodeProto.newBuilder()
                    .setOpType("Gemm")
                    .setName("fc")
                    .addInput("flat")
                    .addInput("w")
                    .addInput("b")
                    .addOutput("logits"))
            .build();
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static OnnxMl.TensorProto floats(String name, long[] shape, float... values) {
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber());
    for (long size : shape) {
      tensor.addDims(size);
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor.setRawData(com.google.protobuf.ByteString.copyFrom(bytes)).build();
  }

  private static OnnxMl.ValueInfoProto value(String name, long... shape) {
    OnnxMl.TensorShapeProto.Builder dimensions = OnnxMl.TensorShapeProto.newBuilder();
    for (long size : shape) {
      OnnxMl.TensorShapeProto.Dimension.Builder one =
          OnnxMl.TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(size < 0 ? one.setDimParam("n") : one.setDimValue(size));
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
