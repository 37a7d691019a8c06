package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;

/**
 * How the last layer of a model is refitted on a representation, to the optimum of a strictly
 * convex objective, where influence functions are exact to first order.
 *
 * <p>With X the n × (d+1) z-scored representation and a column of ones, T the n × k targets, it
 * minimises
 *
 * <pre>L(W) = (1/n) Σᵢ sᵢ ℓ(xᵢW, Tᵢ) + a (1/m) Σⱼ cⱼ ℓ(auditⱼ) + ½ Σⱼ rⱼ ‖Wⱼ‖²</pre>
 *
 * <p>where rⱼ = λ, and 0.01 λ for the bias. λ &gt; 0 makes the optimum unique. Heads that are equal
 * fit alike.
 */
public sealed interface Head permits LogisticHead, RidgeHead {

  /** Returns the ridge λ. */
  double ridge();

  /**
   * Fits the head.
   *
   * @throws dev.touchstone.runtime.TouchstoneException for values that are not finite, targets that
   *     do not suit the loss, or if the optimum is not reached
   */
  FittedHead fit(HeadData data);

  /**
   * Fits the head to examples of classes.
   *
   * @param representation n × d, n ≥ 2
   * @param labels n classes from 0 to {@code classes} - 1
   * @param classes k ≥ 2
   * @throws dev.touchstone.runtime.TouchstoneException for values that are not finite, or labels
   *     outside the classes
   */
  default FittedHead fit(Matrix representation, int[] labels, int classes) {
    return fit(HeadData.of(RowSource.of(representation), labels, classes));
  }
}
