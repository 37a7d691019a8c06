package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import dev.touchstone.graph.operator.Attributes;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The settings of {@code SVMClassifier} and {@code SVMRegressor}: weights of the kernel's values at
 * each support vector. Values are those that ONNX Runtime gives, pairwise ones of classes before
 * any vote.
 *
 * @param kernel LINEAR, POLY, RBF or SIGMOID
 * @param gamma a factor of products or of squared distances
 * @param shift what is added to products
 * @param degree of POLY
 * @param vectors m × d, row-major
 * @param features d
 * @param weights one row of m for each output, row-major
 * @param biases one for each output
 */
record SupportVectors(
    String kernel,
    float gamma,
    float shift,
    float degree,
    float[] vectors,
    int features,
    float[] weights,
    float[] biases) {

  /** Reads a regressor: one output. */
  static SupportVectors ofRegressor(Attributes attributes) {
    int number = (int) attributes.integer("n_supports", 0);
    if (attributes.integer("one_class", 0) != 0) {
      throw attributes.unsupported("one_class = 1, whose answer is a sign");
    }
    return of(attributes, number, attributes.numbers("coefficients"), attributes.numbers("rho"), 1);
  }

  /**
   * Reads a classifier: an output for each pair of classes, for the first of the two where it is
   * positive. Of vectors of the class i the weight against the class j stands in the row j − 1
   * where i is less than j, and else in the row j (LIBSVM's layout).
   */
  static SupportVectors ofClassifier(Attributes attributes) {
    long[] counts = attributes.integers("vectors_per_class");
    if (counts.length < 2) {
      throw attributes.unsupported("no support vectors");
    }
    int classes = counts.length;
    int pairs = classes * (classes - 1) / 2;
    int slopes = attributes.count("prob_a");
    if (slopes > 0 && (slopes != pairs || attributes.count("prob_b") != pairs)) {
      throw attributes.unsupported(
          "%d and %d numbers of Platt's sigmoids for %d pairs of classes"
              .formatted(slopes, attributes.count("prob_b"), pairs));
    }
    int number = (int) Arrays.stream(counts).sum();
    int[] starts = new int[classes + 1];
    for (int c = 0; c < classes; c++) {
      starts[c + 1] = starts[c] + (int) counts[c];
    }
    float[] rows = attributes.numbers("coefficients");
    if (IntStream.range(0, rows.length).allMatch(i -> rows[i] >= 0)) {
      throw attributes.unsupported("coefficients of which none is negative");
    }
    float[] weights = new float[pairs * number];
    int pair = 0;
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++) {
        copy(rows, (j - 1) * number, weights, pair * number, starts[i], starts[i + 1]);
        copy(rows, i * number, weights, pair * number, starts[j], starts[j + 1]);
        pair++;
      }
    }
    return of(attributes, number, weights, attributes.numbers("rho"), pairs);
  }

  /**
   * Whether a file has probabilities of classes that an iteration makes of those of pairs, and ends
   * early (Wu et al. 2004, as LIBSVM has it).
   */
  static boolean iterates(GraphProto graph) {
    return graph.getNodeList().stream()
        .filter(node -> node.getOpType().equals("SVMClassifier"))
        .anyMatch(
            node ->
                node.getAttributeList().stream()
                    .anyMatch(a -> a.getName().equals("prob_a") && a.getFloatsCount() > 0));
  }

  private static void copy(float[] from, int fromRow, float[] to, int toRow, int first, int end) {
    System.arraycopy(from, fromRow + first, to, toRow + first, end - first);
  }

  private static SupportVectors of(
      Attributes attributes, int number, float[] weights, float[] biases, int outputs) {
    float[] vectors = attributes.numbers("support_vectors");
    float[] parameters = attributes.numbers("kernel_params");
    if (number < 1
        || vectors.length == 0
        || vectors.length % number != 0
        || weights.length != outputs * number
        || biases.length != outputs) {
      throw attributes.unsupported(
          "%d support vectors of %d numbers together, %d coefficients and %d offsets"
              .formatted(number, vectors.length, weights.length, biases.length));
    }
    String transform = attributes.text("post_transform", "NONE");
    if (!transform.equals("NONE")) {
      throw attributes.unsupported("post_transform = " + transform);
    }
    boolean given = parameters.length == 3;
    return new SupportVectors(
        attributes.text("kernel_type", "LINEAR"),
        given ? parameters[0] : 0,
        given ? parameters[1] : 0,
        given ? parameters[2] : 0,
        vectors,
        vectors.length / number,
        weights,
        biases);
  }

  int number() {
    return vectors.length / features;
  }

  int outputs() {
    return biases.length;
  }

  /** The vectors times gamma, for products. */
  float[] scaledVectors() {
    float[] scaled = new float[vectors.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = gamma * vectors[i];
    }
    return scaled;
  }

  /** Of a linear kernel, the weights of the features: one row of d for each output. */
  float[] linearWeights() {
    float[] linear = new float[outputs() * features];
    for (int o = 0; o < outputs(); o++) {
      for (int f = 0; f < features; f++) {
        double sum = 0;
        for (int v = 0; v < number(); v++) {
          sum += (double) weights[o * number() + v] * vectors[v * features + f];
        }
        linear[o * features + f] = (float) sum;
      }
    }
    return linear;
  }
}
