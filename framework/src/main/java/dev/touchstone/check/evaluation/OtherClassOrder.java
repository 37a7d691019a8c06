package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.Predictions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether a model's answers fit the labels far better if its outputs stand for the same classes in
 * another order: the one under which most answers are right.
 *
 * <p>That order was looked for, so that being better on these examples proves nothing by itself.
 * Under the hypothesis that the declared order is at least as good as another one, an example on
 * which exactly one of the two is right favours the other with a probability of at most 1/2 (the
 * sign test); of m such examples b or more do with at most exp(−m·D(b/m ‖ 1/2)) (Chernoff), and for
 * any of the k! orders with at most k! times that (Bonferroni). Of clustered data one example a
 * cluster counts.
 *
 * @param outputs the class that each output would stand for
 * @param wrong how many examples are wrong in the declared order
 * @param wrongThen how many would be in the other
 * @param examples how many count
 */
record OtherClassOrder(int[] outputs, int wrong, int wrongThen, int examples) {
  /** A thousand claims on models in the right order warn without a reason once in 10,000 runs. */
  private static final double LOG_LEVEL = Math.log(1e-7);

  private static final int MOST_CLASSES = 1000;
  private static final int MOST_SHOWN = 12;
  private static final int MOST_OF_A_NAME = 20;

  /**
   * Looks for a better order.
   *
   * @return empty unless it halves the errors, errs less often than always answering the most
   *     frequent class, and cannot be as good by chance
   */
  static Optional<OtherClassOrder> find(Predictions predictions, Dataset data) {
    int classes = data.classNames().size();
    int[] examples = independent(data);
    if (classes > MOST_CLASSES) {
      return Optional.empty();
    }
    int[][] counts = new int[classes][classes];
    int[] labels = new int[classes];
    int wrong = 0;
    for (int i : examples) {
      counts[predictions.predicted(i)][data.label(i)]++;
      labels[data.label(i)]++;
      wrong += predictions.predicted(i) == data.label(i) ? 0 : 1;
    }
    // Fewer errors than this are no proof under any order.
    if (-wrong * Math.log(2) + logOrders(classes) > LOG_LEVEL) {
      return Optional.empty();
    }
    int[] outputs = Assignment.ofMost(counts);
    int onlyThen = 0;
    int onlyNow = 0;
    for (int i : examples) {
      boolean now = predictions.predicted(i) == data.label(i);
      boolean then = outputs[predictions.predicted(i)] == data.label(i);
      onlyThen += then && !now ? 1 : 0;
      onlyNow += now && !then ? 1 : 0;
    }
    int wrongThen = wrong - onlyThen + onlyNow;
    int guess = examples.length - Arrays.stream(labels).max().orElse(0);
    boolean better =
        2 * wrongThen <= wrong
            && wrongThen < guess
            && logTail(onlyThen, onlyThen + onlyNow) + logOrders(classes) <= LOG_LEVEL;
    return better
        ? Optional.of(new OtherClassOrder(outputs, wrong, wrongThen, examples.length))
        : Optional.empty();
  }

  private static int[] independent(Dataset data) {
    Optional<String> clusters = data.clustering();
    Set<String> seen = new HashSet<>();
    return IntStream.range(0, data.size())
        .filter(i -> clusters.isEmpty() || seen.add(data.value(clusters.get(), i)))
        .toArray();
  }

  /** ln k!. */
  private static double logOrders(int classes) {
    return IntStream.rangeClosed(2, classes).mapToDouble(Math::log).sum();
  }

  /** An upper bound of ln P(X ≥ b), X the number of heads of m fair coins. */
  static double logTail(int b, int m) {
    if (2 * b <= m) {
      return 0;
    }
    double share = (double) b / m;
    return -m * (Math.log(2) + plogp(share) + plogp(1 - share));
  }

  private static double plogp(double p) {
    return p == 0 ? 0 : p * Math.log(p);
  }

  /** What is said of it. */
  Warning warning(String model, List<String> classNames) {
    return new Warning(
        Warning.OTHER_CLASS_ORDER,
        "classes in another order than the model's? %s errs on %d of %d examples (%s), and would on %d (%s) if its outputs stood for %s in place of %s, which is no chance; look in which order it was trained, and declare that: \"classes\" in the schema, .label(column, classes…) or .classes(…)"
            .formatted(
                PlainText.of(model, 80),
                wrong,
                examples,
                Numbers.format((double) wrong / examples),
                wrongThen,
                Numbers.format((double) wrongThen / examples),
                shown(Arrays.stream(outputs).mapToObj(classNames::get).toList()),
                shown(classNames)));
  }

  private static String shown(List<String> names) {
    List<String> first =
        names.stream().limit(MOST_SHOWN).map(name -> PlainText.of(name, MOST_OF_A_NAME)).toList();
    return "[%s%s]"
        .formatted(
            String.join(", ", first),
            names.size() > MOST_SHOWN ? ", … (%d)".formatted(names.size()) : "");
  }
}
