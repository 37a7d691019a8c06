package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A classifier that is computed by a white box, whatever it was read from. */
abstract class WhiteBoxClassifier
    implements Classifier, LoadedModel, Scores, InputGradients, Representation {
  private final Outputs outputs;

  WhiteBoxClassifier(OutputKind kind, String name) {
    this.outputs = new Outputs(kind, name);
  }

  /**
   * The white box, loaded when first asked for.
   *
   * @throws UnsupportedOperatorException if the model has none
   */
  abstract WhiteBox whiteBox();

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type != WhiteBox.class
        && type != Scores.class
        && type != InputGradients.class
        && type != Representation.class) {
      return Optional.empty();
    }
    try {
      WhiteBox loaded = whiteBox();
      if (outputs.kind() == OutputKind.VALUES && !loaded.scoresAreOutputs()) {
        // Derivatives are those of what stands before the last sigmoid, and no value's.
        return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
      }
      if (type == InputGradients.class && !wholeInputs(loaded).isEmpty()) {
        return Optional.empty();
      }
      if (type == Representation.class && loaded.linearHead() == null) {
        return Optional.empty();
      }
      return Optional.of(type.cast(type == WhiteBox.class ? loaded : this));
    } catch (UnsupportedOperatorException e) {
      return Optional.empty();
    }
  }

  /** What has no derivative: ids, masks and other whole numbers. */
  private static List<GraphInput> wholeInputs(WhiteBox box) {
    return box.inputs().stream().filter(input -> !input.type().isFloating()).toList();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    if (outputs.kind() == OutputKind.VALUES && !whiteBox().scoresAreOutputs()) {
      return "predicts values that a softmax or sigmoid makes, in front of which its derivatives"
          + " are";
    }
    if (capability == InputGradients.class && !wholeInputs(whiteBox()).isEmpty()) {
      return "takes whole numbers, by which there is no derivative: " + wholeInputs(whiteBox());
    }
    return capability == Representation.class ? "does not end in a linear layer" : "";
  }

  @Override
  public OutputKind outputs() {
    return outputs.kind();
  }

  @Override
  public Predictions predict(Tensor batch) {
    return predict(batch, this::rawOutputs);
  }

  /** The predictions of what computes a model's raw outputs. */
  final Predictions predict(Tensor batch, Function<Tensor, double[][]> compute) {
    return outputs.predict(batch, compute);
  }

  /** The predictions of what computes a model's raw outputs of all that it takes. */
  final Predictions predict(Inputs batch, Function<Inputs, double[][]> compute) {
    return outputs.predict(batch, compute);
  }

  /** What the model emits; n × k. */
  double[][] rawOutputs(Tensor batch) {
    return whiteBox().outputs(batch);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return whiteBox().batchSize(budgetBytes, false);
  }

  @Override
  public Scored scores(Tensor batch) {
    return scores(Inputs.of(batch));
  }

  /** Logits where the white box sees what the probabilities are made of. */
  @Override
  public Scored scores(Inputs batch) {
    if (outputs.kind() == OutputKind.VALUES) {
      return scores(batch.onlyFeatures(name()), this::rawOutputs);
    }
    WhiteBox loaded = whiteBox();
    double[][] rows = outputs.examplesFirst(batch, loaded::scores);
    return Scored.ofOutputs(rows, loaded.scoresAreOutputs() ? outputs.kind() : OutputKind.LOGITS);
  }

  /** The scores of what computes a model's raw outputs, and shows nothing else. */
  final Scored scores(Tensor batch, Function<Tensor, double[][]> compute) {
    return Scored.ofOutputs(outputs.examplesFirst(batch, compute), outputs.kind());
  }

  /** The scores of what computes a model's raw outputs of all that it takes. */
  final Scored scores(Inputs batch, Function<Inputs, double[][]> compute) {
    return Scored.ofOutputs(outputs.examplesFirst(batch, compute), outputs.kind());
  }

  @Override
  public double[][] inputGradients(Tensor batch, Quantity quantity) {
    outputs.requireExamplesFirst(batch, this::rawOutputs);
    return whiteBox().inputGradients(batch, quantity, BackwardRules.derivatives());
  }

  @Override
  public double[][] inputGradients(Inputs batch, Quantity quantity) {
    if (whiteBox().inputs().size() == 1 && batch.names().isEmpty()) {
      return inputGradients(batch.features(), quantity);
    }
    outputs.requireExamplesFirst(batch, whiteBox()::outputs);
    return whiteBox().gradientsAsGiven(batch, quantity);
  }

  @Override
  public int gradientBatchSize(long budgetBytes) {
    return whiteBox().batchSize(budgetBytes, true);
  }

  @Override
  public double[][] representation(Tensor batch) {
    WhiteBox loaded = whiteBox();
    Layer head = loaded.linearHead();
    if (head == null) {
      throw new TouchstoneException(name() + " does not end in a linear layer");
    }
    return loaded.inputsOf(head, batch);
  }

  @Override
  public String toString() {
    return name();
  }
}
