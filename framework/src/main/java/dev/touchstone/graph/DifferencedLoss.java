package dev.touchstone.graph;

/** A quantity whose second derivatives are central differences of its first ones. */
record DifferencedLoss(Quantity quantity) implements Loss {
  /** The cube root of the rounding error: where the errors of rounding and of the step meet. */
  private static final double STEP = 6e-6;

  @Override
  public double value(double[] scores, int example) {
    return quantity.value(scores, example);
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    return quantity.gradient(scores, example);
  }

  @Override
  public double[] hessianVector(double[] scores, int example, double[] vector) {
    double[] product = new double[scores.length];
    double length = norm(vector);
    if (quantity instanceof LinearQuantity || length == 0) {
      return product;
    }
    double step = STEP * Math.max(1, norm(scores)) / length;
    double[] ahead = quantity.gradient(moved(scores, vector, step), example);
    double[] behind = quantity.gradient(moved(scores, vector, -step), example);
    for (int c = 0; c < product.length; c++) {
      product[c] = (ahead[c] - behind[c]) / (2 * step);
    }
    return product;
  }

  private static double[] moved(double[] scores, double[] vector, double step) {
    double[] moved = scores.clone();
    for (int c = 0; c < moved.length; c++) {
      moved[c] += step * vector[c];
    }
    return moved;
  }

  private static double norm(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number * number;
    }
    return Math.sqrt(sum);
  }
}
