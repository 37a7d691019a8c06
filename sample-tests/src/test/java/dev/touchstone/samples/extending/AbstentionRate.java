package dev.touchstone.samples.extending;

import dev.touchstone.check.evaluation.SharedPredictions;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A check of one's own: how often is the model too unsure to decide, overall and per group?
 *
 * <p>A check asks one question. It returns numbers with their sampling distribution, here {@link
 * Rates} with the interval that the data's clustering asks for, and knows no tolerance; that is the
 * claim's.
 */
final class AbstentionRate {
  static final String QUANTITY = "abstention rate";

  private final double leastConfidence;

  private AbstentionRate(double leastConfidence) {
    this.leastConfidence = leastConfidence;
  }

  /** Below this probability of the predicted class a person decides. */
  static AbstentionRate below(double leastConfidence) {
    return new AbstentionRate(leastConfidence);
  }

  Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    // 1. The clock starts; what was set belongs to the provenance.
    Trace trace = Trace.start(context).with("least confidence", leastConfidence);

    // 2. The slices come first: an empty data set is refused before any engine runs.
    List<Slice> slices = data.slices();
    Rates.refuseUnboundedClusters(data);
    Predictions predictions = SharedPredictions.of(model, data, context);

    // 3. One measurement per slice; a claim has to hold for each.
    Evidence.Builder evidence =
        Evidence.of(
            "abstention", model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    for (Slice slice : slices) {
      evidence.measured(
          new Measurement(
                  QUANTITY, slice.name(), Rates.of(data, slice, i -> isUnsure(predictions, i)))
              // How the first screen of the report puts it, in percent.
              .reading(Reading.share("{value} of the answers are left to a person")));
    }

    // 4. A picture as data, which the report, the PNG files and the summary draw or describe.
    evidence.figure(
        new BoxPlot(
            "confidence",
            "How sure the model is of its answers",
            "group",
            new Axis("confidence"),
            slices.stream()
                .limit(BoxPlot.MOST_BOXES)
                .map(slice -> box(slice, predictions))
                .toList()));

    // 5. The worst examples, so that a person can look at them.
    IntStream.range(0, data.size())
        .boxed()
        .sorted(Comparator.comparingDouble(predictions::confidence))
        .limit(Evidence.MOST_FINDINGS)
        .forEach(i -> evidence.worst(finding(i, predictions, data)));
    return evidence.from(trace.end(model, data));
  }

  private boolean isUnsure(Predictions predictions, int example) {
    return predictions.confidence(example) < leastConfidence;
  }

  private static BoxPlot.Box box(Slice slice, Predictions predictions) {
    return BoxPlot.Box.of(
        slice.name(),
        Arrays.stream(slice.examples()).mapToDouble(predictions::confidence).toArray());
  }

  private static Finding finding(int example, Predictions predictions, Dataset data) {
    return new Finding(
        "example " + data.id(example),
        Map.of("confidence", Numbers.format(predictions.confidence(example))));
  }
}
