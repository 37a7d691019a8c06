package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Regressors from files, beside what ONNX Runtime measured in Python ({@code german_credit.py}).
 */
class RegressorFilesTest {
  /** The record has whole numbers; single precision moves errors by less than .02. */
  private static final Offset<Double> ROUNDED = within(0.52);

  private static Dataset credits() {
    return Datasets.csv("classpath:data/german/test.csv")
        .schema("classpath:data/german/schema.json")
        .load();
  }

  @ParameterizedTest
  @CsvSource({
    "german-ridge, 1405, 2035, -5",
    "german-boosted, 1323, 2005, -14",
    "german-wrong-target, 2039, 2754, -1846"
  })
  void errorsAreThoseThatPythonMeasured(String name, double absolute, double squared, double mean) {
    Dataset data = credits();
    Regressor model = Models.onnx("classpath:models/%s.onnx".formatted(name)).emittingValues();
    double[] values = CheckedAnswers.of(model, data, 64 << 20).values();
    double sum = 0;
    double sumOfAbsolute = 0;
    double sumOfSquares = 0;
    for (int i = 0; i < values.length; i++) {
      double error = values[i] - data.target(i);
      sum += error;
      sumOfAbsolute += Math.abs(error);
      sumOfSquares += error * error;
    }

    assertThat(sumOfAbsolute / values.length).isCloseTo(absolute, ROUNDED);
    assertThat(Math.sqrt(sumOfSquares / values.length)).isCloseTo(squared, ROUNDED);
    assertThat(sum / values.length).isCloseTo(mean, ROUNDED);
    Models.release(model);
  }

  /** Of a ridge regression the derivative by an input is its weight, whatever the input is. */
  @Test
  void aRegressorsGradientsAreTheWeights() {
    Regressor model = Models.onnx("classpath:models/german-ridge.onnx").emittingValues();
    WhiteBox box = model.capability(WhiteBox.class).orElseThrow();
    float[] weight = box.weight("fc.weight");
    Dataset data = credits();

    double[][] gradients =
        model
            .capability(InputGradients.class)
            .orElseThrow()
            .inputGradients(data.batch(0, 3), Quantity.output(0));

    double[] more = new double[2];
    float[] inputs = data.batch(0, 1).values().clone();
    for (int step = 0; step < 2; step++) {
      inputs[0] += step;
      more[step] = model.predict(Tensor.of(inputs, 1, inputs.length)).value(0);
    }
    assertThat(gradients[0][0]).isCloseTo(more[1] - more[0], within(0.01));
    assertThat(gradients[2]).hasSize(weight.length).isEqualTo(gradients[0]);
    Models.release(model);
  }

  @Test
  void intervalsAreThoseThatPythonCounted() {
    Dataset data = credits();
    Regressor model = Models.onnx("classpath:models/german-quantiles.onnx").emittingIntervals();
    Values values = CheckedAnswers.of(model, data, 64 << 20);
    long inside =
        IntStream.range(0, data.size())
            .filter(i -> values.lower(i) <= data.target(i) && data.target(i) <= values.upper(i))
            .count();

    assertThat(inside).isEqualTo(455);
    Models.release(model);
  }
}
