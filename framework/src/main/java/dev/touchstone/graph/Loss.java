package dev.touchstone.graph;

import java.util.Arrays;

/**
 * A loss of one example, as a function of the scores that a model gives it: a {@link Quantity} that
 * has second derivatives, too, so that Hessian- and Gauss-Newton-vector products can be made of it.
 */
public interface Loss extends Quantity {

  /**
   * Returns the Hessian with respect to the scores, times a vector.
   *
   * @param scores of one example, one per class
   * @param example its place in the batch
   * @param vector as long as the scores
   */
  double[] hessianVector(double[] scores, int example, double[] vector);

  /**
   * Returns the cross-entropy −log p_y with p = softmax(scores); of a single score s, log(1 + eˢ) −
   * y·s.
   *
   * @param labels a class per example of the batch, 0-based
   */
  static Loss crossEntropy(int... labels) {
    int[] given = labels.clone();
    return new CrossEntropy(
        (classes, example) -> {
          if (given[example] < 0 || given[example] >= classes) {
            throw new IllegalArgumentException(
                "label %d of example %d, for a model with %d classes"
                    .formatted(given[example], example, classes));
          }
          double[] target = new double[classes];
          target[given[example]] = 1;
          return target;
        });
  }

  /**
   * Returns the cross-entropy −Σ t_c log p_c with soft targets.
   *
   * @param targets a row per example of the batch, of one share per class, none negative; of a
   *     model with a single score two shares, of the classes 0 and 1
   */
  static Loss crossEntropy(double[]... targets) {
    double[][] given = rows(targets);
    for (int i = 0; i < given.length; i++) {
      if (!Arrays.stream(given[i]).allMatch(share -> share >= 0 && Double.isFinite(share))) {
        throw new IllegalArgumentException(
            "targets %s of example %d; expected a share per class, none of them negative"
                .formatted(Arrays.toString(given[i]), i));
      }
    }
    return new CrossEntropy((classes, example) -> fitting(given[example], classes, example));
  }

  /**
   * Returns half the squared distance from the scores to targets, ½‖s − t‖².
   *
   * @param targets a row per example of the batch, as long as the scores
   */
  static Loss squaredError(double[]... targets) {
    double[][] given = rows(targets);
    return new SquaredError((scores, example) -> fitting(given[example], scores, example));
  }

  /**
   * Returns a quantity as a loss. The second derivatives of a weighted sum of scores are 0; those
   * of any other quantity are central differences of its {@link Quantity#gradient}, with an error
   * of some 1e-10 of what the gradient changes by.
   */
  static Loss of(Quantity quantity) {
    if (quantity instanceof Loss loss) {
      return loss;
    }
    return new DifferencedLoss(quantity);
  }

  /**
   * Returns the same loss, each example's times a factor.
   *
   * @param factors one per example of the batch
   */
  default Loss weighted(double... factors) {
    double[] given = factors.clone();
    return new ScaledLoss(this, example -> given[example]);
  }

  /**
   * Returns the same loss divided by a number of examples, so that what is summed is the mean.
   *
   * @param examples of the batch
   */
  default Loss averagedOver(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException("a mean over " + examples + " examples");
    }
    return new ScaledLoss(this, example -> 1.0 / examples);
  }

  private static double[][] rows(double[][] targets) {
    return Arrays.stream(targets).map(double[]::clone).toArray(double[][]::new);
  }

  private static double[] fitting(double[] target, int length, int example) {
    if (target.length != length) {
      throw new IllegalArgumentException(
          "%d targets for example %d, where %d are needed"
              .formatted(target.length, example, length));
    }
    return target;
  }
}
