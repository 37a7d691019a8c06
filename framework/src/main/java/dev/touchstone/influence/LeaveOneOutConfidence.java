package dev.touchstone.influence;

/**
 * Suspects the points whose given label a model that did not see them finds improbable, as
 * confident learning does (Northcutt, Jiang and Chuang 2021: self-confidence), with approximate
 * leave-one-out in the place of folds. Proposes the class that such a model finds most probable.
 *
 * @see FittedHead#leaveOneOutLosses()
 */
public final class LeaveOneOutConfidence implements MislabelDetector {
  private LeaveOneOutConfidence() {}

  /** Returns the detector; it has no settings. */
  public static LeaveOneOutConfidence withDefaults() {
    return new LeaveOneOutConfidence();
  }

  @Override
  public String name() {
    return "leave-one-out confidence";
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    FittedHead.LeftOut leftOut = context.head().leftOut();
    // −log p orders like 1 − p, and still does where 1 − p rounds to 1.
    return LabelIssues.ranked(leftOut.losses()).proposingLargest(leftOut.predictions());
  }

  @Override
  public String toString() {
    return name();
  }
}
