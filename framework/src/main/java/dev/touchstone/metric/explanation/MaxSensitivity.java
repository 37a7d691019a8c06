package dev.touchstone.metric.explanation;

import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Range;
import java.util.Arrays;

/**
 * How far the map of an input nearby may lie from an example's (Yeh et al. 2019, definition 3.1):
 * {@code max ‖M(x + δ) − M(x)‖₂ / ‖M(x)‖₂} over random δ with {@code |δ|∞ ≤ radius}. A random
 * search finds a lower bound of the maximum: a large value is a fault shown, a small one is none
 * that was found.
 */
public final class MaxSensitivity implements ExplanationMetric {
  private static final Range RANGE = new Range(0, Double.POSITIVE_INFINITY);

  private final Nearby nearby;

  private MaxSensitivity(Nearby nearby) {
    this.nearby = nearby;
  }

  /**
   * Tries ten inputs around each example.
   *
   * @param radius by how much a feature may differ, in its own unit
   * @throws IllegalArgumentException unless it is positive
   */
  public static MaxSensitivity within(double radius) {
    return new MaxSensitivity(new Nearby(radius, 10));
  }

  /**
   * Tries another number of inputs.
   *
   * @throws IllegalArgumentException for none
   */
  public MaxSensitivity withSamples(int number) {
    return new MaxSensitivity(new Nearby(nearby.radius(), number));
  }

  @Override
  public String quantity() {
    return "max-sensitivity";
  }

  @Override
  public Range range() {
    return RANGE;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "inputs that hardly differ were found whose explanations differ by a share of %s"
            .formatted(Reading.VALUE));
  }

  @Override
  public Measured of(Explained explained) {
    double[] worst = new double[explained.size()];
    nearby.explain(
        explained,
        "inputs nearby, for the largest difference",
        (example, maps) -> {
          double[] map = explained.map(example);
          double norm = norm(map, new double[map.length]);
          worst[example] =
              norm == 0
                  ? Double.NaN
                  : Arrays.stream(maps).mapToDouble(other -> norm(other, map)).max().orElseThrow()
                      / norm;
        });
    return Measured.of(worst);
  }

  private static double norm(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (a[j] - b[j]) * (a[j] - b[j]);
    }
    return Math.sqrt(sum);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MaxSensitivity that && nearby.equals(that.nearby);
  }

  @Override
  public int hashCode() {
    return nearby.hashCode();
  }

  @Override
  public String toString() {
    return "max-sensitivity within %s, %d inputs".formatted(nearby.radius(), nearby.samples());
  }
}
