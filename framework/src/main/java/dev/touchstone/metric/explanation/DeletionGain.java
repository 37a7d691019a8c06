package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.explanation.RemovalCurves.Areas;
import dev.touchstone.metric.explanation.RemovalCurves.Direction;
import dev.touchstone.model.Classifier;
import dev.touchstone.statistics.Range;

/**
 * By how much a prediction's probability falls earlier while places of an example are removed,
 * those first that the map says the prediction rests on, than in random order: {@code AUC(random) −
 * AUC(map)}, of the curves of the probability of the explained class against the share of places
 * (Petsiuk et al. 2018, so that a small area is good), each the mean over its steps.
 *
 * <p>A curve alone says as much of the model as of the map: one whose answer collapses at the first
 * grey pixel has a small area under any map. So what is judged is what the map is worth beside
 * random orders of the same example.
 */
public final class DeletionGain implements ExplanationMetric {
  private static final Range RANGE = new Range(-1, 1);

  private final RemovalCurves curves;

  private DeletionGain(RemovalCurves curves) {
    this.curves = curves;
  }

  /** Takes 20 steps, the mean of the examples for what is removed, and five random orders. */
  public static DeletionGain withDefaults() {
    return new DeletionGain(RemovalCurves.DEFAULT);
  }

  /** Takes something else for what is removed. */
  public DeletionGain removing(Removal removal) {
    return new DeletionGain(new RemovalCurves(removal, curves.steps(), curves.randomOrders()));
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException for fewer than two
   */
  public DeletionGain withSteps(int number) {
    return new DeletionGain(new RemovalCurves(curves.removal(), number, curves.randomOrders()));
  }

  /**
   * Draws another number of random orders for each example.
   *
   * @throws IllegalArgumentException for none
   */
  public DeletionGain withRandomOrders(int number) {
    return new DeletionGain(new RemovalCurves(curves.removal(), curves.steps(), number));
  }

  @Override
  public String quantity() {
    return "deletion gain";
  }

  @Override
  public Range range() {
    return RANGE;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "the inputs are removed in the order of the explanation rather than at random: the answer's probability is lower by %s on average over the way, where 0 is an explanation no better than chance"
            .formatted(Reading.VALUE));
  }

  @Override
  public void require(Classifier model, AttributionMethod method, Dataset data) {
    curves.removal().require(data);
  }

  @Override
  public Measured of(Explained explained) {
    Areas areas = curves.areas(explained, Direction.DELETION);
    return RemovalCurves.gain(areas, i -> areas.atRandom()[i] - areas.byMap()[i], "deletion area");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeletionGain that && curves.equals(that.curves);
  }

  @Override
  public int hashCode() {
    return curves.hashCode();
  }

  @Override
  public String toString() {
    return "deletion gain in %d steps beside %d random orders, removing to %s"
        .formatted(curves.steps(), curves.randomOrders(), curves.removal());
  }
}
