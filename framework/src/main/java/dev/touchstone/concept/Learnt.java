package dev.touchstone.concept;

import dev.touchstone.linalg.Matrix;

/**
 * A vector by the examples that it was learnt from: {@code v = Σⱼ coefficientsⱼ · x_j}, of length
 * 1.
 *
 * @param examples the places of those with the concept, then of those without it
 * @param coefficients as many, adding up to 0
 * @param offset of the logit of having the concept, which is {@code length · v·x + offset}
 * @param length of w, of which v is the direction
 */
record Learnt(int[] examples, double[] coefficients, double offset, double length) {

  /** Learns a vector from the values at a tap. */
  static Learnt from(TapProducts tap, int[] having, int[] lacking, double ridge) {
    int[] examples = new int[having.length + lacking.length];
    System.arraycopy(having, 0, examples, 0, having.length);
    System.arraycopy(lacking, 0, examples, having.length, lacking.length);
    Matrix products = tap.among(examples);
    DualLogistic.Fit fit = DualLogistic.fit(products, having.length, ridge);
    double[] coefficients = fit.coefficients();
    double square = 0;
    for (int i = 0; i < coefficients.length; i++) {
      double along = 0;
      for (int j = 0; j < coefficients.length; j++) {
        along += products.get(i, j) * coefficients[j];
      }
      square += coefficients[i] * along;
    }
    double length = Math.sqrt(square);
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] /= length;
    }
    return new Learnt(examples, coefficients, fit.offset(), length);
  }

  /** The directional derivatives v·g of the tested examples. */
  double[] derivatives(TapProducts tap) {
    Matrix given = tap.derivatives();
    double[] derivatives = new double[given.rows()];
    for (int t = 0; t < derivatives.length; t++) {
      for (int j = 0; j < examples.length; j++) {
        derivatives[t] += coefficients[j] * given.get(t, examples[j]);
      }
    }
    return derivatives;
  }

  /** What speaks for the concept in an example that has products with those learnt from. */
  double logit(TapProducts tap, int example) {
    double along = 0;
    for (int j = 0; j < examples.length; j++) {
      along += coefficients[j] * tap.products().get(example, examples[j]);
    }
    return length * along + offset;
  }
}
