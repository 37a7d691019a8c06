package dev.touchstone.check.signal;

import dev.touchstone.check.evaluation.Answers;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.check.signal.SignalOutcomes.Flip;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Does a signal that must not matter send examples to a class? The spurious score (thesis,
 * Definition 4.2.1) of a signal c and its aligned class j:
 *
 * <pre>SC = P{x without c, argmax f(x) ≠ j} [ argmax f(SCF(x, y, c)) = j ]</pre>
 *
 * <p>Towards every class, a healthy model may score high, too: a bright stripe or a frame that it
 * never met moves it as any disturbance does (17 of 20 models without the bug failed a claim of 0.1
 * so). What a model learnt shows where a signal pulls to the class that it came with in training:
 * {@link #forClass} names that.
 *
 * <p>It is estimated by adding the signal to every example that does not carry it and is not
 * predicted as j, with the exact binomial interval, or one over clusters where the data are
 * {@linkplain Dataset#clusteredBy clustered}. The thesis calls a model normal where the score stays
 * below 0.1 for every class, and spurious above 0.85. An example whose label is j counts like any
 * other; how often the others go to j stands beside the score. Clean and signalled accuracy over
 * the examples without the signal stand beside it, and where the model has input gradients also how
 * much of them lies inside the signal; the verdict comes from the injection alone, since an
 * explanation may miss what a model relies on.
 */
public final class SpuriousReliance {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "spurious score";

  private static final int MOST_OF_A_NAME = 24;

  private final List<SpuriousSignal> signals;
  private final AlignedClasses aligned;

  private SpuriousReliance(List<SpuriousSignal> signals, AlignedClasses aligned) {
    this.signals = signals;
    this.aligned = aligned;
  }

  /**
   * Measures reliance on signals, each towards every class.
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

  /** Measures reliance on one signal, towards every class. */
  public static SpuriousReliance on(SpuriousSignal signal) {
    return on(List.of(signal));
  }

  /**
   * Measures reliance towards one class alone, the one that the signal is suspected to stand for.
   */
  public SpuriousReliance forClass(String name) {
    return new SpuriousReliance(signals, AlignedClasses.named(name));
  }

  /** Returns the signals and the classes, in words. */
  public String describe() {
    return signals.stream().map(SpuriousSignal::describe).collect(Collectors.joining("; "))
        + ", towards "
        + aligned.describe();
  }

  /**
   * Measures the spurious score of every signal, class and slice of the data.
   *
   * @throws TouchstoneException if a signal does not fit the data, every example carries it, a
   *     class is unknown, or no example is left for a class, or only examples of one cluster, or
   *     clusters of no stated size
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    List<Slice> slices = data.slices();
    int[] classes = aligned.in(data);
    Rates.refuseUnboundedClusters(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(signals.stream().map(Keys::of).toList(), aligned), model, data, context),
            () -> measure(model, data, slices, classes, context));
  }

  private record Asked(List<Record> signals, AlignedClasses aligned) {}

  /** What a score towards any class shows, and what it does not. */
  private static String howToRead(SpuriousSignal signal, String worst) {
    return "towards any class: most go to \"%s\" with %s. A signal that the model never met in training moves it as a stripe or a frame does, and is no shortcut that it learnt; if the signal came with a class in training, say .forClass(\"…\"), and look at the score of other labels first"
        .formatted(
            PlainText.of(worst, MOST_OF_A_NAME), PlainText.of(signal.describe(), MOST_OF_A_NAME));
  }

  private Evidence measure(
      Classifier model, Dataset data, List<Slice> slices, int[] classes, RunContext context) {
    Trace trace = Trace.start(context).with("aligned class", aligned.describe());
    List<InjectedSignal> injected = InjectedSignal.into(data, signals);
    long budget = context.settings().memoryBytes();
    Verified verified = Verified.shared(model, data, context);
    Predictions clean = verified.predictions();
    Evidence.Builder evidence =
        Evidence.of(
            "spurious reliance",
            model.name() + " on " + data.name() + " (n = " + data.size() + ")");
    List<Flip> flips = new ArrayList<>();
    for (int s = 0; s < injected.size(); s++) {
      InjectedSignal signal = injected.get(s);
      Dataset signalled = signal.signalled(data);
      SignalOutcomes outcomes =
          SignalOutcomes.of(
              model.name(), data, signal, clean, CheckedAnswers.of(model, signalled, budget));
      for (Slice slice : slices) {
        for (int j : classes) {
          evidence.measured(outcomes.score(slice, j));
        }
      }
      int worst = outcomes.mostAttractive(classes);
      if (aligned.only().isEmpty()) {
        evidence.note(howToRead(signal.signal(), data.classNames().get(worst)));
      }
      // First of what stands beside: the definition without the examples of the class itself.
      outcomes.scoreOfOtherLabels(worst).ifPresent(evidence::beside);
      slices.forEach(slice -> outcomes.accuracies(slice).forEach(evidence::beside));
      List<Flip> flipped = outcomes.flips(classes);
      flips.addAll(flipped);
      evidence.note(outcomes.whoWasLeftOut());
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
    new Answers(model, clean, data).warn(evidence);
    Copies.say(evidence, data);
    flips.sort(Flip.LARGEST_FIRST);
    flips.stream().limit(Evidence.MOST_FINDINGS).forEach(flip -> evidence.worst(flip.finding()));
    evidence.note(
        "only the given signals were tried: reliance on a signal that nobody thought of is not"
            + " excluded");
    verified.addTo(evidence, trace, model, data);
    trace.with("signals", signals.stream().map(SpuriousSignal::describe).toList());
    return evidence.from(trace.end(model, data));
  }
}
