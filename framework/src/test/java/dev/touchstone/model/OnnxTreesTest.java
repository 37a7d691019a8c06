package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trees of ONNX files in the same form as those of the boosters' own files: on every threshold, and
 * on its neighbours, they answer as ONNX Runtime does.
 */
class OnnxTreesTest {
  private static final int ROWS = 400;

  @ParameterizedTest
  @CsvSource({
    "answers/forest.onnx, 3, false",
    "cases/boost-cat-binary.onnx, 0, false",
    "cases/boost-lgb-binary-default.onnx, 0, true",
    "cases/boost-xgb-nan.onnx, 0, true",
    "answers/leaf-trees.onnx, 3, true",
  })
  void answersAsOnnxRuntimeDoes(String file, int classes, boolean missing) {
    Classifier model = Models.onnx("classpath:" + file).emittingProbabilities();
    TreeEnsemble trees = model.capability(TreeEnsemble.class).orElseThrow();
    Tensor rows = rows(trees, missing);

    Predictions said = model.predict(rows);

    assertThat(trees.trees()).hasSizeGreaterThan(1);
    for (int i = 0; i < ROWS; i++) {
      double[] answer = trees.answer(wide(rows.row(i)));
      if (answer.length == 1) {
        assertThat(answer[0]).as("row %d", i).isCloseTo(said.probability(i, 1), within(1e-6));
      } else {
        assertThat(answer).hasSize(Math.max(2, classes));
        for (int c = 0; c < answer.length; c++) {
          assertThat(answer[c]).as("row %d", i).isCloseTo(said.probability(i, c), within(1e-6));
        }
      }
    }
    Models.release(model);
  }

  /** Version 5 has one operator for all, and weights in double precision. */
  @Test
  void sumsOfVersionFiveAreOnnxRuntimes() {
    Classifier model = Models.onnx("classpath:answers/leaf-trees-double.onnx").emittingLogits();
    TreeEnsemble trees = model.capability(TreeEnsemble.class).orElseThrow();
    Tensor rows = rows(trees, true);

    double[][] said = model.capability(Scores.class).orElseThrow().scores(rows).rows();

    assertThat(trees.trees()).hasSize(5);
    assertThat(trees.trees().get(0).size()).as("a tree that is one leaf").isOne();
    for (int i = 0; i < ROWS; i++) {
      assertThat(trees.answer(wide(rows.row(i)))).containsExactly(said[i], within(1e-12));
    }
    Models.release(model);
  }

  private static double[] wide(float[] row) {
    double[] wide = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      wide[i] = row[i];
    }
    return wide;
  }

  /** Numbers at which the trees split, beside which, and some that are missing. */
  private static Tensor rows(TreeEnsemble trees, boolean missing) {
    int width = trees.columns().size();
    List<List<Float>> thresholds = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      thresholds.add(new ArrayList<>(List.of(0f)));
    }
    for (Tree tree : trees.trees()) {
      for (int node = 0; node < tree.size(); node++) {
        if (!tree.isLeaf(node)) {
          thresholds.get(tree.column(node)).add((float) tree.threshold(node));
        }
      }
    }
    Random random = new Random(5);
    float[] values = new float[ROWS * width];
    for (int i = 0; i < values.length; i++) {
      List<Float> of = thresholds.get(i % width);
      float at = of.get(random.nextInt(of.size()));
      values[i] =
          switch (random.nextInt(missing ? 5 : 4)) {
            case 0 -> at;
            case 1 -> Math.nextUp(at);
            case 2 -> Math.nextDown(at);
            case 3 -> at + (float) random.nextGaussian();
            default -> Float.NaN;
          };
    }
    return Tensor.of(values, ROWS, width);
  }

  @Test
  void aFileThatIsMoreThanTreesHasNone() {
    assertThat(
            Models.onnx("classpath:cases/dataframe-pipeline.onnx")
                .emittingProbabilities()
                .capability(TreeEnsemble.class))
        .isEmpty();
  }
}
