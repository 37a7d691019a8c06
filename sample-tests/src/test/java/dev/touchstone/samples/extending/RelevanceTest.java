package dev.touchstone.samples.extending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Methods of one's own on a residual network, held to Zennit 0.5.1 and Captum 0.9.0; the numbers
 * are those of {@code scripts/resnet_relevance.py}.
 */
@Tag("library")
class RelevanceTest {

  private record Expected(
      double[][] inputs, int[] classes, double epsilon, double[][] relevance, double[][] gradcam) {

    static Expected of(Location file) {
      return new Gson()
          .fromJson(new String(file.read(MOST_BYTES), StandardCharsets.UTF_8), Expected.class);
    }

    Tensor batch(int side) {
      double[] flat = Arrays.stream(inputs).flatMapToDouble(Arrays::stream).toArray();
      float[] values = new float[flat.length];
      for (int i = 0; i < flat.length; i++) {
        values[i] = (float) flat[i];
      }
      return Tensor.of(values, inputs.length, 3, side, side);
    }

    Quantity quantity() {
      return Quantity.ofClass(classes);
    }
  }

  /** A folder that {@code scripts/resnet18_relevance.py} has written. */
  private static final String FULL_WIDTH = "touchstone-samples.relevance";

  private static final int MOST_BYTES = 1 << 25;
  private static final String MODEL = "classpath:models/resnet18-narrow.onnx";

  private final Expected expected =
      Expected.of(Location.of("classpath:models/resnet18-narrow.json"));
  private final Classifier model = Models.onnx(MODEL).emittingLogits();
  private final WhiteBox box = exactly(model);

  private static WhiteBox exactly(Classifier model) {
    return model.capability(WhiteBox.class).orElseThrow().inDoublePrecision();
  }

  private static void assertAlike(double[][] actual, double[][] wanted, double tolerance) {
    assertThat(actual).hasNumberOfRows(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      double scale = Arrays.stream(wanted[i]).map(Math::abs).max().orElseThrow();
      assertThat(actual[i]).containsExactly(wanted[i], within(tolerance * scale));
    }
  }

  @Test
  void relevanceOfAResidualNetworkIsThatOfZennit() {
    LayerwiseRelevance relevance = LayerwiseRelevance.withEpsilon(expected.epsilon());

    assertAlike(
        relevance.relevance(box, expected.batch(32), expected.quantity()),
        expected.relevance(),
        2e-6);
    Attribution attribution =
        relevance.attribute(model, expected.batch(32), expected.quantity(), RunContext.current());
    assertAlike(attribution.maps(), expected.relevance(), 1e-3);
    double[] kept = attribution.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values();
    for (int i = 0; i < kept.length; i++) {
      double handedDown = Arrays.stream(expected.relevance()[i]).sum();
      assertThat(kept[i]).isCloseTo(handedDown - 1, within(1e-2));
    }
  }

  /**
   * In torchvision's layout, 64 to 512 channels and 224 × 224 pixels. The largest difference was
   * measured to be 1.0e-10 of the largest relevance (.0070), in Euclidean norm 1.4e-10: what the
   * ten digits of the file leave.
   */
  @Test
  @EnabledIfSystemProperty(named = FULL_WIDTH, matches = ".+")
  void relevanceOfAFullWidthNetworkIsThatOfZennit() {
    Path folder = Path.of(System.getProperty(FULL_WIDTH));
    Expected full = Expected.of(Location.of(folder.resolve("resnet18.json").toString()));
    WhiteBox wide =
        exactly(Models.onnx(folder.resolve("resnet18.onnx").toString()).emittingLogits());

    double[][] relevance =
        LayerwiseRelevance.withEpsilon(full.epsilon())
            .relevance(wide, full.batch(224), full.quantity());

    assertAlike(relevance, full.relevance(), 1e-8);
  }

  @Test
  void whatHasNoRuleIsRefusedByName() {
    Classifier people = Models.onnx("classpath:models/adult-logistic.onnx").emittingProbabilities();
    WhiteBox linear = people.capability(WhiteBox.class).orElseThrow();
    Tensor row = Tensor.of(new float[linear.input().size()], 1, linear.input().size());

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> LayerwiseRelevance.withEpsilon(1e-3).relevance(linear, row, Quantity.ofClass(1)))
        .withMessageStartingWith("LayerwiseRelevance has no rule for ");
  }

  @Test
  void gradCamIsThatOfCaptum() {
    List<Tap> joins = box.taps().stream().filter(tap -> tap.type().equals("Relu")).toList();
    GradCam gradCam = GradCam.at(joins.get(joins.size() - 1).name());
    double[][] positive =
        Arrays.stream(expected.gradcam())
            .map(map -> Arrays.stream(map).map(v -> Math.max(0, v)).toArray())
            .toArray(double[][]::new);

    assertAlike(gradCam.maps(box, expected.batch(32), expected.quantity()), positive, 1e-5);

    double[][] maps =
        gradCam
            .attribute(model, expected.batch(32), expected.quantity(), RunContext.current())
            .maps();
    assertThat(maps).hasDimensions(3, 3 * 32 * 32);
    // A pixel lies in the square of 8 × 8 that its place of the last 4 × 4 sees.
    assertThat(maps[0][1024 + 9 * 32 + 17]).isCloseTo(positive[0][4 + 2], within(1e-3));
  }
}
