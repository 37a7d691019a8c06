package dev.touchstone.check.signal;

import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a model says without and with one signal.
 *
 * @param clean predictions for all data
 * @param signalled predictions for the examples without the signal, in their order
 * @param position for every example its position among those without the signal, or -1
 */
record SignalOutcomes(
    String model,
    Dataset data,
    InjectedSignal injected,
    Predictions clean,
    Predictions signalled,
    int[] position) {

  /**
   * An example that the signal sent to a class.
   *
   * @param position the example's position among those without the signal
   * @param to the class
   * @param rise by how much the class's probability rose
   */
  record Flip(int position, int to, double rise, Finding finding) {
    static final Comparator<Flip> LARGEST_FIRST = Comparator.comparingDouble(Flip::rise).reversed();
  }

  static SignalOutcomes of(
      String model,
      Dataset data,
      InjectedSignal injected,
      Predictions clean,
      Predictions signalled) {
    return new SignalOutcomes(
        model, data, injected, clean, signalled, injected.positions(data.size()));
  }

  /** The spurious score of class j among the examples of a slice. */
  Measurement score(Slice slice, int j) {
    int[] absent = absent(slice);
    int[] eligible = Arrays.stream(absent).filter(i -> clean.predicted(i) != j).toArray();
    return new Measurement(
            SpuriousReliance.QUANTITY,
            labelled(injected.signal().describe() + " to " + data.classNames().get(j), slice),
            eligible.length == 0
                ? undetermined(slice, j, absent.length)
                : Rates.of(data, slice, eligible, i -> isSentTo(j, i)))
        .reading(
            Reading.share(
                "%s of %s that were answered otherwise go to class %s when %s"
                    .formatted(
                        Reading.VALUE,
                        Readings.examples(slice.name()),
                        Readings.named(data.classNames().get(j)),
                        Readings.named(injected.signal().inWords()))));
  }

  /** The slice's examples that do not carry the signal. */
  private int[] absent(Slice slice) {
    return Arrays.stream(slice.examples()).filter(i -> position[i] >= 0).toArray();
  }

  private boolean isSentTo(int j, int example) {
    return signalled.predicted(position[example]) == j;
  }

  /**
   * In place of the score of a group without examples that could show one.
   *
   * @throws TouchstoneException if that is all of the data
   */
  private Undetermined undetermined(Slice slice, int j, int absent) {
    String lack =
        ("no example of %s can show whether %s sends %s to class %s: %d carry the signal already,"
                + " and the other %d are predicted as that class without it; give examples that are"
                + " predicted as another")
            .formatted(
                labelled(data.name(), slice),
                injected.signal().describe(),
                model,
                data.classNames().get(j),
                slice.examples().length - absent,
                absent);
    if (slice.isOverall()) {
      throw new TouchstoneException(lack);
    }
    return Undetermined.because(lack, 0);
  }

  /**
   * The score of class j among the examples of other labels: the harm; empty without any, or where
   * all of them are one cluster.
   */
  Optional<Measurement> scoreOfOtherLabels(int j) {
    int[] others =
        Arrays.stream(eligible(j))
            .map(p -> injected.absent()[p])
            .filter(i -> data.label(i) != j)
            .toArray();
    return Rates.lack(data, others).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Measurement(
                    "score of other labels",
                    injected.signal().describe() + " to " + data.classNames().get(j),
                    Rates.of(data, others, i -> isSentTo(j, i)))
                .reading(Reading.share("")));
  }

  /**
   * Accuracy without and with the signal, over the slice's examples that did not carry it; none of
   * a group without.
   */
  List<Measurement> accuracies(Slice slice) {
    int[] absent = absent(slice);
    if (!slice.isOverall() && Rates.lack(data, absent).isPresent()) {
      return List.of();
    }
    String name = labelled(injected.signal().describe(), slice);
    return List.of(
        new Measurement(
                "accuracy without",
                name,
                Rates.of(data, absent, i -> clean.predicted(i) == data.label(i)))
            .reading(Reading.share("")),
        new Measurement(
                "accuracy with", name, Rates.of(data, absent, i -> isSentTo(data.label(i), i)))
            .reading(Reading.share("")));
  }

  /** The examples that the signal sent to one of the classes, the largest change first. */
  List<Flip> flips(int[] classes) {
    List<Flip> flips = new ArrayList<>();
    for (int p = 0; p < injected.absent().length; p++) {
      int i = injected.absent()[p];
      int to = signalled.predicted(p);
      if (clean.predicted(i) != to && Arrays.stream(classes).anyMatch(j -> j == to)) {
        double before = clean.probability(i, to);
        double after = signalled.probability(p, to);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("label", data.classNames().get(data.label(i)));
        facts.put("predicted", data.classNames().get(clean.predicted(i)));
        facts.put("with", injected.signal().describe());
        facts.put("predicted then", data.classNames().get(to));
        facts.put("its probability", Numbers.format(before) + " then " + Numbers.format(after));
        flips.add(new Flip(p, to, after - before, new Finding(data.id(i), facts)));
      }
    }
    flips.sort(Flip.LARGEST_FIRST);
    return flips;
  }

  /** Positions of the examples without the signal that are not predicted as class j. */
  int[] eligible(int j) {
    return IntStream.range(0, injected.absent().length)
        .filter(p -> clean.predicted(injected.absent()[p]) != j)
        .toArray();
  }

  /** The class with the highest score among all examples, the first of equals. */
  int mostAttractive(int[] classes) {
    int best = classes[0];
    double highest = -1;
    for (int j : classes) {
      int[] eligible = eligible(j);
      double sent = Arrays.stream(eligible).filter(p -> signalled.predicted(p) == j).count();
      if (sent / eligible.length > highest) {
        highest = sent / eligible.length;
        best = j;
      }
    }
    return best;
  }

  String whoWasLeftOut() {
    int present = data.size() - injected.absent().length;
    return injected.signal().describe()
        + ": "
        + present
        + " of "
        + data.size()
        + " examples carried it already; these are left out, and for each class those that are"
        + " predicted as it without the signal";
  }

  private static String labelled(String what, Slice slice) {
    return slice.name().equals(Slice.OVERALL) ? what : what + ", " + slice.name();
  }
}
