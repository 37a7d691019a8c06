package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.model.tree.TreeEnsemble;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trees of a booster's own file, and data as they take it.
 *
 * @param model that answers
 * @param ensemble its trees
 * @param stated the columns that the file states; empty for those of the data
 */
record ServedTrees(TreeReader.BoosterModel model, TreeEnsemble ensemble, List<String> stated)
    implements DecisionTrees {

  @Override
  public double[][] rows(Inputs batch) {
    return model.matrix(bound(batch));
  }

  @Override
  public int[] places(Inputs batch) {
    int columns = ensemble.columns().size();
    List<String> ofModel = bound(batch).columns();
    List<String> ofData = batch.columns();
    return ofData.isEmpty()
        ? IntStream.range(0, columns).toArray()
        : ofModel.stream().mapToInt(ofData::indexOf).toArray();
  }

  private Rows bound(Inputs batch) {
    return Rows.of(model.name(), stated, batch);
  }
}
