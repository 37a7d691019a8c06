package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Leakage;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.SymmetricEigen;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Takes for foreign what lies far from every class's mean in a network, measured by the spread that
 * classes have (Lee, Lee, Lee and Shin 2018, equations 1 and 2): with what the network holds of an
 * example φ, the training data's mean μ_c of each class and one covariance Σ of all classes, of n
 * examples about their class's mean, divided by n,
 *
 * <pre>M(x) = min_c (φ − μ_c)ᵀ Σ⁻¹ (φ − μ_c).</pre>
 *
 * <p>φ is what the last layer sees unless a node is named. Σ⁻¹ is the pseudo-inverse, as in the
 * authors' code: directions in which training examples do not vary do not count, those whose
 * variance is at most d·2⁻⁴⁶ of the largest, which single precision cannot tell from none.
 */
public final class Mahalanobis implements OutOfDistributionDetector {
  private static final double NONE = 0x1p-46;
  private static final String NAME = "Mahalanobis distance";

  private final Dataset training;
  private final InnerValues at;

  private Mahalanobis(Dataset training, InnerValues at) {
    this.training = training;
    this.at = at;
  }

  /**
   * Learns means and the covariance from training examples.
   *
   * @param training with the labels that the model was trained on; none of it is judged
   */
  public static Mahalanobis of(Dataset training) {
    return new Mahalanobis(training, InnerValues.OF_LAST_LAYER);
  }

  /** Looks at the output of a node, as {@code WhiteBox.taps} lists them. */
  public Mahalanobis at(String node) {
    return new Mahalanobis(training, new InnerValues(node));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("at", at.describe());
    settings.put("detector's training data", training.name());
    settings.put("detector's training data sha256", training.sha256());
    return settings;
  }

  @Override
  public void check(Classifier model, Dataset examples) {
    at.require(model, NAME);
    List<String> missing =
        training.classNames().stream()
            .filter(c -> training.classCounts().getOrDefault(c, 0) == 0)
            .toList();
    if (!missing.isEmpty()) {
      throw new TouchstoneException(
          "%s has no example of %s, whose mean is needed; give training data of every class"
              .formatted(training.name(), missing));
    }
    Leakage.refuse("detector's training data", training, "judged data", examples);
  }

  /**
   * Class means and the covariance in coordinates in which it is the identity.
   *
   * @param whitening d × r
   * @param means k × r
   */
  private record Fitted(Matrix whitening, double[][] means) {

    double distance(double... whitened) {
      double least = Double.POSITIVE_INFINITY;
      for (double[] mean : means) {
        double distance = 0;
        for (int j = 0; j < mean.length; j++) {
          distance += (whitened[j] - mean[j]) * (whitened[j] - mean[j]);
        }
        least = Math.min(least, distance);
      }
      return least;
    }
  }

  @Override
  public Foreignness fitTo(Classifier model, RunContext context) {
    double[][] values = at.of(model, training, NAME, context);
    int d = values[0].length;
    double[][] means = new double[training.classNames().size()][d];
    int[] counts = new int[means.length];
    for (int i = 0; i < values.length; i++) {
      int label = training.label(i);
      counts[label]++;
      for (int j = 0; j < d; j++) {
        means[label][j] += values[i][j];
      }
    }
    for (int c = 0; c < means.length; c++) {
      for (int j = 0; j < d; j++) {
        means[c][j] /= counts[c];
      }
    }
    Matrix centred = Matrix.zeros(values.length, d);
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < d; j++) {
        centred.set(i, j, values[i][j] - means[training.label(i)][j]);
      }
    }
    DenseAlgebra algebra =
        DenseAlgebra.forWork(2.0 * values.length * d * d, context.settings().device());
    Matrix covariance = algebra.crossProduct(centred, centred);
    for (int k = 0; k < covariance.values().length; k++) {
      covariance.values()[k] /= values.length;
    }
    Matrix whitening = whitening(algebra.eigen(covariance), model);
    Fitted fitted = new Fitted(whitening, rows(algebra.product(Matrix.ofRows(means), whitening)));
    int ignored = d - whitening.columns();
    return new Foreignness() {
      @Override
      public double[] of(Dataset examples) {
        double[][] asked =
            rows(
                algebra.product(
                    Matrix.ofRows(at.of(model, examples, NAME, context)), fitted.whitening()));
        return Arrays.stream(asked).mapToDouble(fitted::distance).toArray();
      }

      @Override
      public List<String> notes() {
        return ignored == 0
            ? List.of()
            : List.of(
                "the training data do not vary in %d of %d directions at %s; these do not count, whatever a foreign example has there"
                    .formatted(ignored, d, at.describe()));
      }
    };
  }

  /** Q diag(λ^−½) of the eigenvalues that are not none. */
  private Matrix whitening(SymmetricEigen eigen, Classifier model) {
    double[] variances = eigen.values();
    int d = variances.length;
    double largest = variances[d - 1];
    int[] kept = IntStream.range(0, d).filter(j -> variances[j] > d * NONE * largest).toArray();
    if (!(largest > 0)) {
      throw new TouchstoneException(
          "%s holds the same of all training examples of a class at %s, and a distance has no unit there; name another node with at(\"…\")"
              .formatted(model.name(), at.describe()));
    }
    Matrix whitening = Matrix.zeros(d, kept.length);
    for (int j = 0; j < kept.length; j++) {
      double scale = 1 / Math.sqrt(variances[kept[j]]);
      for (int i = 0; i < d; i++) {
        whitening.set(i, j, eigen.vectors().get(i, kept[j]) * scale);
      }
    }
    return whitening;
  }

  private static double[][] rows(Matrix matrix) {
    return IntStream.range(0, matrix.rows()).mapToObj(matrix::row).toArray(double[][]::new);
  }

  @Override
  public String toString() {
    return "%s at %s".formatted(NAME, at.describe());
  }
}
