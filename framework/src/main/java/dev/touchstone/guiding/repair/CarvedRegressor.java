package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A regressor that was carved into concepts: a regressor of its own, whose value is what it says of
 * the typical example and what each concept adds to it. It lives as long as the one that it was
 * carved of. Immutable.
 */
public final class CarvedRegressor implements Regressor, Carved {
  private final Regressor original;
  private final CarvedConcepts carved;
  private final String unit;
  private final Optional<Required> required;

  CarvedRegressor(Regressor original, CarvedConcepts carved, String unit) {
    this(original, carved, unit, Optional.empty());
  }

  private CarvedRegressor(
      Regressor original, CarvedConcepts carved, String unit, Optional<Required> required) {
    this.original = original;
    this.carved = carved;
    this.unit = unit;
    this.required = required;
  }

  @Override
  public Regressor original() {
    return original;
  }

  @Override
  public String how() {
    return carved.how();
  }

  @Override
  public List<String> concepts() {
    return carved.names();
  }

  /** Returns the unit of values and contributions, that of the training data. */
  public String unit() {
    return unit;
  }

  @Override
  public String examplesSha256() {
    return carved.examplesSha256();
  }

  @Override
  public List<String> alike(String concept) {
    return carved.alike(concept, name());
  }

  /**
   * Returns by how much the value rises where a concept rises by its standard deviation among the
   * training data, q, in the values' unit; 0 of those that the sparse layer does without.
   */
  public double[] weights() {
    return carved.parts().head().slopes().values().clone();
  }

  /**
   * Returns by how much the sparse layer misses its optimum's conditions (Karush, Kuhn and Tucker)
   * at most, with values in units of their standard deviation.
   */
  public double optimalityResidual() {
    return carved.parts().optimality();
  }

  /** Returns the z-scored concepts as they are read in every example, n × q. */
  public Matrix conceptValues(Dataset data) {
    return carved.values(data);
  }

  /**
   * Returns what each concept adds to the value of every example, W_q z_q with z-scored concepts,
   * in the values' unit: the typical training example's concepts add nothing.
   *
   * @return n × q
   */
  public Matrix contributions(Dataset data) {
    Matrix z = conceptValues(data);
    double[] weights = weights();
    for (int at = 0; at < z.values().length; at++) {
      z.values()[at] *= weights[at % weights.length];
    }
    return z;
  }

  /**
   * Returns in what share of examples its value is as near to the original's as is said, with an
   * exact interval for independent examples. It speaks for the original no further than that.
   *
   * @param within how near, in the values' unit
   * @throws IllegalArgumentException unless that is positive and finite
   */
  public Estimate fidelity(Dataset data, double within, RunContext context) {
    requireNear(within);
    long budget = context.settings().memoryBytes();
    double[] mine = CheckedAnswers.of(this, data, budget).values();
    double[] others = CheckedAnswers.of(original, data, budget).values();
    int alike = 0;
    for (int i = 0; i < mine.length; i++) {
      alike += Math.abs(mine[i] - others[i]) <= within ? 1 : 0;
    }
    return Proportion.of(alike, mine.length);
  }

  private static void requireNear(double within) {
    if (!(within > 0 && within < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("values must be near by a positive number, was " + within);
    }
  }

  /**
   * Returns the same model with the fidelity that it has to show before anything is claimed of the
   * original by it.
   *
   * @param least in (0, 1)
   * @param within how near its value has to be to the original's, in the values' unit
   * @param on examples that it was not carved on
   * @throws IllegalArgumentException for another share, or a distance that is not positive
   */
  public CarvedRegressor requiringFidelity(double least, double within, Dataset on) {
    requireNear(within);
    return new CarvedRegressor(
        original, carved, unit, Optional.of(new Required(least, on, within)));
  }

  @Override
  public Required requiredFidelity() {
    return required.orElseThrow(
        () ->
            new TouchstoneException(
                "%s speaks for %s as far as its values are near, and nothing says how near and how often they have to be; say carved.requiringFidelity(0.9, 500, test)"
                    .formatted(name(), original.name())));
  }

  @Override
  public Estimate shownFidelity(RunContext context) {
    return fidelity(requiredFidelity().on(), requiredFidelity().within(), context);
  }

  @Override
  public Matrix contributionsToTruth(Dataset data) {
    if (!data.hasValues() || !data.unit().equals(unit)) {
      throw new TouchstoneException(
          "%s has %s, and %s was carved with values in %s; read both in the same way"
              .formatted(
                  data.name(),
                  data.hasValues() ? "values in " + data.unit() : "classes",
                  name(),
                  unit));
    }
    return contributions(data);
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
    return ModelFacts.of(name(), sha256(), "carved in memory", OutputKind.VALUES.toString())
        .withNotDescribed(original.facts().notDescribed())
        .with("carved from", original.sha256())
        .with("carving", carved.how());
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return "is carved in memory, as layers behind a part of another model";
  }

  @Override
  public Values predict(Tensor batch) {
    return Values.of(Arrays.stream(carved.scores(batch)).mapToDouble(row -> row[0]).toArray());
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
