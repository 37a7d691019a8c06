package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.BatchDependence;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Predictions of a whole data set that were asked for twice, with what has to be said of them in
 * every evidence.
 *
 * @param predictions what the model said first
 * @param moved how far answers move alone; within the tolerance but for dynamic quantisation
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Verified(Predictions predictions, AskedAgain.Movement moved) {
  /** What rounding makes of two equal sums of 32-bit numbers. */
  static final double TIE = 1e-6;

  private static final int MOST_OF_A_NAME = 80;
  private static final int MOST_OF_A_LABEL = 300;

  /** Asks a model about data, and a sample of them again, once a run. */
  public static Verified shared(Classifier model, Dataset data, RunContext context) {
    return SharedPredictions.verified(model, data, context);
  }

  /**
   * Asks a model about data, and a sample of them again.
   *
   * @throws TouchstoneException if the model does not fit the data, or gives other answers then
   */
  static Verified of(Classifier model, Dataset data, RunContext context) {
    Predictions predictions = CheckedAnswers.of(model, data, context.settings().memoryBytes());
    return new Verified(
        predictions, new ClassesAskedAgain(model, data, predictions, context).movement());
  }

  /** At how many examples the model names another class than its most probable one. */
  int contradicted() {
    return (int) IntStream.range(0, predictions.size()).filter(predictions::isContradicted).count();
  }

  /** At how many examples the two most probable classes are equally so. */
  int ties() {
    return (int)
        IntStream.range(0, predictions.size()).filter(i -> predictions.margin(i) <= TIE).count();
  }

  /**
   * Refuses a claim about probabilities of a model that mostly names other classes than they do:
   * they are not those of its answers.
   *
   * @param what is claimed, such as {@code "calibration"}
   */
  public void requireProbabilitiesOfTheAnswers(String what, Classifier model, Dataset data) {
    int contradicted = contradicted();
    if (2 * contradicted > predictions.size()) {
      throw new TouchstoneException(
          ("%s names, in its label output, another class than its scores favour at %d of the %d"
               + " examples of %s: the scores are not those of its answers, and %s is a claim about"
               + " them. Export a model with probabilities, in scikit-learn"
               + " CalibratedClassifierCV(SVC(), ensemble=False), or claim what is about classes:"
               + " the error rate, negative flips, agreement")
              .formatted(model.name(), contradicted, predictions.size(), data.name(), what));
    }
  }

  /**
   * Says what a reader has to know of the predictions, and in provenance how they were verified.
   */
  public void addTo(Evidence.Builder evidence, Trace trace, Classifier model, Dataset data) {
    trace.under("asked again", AskedAgain.describe(model, data));
    noteOf(evidence, model);
  }

  private static String name(Classifier model) {
    return PlainText.of(model.name(), MOST_OF_A_NAME);
  }

  /** The same of a second model of the evidence. */
  public void noteOf(Evidence.Builder evidence, Classifier model) {
    int contradicted = contradicted();
    if (contradicted > 0) {
      evidence.warn(
          new Warning(
              Warning.LABEL_CONTRADICTS_SCORES,
              "the label output of %s contradicts its scores at %d of %d examples: %s"
                  .formatted(
                      name(model),
                      contradicted,
                      predictions.size(),
                      predictions.threshold().isPresent()
                          ? "the declared threshold decides which class is predicted, and whoever"
                              + " reads the label reads another one"
                          : "the label decides which class is predicted, and whoever reads the"
                              + " largest score reads another one")));
    }
    Optional<String> label = model.facts().labelOutput();
    if (label.isPresent() && !predictions.namesClasses()) {
      evidence.warn(
          new Warning(
              Warning.LABEL_NOT_READ,
              "%s names the class that it predicts in its output %s; the largest score was taken"
                      .formatted(name(model), PlainText.of(label.get(), MOST_OF_A_LABEL))
                  + " in its place"));
    }
    int ties = ties();
    if (ties > 0) {
      evidence.note(
          ("%s is undecided at %d of %d examples: the two most probable classes are equally so,"
                  + " and rounding decides")
              .formatted(model.name(), ties, predictions.size()));
    }
    model
        .capability(BatchDependence.class)
        .filter(dependence -> dependence.answeredTogether().isPresent())
        .ifPresent(
            dependence ->
                evidence.note(
                    ("%s %s, and is judged in batches of"
                            + " %d; alone, a probability moves by up to %s and the class changes at"
                            + " %d of %d examples")
                        .formatted(
                            model.name(),
                            dependence.inWords(),
                            dependence.answeredTogether().getAsInt(),
                            Numbers.format(moved.most()),
                            moved.others(),
                            moved.examples())));
  }
}
