package dev.touchstone.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import dev.touchstone.check.robustness.CertifiedRobustness;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Models;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.robustness.Certifier.Status;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against least margins by mixed-integer programming, and against every box of small ensembles:
 * {@code src/test/python/tree_verification_oracle.py}.
 */
class TreeVerificationTest {
  private static final String FOLDER = "classpath:robustness/trees/";
  private static final Oracle ORACLE = read("oracle.json", Oracle.class);

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private record Oracle(
      float[][] pixels,
      int[] digits,
      Map<String, double[]> forest,
      Map<String, double[]> boosted) {}

  private record Iris(float[][] rows, int[] species) {}

  private static <T> T read(String file, Class<T> type) {
    byte[] bytes = Location.of(FOLDER + file).read(1 << 20);
    return new Gson().fromJson(new String(bytes, StandardCharsets.UTF_8), type);
  }

  private static Dataset data(float[][] rows, int[] labels, String... classes) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
    }
    return Dataset.named("rows")
        .features(FeatureStore.inMemory(values, rows[0].length))
        .labels(labels)
        .classNames(List.of(classes))
        .build();
  }

  private static Dataset digits(boolean two) {
    return two
        ? data(
            ORACLE.pixels(),
            Arrays.stream(ORACLE.digits()).map(d -> d < 5 ? 1 : 0).toArray(),
            "5 to 9",
            "0 to 4")
        : data(ORACLE.pixels(), ORACLE.digits(), "0123456789".split(""));
  }

  private static Classifier model(String file) {
    return file.endsWith(".txt")
        ? Models.lightgbm(FOLDER + file).emittingProbabilities()
        : Models.file(FOLDER + file).emittingProbabilities();
  }

  @ParameterizedTest
  @CsvSource({
    "forest, .3",
    "forest, 1.5",
    "forest, 3.5",
    "boosted, .3",
    "boosted, 1.5",
    "boosted, 3.5"
  })
  void whatIsProvenIsWhatIntegerProgrammingProves(String name, double epsilon) {
    boolean two = name.equals("boosted");
    Classifier model = model("digits-" + name + ".onnx");
    Dataset digits = digits(two);
    TreeVerification verification =
        TreeVerification.within(ThreatModel.linf(epsilon).inRange(0, 16));
    verification.check(model, digits);
    double[] least = (two ? ORACLE.boosted() : ORACLE.forest()).get(Double.toString(epsilon));
    int[] all = IntStream.range(0, least.length).toArray();
    Certifier.Found[] found = verification.find(model, digits, all, context);
    for (int i : all) {
      // The nearest of them lies 20 times as far from 0 as single precision can move it.
      assertThat(Math.abs(least[i])).isGreaterThan(1e-3);
      assertThat(found[i].status())
          .as("%s, example %d, least margin %s", name, i, least[i])
          .isEqualTo(least[i] > 0 ? Status.PROVEN : Status.REFUTED);
      float[] changed = found[i].counterexample();
      if (changed != null) {
        verification.threat().require(changed, digits.batch(i).values(), "a test");
        assertThat(model.predict(Tensor.of(changed, 1, 64)).predicted(0))
            .isNotEqualTo(digits.label(i));
      }
    }
  }

  /** All values at which some tree may turn, and those beside them, within a box. */
  private static float[][] turning(TreeEnsemble ensemble, float[] x, double epsilon) {
    List<TreeSet<Float>> values = new ArrayList<>();
    for (float centre : x) {
      values.add(
          new TreeSet<>(List.of((float) (centre - epsilon), centre, (float) (centre + epsilon))));
    }
    for (Tree tree : ensemble.trees()) {
      for (int node = 0; node < tree.size(); node++) {
        if (!tree.isLeaf(node)) {
          float at = (float) tree.threshold(node);
          int column = tree.column(node);
          for (float one : new float[] {at, Math.nextUp(at), Math.nextDown(at)}) {
            if (Math.abs((double) one - x[column]) <= epsilon) {
              values.get(column).add(one);
            }
          }
        }
      }
    }
    List<float[]> rows = new ArrayList<>();
    for (float a : values.get(0)) {
      for (float b : values.get(1)) {
        for (float c : values.get(2)) {
          rows.add(new float[] {a, b, c});
        }
      }
    }
    return rows.toArray(float[][]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iris-forest.onnx", "iris-two.txt", "iris-three.txt"})
  void everyBoxOfSmallOnesSaysTheSame(String file) {
    Iris iris = read("iris.json", Iris.class);
    boolean two = file.contains("two");
    Classifier model = model(file);
    Dataset flowers =
        data(
            iris.rows(),
            two ? Arrays.stream(iris.species()).map(s -> s / 2).toArray() : iris.species(),
            two
                ? new String[] {"other", "virginica"}
                : new String[] {"setosa", "versicolor", "virginica"});
    TreeEnsemble ensemble = model.require(DecisionTrees.class, "a test", "").ensemble();
    int refuted = 0;
    for (double epsilon : new double[] {.11, .33}) {
      TreeVerification verification =
          TreeVerification.within(ThreatModel.linf(epsilon).withoutRange());
      verification.check(model, flowers);
      int[] all = IntStream.range(0, 150).filter(i -> i % 3 == 0).toArray();
      Status[] statuses = verification.certify(model, flowers, all, context);
      for (int k = 0; k < all.length; k++) {
        float[][] rows = turning(ensemble, flowers.batch(all[k]).values(), epsilon);
        var answers =
            model.predict(
                data(rows, new int[rows.length], flowers.classNames().toArray(String[]::new))
                    .batch(0, rows.length));
        int label = flowers.label(all[k]);
        boolean stands =
            IntStream.range(0, rows.length).allMatch(i -> answers.predicted(i) == label);
        assertThat(statuses[k]).isEqualTo(stands ? Status.PROVEN : Status.REFUTED);
        refuted += stands ? 0 : 1;
      }
    }
    assertThat(refuted).isBetween(5, 95);
  }

  @Test
  void aSearchThatIsCutShortLeavesOpen() {
    Classifier model = model("digits-forest.onnx");
    TreeVerification one =
        TreeVerification.within(ThreatModel.linf(1.5).inRange(0, 16)).withBoxes(1);
    assertThat(one.certify(model, digits(false), new int[] {0, 1, 2, 3}, context))
        .contains(Status.OPEN)
        .doesNotContain(Status.REFUTED);
  }

  @Test
  void counterexamplesAreShown() {
    Evidence evidence =
        CertifiedRobustness.by(TreeVerification.within(ThreatModel.linf(3.5).inRange(0, 16)))
            .evaluate(model("digits-boosted.onnx"), digits(true), context);
    assertThat(evidence.worst()).isNotEmpty();
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("by", "verification of trees within L∞ ≤ 3.5");
  }

  @Test
  void whatCannotBeVerifiedIsNamed() {
    assertThatThrownBy(() -> TreeVerification.within(ThreatModel.l2(.1)))
        .hasMessageContaining("write ThreatModel.linf(…), or RandomisedSmoothing for L2");
    TreeVerification verification = TreeVerification.within(ThreatModel.linf(.1).inRange(0, 16));
    assertThatThrownBy(() -> verification.withBoxes(0)).hasMessageContaining("withBoxes(20_000)");
    assertThatThrownBy(() -> verification.check(RobustnessOracle.model(), digits(false)))
        .hasMessageContaining("LinearBounds prove of networks");
    Classifier decided =
        Models.file(FOLDER + "digits-boosted.onnx").decidingAt(.7).emittingProbabilities();
    assertThatThrownBy(() -> verification.check(decided, digits(true)))
        .hasMessageContaining("leave decidingAt(0.7) out");
  }
}
