package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How often is the model wrong? The share of examples whose predicted class is not their label, or,
 * {@linkplain #of(ModelBug) of a model bug}, whose probabilities lie too far from it (thesis,
 * section 2.3).
 *
 * <p>The interval is exact for independent examples (Clopper-Pearson), and one over clusters where
 * the data are {@linkplain Dataset#clusteredBy clustered}. The worst findings are the most
 * confidently wrong examples by their stable ids, or those with the largest distance.
 */
public final class ErrorRate implements ClassificationMetric {
  private final @Nullable ModelBug bug;

  private ErrorRate(@Nullable ModelBug bug) {
    this.bug = bug;
  }

  /** Returns the share of examples whose predicted class is wrong. */
  public static ErrorRate withDefaults() {
    return new ErrorRate(null);
  }

  /** Returns the share of examples at which a model bug occurs. */
  public static ErrorRate of(ModelBug bug) {
    return new ErrorRate(bug);
  }

  @Override
  public String quantity() {
    return bug == null ? "error rate" : "model bug rate";
  }

  @Override
  public String inWords() {
    return bug == null
        ? "share of wrongly classified examples"
        : "share of examples with a model bug, " + bug + ",";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("error", inWords());
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public Reading valueInWords(String examples) {
    return Reading.share(
        Reading.VALUE
            + " of "
            + examples
            + (bug == null
                ? " are answered wrongly"
                : " are answered further from the truth than " + bug + " says"));
  }

  /** One number: 1 where the prediction is wrong or shows the bug, else 0. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    return outcome(
        bug == null
            ? Predictions.mostProbable(probabilities) != label
            : bug.occursAt(probabilities, label));
  }

  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return bug == null
        ? outcome(predictions.predicted(example) != label)
        : outcome(predictions.probabilities(example), label);
  }

  private static double[] outcome(boolean wrong) {
    return new double[] {wrong ? 1 : 0};
  }

  /** Of a model bug alone. */
  @Override
  public boolean readsProbabilities() {
    return bug != null;
  }

  @Override
  public boolean comparesWithMajority() {
    return true;
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && (outcome[0] == 0 || outcome[0] == 1);
  }

  /** Right and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(outcome(false), outcome(true)));
  }

  /** Of a model bug the distance where it occurs, so that the farthest come first. */
  @Override
  public double shortfall(Predictions predictions, int example, int label) {
    double wrong = outcome(predictions, example, label)[0];
    return bug == null ? wrong : wrong * bug.distance(predictions.probabilities(example), label);
  }

  @Override
  public Optional<String> shortfallName() {
    return bug == null ? Optional.empty() : Optional.of("distance");
  }

  /** Of a model bug the mean distance. */
  @Override
  public List<ClassificationMetric> companions() {
    return bug == null ? List.of() : List.of(bug.meanDistance());
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) > 0));
  }

  /**
   * The difference of the rates on the same examples, with limits that are exact where one model
   * makes no error that the other does not, and p-values at 0 of the exact test of McNemar ({@link
   * dev.touchstone.statistics.BoundedMean}).
   */
  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ErrorRate rate && Objects.equals(rate.bug, bug);
  }

  @Override
  public int hashCode() {
    return Objects.hash(ErrorRate.class, bug);
  }

  @Override
  public String toString() {
    return quantity() + (bug == null ? "" : " " + bug);
  }
}
