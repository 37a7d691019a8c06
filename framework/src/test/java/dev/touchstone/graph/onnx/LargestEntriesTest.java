package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargestEntriesTest {

  @TempDir Path folder;

  /** As in a mixture of experts: who they are, how much they count, and the scores themselves. */
  @Test
  void entriesAndPlacesOfTheSameScoresAreUsedAndTheScoresToo() throws IOException {
    Path file =
        Files.write(
            folder.resolve("experts.onnx"),
            new OnnxBuilder()
                .opset(18)
                .input("x", 0, 4)
                .integers("k", 2)
                .weights("ones", new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 4, 2)
                .node("", "best", "TopK", List.of("x", "k"), List.of("values", "places"))
                .node("Cast", List.of("places"), "numbers", OnnxBuilder.attribute("to", 1))
                .node("MatMul", List.of("x", "ones"), "sums")
                .node("Add", List.of("values", "numbers"), "both")
                .node("Add", List.of("both", "sums"), "y")
                .output("y", DataType.FLOAT, 0, 2)
                .bytes());
    Classifier model = Models.onnx(file.toString()).emittingLogits();
    Dataset data =
        Dataset.named("rows")
            .features(FeatureStore.inMemory(new float[] {3, -1, 7, 5, 2, 4, 0, 1}, 4))
            .labels(0, 1)
            .build();

    assertThat(model.facts().runsOn()).hasValue("white box");
    // 7 at 2 and 5 at 3, and the sum 14; 4 at 1 and 2 at 0, and the sum 7.
    assertThat(model.require(Scores.class, "a test", "").scores(data.inputs(0, 2)).rows())
        .isDeepEqualTo(new double[][] {{7 + 2 + 14, 5 + 3 + 14}, {4 + 1 + 7, 2 + 0 + 7}});
  }
}
