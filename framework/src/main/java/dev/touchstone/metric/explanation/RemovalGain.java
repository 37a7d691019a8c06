package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.metric.explanation.RemovalCurves.Areas;
import dev.touchstone.metric.explanation.RemovalCurves.Direction;
import dev.touchstone.model.Classifier;
import dev.touchstone.statistics.Range;
import java.util.Locale;

/**
 * What a map's order of places is worth beside random orders, while they are removed or put back:
 * what these metrics share.
 *
 * @param <T> the metric itself
 */
abstract class RemovalGain<T extends RemovalGain<T>> implements ExplanationMetric {
  private static final Range RANGE = new Range(-1, 1);

  private final RemovalCurves curves;
  private final Direction direction;

  RemovalGain(RemovalCurves curves, Direction direction) {
    this.curves = curves;
    this.direction = direction;
  }

  /** The same metric of other curves. */
  abstract T of(RemovalCurves others);

  /** Takes something else for what is removed. */
  public final T removing(Removal removal) {
    return of(new RemovalCurves(removal, curves.steps(), curves.randomOrders()));
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException for fewer than two
   */
  public final T withSteps(int number) {
    return of(new RemovalCurves(curves.removal(), number, curves.randomOrders()));
  }

  /**
   * Draws another number of random orders for each example.
   *
   * @throws IllegalArgumentException for none
   */
  public final T withRandomOrders(int number) {
    return of(new RemovalCurves(curves.removal(), curves.steps(), number));
  }

  private String inOneWord() {
    return direction.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public final String quantity() {
    return inOneWord() + " gain";
  }

  @Override
  public final Range range() {
    return RANGE;
  }

  @Override
  public final boolean higherIsBetter() {
    return true;
  }

  @Override
  public final void require(Classifier model, AttributionMethod method, Dataset data) {
    curves.removal().require(data);
  }

  @Override
  public final Measured of(Explained explained) {
    Areas areas = curves.areas(explained, direction);
    int sign = direction == Direction.DELETION ? -1 : 1;
    return RemovalCurves.gain(
        areas, i -> sign * (areas.byMap()[i] - areas.atRandom()[i]), inOneWord() + " area");
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof RemovalGain<?> that
        && direction == that.direction
        && curves.equals(that.curves);
  }

  @Override
  public final int hashCode() {
    return 31 * quantity().hashCode() + curves.hashCode();
  }

  @Override
  public final String toString() {
    return "%s in %d steps beside %d random orders, removing to %s"
        .formatted(quantity(), curves.steps(), curves.randomOrders(), curves.removal());
  }
}
