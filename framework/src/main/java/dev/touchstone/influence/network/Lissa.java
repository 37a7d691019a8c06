package dev.touchstone.influence.network;

import dev.touchstone.influence.InverseHessianProduct;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * LiSSA (Agarwal, Bullins and Hazan 2017; Koh and Liang 2017, section 3), which scales itself: with
 * σ above the largest eigenvalue of C + δI, found by the power method and not given,
 *
 * <pre>s ← s + (v − (C + δI) s) / σ</pre>
 *
 * <p>On all training data that converges whenever the curvature is positive definite, by 1 − δ/σ a
 * step in the flattest direction, so that conjugate gradients are quicker. On batches drawn from
 * the run's stream "LiSSA", as published, it hovers about the solution; the second half of its
 * steps is averaged. In either case the residual is measured on all training data.
 */
public final class Lissa implements InverseCurvature {
  private static final int POWER_STEPS = 20;

  /** The power method stays below the largest eigenvalue. */
  private static final double MARGIN = 1.2;

  /** A sum that has grown so much beyond what converges has no end. */
  private static final double DIVERGED = 1e8;

  private final double tolerance;
  private final int mostSteps;
  private final int batch;

  private Lissa(double tolerance, int mostSteps, int batch) {
    this.tolerance = tolerance;
    this.mostSteps = mostSteps;
    this.batch = batch;
  }

  /** Returns the solver on all training data, with a tolerance of 1e-3 and at most 5,000 steps. */
  public static Lissa withDefaults() {
    return new Lissa(1e-3, 5000, 0);
  }

  /** Returns a copy with another tolerance, ‖v − (C + δI)s‖ / ‖v‖. */
  public Lissa withTolerance(double residual) {
    Solvers.checkTolerance(residual);
    return new Lissa(residual, mostSteps, batch);
  }

  /** Returns a copy with at most so many steps; on batches it takes them all. */
  public Lissa withSteps(int most) {
    Solvers.checkCount("steps", most);
    return new Lissa(tolerance, most, batch);
  }

  /** Returns a copy in which each step looks at so many training examples, drawn at random. */
  public Lissa withBatch(int examples) {
    Solvers.checkCount("examples of a batch", examples);
    return new Lissa(tolerance, mostSteps, examples);
  }

  @Override
  public String name() {
    return "LiSSA";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("tolerance", Double.toString(tolerance));
    settings.put("steps at most", Integer.toString(mostSteps));
    settings.put("batch", batch == 0 ? "all training data" : batch + " examples");
    return settings;
  }

  @Override
  public Prepared prepare(Curvature curvature) {
    UniformRandomProvider random = curvature.run().random().of("LiSSA");
    double scale = MARGIN * largestEigenvalue(curvature, random);
    return vector -> solve(curvature, vector, scale, random);
  }

  /** In magnitude, by the power method. */
  private static double largestEigenvalue(Curvature curvature, UniformRandomProvider random) {
    ZigguratSampler.NormalizedGaussian gauss = ZigguratSampler.NormalizedGaussian.of(random);
    double[] vector = new double[curvature.size()];
    for (int j = 0; j < vector.length; j++) {
      vector[j] = gauss.sample();
    }
    double value = 0;
    for (int step = 0; step < POWER_STEPS; step++) {
      double length = Curvature.norm(vector);
      for (int j = 0; j < vector.length; j++) {
        vector[j] /= length;
      }
      vector = curvature.times(vector);
      value = Curvature.norm(vector);
    }
    return value;
  }

  private InverseHessianProduct solve(
      Curvature curvature, double[] right, double scale, UniformRandomProvider random) {
    double[] solution = new double[right.length];
    double[] mean = new double[right.length];
    double norm = Curvature.norm(right);
    int averaged = 0;
    int steps = 0;
    while (steps < mostSteps) {
      double[] bent =
          batch == 0
              ? curvature.times(solution)
              : curvature.timesOn(drawn(curvature, random), solution);
      double gap = 0;
      for (int j = 0; j < right.length; j++) {
        double missing = right[j] - bent[j];
        gap += missing * missing;
        solution[j] += missing / scale;
      }
      steps++;
      if (!(Math.sqrt(gap) <= DIVERGED * norm)) {
        return curvature.measured(solution, right, steps, name() + " diverged", tolerance);
      }
      if (batch == 0 && Math.sqrt(gap) <= tolerance / 2 * norm) {
        break;
      }
      if (batch > 0 && 2 * steps > mostSteps) {
        averaged++;
        Curvature.add(mean, 1, solution);
      }
    }
    if (averaged > 0) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] /= averaged;
      }
      solution = mean;
    }
    return curvature.measured(solution, right, steps, name(), tolerance);
  }

  private int[] drawn(Curvature curvature, UniformRandomProvider random) {
    int[] examples = new int[batch];
    for (int i = 0; i < batch; i++) {
      examples[i] = random.nextInt(curvature.examples());
    }
    return examples;
  }

  @Override
  public String toString() {
    return name();
  }
}
