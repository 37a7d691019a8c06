package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code src/test/python/torchscript_methods.py} wrote the module and says what it computes. */
class TorchScriptMethodsTest {
  private static final String FILE = "classpath:torchscript/encoder.pt";
  private static final Tensor TWO = Tensor.of(new float[] {1, 1, -1, 2}, 2, 2);

  private final Classifier model = Models.torchScript(FILE, "encode").emittingLogits();

  @AfterEach
  void release() {
    Models.release(model);
  }

  /**
   * x = (1, 1): W1 x + b1 = (3, 0 + 1, 2 - 2) = (3, 1, 0); x = (-1, 2): (3, 3 + 1, -5 - 2), the
   * last cut to 0.
   */
  @Test
  void theNamedMethodShowsWhatTheLastLayerTakesIn() {
    double[][] shown = model.require(Representation.class, "this test", "none").representation(TWO);
    assertThat(shown).isDeepEqualTo(new double[][] {{3, 1, 0}, {3, 4, 0}});
  }

  /** W2 (3, 1, 0) = (2, -3) and W2 (3, 4, 0) = (-1, 6): the method changes no prediction. */
  @Test
  void predictionsAndGradientsAreThoseOfTheModule() {
    Predictions predictions = model.predict(TWO);
    assertThat(predictions.probability(0, 0) / predictions.probability(0, 1))
        .isCloseTo(Math.exp(5), org.assertj.core.data.Percentage.withPercentage(1e-3));
    double[][] gradients =
        model
            .require(InputGradients.class, "this test", "none")
            .inputGradients(TWO, Quantity.ofClass(0, 1));
    // x = (1, 1): the third unit is off at 0: (1 2) - (-1 1) = (2, 1).
    // x = (-1, 2), class 1: -2 (1 2) + 3 (-1 1) = (-5, -1).
    assertThat(gradients).isDeepEqualTo(new double[][] {{2, 1}, {-5, -1}});
  }

  @Test
  void provenanceNamesTheMethod() {
    assertThat(model.facts().texts())
        .containsEntry("format", "TorchScript")
        .containsEntry("encoder", "encode");
  }

  @Test
  void anotherFileOfTheSameModelShowsItToo() {
    Classifier other = Models.withFile(model, FILE);
    assertThat(other.capability(Representation.class)).isPresent();
    Models.release(other);
  }

  @Test
  void withoutAMethodThereIsNoRepresentationAndTheCureIsNamed() {
    Classifier plain = Models.torchScript(FILE).emittingLogits();
    assertThat(plain.capability(Representation.class)).isEmpty();
    assertThatThrownBy(() -> plain.require(Representation.class, "this test", "see the manual"))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("name it: Models.torchScript(file, \"encode\")");
  }

  @Test
  void aMethodThatIsNotThereIsNamedWithTheCure() {
    Classifier wrong = Models.torchScript(FILE, "embed").emittingLogits();
    Representation shown = wrong.require(Representation.class, "this test", "none");
    assertThatThrownBy(() -> shown.representation(TWO))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("encoder.pt does not answer embed(x) for a batch of shape [2, 2]: ")
        .hasMessageEndingWith("mark the method with @torch.jit.export and save the module again");
    Models.release(wrong);
  }

  @Test
  void aMethodOfSeveralOutputsIsRefused() {
    Classifier wrong = Models.torchScript(FILE, "several").emittingLogits();
    Representation shown = wrong.require(Representation.class, "this test", "none");
    assertThatThrownBy(() -> shown.representation(TWO))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "encoder.pt.several(x) makes 2 outputs; let it return what the last layer takes in, and"
                + " nothing else");
    Models.release(wrong);
  }

  @Test
  void aMethodWithoutANameIsRefused() {
    assertThatThrownBy(() -> Models.torchScript(FILE, " "))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("such as \"encode\"");
  }
}
