package dev.touchstone.samples.extending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Operators;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A network with an operator that the white box does not know, and is told; held to ONNX Runtime
 * 1.32.0, PyTorch 2.15.0 and Captum 0.9.0 by the numbers of {@code scripts/quick_gelu.py}.
 */
@Tag("library")
class OwnOperatorTest {

  private record Expected(
      double[][] inputs,
      int[] classes,
      double[][] logits,
      double[][] gradients,
      double[][] integrated) {}

  private static final String MODEL = "classpath:models/quick-gelu.onnx";
  private static final Operators OPERATORS =
      Operators.ofOnnx().with("com.microsoft", "QuickGelu", QuickGelu::read);

  private final Expected expected =
      new Gson()
          .fromJson(
              new String(
                  Location.of("classpath:models/quick-gelu.json").read(1 << 20),
                  StandardCharsets.UTF_8),
              Expected.class);
  private final Classifier model = Models.onnx(MODEL, OPERATORS).emittingLogits();
  private final RunContext context = RunContext.current();

  private Tensor batch() {
    double[] flat = Arrays.stream(expected.inputs()).flatMapToDouble(Arrays::stream).toArray();
    float[] values = new float[flat.length];
    for (int i = 0; i < flat.length; i++) {
      values[i] = (float) flat[i];
    }
    return Tensor.of(values, expected.inputs().length, 4);
  }

  private static void assertAlike(double[][] actual, double[][] wanted, double tolerance) {
    assertThat(actual).hasNumberOfRows(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      double scale = Arrays.stream(wanted[i]).map(Math::abs).max().orElseThrow();
      assertThat(actual[i]).containsExactly(wanted[i], within(tolerance * scale));
    }
  }

  @Test
  void withoutTheOperatorTheModelHasNoGradients() {
    Classifier plain = Models.onnx(MODEL).emittingLogits();

    assertThat(plain.capability(InputGradients.class)).isEmpty();
    assertThat(plain.whyMissing(InputGradients.class)).contains("QuickGelu of com.microsoft");
  }

  @Test
  void withItTheModelIsAWhiteBoxThatComputesAsOnnxRuntimeDoes() {
    WhiteBox box = model.capability(WhiteBox.class).orElseThrow();

    assertAlike(box.outputs(batch()), expected.logits(), 1e-5);
    assertThat(box.layers()).extracting(Layer::name).containsExactly("fc1", "fc2");
    assertThat(box.linearHead()).isEqualTo(box.layer("fc2"));
  }

  @Test
  void itsGradientsAreThoseOfPyTorchAndItsPathIntegralsThoseOfCaptum() {
    Quantity classes = Quantity.ofClass(expected.classes());
    double[][] gradients =
        model.capability(InputGradients.class).orElseThrow().inputGradients(batch(), classes);
    Attribution integrated =
        IntegratedGradients.withDefaults().attribute(model, batch(), classes, context);

    assertAlike(gradients, expected.gradients(), 1e-5);
    assertThat(integrated.rule()).contains("Gauss-Legendre");
    assertAlike(integrated.maps(), expected.integrated(), 1e-4);
  }

  @Test
  void whatTheOperatorSaysOfItselfIsBelieved() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                GuidedBackprop.withDefaults()
                    .attribute(model, batch(), Quantity.ofClass(expected.classes()), context))
        .withMessageContaining("com.microsoft:QuickGelu gelu");
  }

  @Test
  void provenanceSaysThatItIsCodeOfTheTests() {
    assertThat(model.facts().texts())
        .containsEntry("own operators", "com.microsoft:QuickGelu")
        .containsEntry("not described", "gelu");
  }
}
