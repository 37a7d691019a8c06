package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user reads whose class path lacks an optional or a native library; in a JVM of its own.
 */
class MissingDependencyTest {
  @TempDir Path folder;

  @Test
  void withoutOnnxRuntimeTheDependencyToAddIsNamed() throws Exception {
    assertThat(predictWithout("onnxruntime", OnnxBuilder.oneTree()))
        .contains("model.onnx has to run on ONNX Runtime")
        .contains("operator TreeEnsembleClassifier of ai.onnx.ml has no white-box form")
        .contains("add com.microsoft.onnxruntime:onnxruntime");
  }

  @Test
  void withoutNativeLibrariesTheDependencyToAddIsNamed() throws Exception {
    assertThat(predictWithout("pytorch-native", OnnxClassifierTest.linear(null)))
        .contains("PyTorch native library")
        .contains("touchstone-natives-cpu")
        .contains("pytorch-native-cpu");
  }

  @Test
  void withBothTheSameProgramPredicts() throws Exception {
    assertThat(predictWithout("nothing", OnnxClassifierTest.linear(null)))
        .contains("predicted class 1");
  }

  private String predictWithout(String artifact, byte[] model)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("model.onnx"), model);
    String known =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String classPath =
        Arrays.stream(known.split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(artifact))
            .collect(Collectors.joining(File.pathSeparator));
    Path printed = folder.resolve("printed.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath));
    if (artifact.equals("pytorch-native")) {
      // An earlier run may have unpacked the natives into the user's folder.
      command.add("-DDJL_CACHE_DIR=" + folder);
    }
    command.addAll(List.of(Predict.class.getName(), file.toString()));
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(printed)).isZero();
    return Files.readString(printed, StandardCharsets.UTF_8);
  }

  /** Predicts one example and prints the message of what goes wrong. */
  static final class Predict {
    private Predict() {}

    public static void main(String[] arguments) {
      try {
        Predictions predictions =
            Models.onnx(arguments[0]).emittingLogits().predict(Tensor.of(new float[] {1, 0}, 1, 2));
        System.out.println("predicted class " + predictions.predicted(0));
      } catch (TouchstoneException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
