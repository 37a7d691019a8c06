package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Branches and loops whose values do not belong together, or which cannot end. */
class SubgraphAttributesTest {

  private static AttributeProto graph(String name, GraphProto.Builder graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(graph.setName(name))
        .build();
  }

  private static GraphProto.Builder body(List<String> inputs, List<String> outputs) {
    GraphProto.Builder body = GraphProto.newBuilder();
    inputs.forEach(input -> body.addInput(ValueInfoProto.newBuilder().setName(input)));
    outputs.forEach(output -> body.addOutput(ValueInfoProto.newBuilder().setName(output)));
    return body;
  }

  private static NodeProto node(String type, String input, String output) {
    return NodeProto.newBuilder().setOpType(type).addInput(input).addOutput(output).build();
  }

  private static OnnxBuilder model(String type, List<String> inputs, AttributeProto... given) {
    return new OnnxBuilder()
        .input("x", 0, 2)
        .integers("two", 1, 2)
        .integers("three", 3)
        .integers("trips", 1L << 40)
        .weights("state", new float[2], 2)
        .node("", "holder", type, inputs, List.of("y"), given)
        .output("y", 0, 2);
  }

  private static void assertRead(OnnxBuilder model) {
    assertThat(OnnxFile.of(model.bytes(), "m.onnx").whiteBoxRefused()).isPresent();
  }

  private static void assertRefused(OnnxBuilder model, String... parts) {
    assertThatThrownBy(() -> OnnxFile.of(model.bytes(), "m.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("m.onnx: ")
        .hasMessageContainingAll(parts);
  }

  /** A loop whose condition comes out as an operator makes it of a value. */
  private static OnnxBuilder loop(String trips, String operator, String of) {
    GraphProto.Builder body =
        body(List.of("i", "before", "s"), List.of("after", "t"))
            .addNode(node(operator, of, "after"))
            .addNode(node("Relu", "s", "t"));
    return model("Loop", List.of(trips, "", "x"), graph("body", body));
  }

  @Test
  void aLoopEndsByItsTripsOrItsCondition() {
    assertRead(loop("three", "Identity", "before"));
    assertRead(loop("trips", "Not", "before"));
    assertRead(loop("", "Not", "before"));
    assertRead(loop("trips", "Identity", "s"));
    assertRefused(loop("trips", "Identity", "before"), "runs 1099511627776 trips", "never changes");
    assertRefused(loop("", "Identity", "before"), "runs without a number of trips");
  }

  @Test
  void aLoopHasOneNumberOfTripsAndABranchOneCondition() {
    assertRefused(loop("two", "Not", "before"), "takes \"two\" of shape [2] as its input number 1");
    GraphProto.Builder one = body(List.of(), List.of("a")).addNode(node("Relu", "x", "a"));
    assertRefused(
        model("If", List.of("two"), graph("then_branch", one), graph("else_branch", one)),
        "takes \"two\" of shape [2] as its input number 1, which is one number");
  }

  @Test
  void aLoopsBodyTakesItsStates() {
    GraphProto.Builder body =
        body(List.of("i", "before"), List.of("before", "t")).addNode(node("Relu", "x", "t"));
    assertRefused(
        model("Loop", List.of("three", "", "x"), graph("body", body)),
        "passes 3 values, 1 of them states, to a body of 2 inputs and 2 outputs");
  }

  private static OnnxBuilder scan(long scanned, AttributeProto... more) {
    GraphProto.Builder body =
        body(List.of("s", "row"), List.of("t", "out"))
            .addNode(node("Relu", "s", "t"))
            .addNode(node("Relu", "row", "out"));
    AttributeProto[] given = new AttributeProto[2 + more.length];
    given[0] = attribute("num_scan_inputs", scanned);
    given[1] = graph("body", body);
    System.arraycopy(more, 0, given, 2, more.length);
    return model("Scan", List.of("state", "x"), given);
  }

  @Test
  void aScanTakesAsManySequencesAsItHasInputs() {
    assertRead(scan(1, attribute("scan_input_directions", new long[] {1})));
    assertRefused(scan(Integer.MAX_VALUE), "num_scan_inputs = 2147483647 and 2 inputs");
    assertRefused(scan(0), "num_scan_inputs = 0");
    assertRefused(
        scan(1, attribute("scan_input_axes", new long[] {0, 0})),
        "scan_input_axes = [0, 0] for 1 sequences");
    assertRefused(
        scan(1, attribute("scan_output_directions", new long[] {2})),
        "scan_output_directions = [2]");
  }

  @Test
  void branchesMakeWhatTheNodeMakes() {
    GraphProto.Builder one = body(List.of(), List.of("a")).addNode(node("Relu", "x", "a"));
    GraphProto.Builder two = body(List.of(), List.of("b", "b")).addNode(node("Relu", "x", "b"));
    assertRead(model("If", List.of("three"), graph("then_branch", one), graph("else_branch", one)));
    assertRefused(
        model("If", List.of("three"), graph("then_branch", one), graph("else_branch", two)),
        "has 1 outputs and a else_branch of 0 inputs and 2 outputs");
  }
}
