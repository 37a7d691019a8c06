package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Values;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The examples at which a metric is worst, by their stable ids. */
final class WorstExamples {
  private WorstExamples() {}

  /** Those with the largest shortfall above 0, the most confident first among equals. */
  static List<Finding> by(ClassificationMetric metric, Predictions predictions, Dataset data) {
    double[] shortfall =
        IntStream.range(0, data.size())
            .mapToDouble(i -> metric.shortfall(predictions, i, data.label(i)))
            .toArray();
    return IntStream.range(0, data.size())
        .filter(i -> shortfall[i] > 0)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> shortfall[i])
                .thenComparingDouble(predictions::confidence)
                .reversed()
                .thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS)
        .map(i -> finding(metric, predictions, data, i, shortfall[i]))
        .toList();
  }

  /** Those with the largest shortfall above 0. */
  static List<Finding> by(RegressionMetric metric, Values predicted, Dataset data) {
    double[] shortfall =
        IntStream.range(0, predicted.size())
            .mapToDouble(i -> metric.shortfall(predicted, i, data.target(i)))
            .toArray();
    return IntStream.range(0, predicted.size())
        .filter(i -> shortfall[i] > 0)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> shortfall[i])
                .reversed()
                .thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS)
        .map(
            i -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("value", Numbers.format(data.target(i)));
              facts.put("predicted", Numbers.format(predicted.value(i)));
              metric
                  .shortfallName()
                  .ifPresent(name -> facts.put(name, Numbers.format(shortfall[i])));
              data.grouping().forEach(column -> facts.put(column, data.value(column, i)));
              return new Finding(data.id(i), facts);
            })
        .toList();
  }

  private static Finding finding(
      ClassificationMetric metric,
      Predictions predictions,
      Dataset data,
      int example,
      double shortfall) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("label", data.classNames().get(data.label(example)));
    facts.put("predicted", data.classNames().get(predictions.predicted(example)));
    facts.put("confidence", Numbers.format(predictions.confidence(example)));
    metric.shortfallName().ifPresent(name -> facts.put(name, Numbers.format(shortfall)));
    data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
    return new Finding(data.id(example), facts);
  }
}
