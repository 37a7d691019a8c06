package dev.touchstone.assertions;

import dev.touchstone.attribution.Target;

/**
 * Holds what may be said of every claim about explanations.
 *
 * @param <SELF> the assertion itself
 */
public abstract class AbstractExplanationAssert<SELF extends AbstractExplanationAssert<SELF>>
    extends AbstractClaimAssert<SELF> {

  AbstractExplanationAssert(Draft draft) {
    super(draft);
  }

  /**
   * Draws so many examples from the data; 50 by default.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public abstract SELF withExamples(int number);

  /**
   * Explains something else of each example than the score of the class that the model, or the
   * reference, predicts.
   *
   * @param target such as {@code Target.trueLabel()} or {@code Target.ofClass(3)}
   */
  public abstract SELF explaining(Target target);
}
