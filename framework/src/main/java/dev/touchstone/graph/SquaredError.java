package dev.touchstone.graph;

/** ½‖s − t‖². */
record SquaredError(CrossEntropy.Targets targets) implements Loss {

  @Override
  public double value(double[] scores, int example) {
    double sum = 0;
    for (double difference : gradient(scores, example)) {
      sum += difference * difference;
    }
    return sum / 2;
  }

  @Override
  public double[] gradient(double[] scores, int example) {
    double[] target = targets.of(scores.length, example);
    double[] differences = new double[scores.length];
    for (int c = 0; c < scores.length; c++) {
      differences[c] = scores[c] - target[c];
    }
    return differences;
  }

  @Override
  public double[] hessianVector(double[] scores, int example, double[] vector) {
    return vector.clone();
  }
}
