package dev.touchstone.guiding.repair;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Representation;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.Digest;
import dev.touchstone.statistics.Softmax;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A model's representation through another last layer. */
final class RepairedClassifier implements Classifier, Scores, Representation {
  private final Classifier original;
  private final LinearLayer layer;
  private final String how;
  private final List<String> without;
  private final OptionalDouble threshold;
  private final String layerDigest;

  /**
   * @param without the concepts that are to be ignored
   * @param threshold from which probability on class 1 is predicted; empty where the larger one is
   */
  RepairedClassifier(
      Classifier original,
      LinearLayer layer,
      String how,
      List<String> without,
      OptionalDouble threshold) {
    this.threshold = threshold;
    this.original = original;
    this.layer = layer;
    this.how = how;
    this.without = without;
    this.layerDigest = layer.addTo(Digest.sha256()).hex();
  }

  @Override
  public String name() {
    return original.name() + ", repaired";
  }

  @Override
  public String sha256() {
    return Digest.sha256().add(original.sha256()).add(layerDigest).hex();
  }

  @Override
  public Object identity() {
    return List.of(original.identity(), layerDigest);
  }

  @Override
  public ModelFacts facts() {
    ModelFacts facts =
        facts("repaired in memory")
            .withNotDescribed(original.facts().notDescribed())
            .with("repaired from", original.sha256())
            .with("repair", how)
            .with("concepts to ignore", String.join(", ", without));
    return deciding(facts, threshold);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == Scores.class || type == Representation.class
        ? Optional.of(type.cast(this))
        : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return "is repaired in memory, as a layer behind another model; write it to an ONNX file";
  }

  @Override
  public OutputKind outputs() {
    return OutputKind.LOGITS;
  }

  @Override
  public Predictions predict(Tensor batch) {
    return softmax(logits(batch), threshold);
  }

  /** Says where a model decides, as of a model that was declared to. */
  static ModelFacts deciding(ModelFacts facts, OptionalDouble threshold) {
    return threshold.isEmpty()
        ? facts
        : facts.with("class 1 from probability", threshold.getAsDouble());
  }

  /** Turns rows of logits, which are its own, into predictions. */
  static Predictions softmax(double[][] rows, OptionalDouble threshold) {
    for (double[] row : rows) {
      Softmax.inPlace(row, 0, row.length);
    }
    Predictions predictions = Predictions.of(rows);
    return threshold.isEmpty() ? predictions : predictions.decidedAt(threshold.getAsDouble());
  }

  @Override
  public Scored scores(Tensor batch) {
    return new Scored(logits(batch), ScoreKind.LOGITS);
  }

  private double[][] logits(Tensor batch) {
    return layer.scores(shown(batch));
  }

  @Override
  public double[][] representation(Tensor batch) {
    return shown(batch);
  }

  /** What the original shows its last layer. */
  private double[][] shown(Tensor batch) {
    return CheckedAnswers.representation(
        original.require(
            Representation.class, "a repaired model", "give the model that was repaired"),
        batch);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return original.batchSize(budgetBytes);
  }

  @Override
  public String toString() {
    return name();
  }
}
