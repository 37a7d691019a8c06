package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import java.util.Optional;
import java.util.function.Function;

/** A function as a model: it predicts, shows what it makes, and nothing else. */
final class FunctionClassifier implements Classifier, Scores {
  private static final int BATCH = 256;

  private final String name;
  private final String sha256;
  private final Outputs outputs;
  private final Function<Tensor, double[][]> function;

  FunctionClassifier(
      String name, String sha256, OutputKind kind, Function<Tensor, double[][]> function) {
    this.name = name;
    this.sha256 = sha256;
    this.outputs = new Outputs(kind, name);
    this.function = function;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public ModelFacts facts() {
    return facts("function");
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return "is a function";
  }

  @Override
  public OutputKind outputs() {
    return outputs.kind();
  }

  @Override
  public Scored scores(Tensor batch) {
    return Scored.ofOutputs(outputs.examplesFirst(batch, function), outputs.kind());
  }

  @Override
  public Predictions predict(Tensor batch) {
    return outputs.predict(batch, function);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return BATCH;
  }

  @Override
  public String toString() {
    return name;
  }
}
