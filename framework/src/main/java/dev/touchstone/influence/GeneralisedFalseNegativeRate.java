package dev.touchstone.influence;

/**
 * The generalised false negative rate of a group, E[1 − f(x) | y = 1] (Pleiss et al. 2017; thesis,
 * section 6.2): a mean of probabilities, where a hard rate counts decisions.
 */
public record GeneralisedFalseNegativeRate() implements GroupDisparity {

  /** Makes the metric; it has no settings. */
  public static GeneralisedFalseNegativeRate withDefaults() {
    return new GeneralisedFalseNegativeRate();
  }

  @Override
  public String quantity() {
    return "generalised false negative rate";
  }

  @Override
  public double of(double[] probabilities, int[] labels) {
    int members = OneClass.members(quantity(), 1, labels);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += labels[i] == 1 ? 1 - probabilities[i] : 0;
    }
    return sum / members;
  }

  @Override
  public double[] byLogits(double[] probabilities, int[] labels) {
    int members = OneClass.members(quantity(), 1, labels);
    double[] slopes = new double[labels.length];
    for (int i = 0; i < slopes.length; i++) {
      double p = probabilities[i];
      slopes[i] = labels[i] == 1 ? -p * (1 - p) / members : 0;
    }
    return slopes;
  }
}
