package dev.touchstone.data.contamination;

/**
 * Tells whether an image was treated before by a treatment that takes detail away: the first time
 * it takes much and the second time little, while from the second time on it takes about as much
 * each time.
 */
final class Settling {
  /**
   * What the second time takes as a share of the first, from which on the first was not the first.
   */
  private static final double SHARE = 0.5;

  private Settling() {}

  /**
   * Whether an image seems to have been treated.
   *
   * @param features the image
   * @param negligible the root mean square of a change that is rounding
   */
  static boolean isTreated(
      SpuriousSignal.Fitted treatment, int example, float[] features, double negligible) {
    float[] once = features.clone();
    treatment.apply(example, once);
    double first = change(features, once);
    if (first <= negligible) {
      return true;
    }
    float[] twice = once.clone();
    treatment.apply(example, twice);
    return change(once, twice) >= SHARE * first;
  }

  private static double change(float[] before, float[] after) {
    double squares = 0;
    for (int i = 0; i < before.length; i++) {
      double difference = (double) before[i] - after[i];
      squares += difference * difference;
    }
    return Math.sqrt(squares / before.length);
  }
}
