package dev.touchstone.attribution.tree;

import dev.touchstone.data.Inputs;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Model;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Trees as a model whose columns are the features as they stand. */
record EnsembleModel(TreeEnsemble ensemble) implements Model, DecisionTrees {
  @Override
  public String name() {
    return "drawn trees";
  }

  @Override
  public String sha256() {
    return "";
  }

  @Override
  public ModelFacts facts() {
    return ModelFacts.of(name(), sha256(), "trees", "values");
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == DecisionTrees.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public double[][] rows(Inputs batch) {
    double[] values = batch.exactFeatures().values();
    int width = ensemble.columns().size();
    double[][] rows = new double[batch.rows()][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * width, (i + 1) * width));
    return rows;
  }

  @Override
  public int[] places(Inputs batch) {
    return IntStream.range(0, ensemble.columns().size()).toArray();
  }
}
