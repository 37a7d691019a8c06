package dev.touchstone.graph;

import java.util.Arrays;

/**
 * What is asked about: one number, made of the scores that a model gives an example (quantity of
 * interest; Leino et al. 2018). The scores are those before a final softmax or sigmoid.
 *
 * <p>A quantity is one of the examples of a batch: where it differs between them, as labels do, it
 * is told the example's place. Whoever makes other rows of the examples, such as points of a path,
 * asks {@link #ofRows}, so that each row is asked what its example was.
 *
 * <p>A model of one score has two classes; its score speaks for class 1 and against class 0.
 */
public interface Quantity {

  /**
   * Returns the quantity.
   *
   * @param scores of one example, one per class
   * @param example its place in the batch
   */
  double value(double[] scores, int example);

  /**
   * Returns the quantity's derivatives with respect to the scores, as many as there are scores.
   *
   * @param scores of one example, one per class
   * @param example its place in the batch
   */
  double[] gradient(double[] scores, int example);

  /** Returns what is asked about, in words, such as {@code "class 3"}. */
  default String describe() {
    return "a function of the scores";
  }

  /**
   * Returns whether the derivatives are the same whatever the scores are: then the quantity's
   * change between any two inputs follows from them alone.
   */
  default boolean isLinear() {
    return false;
  }

  /**
   * Returns the same quantity of other rows that were made of the examples.
   *
   * @param examples the place of the example that each row was made of
   */
  default Quantity ofRows(int... examples) {
    return new QuantityOfRows(this, examples.clone());
  }

  /**
   * Returns the same quantity by another name.
   *
   * @param words what is asked about, such as {@code "the true label"}
   */
  default Quantity named(String words) {
    return new NamedQuantity(words, this);
  }

  /** Returns this quantity without another one: how much more is scored here than there. */
  default Quantity minus(Quantity other) {
    return new QuantityDifference(this, other);
  }

  /**
   * Returns each example's score of a class.
   *
   * @param targets a class per example of the batch, 0-based, or one for all of them
   */
  static Quantity ofClass(int... targets) {
    return LinearQuantity.ofClasses(targets);
  }

  /**
   * Returns how much more one class scores than another.
   *
   * @param over the class that is asked about, 0-based
   * @param other the class it is compared with
   */
  static Quantity difference(int over, int other) {
    return ofClass(over).minus(ofClass(other));
  }

  /**
   * Returns one of the scores as it stands, such as a regression's output: a single one speaks for
   * itself and against nothing.
   *
   * @param index its place among the scores, 0-based
   */
  static Quantity output(int index) {
    return new LinearQuantity(
        "output " + index,
        (scores, example) -> {
          if (index < 0 || index >= scores) {
            throw new IllegalArgumentException(
                "output %d of a model with %d outputs; they are counted from 0 to %d"
                    .formatted(index, scores, scores - 1));
          }
          double[] weights = new double[scores];
          weights[index] = 1;
          return weights;
        });
  }

  /**
   * Returns a weighted sum of the scores.
   *
   * @param weights one per score
   */
  static Quantity weighting(double... weights) {
    double[] given = weights.clone();
    return new LinearQuantity(
        "scores weighted " + Arrays.toString(given),
        (scores, example) -> {
          if (given.length != scores) {
            throw new IllegalArgumentException(
                "%d weights for a model with %d scores; give one for each"
                    .formatted(given.length, scores));
          }
          return given.clone();
        });
  }
}
