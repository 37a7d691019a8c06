package dev.touchstone.influence;

/** The Brier score of a group, the mean of (p − y)² of class 1 (thesis, section 6.2). */
public record GroupBrierScore() implements GroupDisparity {

  /** Makes the metric; it has no settings. */
  public static GroupBrierScore withDefaults() {
    return new GroupBrierScore();
  }

  @Override
  public String quantity() {
    return "Brier score";
  }

  @Override
  public double of(double[] probabilities, int[] labels) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += (probabilities[i] - labels[i]) * (probabilities[i] - labels[i]);
    }
    return sum / labels.length;
  }

  @Override
  public double[] byLogits(double[] probabilities, int[] labels) {
    double[] slopes = new double[labels.length];
    for (int i = 0; i < slopes.length; i++) {
      double p = probabilities[i];
      slopes[i] = 2 * (p - labels[i]) * p * (1 - p) / labels.length;
    }
    return slopes;
  }
}
