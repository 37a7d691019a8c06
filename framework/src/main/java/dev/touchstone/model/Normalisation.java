package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** (x - mean)/std per channel or per feature, as a model expects its inputs. */
final class Normalisation {
  private final double[] mean;
  private final double[] std;

  /**
   * Checks the numbers.
   *
   * @throws TouchstoneException if they differ in number, are not finite, or std is not positive
   */
  Normalisation(double[] mean, double[] std) {
    if (mean.length == 0 || mean.length != std.length) {
      throw new TouchstoneException(
          "normalising with "
              + mean.length
              + " means and "
              + std.length
              + " standard deviations; give one of each per channel or feature, or one for all");
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i]) || !(std[i] > 0 && Double.isFinite(std[i]))) {
        throw new TouchstoneException(
            "normalising channel "
                + i
                + " with mean "
                + mean[i]
                + " and standard deviation "
                + std[i]
                + "; both have to be finite, the latter positive");
      }
    }
    this.mean = mean.clone();
    this.std = std.clone();
  }

  double[] mean() {
    return mean.clone();
  }

  double[] std() {
    return std.clone();
  }

  Tensor apply(Tensor batch) {
    requireFit(batch.shape());
    float[] raw = batch.values();
    float[] normal = new float[raw.length];
    int perChannel = channelSize(batch);
    for (int i = 0; i < raw.length; i++) {
      int channel = mean.length == 1 ? 0 : i / perChannel % mean.length;
      normal[i] = (float) ((raw[i] - mean[channel]) / std[channel]);
    }
    return Tensor.of(normal, batch.shape());
  }

  /** The features of examples as models take them, in the precision that they have. */
  Inputs apply(Inputs batch) {
    requireFit(batch.batchShape());
    return batch.normalising(mean, std);
  }

  /** The chain rule: gradients with respect to normalised inputs become those to raw ones. */
  double[][] backward(double[][] gradients, Tensor batch) {
    int perChannel = channelSize(batch);
    double[][] raw = new double[gradients.length][];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = gradients[i].clone();
      for (int j = 0; j < raw[i].length; j++) {
        raw[i][j] /= std[mean.length == 1 ? 0 : j / perChannel % mean.length];
      }
    }
    return raw;
  }

  private static int channelSize(Tensor batch) {
    int[] shape = batch.shape();
    return shape.length < 2 ? 1 : Math.max(1, batch.rowSize() / Math.max(1, shape[1]));
  }

  private void requireFit(int[] shape) {
    if (mean.length > 1 && (shape.length < 2 || shape[1] != mean.length)) {
      throw new TouchstoneException(
          "normalising with "
              + mean.length
              + " means, and the data have the shape "
              + Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length))
              + "; give one mean per entry of the first axis, or one for all");
    }
  }

  @Override
  public String toString() {
    return "(x - " + Arrays.toString(mean) + ") / " + Arrays.toString(std);
  }
}
