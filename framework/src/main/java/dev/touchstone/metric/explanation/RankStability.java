package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.statistics.Range;
import java.util.Arrays;

/**
 * How much more alike the maps of inputs nearby are than those of different examples: Spearman's
 * rank correlation of an example's map with the maps of inputs around it, {@code |δ|∞ ≤ radius}, on
 * average, less that with the next example's map. Maps of any two images are alike, since both have
 * their object in the middle; what is judged is the excess.
 */
public final class RankStability implements ExplanationMetric {
  private static final Range RANGE = new Range(-2, 2);
  private static final Range SIMILARITY = new Range(-1, 1);

  private final Nearby nearby;

  private RankStability(Nearby nearby) {
    this.nearby = nearby;
  }

  /**
   * Compares with ten inputs around each example.
   *
   * @param radius by how much a feature may differ, in its own unit
   * @throws IllegalArgumentException unless it is positive
   */
  public static RankStability within(double radius) {
    return new RankStability(new Nearby(radius, 10));
  }

  /**
   * Compares with another number of inputs.
   *
   * @throws IllegalArgumentException for none
   */
  public RankStability withSamples(int number) {
    return new RankStability(new Nearby(nearby.radius(), number));
  }

  @Override
  public String quantity() {
    return "rank stability";
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
        "inputs that hardly differ are explained alike by %s more than different ones are, where 0 is no more and 1 the most that can usually be"
            .formatted(Reading.VALUE));
  }

  @Override
  public void require(Classifier model, AttributionMethod method, Dataset data) {
    if (Arrays.stream(data.shape()).reduce(1, Math::multiplyExact) < 2) {
      throw new TouchstoneException(
          "examples of one feature have maps of one number, which have no ranks; measure"
              + " MaxSensitivity");
    }
  }

  @Override
  public Measured of(Explained explained) {
    int n = explained.size();
    double[] near = new double[n];
    double[] apart = new double[n];
    double[] excess = new double[n];
    nearby.explain(
        explained,
        "inputs nearby, for ranks",
        (example, maps) -> {
          double[] map = explained.map(example);
          near[example] =
              Arrays.stream(maps)
                  .mapToDouble(other -> Spearman.of(map, other))
                  .average()
                  .orElseThrow();
          apart[example] = Spearman.of(map, explained.map((example + 1) % n));
          excess[example] = near[example] - apart[example];
        });
    return Measured.of(excess)
        .against(new double[n])
        .beside("similarity to inputs nearby", SIMILARITY, near)
        .beside("similarity to other examples", SIMILARITY, apart);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RankStability that && nearby.equals(that.nearby);
  }

  @Override
  public int hashCode() {
    return 31 * nearby.hashCode();
  }

  @Override
  public String toString() {
    return "rank stability within %s, %d inputs".formatted(nearby.radius(), nearby.samples());
  }
}
