package dev.touchstone.influence;

/**
 * The generalised false positive rate of a group, E[f(x) | y = 0] (Pleiss et al. 2017; thesis,
 * section 6.2): a mean of probabilities, where a hard rate counts decisions.
 */
public record GeneralisedFalsePositiveRate() implements GroupDisparity {

  /** Makes the metric; it has no settings. */
  public static GeneralisedFalsePositiveRate withDefaults() {
    return new GeneralisedFalsePositiveRate();
  }

  @Override
  public String quantity() {
    return "generalised false positive rate";
  }

  @Override
  public double of(double[] probabilities, int[] labels) {
    int members = OneClass.members(quantity(), 0, labels);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += labels[i] == 0 ? probabilities[i] : 0;
    }
    return sum / members;
  }

  @Override
  public double[] byLogits(double[] probabilities, int[] labels) {
    int members = OneClass.members(quantity(), 0, labels);
    double[] slopes = new double[labels.length];
    for (int i = 0; i < slopes.length; i++) {
      double p = probabilities[i];
      slopes[i] = labels[i] == 0 ? p * (1 - p) / members : 0;
    }
    return slopes;
  }
}
