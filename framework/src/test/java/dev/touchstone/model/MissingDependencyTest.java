package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.RunContext;
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
        .contains("add " + Dependencies.onnxRuntime());
  }

  @Test
  void withoutOnnxRuntimeTheLabelOfAWhiteBoxIsSaidNotToBeRead() throws Exception {
    byte[] model =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Neg", List.of("x"), "scores")
            .node("ArgMax", List.of("scores"), "label", OnnxBuilder.attribute("axis", 1))
            .output("label", TensorProto.DataType.INT64, 0)
            .output("scores", 0, 2)
            .bytes();
    assertThat(predictWithout("onnxruntime", model))
        .contains("predicted class 1")
        .contains(
            "label output: \"label\", not read: ONNX Runtime is missing"
                + " (com.microsoft.onnxruntime:onnxruntime)")
        .contains("label-not-read");
    assertThat(predictWithout("nothing", model))
        .contains("predicted class 1")
        .contains("label output: \"label\", which decides the class")
        .doesNotContain("label-not-read");
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
        Classifier model = Models.onnx(arguments[0]).emittingLogits();
        Predictions predictions = model.predict(Tensor.of(new float[] {1, 0}, 1, 2));
        System.out.println("predicted class " + predictions.predicted(0));
        System.out.println("label output: " + model.facts().texts().get("label output"));
        Dataset two =
            Dataset.named("two")
                .features(FeatureStore.inMemory(new float[] {1, 0, 0, 1}, 2))
                .labels(0, 1)
                .build();
        MetricValue.of(ErrorRate.withDefaults())
            .evaluate(model, two, RunContext.current())
            .warnings()
            .forEach(warning -> System.out.println(warning.kind()));
      } catch (TouchstoneException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
