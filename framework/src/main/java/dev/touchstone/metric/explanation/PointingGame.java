package dev.touchstone.metric.explanation;

import dev.touchstone.evidence.Reading;
import java.util.Arrays;

/**
 * Whether the largest value of a map lies inside a region, 1 or 0 (the pointing game of Zhang et
 * al. 2018, without its margin of 15 pixels: give a larger region). Where several places share the
 * largest value, all of them have to lie inside; a constant map points nowhere and has no number.
 */
public final class PointingGame extends Localisation {
  private PointingGame(Region region, boolean wanted) {
    super(region, wanted);
  }

  /** Measures whether maps point inside a region. */
  public static PointingGame inside(Region region) {
    return new PointingGame(region, true);
  }

  /** Measures whether maps point outside a region, which they should keep away from. */
  public static PointingGame outside(Region region) {
    return new PointingGame(region, false);
  }

  @Override
  public String quantity() {
    return "pointing game";
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "a share of " + Reading.VALUE + " of the explanations point most at a place " + where());
  }

  @Override
  double of(double[] relevance, boolean[] inside) {
    double most = Arrays.stream(relevance).max().orElseThrow();
    boolean hit = true;
    boolean constant = true;
    for (int place = 0; place < relevance.length; place++) {
      hit &= relevance[place] < most || inside[place];
      constant &= relevance[place] == most;
    }
    return constant ? Double.NaN : hit ? 1 : 0;
  }

  @Override
  double uninformed(double shareInside) {
    return shareInside;
  }
}
