package dev.touchstone.metric.explanation;

/**
 * A search for what makes an explanation worthless while the model's answer stays as it was. The
 * number of an example is what is left of its explanation: how alike the map is to that before the
 * attack, 1 where nothing was found.
 *
 * <p>A search that finds nothing proves nothing of those that look elsewhere.
 */
public interface ExplanationAttack extends ExplanationMetric {

  @Override
  default boolean higherIsBetter() {
    return true;
  }
}
