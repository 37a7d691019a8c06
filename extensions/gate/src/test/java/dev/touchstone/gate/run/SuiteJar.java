package dev.touchstone.gate.run;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The suites of the tests as a jar, the rest of the class path, and models for them. */
public final class SuiteJar {
  private static final Path CLASSES = Path.of("target", "test-classes");
  private static final String SUITES = "dev/touchstone/gate/run/suites";

  private SuiteJar() {}

  /** A jar of some of the suites' classes. */
  public static Path of(Path directory, String... simpleNames) throws IOException {
    Path jar = directory.resolve("suite.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out)) {
      for (String name : simpleNames) {
        String entry = SUITES + "/" + name + ".class";
        zip.putNextEntry(new JarEntry(entry));
        zip.write(Files.readAllBytes(CLASSES.resolve(entry)));
        zip.closeEntry();
      }
    }
    return jar;
  }

  /** This build's class path without the gate's own, as a user's tests have it. */
  public static String classPath(String... without) {
    return entries()
        .filter(entry -> Stream.of(without).noneMatch(entry::contains))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries() {
    List<Path> own = List.of(CLASSES.toAbsolutePath(), Path.of("target/classes").toAbsolutePath());
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty() && Files.exists(Path.of(entry)))
        .filter(entry -> !own.contains(Path.of(entry).toAbsolutePath()));
  }

  /** logits = point · weights + bias, by which a point's larger coordinate is its class. */
  public static void writeModel(Path file, float[] weights, float... bias) throws IOException {
    OnnxMl.GraphProto graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("linear")
            .addInput(value("point", -1, 2))
            .addOutput(value("logits", -1, 2))
            .addInitializer(floats("w", new long[] {2, 2}, weights))
            .addInitializer(floats("b", new long[] {2}, bias))
            .addNode(
                OnnxMl.NodeProto.newBuilder()
                    .setOpType("Gemm")
                    .setName("fc")
                    .addInput("point")
                    .addInput("w")
                    .addInput("b")
                    .addOutput("logits"))
            .build();
    Files.write(
        file,
        OnnxMl.ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build()
            .toByteArray());
  }

  private static OnnxMl.TensorProto floats(String name, long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber());
    for (long size : shape) {
      tensor.addDims(size);
    }
    return tensor.setRawData(ByteString.copyFrom(bytes)).build();
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
