package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.Model;
import dev.touchstone.model.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How often a model answers each class, whatever is asked of it: a model that says nothing may keep
 * many a tolerance.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Answers(Model model, Predictions predictions, Dataset data) {
  private static final int MOST_CLASSES = 10;
  private static final int MOST_OF_A_NAME = 40;

  /** How often each class was predicted and is the label, in a sentence. */
  public String counts() {
    int[] predicted = predictions.counts();
    int[] labelled = MajorityGuess.labels(data);
    int[] mostFirst =
        IntStream.range(0, predicted.length)
            .boxed()
            .sorted(
                Comparator.comparingInt((Integer c) -> -Math.max(predicted[c], labelled[c]))
                    .thenComparingInt(c -> c))
            .limit(MOST_CLASSES)
            // Those that are shown stay in the order of the classes.
            .sorted()
            .mapToInt(Integer::intValue)
            .toArray();
    List<String> shown = new ArrayList<>();
    for (int c : mostFirst) {
      shown.add("%s %d (of %d)".formatted(name(c), predicted[c], labelled[c]));
    }
    int rest = predicted.length - mostFirst.length;
    return "predicted, and in brackets labelled: "
        + String.join(", ", shown)
        + (rest == 0 ? "" : ", and " + rest + " rarer classes");
  }

  /**
   * Warns of a model that predicts the same class for examples of several labels, of one that calls
   * its classes otherwise than the data do, and of one that would be far better with its classes in
   * another order.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if it has the data's classes in another
   *     order
   */
  public void warn(Evidence.Builder evidence) {
    ClassNames.compare(model, data, evidence);
    long answered = IntStream.of(predictions.counts()).filter(count -> count > 0).count();
    long labels = IntStream.of(MajorityGuess.labels(data)).filter(count -> count > 0).count();
    if (answered == 1 && labels > 1) {
      evidence.warn(
          new Warning(
              Warning.ONE_CLASS,
              "%s predicts \"%s\" for all %d examples, which have %d different labels: it may be constant, or its output or its inputs be read wrongly; look at outputs, preprocessing and the order of the columns"
                  .formatted(
                      PlainText.of(model.name(), 80),
                      name(predictions.predicted(0)),
                      predictions.size(),
                      labels)));
    }
    OtherClassOrder.find(predictions, data)
        .ifPresent(other -> evidence.warn(other.warning(model.name(), data.classNames())));
  }

  private String name(int c) {
    return PlainText.of(data.classNames().get(c), MOST_OF_A_NAME);
  }
}
