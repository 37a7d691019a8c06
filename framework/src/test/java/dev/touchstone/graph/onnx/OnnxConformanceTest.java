package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Operators;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The white box against ONNX's own backend tests; {@code src/test/python/onnx_conformance.py} says
 * how they were cut. A test is left out only if the white box refuses it, and the refused ones are
 * listed here by the setting for which they are refused.
 */
class OnnxConformanceTest {
  static final ExternalData NO_FOLDER = new ExternalData(null, "conformance test");

  /** Engines refuse the largest of no numbers; the standard says minus infinity. */
  private static final String NO_NUMBERS = ".*(max|min|exp)_empty_set.*";

  record Case(String name, ModelProto model, TensorProto input, TensorProto output) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> all() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream file =
            Objects.requireNonNull(
                OnnxConformanceTest.class.getResourceAsStream("/onnx-conformance.gz"));
        DataInputStream in = new DataInputStream(new GZIPInputStream(file))) {
      while (true) {
        cases.add(
            new Case(
                new String(part(in), StandardCharsets.UTF_8),
                ModelProto.parseFrom(part(in)),
                TensorProto.parseFrom(part(in)),
                TensorProto.parseFrom(part(in))));
      }
    } catch (EOFException end) {
      return cases;
    }
  }

  private static byte[] part(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  static Graph graph(Case test) {
    GraphProto graph = test.model().getGraph();
    Constant input = OnnxTensors.read(test.input(), "input", NO_FOLDER);
    int[] shape = Arrays.stream(input.shape()).mapToInt(Math::toIntExact).toArray();
    OnnxSignature signature =
        new OnnxSignature(
            List.of(new GraphInput(graph.getInput(0).getName(), GraphInput.Type.FLOAT, shape)),
            graph.getOutput(0).getName());
    return new OnnxImport(test.model(), signature, NO_FOLDER, test.name(), Operators.ofOnnx())
        .graph();
  }

  static List<Case> supported() throws IOException {
    return all().stream().filter(test -> refusal(test) == null).toList();
  }

  /** Why the white box refuses a test's model, without the numbers; null if it does not. */
  private static String refusal(Case test) {
    if (test.name().matches(NO_NUMBERS)) {
      return "a reduction of no numbers";
    }
    try {
      graph(test);
      return test.name().matches("node-resize_(down|up).*") && !isWhole(test)
          ? "Resize: a factor that is not whole"
          : null;
    } catch (UnsupportedOperatorException e) {
      return String.valueOf(e.getMessage())
          .replace("operator ", "")
          .replace(" has no white-box form", "")
          .replaceAll("reduction = \\w+", "reduction")
          .replaceAll("_mode = \\w+ with nearest_mode = .*", "_mode");
    }
  }

  private static boolean isWhole(Case test) {
    try {
      WhiteBox model = WhiteBox.of(test.name(), graph(test), "cpu");
      model.output(OnnxTensors.read(test.input(), "input", NO_FOLDER));
      return true;
    } catch (UnsupportedOperatorException e) {
      return false;
    }
  }

  @Test
  void refusesTheseSettingsAndNoOthers() throws IOException {
    Map<String, Integer> refused = new TreeMap<>();
    List<Case> all = all();
    for (Case test : all) {
      String reason = refusal(test);
      if (reason != null) {
        refused.merge(reason, 1, Integer::sum);
      }
    }

    assertThat(refused.keySet())
        .containsExactlyInAnyOrder(
            "Add: stretched along an axis as before opset 7",
            "ArgMax: select_last_index = 1",
            "ArgMin: select_last_index = 1",
            "Resize: a factor that is not whole",
            "Resize: antialias",
            "Resize: axes",
            "Resize: coordinate_transformation_mode",
            "Resize: mode = cubic",
            "Resize: mode = linear with coordinates as in tf_crop_and_resize",
            "ScatterElements: reduction",
            "ScatterND: reduction",
            "a reduction of no numbers");
    int ran = all.size() - refused.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(ran).as("conformance tests that ran").isEqualTo(858);
  }

  @Test
  void nothingThatTheStandardsOwnTestsHoldIsCalledWrong() throws IOException {
    for (Case test : all()) {
      assertThatCode(() -> OnnxNodes.check(test.model(), test.name(), 1 << 20))
          .as(test.name())
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @MethodSource("supported")
  void agreesWithTheStandard(Case test) {
    Constant expected = OnnxTensors.read(test.output(), "output", NO_FOLDER);
    WhiteBox model = WhiteBox.of(test.name(), graph(test), "cpu");

    Constant actual = model.output(OnnxTensors.read(test.input(), "input", NO_FOLDER));
    model.release();

    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.size(); i++) {
      double wanted = expected.floating() ? expected.floats()[i] : expected.longs()[i];
      double got = actual.floating() ? actual.floats()[i] : actual.longs()[i];
      if (!(Double.isNaN(wanted) && Double.isNaN(got)) && wanted != got) {
        // The tolerance of ONNX's own runner.
        assertThat(Math.abs(got - wanted))
            .as("value %s: %s for %s", i, got, wanted)
            .isLessThanOrEqualTo(1e-7 + 1e-3 * Math.abs(wanted));
      }
    }
  }
}
