package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The trees of the samples' ONNX files answer as ONNX Runtime does, on the data of the samples. */
class TreesOfOnnxFilesTest {

  @Test
  void aClassifiersProbabilitiesAreItsTrees() {
    Dataset people =
        Datasets.csv("classpath:data/adult/test.csv.gz")
            .schema("classpath:data/adult/schema.json")
            .load()
            .first(2000);
    var model = Models.onnx("classpath:models/adult-boosted.onnx").emittingProbabilities();
    var said = CheckedAnswers.of(model, people, 64 << 20);

    double[][] answers = answers(model, people);

    for (int i = 0; i < people.size(); i++) {
      assertThat(answers[i][answers[i].length - 1]).isCloseTo(said.probability(i, 1), within(1e-6));
    }
    Models.release(model);
  }

  @Test
  void aRegressorsValuesAreItsTrees() {
    Dataset credits =
        Datasets.csv("classpath:data/german/test.csv")
            .schema("classpath:data/german/schema.json")
            .load();
    var model = Models.onnx("classpath:models/german-boosted.onnx").emittingValues();
    var said = CheckedAnswers.of(model, credits, 64 << 20);

    double[][] answers = answers(model, credits);

    for (int i = 0; i < credits.size(); i++) {
      assertThat(answers[i][0]).isCloseTo(said.value(i), within(1e-6 * 20_000));
    }
    Models.release(model);
  }

  private static double[][] answers(Model model, Dataset data) {
    TreeEnsemble trees = model.capability(TreeEnsemble.class).orElseThrow();
    double[] rows = data.inputs(0, data.size()).exactFeatures().values();
    int width = trees.columns().size();
    double[][] answers = new double[data.size()][];
    Arrays.setAll(answers, i -> trees.answer(Arrays.copyOfRange(rows, i * width, (i + 1) * width)));
    return answers;
  }
}
