package dev.touchstone.metric.explanation;

import dev.touchstone.evidence.Reading;

/**
 * The share of a map that lies inside a region: {@code Σ_{inside} max(0, M) / Σ max(0, M)}, the
 * relevance mass accuracy of Arras et al. (2022), of the positive part of each pixel's sum over
 * channels. A map that is the same everywhere has the region's share of the area; that stands
 * beside it. An example whose map is nowhere positive has none.
 */
public final class RelevanceMass extends Localisation {
  private RelevanceMass(Region region, boolean wanted) {
    super(region, wanted);
  }

  /** Measures the share that lies inside a region. */
  public static RelevanceMass inside(Region region) {
    return new RelevanceMass(region, true);
  }

  /** Measures the share that lies outside a region, which explanations should keep away from. */
  public static RelevanceMass outside(Region region) {
    return new RelevanceMass(region, false);
  }

  @Override
  public String quantity() {
    return "relevance mass";
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "of what the explanation points at, a share of "
            + Reading.VALUE
            + " lies inside "
            + where());
  }

  @Override
  double of(double[] relevance, boolean[] inside) {
    double within = 0;
    double all = 0;
    for (int place = 0; place < relevance.length; place++) {
      double positive = Math.max(0, relevance[place]);
      all += positive;
      within += inside[place] ? positive : 0;
    }
    return all == 0 ? Double.NaN : Math.min(1, within / all);
  }

  @Override
  double uninformed(double shareInside) {
    return shareInside;
  }
}
