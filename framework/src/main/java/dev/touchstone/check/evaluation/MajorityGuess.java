package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The answer of whoever knows how often each class occurs and never looks at an example: always the
 * most frequent one.
 *
 * @param label the class, the first of equals
 * @param name what the class is called
 * @param classes how many there are
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record MajorityGuess(int label, String name, int classes) {
  private static final int MOST_OF_A_NAME = 40;

  /** The most frequent label of the data. */
  public static MajorityGuess of(Dataset data) {
    return of(labels(data), data.classNames());
  }

  /** For each class how many examples have it as their label. */
  static int[] labels(Dataset data) {
    int[] counts = new int[data.classNames().size()];
    Arrays.stream(data.labels()).forEach(label -> counts[label]++);
    return counts;
  }

  /** The class with the largest count. */
  public static MajorityGuess of(int[] counts, List<String> classNames) {
    int most = IntStream.range(0, counts.length).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
    return new MajorityGuess(most, classNames.get(most), counts.length);
  }

  /** What a metric keeps of always answering the class with certainty. */
  public Outcomes outcomes(ClassificationMetric metric, Dataset data, RunContext context) {
    double[] certain = new double[classes];
    certain[label] = 1;
    return Outcomes.given(
        IntStream.of(data.labels())
            .mapToObj(of -> metric.outcome(certain, of))
            .toArray(double[][]::new),
        "the most frequent class",
        data,
        context);
  }

  /** The share of a slice's examples that count where this is what is answered. */
  public Guess rate(Slice slice, IntPredicate counts) {
    return new Guess(
        answer(),
        (double) Arrays.stream(slice.examples()).filter(counts).count() / slice.examples().length);
  }

  /** What is answered, in words. */
  public String answer() {
    return "always answering \"" + PlainText.of(name, MOST_OF_A_NAME) + "\"";
  }
}
