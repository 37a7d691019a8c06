package dev.touchstone.robustness;

import dev.touchstone.graph.Node;
import java.util.Arrays;

/**
 * Lines below and above what bends, number by number: slope times input plus intercept. They hold
 * between the ends that they were made of.
 *
 * <ul>
 *   <li>ReLU, leaky and parametric: above the chord; below x, or the negative part's slope,
 *       whichever is nearer over the interval (Zhang et al. 2018, adaptive)
 *   <li>what is cut off on both sides, such as ReLU6: the same at either kink
 *   <li>sigmoid, tanh and other curves like an S: parallels through both ends, of the smaller of
 *       the two derivatives there, which is the smallest in between
 *   <li>convex curves: above the chord, below the tangent in the middle
 *   <li>other curves: parallels of the chord, through the points that are farthest from it
 *   <li>pools: below the entry that is the largest of the least; above the largest of all
 *   <li>products of two: planes through two corners each (McCormick 1976)
 * </ul>
 *
 * @param lower ends of the input
 * @param upper likewise
 * @param other the interval of a product's other factor; its lower ends, then its upper
 */
record Lines(
    double[] lower,
    double[] upper,
    double[][] other,
    double[] slopeBelow,
    double[] interceptBelow,
    double[] slopeAbove,
    double[] interceptAbove) {

  /** Beyond what double precision does to where a curve is farthest from a line. */
  private static final double GUARD = 1e-12;

  private static final double[] NONE = {};

  /** Of a pool, whose lines are found where its windows lie. */
  static Lines ofPool(double[] lower, double[] upper) {
    return new Lines(lower, upper, new double[0][], NONE, NONE, NONE, NONE);
  }

  /** Of a product, whose planes are found where its factors are. */
  static Lines ofProduct(double[] lower, double[] upper, double[] otherLower, double[] otherUpper) {
    return new Lines(lower, upper, new double[][] {otherLower, otherUpper}, NONE, NONE, NONE, NONE);
  }

  private static Lines empty(double[] lower, double[] upper) {
    int n = lower.length;
    return new Lines(
        lower, upper, new double[0][], new double[n], new double[n], new double[n], new double[n]);
  }

  /**
   * Of ReLUs.
   *
   * @param leaks the slopes of their negative parts
   */
  static Lines ofRectifier(double[] leaks, double[] lower, double[] upper) {
    Lines lines = empty(lower, upper);
    for (int i = 0; i < lower.length; i++) {
      lines.bent(i, leaks[i]);
    }
    return lines;
  }

  /**
   * Of what is cut off.
   *
   * @param least from which number on each is what it is; −∞ where it is not cut off
   * @param most up to which
   */
  static Lines ofClamp(double[] least, double[] most, double[] lower, double[] upper) {
    Lines lines = empty(lower, upper);
    for (int i = 0; i < lower.length; i++) {
      lines.cutOff(i, least[i], most[i]);
    }
    return lines;
  }

  /** Of a curve. */
  static Lines ofCurve(Curve curve, double[] lower, double[] upper) {
    Lines lines = empty(lower, upper);
    for (int i = 0; i < lower.length; i++) {
      lines.curved(i, curve);
    }
    return lines;
  }

  boolean isPool() {
    return slopeBelow.length == 0 && other.length == 0;
  }

  boolean isProduct() {
    return other.length == 2;
  }

  private void set(int i, boolean above, double slope, double throughX, double throughY) {
    (above ? slopeAbove : slopeBelow)[i] = slope;
    (above ? interceptAbove : interceptBelow)[i] = throughY - slope * throughX;
  }

  private void curved(int i, Curve curve) {
    double l = lower[i];
    double u = upper[i];
    double low = curve.value().applyAsDouble(l);
    double high = curve.value().applyAsDouble(u);
    if (curve.shape() == Curve.Shape.S) {
      double slope = Math.min(curve.slope().applyAsDouble(l), curve.slope().applyAsDouble(u));
      set(i, false, slope, l, low);
      set(i, true, slope, u, high);
      return;
    }
    double guard = GUARD * (1 + Math.abs(low) + Math.abs(high));
    double chord = u > l ? (high - low) / (u - l) : 0;
    if (curve.shape() == Curve.Shape.CONVEX) {
      set(i, true, chord, l, low + guard);
      double middle = l + (u - l) / 2;
      set(
          i,
          false,
          curve.slope().applyAsDouble(middle),
          middle,
          curve.value().applyAsDouble(middle) - guard);
      return;
    }
    double[] points = curve.turningPoints(chord, l, u);
    double above =
        Arrays.stream(points).map(x -> curve.value().applyAsDouble(x) - chord * x).max().orElse(0);
    set(i, true, chord, 0, above + guard);
    double below =
        Arrays.stream(points).map(x -> curve.value().applyAsDouble(x) - chord * x).min().orElse(0);
    set(i, false, chord, 0, below - guard);
  }

  private void bent(int i, double leak) {
    double l = lower[i];
    double u = upper[i];
    if (l >= 0 || u <= 0) {
      slopeBelow[i] = l >= 0 ? 1 : leak;
      slopeAbove[i] = slopeBelow[i];
      return;
    }
    double chord = (u - leak * l) / (u - l);
    slopeAbove[i] = chord;
    interceptAbove[i] = u - chord * u;
    slopeBelow[i] = u > -l ? 1 : leak;
  }

  private void cutOff(int i, double least, double most) {
    double l = lower[i];
    double u = upper[i];
    if (u <= least || l >= most || least >= most) {
      double constant = Math.min(Math.max(l, least), most);
      set(i, false, 0, 0, constant);
      set(i, true, 0, 0, constant);
      return;
    }
    boolean below = l < least;
    boolean above = u > most;
    // Below the line through the lower kink, or along what lies behind the upper one; so above.
    if (below) {
      double end = Math.min(u, most);
      set(i, false, above || u - least > least - l ? (end - least) / (u - least) : 0, least, least);
    } else {
      set(i, false, above ? (most - l) / (u - l) : 1, l, l);
    }
    if (above) {
      double end = Math.max(l, least);
      set(i, true, below || most - l > u - most ? (most - end) / (most - l) : 0, most, most);
    } else {
      set(i, true, below ? (u - least) / (u - l) : 1, u, u);
    }
  }

  /** Whether more has to be known of a number: a ReLU asks only on which side of 0 it lies. */
  static boolean isOpen(Node node, double lower, double upper) {
    return BoundWalk.isRectifier(node) ? lower < 0 && upper > 0 : lower < upper;
  }
}
