package dev.touchstone.influence.network;

import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.SymmetricEigen;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Arnoldi's iteration (Schioppa, Zablotskaia, Vilar and Sokolov 2022): the eigenvectors of C that
 * matter, found once by so many products with it, serve all vectors. Since C is symmetric the
 * iteration is Lanczos's, with each vector made orthogonal to all before it.
 *
 * <pre>(C + δI)⁻¹ v ≈ Q (Θ + δI)⁻¹ Qᵀ v + (v − QQᵀ v) / δ</pre>
 *
 * <p>with Q the eigenvectors of the largest |θ|. The paper leaves the last term out; here it is
 * what C has no curvature for, and the residual says how well that holds. Starts at random, from
 * the run's stream "Arnoldi".
 */
public final class Arnoldi implements InverseCurvature {
  private static final int SHARE_OF_MEMORY = 2;

  private final int steps;
  private final double tolerance;

  private Arnoldi(int steps, double tolerance) {
    this.steps = steps;
    this.tolerance = tolerance;
  }

  /** Returns the solver with 100 steps and a tolerance of .1. */
  public static Arnoldi withDefaults() {
    return new Arnoldi(100, .1);
  }

  /** Returns a copy that takes so many products; as many vectors of p numbers are kept. */
  public Arnoldi withSteps(int products) {
    Solvers.checkCount("steps", products);
    return new Arnoldi(products, tolerance);
  }

  /** Returns a copy with another tolerance, ‖v − (C + δI)s‖ / ‖v‖. */
  public Arnoldi withTolerance(double residual) {
    Solvers.checkTolerance(residual);
    return new Arnoldi(steps, residual);
  }

  @Override
  public String name() {
    return "Arnoldi";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("tolerance", Double.toString(tolerance));
    settings.put("steps", Integer.toString(steps));
    return settings;
  }

  @Override
  public Prepared prepare(Curvature curvature) {
    int p = curvature.size();
    int most = Math.min(steps, p);
    long bytes = 2L * Double.BYTES * p * most;
    long budget = curvature.run().settings().memoryBytes() / SHARE_OF_MEMORY;
    if (bytes > budget) {
      throw new TouchstoneException(
          "Arnoldi keeps %d vectors of %,d weights, %d MB, more than half of touchstone.memory (%d MB); take Arnoldi.withSteps(%d), or give more memory"
              .formatted(
                  2 * most,
                  p,
                  bytes >> 20,
                  curvature.run().settings().memoryBytes() >> 20,
                  Math.max(1, budget / (2L * Double.BYTES * p))));
    }
    Basis basis = basis(curvature, most);
    return vector -> solve(curvature, basis, vector);
  }

  /** Orthonormal vectors, and C between them. */
  private record Basis(List<double[]> vectors, double[] values) {}

  private static Basis basis(Curvature curvature, int most) {
    ZigguratSampler.NormalizedGaussian gauss =
        ZigguratSampler.NormalizedGaussian.of(curvature.run().random().of("Arnoldi"));
    double[] vector = new double[curvature.size()];
    for (int j = 0; j < vector.length; j++) {
      vector[j] = gauss.sample();
    }
    List<double[]> krylov = new ArrayList<>();
    Matrix between = Matrix.zeros(most, most);
    double length = Curvature.norm(vector);
    double first = 0;
    while (krylov.size() < most) {
      int at = krylov.size();
      double[] unit = vector.clone();
      for (int j = 0; j < unit.length; j++) {
        unit[j] /= length;
      }
      krylov.add(unit);
      vector = curvature.times(unit);
      Curvature.add(vector, -curvature.damping(), unit);
      if (at == 0) {
        first = Curvature.norm(vector);
      }
      // Twice is enough (Kahan and Parlett).
      for (int again = 0; again < 2; again++) {
        for (int i = 0; i <= at; i++) {
          double along = Curvature.product(krylov.get(i), vector);
          Curvature.add(vector, -along, krylov.get(i));
          between.set(i, at, between.get(i, at) + along);
        }
      }
      length = Curvature.norm(vector);
      if (!(length > 1e-12 * first)) {
        break; // all that C makes of these vectors lies among them
      }
    }
    return ritz(krylov, between);
  }

  /** Eigenvectors of C on the vectors, in their coordinates. */
  private static Basis ritz(List<double[]> krylov, Matrix between) {
    int size = krylov.size();
    Matrix symmetric = Matrix.zeros(size, size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        symmetric.set(i, j, between.get(Math.min(i, j), Math.max(i, j)));
      }
    }
    SymmetricEigen eigen = DenseAlgebra.plain().eigen(symmetric);
    List<double[]> vectors = new ArrayList<>();
    for (int e = 0; e < size; e++) {
      double[] sum = new double[krylov.get(0).length];
      for (int i = 0; i < size; i++) {
        Curvature.add(sum, eigen.vectors().get(i, e), krylov.get(i));
      }
      vectors.add(sum);
    }
    return new Basis(vectors, eigen.values());
  }

  private InverseHessianProduct solve(Curvature curvature, Basis basis, double[] right) {
    double damping = curvature.damping();
    double[] rest = right.clone();
    double[] solution = new double[right.length];
    for (int e = 0; e < basis.values().length; e++) {
      double[] vector = basis.vectors().get(e);
      double along = Curvature.product(vector, right);
      Curvature.add(rest, -along, vector);
      Curvature.add(solution, along / (basis.values()[e] + damping), vector);
    }
    if (damping > 0) {
      Curvature.add(solution, 1 / damping, rest);
    }
    return curvature.measured(
        solution,
        right,
        basis.values().length,
        name() + ", " + basis.values().length + " eigenvectors",
        tolerance);
  }

  @Override
  public String toString() {
    return name();
  }
}
