package dev.touchstone.influence;

/**
 * Suspects the points that the model fits worst: cross-entropy of the given label on the training
 * data themselves. The simplest baseline (thesis, section 3.4), and a strong one while the model
 * does not memorise its labels.
 */
public final class TrainingLoss implements MislabelDetector {
  private TrainingLoss() {}

  /** Returns the detector; it has no settings. */
  public static TrainingLoss withDefaults() {
    return new TrainingLoss();
  }

  @Override
  public String name() {
    return "training loss";
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    FittedHead head = context.head();
    return LabelIssues.ranked(head.losses()).proposingLargest(head.predictions());
  }

  @Override
  public String toString() {
    return name();
  }
}
