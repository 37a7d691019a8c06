package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import java.util.Optional;
import java.util.function.Function;

/** A model whose gradient is a given function, and which counts what it is asked. */
final class FakeGradients implements Model, InputGradients {
  private final Function<float[], double[]> gradient;
  private final int rowsAtOnce;
  int largestBatch;
  long rows;

  FakeGradients(Function<float[], double[]> gradient, int rowsAtOnce) {
    this.gradient = gradient;
    this.rowsAtOnce = rowsAtOnce;
  }

  @Override
  public double[][] inputGradients(Tensor batch, Quantity quantity) {
    largestBatch = Math.max(largestBatch, batch.rows());
    rows += batch.rows();
    double[][] gradients = new double[batch.rows()][];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = gradient.apply(batch.row(i));
    }
    return gradients;
  }

  @Override
  public int gradientBatchSize(long budgetBytes) {
    return rowsAtOnce;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String sha256() {
    return "";
  }

  @Override
  public ModelFacts facts() {
    return ModelFacts.none();
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == InputGradients.class ? Optional.of(type.cast(this)) : Optional.empty();
  }
}
