package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What becomes of models when the process ends that ONNX Runtime runs in. It is ended from outside:
 * no file that would do so lies here.
 */
@Isolated("it ends the process of all sessions")
@Timeout(120)
class RuntimeProcessTest {
  private static final Tensor TWO = Tensor.of(new float[] {0, 0, 1, 0}, 2, 2);

  private final OnnxRuntime tree =
      OnnxRuntime.open(OnnxFile.of(OnnxBuilder.oneTree(), "tree.onnx"));

  @AfterEach
  void close() {
    tree.close();
  }

  /** Takes minutes: a loop whose body only hands its state on. */
  private static OnnxRuntime slow() {
    GraphProto.Builder body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(value("i", TensorProto.DataType.INT64))
            .addInput(value("before", TensorProto.DataType.BOOL))
            .addInput(value("s", TensorProto.DataType.FLOAT, 2, 2))
            .addNode(identity("before", "after"))
            .addNode(identity("s", "t"))
            .addOutput(value("after", TensorProto.DataType.BOOL))
            .addOutput(value("t", TensorProto.DataType.FLOAT, 2, 2));
    AttributeProto attribute =
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(body)
            .build();
    byte[] file =
        new OnnxBuilder()
            .opset(17)
            .input("x", 0, 2)
            .integers("trips", 900_000_000)
            .node("Loop", List.of("trips", "", "x"), "y", attribute)
            .output("y", 0, 2)
            .bytes();
    return OnnxRuntime.open(OnnxFile.of(file, "slow.onnx"));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... shape) {
    TensorShapeProto.Builder axes = TensorShapeProto.newBuilder();
    for (long length : shape) {
      axes.addDimBuilder().setDimValue(length);
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(axes).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static NodeProto identity(String of, String made) {
    return NodeProto.newBuilder().setOpType("Identity").addInput(of).addOutput(made).build();
  }

  private static Stream<ProcessHandle> processes() {
    return ProcessHandle.current()
        .children()
        .filter(
            child -> child.info().commandLine().orElse("").contains(RuntimeServer.class.getName()));
  }

  private static void end() {
    for (ProcessHandle process : processes().toList()) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  @Test
  void modelsAnswerAsBeforeInTheNextProcess() {
    double[][] before = tree.outputs(TWO);
    assertThat(processes()).hasSize(1);

    end();

    assertThat(tree.outputs(TWO)).isDeepEqualTo(before);
  }

  @Test
  void aModelThatEndsItTwiceIsRefusedFromThenOn() throws Exception {
    OnnxRuntime slow = slow();
    CompletableFuture<double[][]> running = CompletableFuture.supplyAsync(() -> slow.outputs(TWO));
    while (!running.isDone()) {
      Thread.sleep(500);
      end();
    }

    assertThatThrownBy(() -> slow.outputs(TWO))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("slow.onnx ended the process in which ONNX Runtime ran it (exit")
        .hasMessageContaining("check it with onnx.checker");
    assertThat(tree.outputs(TWO)).hasDimensions(2, 2);
    slow.close();
  }

  @Test
  void aTestThatIsInterruptedEndsWhatRuns() throws Exception {
    OnnxRuntime slow = slow();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread test =
        new Thread(
            () -> {
              try {
                slow.outputs(TWO);
              } catch (TouchstoneException e) {
                thrown.complete(e);
              }
            });
    test.start();
    Thread.sleep(300);
    List<ProcessHandle> before = processes().toList();
    test.interrupt();

    assertThat(thrown.get(20, TimeUnit.SECONDS))
        .hasMessage("the test was interrupted while it waited for ONNX Runtime");
    for (ProcessHandle process : before) {
      process.onExit().get(20, TimeUnit.SECONDS);
    }
    assertThat(tree.outputs(TWO)).hasDimensions(2, 2);
    slow.close();
  }

  @Test
  void whatAProcessUnpackedGoesWithIt() throws Exception {
    tree.outputs(TWO);
    String line = processes().findAny().orElseThrow().info().commandLine().orElseThrow();
    Path folder =
        Path.of(
            Stream.of(line.split(" "))
                .filter(part -> part.startsWith("-Djava.io.tmpdir="))
                .map(part -> part.substring(part.indexOf('=') + 1))
                .findFirst()
                .orElseThrow());
    assertThat(folder).isNotEmptyDirectory();

    end();

    for (int i = 0; i < 500 && Files.exists(folder); i++) {
      Thread.sleep(20);
    }
    assertThat(folder).doesNotExist();
  }
}
