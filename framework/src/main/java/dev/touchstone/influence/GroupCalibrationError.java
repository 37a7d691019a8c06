package dev.touchstone.influence;

import dev.touchstone.calibration.Bins;

/**
 * The expected calibration error of a group, {@code Σₘ |Bₘ|/n · |conf(Bₘ) − acc(Bₘ)|}, in equal
 * bins that are closed on the right (thesis, section 6.2 and appendix B.1.3).
 *
 * @param bins how many, M
 * @param ofPositives whether the confidence is that of class 1, and not of the predicted class
 */
public record GroupCalibrationError(int bins, boolean ofPositives) implements GroupDisparity {
  private static final int BINS = 10;

  /** Refuses fewer than one bin. */
  public GroupCalibrationError {
    if (bins < 1) {
      throw new IllegalArgumentException("at least one bin, was " + bins);
    }
  }

  /** Measures how sure the model is of the class that it predicts, in {@value #BINS} bins. */
  public static GroupCalibrationError withDefaults() {
    return new GroupCalibrationError(BINS, false);
  }

  /** Measures the probability of class 1 against how often class 1 is right. */
  public GroupCalibrationError ofPositiveClass() {
    return new GroupCalibrationError(bins, true);
  }

  /** Takes another number of bins. */
  public GroupCalibrationError withBins(int number) {
    return new GroupCalibrationError(number, ofPositives);
  }

  @Override
  public String quantity() {
    return "expected calibration error" + (ofPositives ? " of class 1" : "");
  }

  private double confidence(double p) {
    return ofPositives ? p : Math.max(p, 1 - p);
  }

  private int cameTrue(double p, int label) {
    return ofPositives ? label : (p >= 0.5) == (label == 1) ? 1 : 0;
  }

  private double[] gaps(double[] probabilities, int... labels) {
    double[] gaps = new double[bins];
    for (int i = 0; i < labels.length; i++) {
      double confidence = confidence(probabilities[i]);
      gaps[Bins.bin(confidence, bins)] += confidence - cameTrue(probabilities[i], labels[i]);
    }
    return gaps;
  }

  @Override
  public double of(double[] probabilities, int[] labels) {
    double error = 0;
    for (double gap : gaps(probabilities, labels)) {
      error += Math.abs(gap);
    }
    return error / labels.length;
  }

  @Override
  public double[] byLogits(double[] probabilities, int[] labels) {
    double[] gaps = gaps(probabilities, labels);
    double[] slopes = new double[labels.length];
    for (int i = 0; i < slopes.length; i++) {
      double p = probabilities[i];
      double sign = ofPositives || p >= 0.5 ? 1 : -1;
      slopes[i] =
          Math.signum(gaps[Bins.bin(confidence(p), bins)]) * sign * p * (1 - p) / labels.length;
    }
    return slopes;
  }
}
