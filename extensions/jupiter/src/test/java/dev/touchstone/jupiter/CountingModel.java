package dev.touchstone.jupiter;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.LoadedModel;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import java.util.List;
import java.util.Optional;

/** A model that writes down when it is released. */
final class CountingModel implements Classifier, LoadedModel {
  private final String name;
  private final List<String> log;

  CountingModel(String name, List<String> log) {
    this.name = name;
    this.log = log;
  }

  @Override
  public void release() {
    log.add("released " + name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String sha256() {
    return "00";
  }

  @Override
  public ModelFacts facts() {
    return ModelFacts.of(name, "", "", "");
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return Optional.empty();
  }

  @Override
  public OutputKind outputs() {
    return OutputKind.PROBABILITIES;
  }

  @Override
  public Predictions predict(Tensor batch) {
    double[][] rows = new double[batch.shape()[0]][];
    java.util.Arrays.setAll(rows, i -> new double[] {0.25, 0.75});
    return Predictions.of(rows);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return 16;
  }

  @Override
  public String toString() {
    return name;
  }
}
