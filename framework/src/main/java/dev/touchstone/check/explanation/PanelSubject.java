package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.SharedValues;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A model whose answer to one example is shown, and what of it is explained. */
interface PanelSubject {

  /** Returns the model. */
  Model model();

  /** Returns what is explained, in words. */
  String explained();

  /**
   * Returns the same model with something else explained.
   *
   * @throws TouchstoneException if it has no classes
   */
  PanelSubject explaining(Target target);

  /**
   * Asks the model.
   *
   * @param example one row
   */
  Answer ask(Dataset example, RunContext context);

  /**
   * What the model says of the example.
   *
   * @param quantity that is explained
   * @param facts in words
   */
  record Answer(Quantity quantity, List<String> facts) {}

  /** A classifier. */
  record OfClasses(Classifier model, Target target) implements PanelSubject {
    private static final int MOST_CLASSES = 3;

    @Override
    public String explained() {
      return target.describe();
    }

    @Override
    public PanelSubject explaining(Target other) {
      return new OfClasses(model, other);
    }

    @Override
    public Answer ask(Dataset example, RunContext context) {
      Predictions predictions = Verified.shared(model, example, context).predictions();
      return new Answer(target.of(predictions, example), facts(predictions, example));
    }

    private List<String> facts(Predictions predictions, Dataset example) {
      double[] probabilities = predictions.probabilities(0);
      String most =
          IntStream.range(0, probabilities.length)
              .boxed()
              .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
              .limit(MOST_CLASSES)
              .map(c -> "%s %s".formatted(className(example, c), Numbers.format(probabilities[c])))
              .collect(Collectors.joining(", "));
      return List.of(
          "predicted: %s".formatted(className(example, predictions.predicted(0))),
          "probabilities: " + most,
          "label: %s".formatted(className(example, example.label(0))),
          "explained: %s".formatted(explained()));
    }

    /** A class's name; of a model that knows other classes than the data its number. */
    static String className(Dataset example, int label) {
      List<String> names = example.classNames();
      return label < names.size() ? names.get(label) : Integer.toString(label);
    }
  }

  /** A regressor, whose value is explained. */
  record OfValue(Regressor model) implements PanelSubject {

    @Override
    public String explained() {
      return "the predicted value";
    }

    @Override
    public PanelSubject explaining(Target target) {
      throw new TouchstoneException(
          "%s predicts a value, which is what its panel explains, and was asked about %s; leave out .explaining(…)"
              .formatted(model.name(), target.describe()));
    }

    @Override
    public Answer ask(Dataset example, RunContext context) {
      Values values = SharedValues.of(model, example, context).values();
      String predicted = inUnit(values.value(0), example);
      if (values.hasIntervals()) {
        predicted +=
            ", between %s and %s"
                .formatted(Numbers.format(values.lower(0)), inUnit(values.upper(0), example));
      }
      return new Answer(
          Quantity.output(0).named(explained()),
          List.of(
              "predicted: " + predicted,
              "value: " + inUnit(example.target(0), example),
              "explained: " + explained()));
    }

    private static String inUnit(double value, Dataset example) {
      return "%s %s".formatted(Numbers.format(value), example.unit()).trim();
    }
  }
}
