package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Does a signal that must not matter send examples to a class? The spurious score (thesis,
 * Definition 4.2.1) of a signal c and its aligned class j:
 *
 * <pre>SC = P{x without c, argmax f(x) ≠ j} [ argmax f(SCF(x, y, c)) = j ]</pre>
 *
 * <p>It is estimated by adding the signal to every example that does not carry it and is not
 * predicted as j, with the exact binomial interval. The thesis calls a model normal where the score
 * stays below 0.1 for every class, and spurious above 0.85. Clean and signalled accuracy over the
 * examples without the signal stand beside it, and where the model has input gradients also how
 * much of them lies inside the signal; the verdict comes from the injection alone, since an
 * explanation may miss what a model relies on.
 */
public final class SpuriousReliance {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "spurious score";

  private final List<SpuriousSignal> signals;
  private final AlignedClasses aligned;

  private SpuriousReliance(List<SpuriousSignal> signals, AlignedClasses aligned) {
    this.signals = signals;
    this.aligned = aligned;
  }

  /**
   * Reliance on signals, each towards every class.
   *
   * @throws TouchstoneException without a signal, or with one given twice
   */
  public static SpuriousReliance on(List<? extends SpuriousSignal> signals) {
    if (signals.isEmpty()) {
      throw new TouchstoneException("no signal was given, and reliance on none shows nothing");
    }
    List<String> described = signals.stream().map(SpuriousSignal::describe).toList();
    for (String one : described) {
      if (described.indexOf(one) != described.lastIndexOf(one)) {
        throw new TouchstoneException("the signal (" + one + ") was given twice");
      }
    }
    return new SpuriousReliance(List.copyOf(signals), AlignedClasses.every());
  }

  /** Reliance on one signal, towards every class. */
  public static SpuriousReliance on(SpuriousSignal signal) {
    return on(List.of(signal));
  }

  /** Reliance towards one class alone, the one that the signal is suspected to stand for. */
  public SpuriousReliance forClass(String name) {
    return new SpuriousReliance(signals, AlignedClasses.named(name));
  }

  /** The signals and the classes, in words. */
  public String describe() {
    return signals.stream().map(SpuriousSignal::describe).collect(Collectors.joining("; "))
        + ", towards "
        + aligned.describe();
  }

  /**
   * Measures the spurious score of every signal, class and slice of the data.
   *
   * @throws TouchstoneException if a signal does not fit the data, every example carries it, a
   *     class is unknown, or no example is left for a class
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    int[] classes = aligned.in(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(this, model, data, context),
            () -> measure(model, data, slices, classes, context));
  }

  private Evidence measure(
      Classifier model, Dataset data, List<Slice> slices, int[] classes, RunContext context) {
    Trace trace = Trace.start(context).with("aligned class", aligned.describe());
    List<InjectedSignal> injected = InjectedSignal.into(data, signals);
    long budget = context.settings().memoryBytes();
    Predictions clean = model.predictAll(data, budget);
    Evidence.Builder evidence =
        Evidence.of(
            "spurious reliance",
            model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    List<Flip> flips = new ArrayList<>();
    for (int s = 0; s < injected.size(); s++) {
      InjectedSignal signal = injected.get(s);
      Dataset signalled = signal.signalled(data);
      Outcomes outcomes =
          new Outcomes(data, signal, clean, model.predictAll(signalled, budget), model.name());
      for (Slice slice : slices) {
        for (int j : classes) {
          evidence.measured(outcomes.score(slice, j));
        }
        outcomes.accuracies(slice).forEach(evidence::beside);
      }
      List<Flip> flipped = outcomes.flips(classes);
      flips.addAll(flipped);
      evidence.note(outcomes.whoWasLeftOut());
      int worst = outcomes.mostAttractive(classes);
      new SignalRelevance(data, signalled, signal, worst)
          .attachTo(
              evidence,
              model,
              clean,
              outcomes.signalled(),
              outcomes.eligible(worst),
              flipped.stream().filter(f -> f.to() == worst).mapToInt(Flip::position).toArray(),
              s + 1,
              context);
    }
    flips.sort(Flip.LARGEST_FIRST);
    flips.stream().limit(Evidence.MOST_FINDINGS).forEach(flip -> evidence.worst(flip.finding()));
    evidence.note(
        "only the given signals were tried: reliance on a signal that nobody thought of is not"
            + " excluded");
    trace.with("signals", signals.stream().map(SpuriousSignal::describe).toList());
    return evidence.from(trace.end(model, data));
  }

  /**
   * An example that the signal sent to a class.
   *
   * @param position the example's position among those without the signal
   * @param to the class
   * @param rise by how much the class's probability rose
   */
  private record Flip(int position, int to, double rise, Finding finding) {
    static final Comparator<Flip> LARGEST_FIRST = Comparator.comparingDouble(Flip::rise).reversed();
  }

  /**
   * What the model says without and with one signal.
   *
   * @param clean predictions for all data
   * @param signalled predictions for the examples without the signal, in their order
   */
  private record Outcomes(
      Dataset data,
      InjectedSignal injected,
      Predictions clean,
      Predictions signalled,
      String modelName) {

    /** The spurious score of class j among the examples of a slice. */
    Measurement score(Slice slice, int j) {
      int[] position = injected.positions(data.size());
      int absent = 0;
      int eligible = 0;
      int sent = 0;
      for (int i : slice.examples()) {
        absent += position[i] >= 0 ? 1 : 0;
        if (position[i] >= 0 && clean.predicted(i) != j) {
          eligible++;
          sent += signalled.predicted(position[i]) == j ? 1 : 0;
        }
      }
      if (eligible == 0) {
        throw noneEligible(slice, j, absent);
      }
      return new Measurement(
          QUANTITY,
          labelled(injected.signal().describe() + " to " + data.classNames().get(j), slice),
          Proportion.of(sent, eligible));
    }

    private TouchstoneException noneEligible(Slice slice, int j, int absent) {
      return new TouchstoneException(
          "no example of "
              + labelled(data.name(), slice)
              + " can show whether "
              + injected.signal().describe()
              + " sends "
              + modelName
              + " to class "
              + data.classNames().get(j)
              + ": "
              + (slice.examples().length - absent)
              + " carry the signal already, and the other "
              + absent
              + " are predicted as that class without it; give examples that are predicted as"
              + " another");
    }

    /** Accuracy without and with the signal, over the slice's examples that did not carry it. */
    List<Measurement> accuracies(Slice slice) {
      int[] position = injected.positions(data.size());
      int[] absent = Arrays.stream(slice.examples()).filter(i -> position[i] >= 0).toArray();
      int before = 0;
      int after = 0;
      for (int i : absent) {
        before += clean.predicted(i) == data.label(i) ? 1 : 0;
        after += signalled.predicted(position[i]) == data.label(i) ? 1 : 0;
      }
      String name = labelled(injected.signal().describe(), slice);
      return List.of(
          new Measurement("accuracy without", name, Proportion.of(before, absent.length)),
          new Measurement("accuracy with", name, Proportion.of(after, absent.length)));
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
          + " examples carried it already and were left out, and for each class those predicted as"
          + " it without the signal";
    }

    private static String labelled(String what, Slice slice) {
      return slice.name().equals(Slice.OVERALL) ? what : what + ", " + slice.name();
    }
  }

  @Override
  public String toString() {
    return "spurious reliance, " + describe();
  }
}
