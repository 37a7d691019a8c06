package dev.touchstone.attribution.perturbation;

import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every LIME has: how many rows are asked about, how fast their weight falls with their
 * distance, and how much the surrogate's coefficients are held back.
 *
 * @param samples rows, the example itself among them
 * @param kernelWidth in the unit of distances; 0 for what suits the number of columns
 * @param ridge λ
 */
record LimeSetting(int samples, double kernelWidth, double ridge) {
  private static final int FEWEST = 10;

  LimeSetting withSamples(int number) {
    if (number < FEWEST) {
      throw new IllegalArgumentException(
          "a local surrogate of %d samples; give at least %d, such as .withSamples(1000)"
              .formatted(number, FEWEST));
    }
    return new LimeSetting(number, kernelWidth, ridge);
  }

  LimeSetting withKernelWidth(double width) {
    if (!(width > 0) || Double.isInfinite(width)) {
      throw new IllegalArgumentException("a kernel's width must be positive, was " + width);
    }
    return new LimeSetting(samples, width, ridge);
  }

  LimeSetting withRidge(double penalty) {
    if (!(penalty > 0) || Double.isInfinite(penalty)) {
      throw new IllegalArgumentException(
          "the ridge must be positive, was %s: without one, columns that never differ from each other have no coefficients; give 1 as lime does, or less"
              .formatted(penalty));
    }
    return new LimeSetting(samples, kernelWidth, penalty);
  }

  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("samples", Integer.toString(samples));
    settings.put("kernel width", kernelWidth == 0 ? "0.75 √d" : Double.toString(kernelWidth));
    settings.put("ridge", Double.toString(ridge));
    return settings;
  }

  /**
   * Asks about the rows around an example, in portions that the memory budget admits, and fits the
   * surrogate.
   *
   * @param example its place in the batch
   */
  LocalLinearModel explain(
      Neighbourhood neighbourhood, QuantityOfInputs function, int example, Progress progress) {
    int rows = neighbourhood.interpretable().length;
    double[] answers = new double[rows];
    for (int from = 0; from < rows; from += function.rowsAtOnce()) {
      int to = Math.min(rows, from + function.rowsAtOnce());
      int[] examples = new int[to - from];
      Arrays.fill(examples, example);
      double[] portion = function.of(neighbourhood.rows(from, to), examples);
      System.arraycopy(portion, 0, answers, from, portion.length);
      progress.step("LIME, example " + example, to, rows);
    }
    return fit(neighbourhood, answers);
  }

  /** Weighs rows by their distance and fits the surrogate to their answers. */
  LocalLinearModel fit(Neighbourhood neighbourhood, double... answers) {
    double[][] z = neighbourhood.interpretable();
    double width = kernelWidth == 0 ? 0.75 * Math.sqrt(z[0].length) : kernelWidth;
    double[] weights = new double[z.length];
    Arrays.setAll(weights, row -> weight(neighbourhood.distance(row), width));
    if (Arrays.stream(weights).skip(1).sum() < Double.MIN_NORMAL) {
      throw new TouchstoneException(
          "all rows around the example are too far away for a kernel of width %s to weigh them; write a larger .withKernelWidth(…)"
              .formatted(width));
    }
    return LocalLinearModel.fit(z, answers, weights, ridge, neighbourhood.draws());
  }

  /** The root of the Gaussian kernel, as lime has it: {@code √exp(−d²/σ²)}. */
  private static double weight(double distance, double width) {
    return Math.sqrt(Math.exp(-distance * distance / (width * width)));
  }
}
