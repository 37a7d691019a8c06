package dev.touchstone.linalg;

import org.apiguardian.api.API;

/**
 * Gauss-Legendre quadrature on [0, 1]: exact for polynomials of a degree below twice the number of
 * points.
 *
 * @param places of the points, ascending, none of them at an end
 * @param weights of the points, which add up to 1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record GaussLegendre(double[] places, double[] weights) {

  /**
   * Returns the rule of so many points, by Newton's method on the Legendre polynomial of that
   * degree from Tricomi's first guesses.
   *
   * @param n at least 1
   */
  public static GaussLegendre ofPoints(int n) {
    double[] places = new double[n];
    double[] weights = new double[n];
    for (int k = 0; k < n; k++) {
      double x = Math.cos(Math.PI * (k + 0.75) / (n + 0.5));
      double slope = 1;
      double step = 1;
      for (int round = 0; round < 100 && Math.abs(step) > 1e-15; round++) {
        double last = 1;
        double value = x;
        for (int degree = 2; degree <= n; degree++) {
          double next = ((2 * degree - 1) * x * value - (degree - 1) * last) / degree;
          last = value;
          value = next;
        }
        slope = n * (x * value - last) / (x * x - 1);
        step = value / slope;
        x -= step;
      }
      places[k] = (1 - x) / 2;
      weights[k] = 1 / ((1 - x * x) * slope * slope);
    }
    return new GaussLegendre(places, weights);
  }
}
