package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Range;

/**
 * How much of a map lies inside a region: what these metrics share. An example whose region is
 * empty or everything has no number.
 */
abstract class Localisation implements ExplanationMetric {
  private final Region region;
  private final boolean wanted;

  /**
   * A metric of a region.
   *
   * @param wanted whether maps should lie inside it, or keep away from it
   */
  Localisation(Region region, boolean wanted) {
    this.region = region;
    this.wanted = wanted;
  }

  /** One example's number; NaN if its map says nothing. */
  abstract double of(double[] relevance, boolean[] inside);

  /** What a map that is the same everywhere, or drawn at random, has on average. */
  abstract double uninformed(double shareInside);

  final String where() {
    return (wanted ? "inside " : "outside ") + region.describe();
  }

  @Override
  public final String inWords() {
    return quantity() + " " + where();
  }

  @Override
  public final Range range() {
    return Range.SHARE;
  }

  @Override
  public final boolean higherIsBetter() {
    return true;
  }

  @Override
  public final void require(Classifier model, AttributionMethod method, Dataset data) {
    region.require(data);
  }

  @Override
  public final Measured of(Explained explained) {
    int n = explained.size();
    double[] values = new double[n];
    double[] uninformed = new double[n];
    double[] shares = new double[n];
    Region here = region.in(explained.examples());
    for (int i = 0; i < n; i++) {
      boolean[] inside = here.inside(explained.examples(), i);
      if (inside.length != explained.places()) {
        throw new TouchstoneException(
            "the region \"%s\" has %d places of an example that has %d: one for each pixel or column"
                .formatted(region.describe(), inside.length, explained.places()));
      }
      if (!wanted) {
        for (int place = 0; place < inside.length; place++) {
          inside[place] = !inside[place];
        }
      }
      shares[i] = share(inside);
      uninformed[i] = uninformed(shares[i]);
      values[i] = shares[i] == 0 || shares[i] == 1 ? Double.NaN : of(explained.perPlace(i), inside);
    }
    // A map that knows nothing keeps away from most regions: that it does is no reproach.
    Measured measured = wanted ? Measured.of(values).against(uninformed) : Measured.of(values);
    return measured.beside("area " + (wanted ? "inside" : "outside"), Range.SHARE, shares);
  }

  private static double share(boolean[] inside) {
    int count = 0;
    for (boolean is : inside) {
      count += is ? 1 : 0;
    }
    return (double) count / inside.length;
  }

  @Override
  public final boolean equals(Object other) {
    return other != null
        && getClass() == other.getClass()
        && wanted == ((Localisation) other).wanted
        && region.equals(((Localisation) other).region);
  }

  @Override
  public final int hashCode() {
    return 31 * getClass().hashCode() + region.hashCode() + Boolean.hashCode(wanted);
  }

  @Override
  public final String toString() {
    return inWords();
  }
}
