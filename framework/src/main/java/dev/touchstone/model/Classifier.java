package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import java.util.ArrayList;
import java.util.List;

/** A model that assigns one of k ≥ 2 classes, with probabilities. */
public interface Classifier extends Model {

  /** Returns what the model's raw output means. */
  OutputKind outputs();

  /**
   * Predicts a batch.
   *
   * @param batch examples of the model's input shape
   * @throws dev.touchstone.runtime.TouchstoneException if the shape does not fit, or the output is
   *     not what was declared
   */
  Predictions predict(Tensor batch);

  /**
   * Predicts a batch of which the model takes what it declares: by default the features in single
   * precision.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the data lack what the model takes, or
   *     have inputs that it does not take
   */
  default Predictions predict(Inputs batch) {
    return predict(batch.onlyFeatures(name()));
  }

  /**
   * Predicts a whole data set, batch by batch within a memory budget. Checks ask through {@link
   * CheckedAnswers#of}, which also looks at all answers together.
   *
   * @param budgetBytes working memory for one batch
   * @throws dev.touchstone.runtime.TouchstoneException if the model does not answer each example
   *     once, predicts other classes than the data have, or a row is no answer
   */
  default Predictions predictAll(Dataset data, long budgetBytes) {
    List<Predictions> batches = new ArrayList<>();
    int step = batchSize(budgetBytes);
    for (int from = 0; from < data.size(); from += step) {
      batches.add(CheckedAnswers.ofBatch(this, data, from, Math.min(data.size(), from + step)));
    }
    return Predictions.concatenated(batches);
  }

  /**
   * Returns what provenance holds of every classifier: name, hash, format and declared outputs, to
   * which a model may add.
   *
   * @param format such as {@code "ONNX"}
   */
  default ModelFacts facts(String format) {
    return ModelFacts.of(name(), sha256(), format, outputs().toString());
  }

  /**
   * Returns how many examples to predict at once so that the working memory stays inside a budget.
   */
  int batchSize(long budgetBytes);
}
