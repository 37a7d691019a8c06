package dev.touchstone.influence.network;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static dev.touchstone.influence.network.SmallNetwork.vector;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.linalg.Matrix;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * pyDVL's notebook on wine, whose iterative solvers are 31 to 45 % off its direct method: against
 * {@code src/test/python/wine_influence_oracle.py}, which writes the inverse out.
 */
class WineInfluenceTest {
  private static final JsonObject EXPECTED = read();
  private static final NetworkInfluence DAMPED =
      NetworkInfluence.withDefaults().onHessian().withDamping(.1);

  private static JsonObject read() {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(
                WineInfluenceTest.class.getResourceAsStream("/influence/wine.json")),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(json, JsonObject.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] floats(double... numbers) {
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers[i];
    }
    return values;
  }

  private static Dataset data(String name, String features, String labels) {
    JsonArray given = EXPECTED.getAsJsonArray(labels);
    int[] classes = new int[given.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = given.get(i).getAsInt();
    }
    return Dataset.named(name)
        .features(
            FeatureStore.inMemory(floats(matrix(EXPECTED.getAsJsonArray(features)).values()), 13))
        .labels(classes)
        .classNames(List.of("one", "two", "three"))
        .build();
  }

  private static float[] weights(String name) {
    return floats(vector(EXPECTED.getAsJsonObject("weights").getAsJsonArray(name)));
  }

  private static InfluenceContext context() {
    OnnxBuilder network =
        new OnnxBuilder()
            .input("x", 0, 13)
            .weights("a", weights("0.weight"), 16, 13)
            .weights("b", weights("0.bias"), 16)
            .weights("c", weights("2.weight"), 16, 16)
            .weights("d", weights("2.bias"), 16)
            .weights("e", weights("4.weight"), 3, 16)
            .weights("f", weights("4.bias"), 3)
            .node("Gemm", List.of("x", "a", "b"), "h", attribute("transB", 1))
            .node("Tanh", List.of("h"), "i")
            .node("Gemm", List.of("i", "c", "d"), "j", attribute("transB", 1))
            .node("Tanh", List.of("j"), "k")
            .node("Gemm", List.of("k", "e", "f"), "y", attribute("transB", 1))
            .output("y", 0, 3);
    return InfluenceContext.of(
        data("wines", "train", "labels"),
        SmallNetwork.classifier("wine network", TestModels.whiteBox(network)),
        SmallNetwork.run(64L << 20));
  }

  /** As the notebook computes it: of the mean influence of each training example. */
  private static double meanError(double... mean) {
    double[] expected = vector(EXPECTED.getAsJsonArray("mean"));
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += Math.abs(mean[i] - expected[i]) / Math.abs(expected[i]);
    }
    return sum / mean.length;
  }

  /** Defaults, in single precision, come within 3e-4. */
  @Test
  void meanInfluencesAreThoseOfTheInverseWrittenOut() {
    Dataset test = data("others", "test", "truth");
    assertThat(meanError(DAMPED.scores(context(), test).mean())).isLessThan(1e-3);
    double[] tight =
        DAMPED
            .inDoublePrecision()
            .using(ByConjugateGradients.withDefaults().withTolerance(1e-10))
            .scores(context(), test)
            .mean();
    assertThat(meanError(tight)).isLessThan(1e-8);
  }

  @Test
  void otherWaysToTheInverseAreToo() {
    Dataset test = data("others", "test", "truth");
    for (InverseCurvature way :
        List.of(
            Lissa.withDefaults().withTolerance(1e-4),
            Arnoldi.withDefaults().withSteps(300).withTolerance(1e-4))) {
      assertThat(meanError(DAMPED.inDoublePrecision().using(way).scores(context(), test).mean()))
          .as(way.name())
          .isLessThan(1e-3);
    }
  }

  @Test
  void everyScoreIsThatOfTheInverseWrittenOut() {
    Matrix scores = DAMPED.scores(context(), data("others", "test", "truth").first(12)).toMatrix();
    assertThat(distance(scores, matrix(EXPECTED.getAsJsonArray("scores")))).isLessThan(1e-3);
  }
}
