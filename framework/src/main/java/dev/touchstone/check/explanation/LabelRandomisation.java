package dev.touchstone.check.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Do explanations depend on what was learnt? A model that was trained on shuffled labels knows
 * nothing of the task: its maps should be less like the model's than those of sound models of the
 * task are (label randomisation; Adebayo et al. 2018, section 4; thesis, section 4.4).
 *
 * <p>Measured is {@link ExplanationAgreement}'s excess similarity, of the model on shuffled labels
 * with the model, less that of the sound ones with it: below 0 where a method tells them apart, and
 * 0 for one that draws the same whatever was learnt.
 */
public final class LabelRandomisation {
  /** Networks of other seeds, where they are trained for the check. */
  private static final int SEEDS = 3;

  private final AttributionMethod method;
  private final Classifier model;
  private final HealthyModels healthy;
  private final Target target;

  private LabelRandomisation(
      AttributionMethod method, Classifier model, HealthyModels healthy, Target target) {
    this.method = method;
    this.model = model;
    this.healthy = healthy;
    this.target = target;
  }

  /**
   * Tries a method on a model, beside sound models of the same task.
   *
   * @param healthy trained on real labels, independently of the model
   */
  public static LabelRandomisation of(
      AttributionMethod method, Classifier model, HealthyModels healthy) {
    return new LabelRandomisation(method, model, healthy, Target.predictedClass());
  }

  /** Explains something else than the score of the class that the model predicts. */
  public LabelRandomisation explaining(Target explained) {
    return new LabelRandomisation(method, model, healthy, explained);
  }

  /**
   * Returns the data with their labels shuffled among the examples, so that each class is as
   * frequent as before.
   *
   * @throws TouchstoneException for data of one class, which shuffling does not change
   */
  public static Dataset shuffled(Dataset data, RunContext context) {
    int[] labels = data.labels();
    if (data.classCounts().values().stream().filter(count -> count > 0).count() < 2) {
      throw new TouchstoneException(
          "all examples of %s are of one class, so that shuffled labels are the same; give data of two classes at least"
              .formatted(data.name()));
    }
    UniformRandomProvider random = context.random().of("label randomisation", data.sha256());
    PermutationSampler.shuffle(random, labels);
    return data.withLabels(labels, "labels shuffled");
  }

  /**
   * Measures with a model that was trained on random labels.
   *
   * @throws TouchstoneException as {@link ExplanationAgreement#evaluate} does
   */
  public Evidence evaluate(Classifier ofRandomLabels, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("method", method.name() + method.settings())
            .with("explained", target.describe())
            .with("on random labels", ofRandomLabels.name())
            .with("healthy", healthy.describe());
    Evidence compared =
        ExplanationAgreement.of(method, model, healthy)
            .explaining(target)
            .evaluate(ofRandomLabels, data, context);
    Evidence.Builder evidence =
        Evidence.of(
            WhatToMend.LABEL_RANDOMISATION + method.name(),
            "%s on %s, beside %s".formatted(model.name(), data.name(), ofRandomLabels.name()));
    compared
        .measurements()
        .forEach(
            measured ->
                evidence.measured(
                    new Measurement(measured.quantity(), measured.slice(), measured.estimate())
                        .reading(
                            Reading.number(
                                "a model that was trained on random labels is explained like this one by %s more than sound models are, where below 0 is less and 0 is as much"
                                    .formatted(Reading.VALUE)))));
    compared.context().forEach(evidence::beside);
    compared.worst().forEach(evidence::worst);
    compared.figures().forEach(evidence::figure);
    compared.notes().forEach(evidence::note);
    compared.warnings().forEach(evidence::warn);
    return evidence.from(trace.end(model, data));
  }

  /**
   * Trains the sound models and the one on shuffled labels, and measures.
   *
   * @param trainer of models like this one
   * @param training with real labels
   * @throws TouchstoneException as {@link HealthyModels#trainedBy} and {@link #shuffled} do
   */
  public static Evidence evaluate(
      AttributionMethod method,
      Classifier model,
      Trainer trainer,
      Dataset training,
      Dataset data,
      RunContext context) {
    HealthyModels healthy = HealthyModels.trainedBy(trainer, training, SEEDS);
    Classifier ofRandomLabels =
        trainer.train(shuffled(training, context), "label randomisation", context);
    try {
      return of(method, model, healthy).evaluate(ofRandomLabels, data, context);
    } finally {
      Models.release(ofRandomLabels);
    }
  }
}
