package dev.touchstone.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.robustness.Certifier.Status;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Branch and bound against least margins by mixed-integer programming: {@code
 * src/test/python/relu_verification_oracle.py}.
 */
class SplitBoundsTest {
  private static final String FOLDER = "classpath:robustness/relu/";
  private static final Oracle ORACLE =
      new Gson()
          .fromJson(
              new String(Location.of(FOLDER + "oracle.json").read(1 << 20), StandardCharsets.UTF_8),
              Oracle.class);

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier model = Models.onnx(FOLDER + "iris-mlp.onnx").emittingProbabilities();

  private record Oracle(float[][] rows, int[] species, Map<String, double[]> least) {}

  private static Dataset flowers() {
    float[] values = new float[ORACLE.rows().length * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = ORACLE.rows()[i / 3][i % 3];
    }
    return Dataset.named("iris")
        .features(FeatureStore.inMemory(values, 3))
        .labels(ORACLE.species())
        .classNames(List.of("setosa", "versicolor", "virginica"))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "0.3", "0.6"})
  void enoughBoxesDecideAsIntegerProgrammingDoes(String epsilon) {
    Dataset flowers = flowers();
    LinearBounds lines =
        LinearBounds.within(ThreatModel.linf(Double.parseDouble(epsilon)).withoutRange());
    double[] least = ORACLE.least().get(epsilon);
    int[] all = IntStream.range(0, least.length).toArray();
    LinearBounds split = lines.splitting(400);
    split.check(model, flowers);
    Certifier.Found[] found = split.find(model, flowers, all, context);
    Status[] whole = lines.certify(model, flowers, all, context);
    int gained = 0;
    for (int i : all) {
      assertThat(found[i].status())
          .as("example %d, least margin %s", i, least[i])
          .isEqualTo(least[i] > 0 ? Status.PROVEN : Status.REFUTED);
      // One box proves nothing that is false, and refutes nothing.
      assertThat(whole[i]).isIn(least[i] > 0 ? Status.PROVEN : Status.OPEN, Status.OPEN);
      gained += whole[i] == found[i].status() ? 0 : 1;
      float[] corner = found[i].counterexample();
      if (corner != null) {
        split.threat().require(corner, flowers.batch(i).values(), "a test");
        assertThat(model.predict(Tensor.of(corner, 1, 3)).predicted(0))
            .isNotEqualTo(flowers.label(i));
      }
    }
    assertThat(gained).isPositive();
  }

  @Test
  void whatCannotBeSplitIsRefused() {
    LinearBounds ball = LinearBounds.within(ThreatModel.l2(.1).withoutRange());
    assertThatThrownBy(() -> ball.splitting(100)).hasMessageContaining("halves of a box are boxes");
    LinearBounds box = LinearBounds.within(ThreatModel.linf(.1).withoutRange());
    assertThatThrownBy(() -> box.splitting(1)).hasMessageContaining("write splitting(200)");
  }
}
