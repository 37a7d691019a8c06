package dev.touchstone.graph;

import java.util.Arrays;

/**
 * What is asked about: one number, made of the scores that a model gives an example (quantity of
 * interest; Leino et al. 2018). The scores are those before a final softmax or sigmoid.
 *
 * <p>A model of one score has two classes; its score speaks for class 1 and against class 0.
 */
public interface Quantity {

  /**
   * The quantity.
   *
   * @param scores of one example, one per class
   * @param example its place in the batch
   */
  double value(double[] scores, int example);

  /**
   * The quantity's derivatives with respect to the scores, as many as there are scores.
   *
   * @param scores of one example, one per class
   * @param example its place in the batch
   */
  double[] gradient(double[] scores, int example);

  /**
   * Each example's score of a class.
   *
   * @param targets a class per example of the batch, 0-based, or one for all of them
   */
  static Quantity ofClass(int... targets) {
    int[] classes = targets.clone();
    return classes.length == 1
        ? new LinearQuantity((scores, example) -> LinearQuantity.oneHot(scores, classes[0]))
        : LinearQuantity.ofClasses(classes);
  }

  /**
   * How much more one class scores than another.
   *
   * @param over the class that is asked about, 0-based
   * @param other the class it is compared with
   */
  static Quantity difference(int over, int other) {
    return new LinearQuantity(
        (scores, example) -> {
          double[] weights = LinearQuantity.oneHot(scores, over);
          double[] against = LinearQuantity.oneHot(scores, other);
          Arrays.setAll(weights, i -> weights[i] - against[i]);
          return weights;
        });
  }

  /**
   * A weighted sum of the scores.
   *
   * @param weights one per score
   */
  static Quantity weighting(double... weights) {
    double[] given = weights.clone();
    return new LinearQuantity(
        (scores, example) -> {
          if (given.length != scores) {
            throw new IllegalArgumentException(
                given.length + " weights for a model with " + scores + " scores");
          }
          return given.clone();
        });
  }
}
