package dev.touchstone.attribution;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Predictions;
import java.util.stream.IntStream;

/** The targets that there are. */
final class Targets {
  private Targets() {}

  record PredictedClass() implements Target {
    @Override
    public Quantity of(Predictions predictions, Dataset examples) {
      int[] predicted =
          IntStream.range(0, predictions.size()).map(predictions::predicted).toArray();
      return Quantity.ofClass(predicted).named(describe());
    }

    @Override
    public String describe() {
      return "the predicted class";
    }
  }

  record TrueLabel() implements Target {
    @Override
    public Quantity of(Predictions predictions, Dataset examples) {
      return Quantity.ofClass(examples.labels()).named(describe());
    }

    @Override
    public String describe() {
      return "the true label";
    }
  }

  record OfClass(int label) implements Target {
    @Override
    public Quantity of(Predictions predictions, Dataset examples) {
      return Quantity.ofClass(label);
    }

    @Override
    public String describe() {
      return "class " + label;
    }
  }

  record Difference(Target over, Target other) implements Target {
    @Override
    public Quantity of(Predictions predictions, Dataset examples) {
      return over.of(predictions, examples).minus(other.of(predictions, examples));
    }

    @Override
    public String describe() {
      return over.describe() + " minus " + other.describe();
    }
  }

  record Given(Quantity quantity) implements Target {
    @Override
    public Quantity of(Predictions predictions, Dataset examples) {
      return quantity;
    }

    @Override
    public String describe() {
      return quantity.describe();
    }
  }
}
