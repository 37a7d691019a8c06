package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.Answers;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.MajorityGuess;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Classifiers are asked for classes and their probabilities. */
record MeasuringClasses(ClassificationMetric ofClasses) implements Measuring<Classifier> {
  /** Of more classes nobody reads a table of all pairs. */
  private static final int MOST_CLASSES = 20;

  @Override
  public Metric metric() {
    return ofClasses;
  }

  @Override
  public void refuse(Dataset data) {
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          ("%s holds examples of a single class, %s; the %s on it says nothing about the others:"
                  + " a constant answer could have the best there is")
              .formatted(data.name(), data.classCounts().keySet(), ofClasses.quantity()));
    }
  }

  @Override
  public void requireFit(Classifier model, Dataset data) {
    CheckedAnswers.requireClassesOf(model, data);
  }

  @Override
  public boolean isPossible(double[] outcome, Dataset data, int example) {
    return ofClasses.isPossible(outcome, data.label(example));
  }

  @Override
  public Answered answered(Classifier model, Dataset data, RunContext context) {
    Verified verified = Verified.shared(model, data, context);
    if (ofClasses.readsProbabilities()) {
      verified.requireProbabilitiesOfTheAnswers("the " + ofClasses.quantity(), model, data);
    }
    return new Said(ofClasses, model, data, verified, context);
  }

  private record Said(
      ClassificationMetric metric,
      Classifier model,
      Dataset data,
      Verified verified,
      RunContext context)
      implements Answered {

    private Predictions predictions() {
      return verified.predictions();
    }

    private Outcomes of(ClassificationMetric one) {
      return Outcomes.of(one, predictions(), model.sha256(), data, context);
    }

    @Override
    public Outcomes outcomes() {
      return of(metric);
    }

    @Override
    public List<Beside> companions() {
      return metric.companions().stream().map(one -> new Beside(one, of(one))).toList();
    }

    @Override
    public Optional<Guessed> guessed() {
      MajorityGuess guess = MajorityGuess.of(data);
      return metric.comparesWithMajority()
          ? Optional.of(new Guessed(guess.answer(), guess.outcomes(metric, data, context)))
          : Optional.empty();
    }

    @Override
    public List<Finding> worst() {
      return metric.worst(predictions(), data);
    }

    @Override
    public String said(int example) {
      return "%s (%s)"
          .formatted(
              data.classNames().get(predictions().predicted(example)),
              Numbers.format(predictions().confidence(example)));
    }

    @Override
    public String truth(int example) {
      return data.classNames().get(data.label(example));
    }

    @Override
    public String truthName() {
      return "label";
    }

    @Override
    public double confidence(int example) {
      return predictions().confidence(example);
    }

    @Override
    public Optional<IntPredicate> wrong() {
      return Optional.of(i -> predictions().predicted(i) != data.label(i));
    }

    /** How often each class was taken for which. */
    @Override
    public Optional<Figure> figure() {
      List<String> names = data.classNames();
      if (names.size() > MOST_CLASSES) {
        return Optional.empty();
      }
      int[][] taken = new int[names.size()][names.size()];
      for (int i = 0; i < data.size(); i++) {
        taken[data.label(i)][predictions().predicted(i)]++;
      }
      return Optional.of(
          new Table(
              "confusion",
              "How many examples of each class were answered by which",
              "true class",
              names.stream().map(name -> new Table.Column(cut(name)).withDecimals(0)).toList(),
              IntStream.range(0, names.size())
                  .mapToObj(
                      truth ->
                          new Table.Row(
                              cut(names.get(truth)),
                              IntStream.of(taken[truth]).mapToObj(Table::number).toList()))
                  .toList()));
    }

    private static String cut(String name) {
      return PlainText.of(name, 40);
    }

    @Override
    public String counts() {
      return new Answers(model, predictions(), data).counts();
    }

    @Override
    public void addTo(Evidence.Builder evidence, Trace trace) {
      new Answers(model, predictions(), data).warn(evidence);
      Copies.say(evidence, data);
      verified.addTo(evidence, trace, model, data);
    }

    @Override
    public void noteOf(Evidence.Builder evidence) {
      verified.noteOf(evidence, model);
    }
  }
}
