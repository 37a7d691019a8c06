package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A way in which labels go wrong. A new kind of noise is a new class with this interface, passed as
 * a value.
 *
 * <pre>{@code
 * PlantedErrors planted = LabelNoise.uniform(0.20).plantedIn(train);
 * }</pre>
 */
public interface LabelNoise {

  /**
   * Returns the labels with errors in them.
   *
   * @return one class per example
   * @throws dev.touchstone.runtime.TouchstoneException if the data cannot carry this noise
   */
  int[] relabelled(Dataset data, UniformRandomProvider random);

  /** The noise in words, which stand for it in provenance: kind and rate. */
  @Override
  String toString();

  /** Returns training data and this noise, from which plantings are drawn. */
  default PlantedErrors plantedIn(Dataset training) {
    return PlantedErrors.of(training, this);
  }

  /**
   * Returns a share of all labels, each replaced by one of the other classes with equal
   * probability.
   *
   * @param rate in (0, 1); exactly {@code round(rate · n)} labels are wrong
   */
  static LabelNoise uniform(double rate) {
    return new UniformNoise(Rates.check(rate));
  }

  /**
   * Makes systematic noise: a share of one class's labels, all replaced by the same other class.
   *
   * @param from the name of the class whose labels go wrong
   * @param to the name of the class that they get
   * @param rate in (0, 1)
   */
  static LabelNoise betweenClasses(String from, String to, double rate) {
    return new ConfusedClasses(from, to, Rates.check(rate));
  }

  /**
   * Makes noise whose rate depends on the group: of every named group a share of the labels, each
   * replaced by one of the other classes with equal probability.
   *
   * @param column such as {@code "sex"}
   * @param rates in (0, 1) by value of the column; labels of values that are not named stay
   */
  static LabelNoise inGroups(String column, Map<String, Double> rates) {
    return new GroupNoise(column, rates);
  }

  /**
   * Makes noise that depends on what an example looks like (Xia et al. 2020, Algorithm 2): examples
   * that look alike go wrong alike.
   *
   * @param rate in (0, 1): the mean over examples of the probability to go wrong
   */
  static LabelNoise instanceDependent(double rate) {
    return new InstanceNoise(Rates.check(rate));
  }

  /**
   * Makes systematic noise that looks like no noise: of some classes, drawn at random, a coherent
   * part, the smaller of two clusters of its features, is wholly labelled as one other class, drawn
   * for each. Data that carry it are consistent with themselves; only labels from elsewhere tell.
   *
   * @param classes in how many classes, at least 1
   */
  static LabelNoise systematic(int classes) {
    return new SystematicNoise(classes);
  }
}
