package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Vectors against Captum's TCAV and scikit-learn's regression: {@code concept_oracle.py}. */
class ConceptActivationVectorTest {
  private static final Classifier MLP = CaptumFamily.model("mlp");
  private static final Captum CAPTUM =
      new Gson()
          .fromJson(
              new String(
                  Location.of("classpath:attribution/concept.json").read(1 << 20),
                  StandardCharsets.UTF_8),
              Captum.class);

  private final RunContext context = RunContext.current();

  private record Captum(
      int label, double[][] having, double[][] lacking, double[][] tested, List<AtTap> taps) {}

  private record AtTap(
      String node, double[] vector, double signCount, double magnitude, double[] derivatives) {}

  static Dataset data(String name, double[]... rows) {
    float[] values = new float[rows.length * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / 12][i % 12];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 12))
        .labels(new int[rows.length])
        .classNames(List.of("one", "two", "three"))
        .build();
  }

  private static ConceptExamples concept() {
    return ConceptExamples.of("moved", data("having", CAPTUM.having()))
        .against(data("lacking", CAPTUM.lacking()));
  }

  @Test
  void scoresAndDerivativesAlongAGivenVectorAreCaptums() {
    Dataset tested = data("tested", CAPTUM.tested());
    for (AtTap at : CAPTUM.taps()) {
      double[] derivatives =
          ConceptActivationVector.given("moved", MLP, at.node(), at.vector())
              .derivatives(MLP, tested, Quantity.ofClass(CAPTUM.label()), context);
      assertThat(ConceptActivationVector.score(derivatives))
          .isCloseTo(at.signCount(), within(1e-6));
      assertThat(derivatives).containsExactly(at.derivatives(), within(1e-6));
      // Captum's magnitude is the mean derivative.
      assertThat(Arrays.stream(derivatives).average().orElseThrow())
          .isCloseTo(at.magnitude(), within(1e-6));
    }
  }

  @Test
  void learntVectorsAreThoseOfScikitLearnsRegression() {
    for (AtTap at : CAPTUM.taps()) {
      double[] learnt = ConceptActivationVector.of(MLP, at.node(), concept(), context).direction();
      assertThat(learnt).containsExactly(at.vector(), within(1e-6));
    }
  }

  @Test
  void logitsTellTheExamplesThatTheyWereLearntFrom() {
    ConceptActivationVector vector =
        ConceptActivationVector.of(MLP, "/relu1/Relu", concept(), 1e-6, context);
    double[] having = vector.logits(MLP, data("having", CAPTUM.having()), context);
    double[] lacking = vector.logits(MLP, data("lacking", CAPTUM.lacking()), context);
    assertThat(Arrays.stream(having).min().orElseThrow()).isPositive();
    assertThat(Arrays.stream(lacking).max().orElseThrow()).isNegative();
  }

  @Test
  void aNodeThatThereIsNotIsRefusedWithTheNearest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConceptActivationVector.of(MLP, "/relu1/relu", concept(), context))
        .withMessageContaining("/relu1/Relu");
  }

  @Test
  void directionsOfAnotherLengthAndZerosAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> ConceptActivationVector.given("moved", MLP, "/relu1/Relu", 1, 2))
        .withMessageContaining("a direction of 2 numbers")
        .withMessageContaining("an example has 20");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> ConceptActivationVector.given("moved", MLP, "/relu1/Relu", new double[20]))
        .withMessageContaining("not all 0");
  }

  @Test
  void anExampleThatHasTheConceptAndLacksItIsRefused() {
    double[][] lacking = CAPTUM.lacking().clone();
    lacking[4] = CAPTUM.having()[2];
    ConceptExamples contradicting =
        ConceptExamples.of("moved", data("having", CAPTUM.having()))
            .against(data("lacking", lacking));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> ConceptActivationVector.of(MLP, "/relu1/Relu", contradicting, context))
        .withMessageContaining("is the same example as");
  }

  @Test
  void aFunctionHasNoVectors() {
    Classifier function =
        Models.function("function", "1", batch -> new double[batch.rows()][3]).emittingLogits();
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> ConceptActivationVector.of(function, "relu", concept(), context))
        .withMessageContaining("concept activation vector");
  }
}
