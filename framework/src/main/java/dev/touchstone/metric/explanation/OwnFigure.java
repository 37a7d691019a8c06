package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.Fidelity;
import dev.touchstone.evidence.Reading;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Range;
import java.util.List;

/**
 * A figure that a method measures of its own maps ({@link Fidelity}), as a share: by how much they
 * miss completeness, how far more steps or samples would move them, how much of the model's answers
 * a surrogate explains.
 *
 * @param name of the figure, such as {@link Fidelity#HALVING_ERROR}
 * @param higherIsBetter whether a larger one is the better map
 */
public record OwnFigure(String name, boolean higherIsBetter) implements ExplanationMetric {

  /**
   * Returns by how much a map's sum misses the change of the quantity that it should add up to, as
   * a share of the map's sum of magnitudes ({@link Fidelity#completenessResidual}).
   */
  public static OwnFigure completenessResidual() {
    return new OwnFigure(Fidelity.COMPLETENESS_RESIDUAL, false);
  }

  /** Returns how far more steps would move a map at most, as a share of its norm. */
  public static OwnFigure halvingError() {
    return new OwnFigure(Fidelity.HALVING_ERROR, false);
  }

  /** Returns the standard error of a map over random samples, as a share of its norm. */
  public static OwnFigure standardError() {
    return new OwnFigure(Fidelity.STANDARD_ERROR, false);
  }

  /** Returns how much of the variation of a model's answers around an example is explained. */
  public static OwnFigure surrogateFit() {
    return new OwnFigure(Fidelity.SURROGATE_FIT, true);
  }

  @Override
  public String quantity() {
    return name;
  }

  @Override
  public Range range() {
    return higherIsBetter
        ? new Range(Double.NEGATIVE_INFINITY, 1)
        : new Range(0, Double.POSITIVE_INFINITY);
  }

  @Override
  public Reading reading() {
    return Reading.number(
        (higherIsBetter
                ? "the explanation accounts for a share of %s of what the answers do nearby"
                : "by its own account the explanation is off by a share of %s")
            .formatted(Reading.VALUE));
  }

  @Override
  public Measured of(Explained explained) {
    Fidelity figure =
        explained
            .attribution()
            .fidelity(name)
            .orElseThrow(() -> new TouchstoneException(lacking(explained)));
    double[] shares = figure.relative();
    if (shares.length != explained.size()) {
      throw new TouchstoneException(
          "the %s is one number for all %d examples, and is judged example by example; it stands beside every other claim about these explanations"
              .formatted(name, explained.size()));
    }
    return Measured.of(shares);
  }

  private String lacking(Explained explained) {
    List<String> known =
        explained.attribution().fidelity().stream().map(Fidelity::name).distinct().toList();
    return "%s measures no %s of its maps of this model%s; IntegratedGradients measures a completeness residual and a halving error, SmoothGrad a standard error"
        .formatted(explained.method().name(), name, known.isEmpty() ? "" : ", only the " + known);
  }
}
