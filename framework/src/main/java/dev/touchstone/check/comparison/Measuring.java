package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.RegressionMetric;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;

/**
 * A metric, and how models of the kind that it is of are asked.
 *
 * @param <M> the kind of models
 */
interface Measuring<M extends Model> {

  /** Of classifiers. */
  static Measuring<Classifier> classes(ClassificationMetric metric) {
    return new MeasuringClasses(metric);
  }

  /** Of regressors. */
  static Measuring<Regressor> values(RegressionMetric metric) {
    return new MeasuringValues(metric);
  }

  /** The metric. */
  Metric metric();

  /**
   * Refuses data on which a constant answer would be right.
   *
   * @throws dev.touchstone.runtime.TouchstoneException for data of a single class or value, or of
   *     targets of the other kind
   */
  void refuse(Dataset data);

  /** Refuses a model of other classes than the data's, by asking it about the first examples. */
  void requireFit(M model, Dataset data);

  /** Whether a recorded outcome can be that of an answer about one of the examples. */
  boolean isPossible(double[] outcome, Dataset data, int example);

  /** A model's answers about data. */
  Answered answered(M model, Dataset data, RunContext context);
}
