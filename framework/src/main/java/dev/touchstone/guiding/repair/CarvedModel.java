package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model that was carved into concepts: a classifier of its own, whose scores are sums of what
 * concepts contribute; it decides where the model does that it was carved of, and lives as long.
 * Immutable.
 */
public final class CarvedModel implements Classifier, Scores, Carved {
  private final Classifier original;
  private final List<String> classes;
  private final CarvedConcepts carved;
  private final OptionalDouble threshold;
  private final Optional<Required> required;

  CarvedModel(
      Classifier original, List<String> classes, CarvedConcepts carved, OptionalDouble threshold) {
    this(original, classes, carved, threshold, Optional.empty());
  }

  private CarvedModel(
      Classifier original,
      List<String> classes,
      CarvedConcepts carved,
      OptionalDouble threshold,
      Optional<Required> required) {
    this.original = original;
    this.classes = List.copyOf(classes);
    this.carved = carved;
    this.threshold = threshold;
    this.required = required;
  }

  @Override
  public Classifier original() {
    return original;
  }

  @Override
  public String how() {
    return carved.how();
  }

  @Override
  public String examplesSha256() {
    return carved.examplesSha256();
  }

  @Override
  public List<String> concepts() {
    return carved.names();
  }

  @Override
  public List<String> alike(String concept) {
    return carved.alike(concept, name());
  }

  /**
   * Returns the weights of the z-scored concepts, q × k; 0 of those that the sparse layer does
   * without. A copy.
   */
  public Matrix weights() {
    return carved.parts().head().slopes().copy();
  }

  /**
   * Returns by how much the sparse layer misses its optimum's conditions (Karush, Kuhn and Tucker)
   * at most.
   */
  public double optimalityResidual() {
    return carved.parts().optimality();
  }

  /** Returns the z-scored concepts as they are read in every example, n × q. */
  public Matrix conceptValues(Dataset data) {
    return carved.values(data);
  }

  /** Returns the scores of all classes in every example, n × k. */
  public Matrix classScores(Dataset data) {
    return carved.scores(data);
  }

  /**
   * Returns what each concept contributes to the score of a class, over the mean of all classes:
   * (W_qc − mean W_q) z_q with z-scored concepts, so that the typical training example contributes
   * nothing.
   *
   * @param data of the classes that it was carved with
   * @param ofClasses one of every example
   * @return n × q
   * @throws TouchstoneException for data of other classes, or of these in another order
   */
  public Matrix contributions(Dataset data, int... ofClasses) {
    if (ofClasses.length != data.size()) {
      throw new IllegalArgumentException(
          ofClasses.length + " classes for " + data.size() + " examples");
    }
    if (!data.classNames().equals(classes)) {
      throw new TouchstoneException(
          "%s has the classes %s, and %s was carved with %s; read both with the same classes"
              .formatted(data.name(), data.classNames(), name(), classes));
    }
    Matrix z = conceptValues(data);
    Matrix head = carved.parts().head().slopes();
    for (int q = 0; q < z.columns(); q++) {
      double mean = Arrays.stream(head.row(q)).average().orElse(0);
      for (int i = 0; i < z.rows(); i++) {
        z.set(i, q, (head.get(q, ofClasses[i]) - mean) * z.get(i, q));
      }
    }
    return z;
  }

  /**
   * Returns in what share of examples it predicts the class that the original does, with an exact
   * interval for independent examples. It speaks for the original no further than that.
   */
  public Estimate fidelity(Dataset data, RunContext context) {
    long budget = context.settings().memoryBytes();
    Predictions mine = CheckedAnswers.ofSome(this, data, budget);
    Predictions others = CheckedAnswers.ofSome(original, data, budget);
    int alike = 0;
    for (int i = 0; i < data.size(); i++) {
      alike += mine.predicted(i) == others.predicted(i) ? 1 : 0;
    }
    return Proportion.of(alike, data.size());
  }

  /**
   * Returns the same model with the fidelity that it has to show before anything is claimed of the
   * original by it.
   *
   * @param least in (0, 1)
   * @param on examples that it was not carved on
   * @throws IllegalArgumentException for another share
   */
  public CarvedModel requiringFidelity(double least, Dataset on) {
    return new CarvedModel(
        original, classes, carved, threshold, Optional.of(new Required(least, on, 0)));
  }

  @Override
  public Required requiredFidelity() {
    return required.orElseThrow(
        () ->
            new TouchstoneException(
                "%s speaks for %s as far as it answers alike, and nothing says how far it has to; say carved.requiringFidelity(0.9, test)"
                    .formatted(name(), original.name())));
  }

  @Override
  public Estimate shownFidelity(RunContext context) {
    return fidelity(requiredFidelity().on(), context);
  }

  @Override
  public Matrix contributionsToTruth(Dataset data) {
    return contributions(data, data.labels());
  }

  @Override
  public String name() {
    return original.name() + ", carved";
  }

  @Override
  public String sha256() {
    return Digest.sha256().add(original.sha256()).add(carved.digest()).hex();
  }

  @Override
  public Object identity() {
    return List.of(original.identity(), carved.digest());
  }

  @Override
  public ModelFacts facts() {
    ModelFacts facts =
        facts("carved in memory")
            .withNotDescribed(original.facts().notDescribed())
            .with("carved from", original.sha256())
            .with("carving", carved.how());
    return RepairedClassifier.deciding(facts, threshold);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return "is carved in memory, as layers behind a part of another model";
  }

  @Override
  public OutputKind outputs() {
    return OutputKind.LOGITS;
  }

  @Override
  public Predictions predict(Tensor batch) {
    return RepairedClassifier.softmax(scored(batch), threshold);
  }

  @Override
  public Scored scores(Tensor batch) {
    return new Scored(scored(batch), ScoreKind.LOGITS);
  }

  private double[][] scored(Tensor batch) {
    return carved.scores(batch);
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
