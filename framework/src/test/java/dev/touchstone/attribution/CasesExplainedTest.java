package dev.touchstone.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Files that were once explained by another rule than they admit; numbers of {@code cases.py}. */
class CasesExplainedTest {
  private static final JsonObject EXPECTED =
      JsonParser.parseString(text("expected.json")).getAsJsonObject();

  private final RunContext context = RunContext.current();

  private static String text(String name) {
    return new String(Location.of("classpath:cases/" + name).read(1 << 20), StandardCharsets.UTF_8);
  }

  private static Classifier model(String name) {
    return Models.onnx("classpath:cases/%s.onnx".formatted(name)).emittingLogits();
  }

  private static double[][] rows(String model, String name) {
    JsonArray rows = EXPECTED.getAsJsonObject(model).getAsJsonArray(name);
    return rows.asList().stream()
        .map(row -> row.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble))
        .map(DoubleStream::toArray)
        .toArray(double[][]::new);
  }

  private static double[][] table(String name) {
    return text(name)
        .lines()
        .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  private static Tensor tensor(double[][] rows, int... one) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    int[] shape = new int[one.length + 1];
    shape[0] = rows.length;
    System.arraycopy(one, 0, shape, 1, one.length);
    return Tensor.of(values, shape);
  }

  private static void assertAlike(double[][] found, double[][] expected, double tolerance) {
    assertThat(found).hasNumberOfRows(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).containsExactly(expected[i], within(tolerance));
    }
  }

  private static double residual(Attribution map) {
    return Arrays.stream(map.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values())
        .map(Math::abs)
        .max()
        .orElseThrow();
  }

  @Test
  void aClipAtSixIsGuidedAsARectifier() {
    double[][] x = rows("clip-as-rectifier", "x");
    double[][] guided = rows("clip-as-rectifier", "guided");
    Classifier clipped = model("clip-as-rectifier");

    assertAlike(
        GuidedBackprop.withDefaults()
            .attribute(clipped, tensor(x, 6), Quantity.ofClass(new int[5]), context)
            .maps(),
        guided,
        1e-4);
    assertThat(guided[0][0]).isNotCloseTo(rows("clip-as-rectifier", "plain")[0][0], within(.01));
    Models.release(clipped);
  }

  @Test
  void aNetworkWithoutKinksIsIntegratedByGaussLegendre() {
    Classifier smooth = model("smooth-softplus");
    Attribution map =
        IntegratedGradients.withDefaults()
            .attribute(
                smooth, tensor(rows("residual", "x"), 6), Quantity.ofClass(0, 1, 2, 0, 1), context);

    assertThat(map.rule()).startsWith("Gauss-Legendre");
    assertThat(residual(map)).isLessThan(1e-5);
    Models.release(smooth);
  }

  @Test
  void aRuleOnAResidualJoinGetsBothInputs() {
    Classifier joined = model("residual");
    WhiteBox box = joined.require(WhiteBox.class, "a test", "");
    List<String> seen = new ArrayList<>();
    BackwardRule byHand =
        passage -> {
          seen.add(passage.node().name());
          assertThat(passage.computed()).containsExactly(0, 1);
          assertThat(passage.input(0).add(passage.input(1))).isEqualTo(passage.output());
          return List.of(passage.gradient(), passage.gradient());
        };
    Tensor x = tensor(rows("residual", "x"), 6);

    assertAlike(
        box.inputGradients(x, Quantity.ofClass(new int[5]), BackwardRules.forType("Add", byHand)),
        rows("residual", "plain"),
        1e-5);
    assertThat(seen).containsExactly("add");
    assertAlike(box.scores(x), rows("residual", "scores"), 1e-5);
    Models.release(joined);
  }

  /** torch.onnx.export with nothing said fixes the batch at 1. */
  @Test
  void aNetworkOfTheNewestExporterIsIntegratedBySecants() {
    Tensor images = tensor(table("fixed-batch.x.csv"), 1, 8, 8);
    double[][] probabilities = table("fixed-batch.p.csv");
    Classifier net = model("fixed-batch");

    Predictions said = net.predict(images);
    for (int i = 0; i < probabilities.length; i++) {
      assertThat(said.probabilities(i)).containsExactly(probabilities[i], within(1e-6));
    }
    Attribution map =
        IntegratedGradients.withDefaults()
            .attribute(net, images, Quantity.ofClass(new int[probabilities.length]), context);
    assertThat(map.rule()).isEqualTo("secant rule");
    assertThat(residual(map)).isLessThan(1e-5);
    Models.release(net);
  }
}
