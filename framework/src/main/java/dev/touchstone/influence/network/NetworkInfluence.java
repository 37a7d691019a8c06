package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Influence functions by all weights of a network (Koh and Liang 2017, equation 2; thesis, equation
 * 3.1), wᵢ ∇ℓ(test)ᵀ (C + δI)⁻¹ ∇ℓᵢ with wᵢ = sᵢ/n: C is the Gauss-Newton matrix, which is positive
 * semidefinite, or the Hessian, which is not where the network is no minimum.
 *
 * <p>The damping δ stands for what keeps the weights near where they are: a weight decay λ is one
 * of λ, and without any the inverse does not exist where there are more weights than examples. What
 * an answer means for a network is weaker than for a head (Basu et al. 2020; Bae et al. 2022): it
 * is the change after some training from where the network is, not after training anew.
 *
 * <p>A product that does not converge is an error and no number.
 */
public final class NetworkInfluence implements InfluenceEstimator {
  static final String CURE =
      "give more damping, more steps or a larger tolerance, or compute inDoublePrecision()";

  private final boolean hessian;
  private final double damping;
  private final InverseCurvature inverse;
  private final boolean doubled;

  private NetworkInfluence(
      boolean hessian, double damping, InverseCurvature inverse, boolean doubled) {
    this.hessian = hessian;
    this.damping = damping;
    this.inverse = inverse;
    this.doubled = doubled;
  }

  /** Returns the estimator on the Gauss-Newton matrix, δ = .01, by conjugate gradients. */
  public static NetworkInfluence withDefaults() {
    return new NetworkInfluence(false, .01, ByConjugateGradients.withDefaults(), false);
  }

  /** Returns a copy that takes the Hessian in the place of the Gauss-Newton matrix. */
  public NetworkInfluence onHessian() {
    return new NetworkInfluence(true, damping, inverse, doubled);
  }

  /**
   * Returns a copy with another damping δ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public NetworkInfluence withDamping(double delta) {
    if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the damping must be positive: without any the curvature of a network has no inverse; was"
              + " "
              + delta);
    }
    return new NetworkInfluence(hessian, delta, inverse, doubled);
  }

  /** Returns a copy with another way to the inverse, such as {@code EkFac.withDefaults()}. */
  public NetworkInfluence using(InverseCurvature way) {
    return new NetworkInfluence(hessian, damping, way, doubled);
  }

  /** Returns a copy that computes in double precision, where residuals below 1e-5 are wanted. */
  public NetworkInfluence inDoublePrecision() {
    return new NetworkInfluence(hessian, damping, inverse, true);
  }

  @Override
  public String name() {
    return "network influence by " + inverse.name();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("curvature", hessian ? "Hessian" : "Gauss-Newton matrix");
    settings.put("damping", Double.toString(damping));
    if (doubled) {
      settings.put("precision", "double");
    }
    settings.putAll(inverse.settings());
    return settings;
  }

  private WhiteBox whiteBox(InfluenceContext context) {
    WhiteBox box = Networks.whiteBox(context.model(), name());
    return doubled ? box.keptInDoublePrecision() : box;
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Dataset training = context.training();
    RunContext run = context.run();
    WhiteBox model = whiteBox(context);
    Curvature curvature = new Curvature(model, training, hessian, damping, run);
    InverseCurvature.Prepared prepared = inverse.prepare(curvature);
    int atOnce = Networks.columns(run, training.size(), 3L * curvature.size());
    return new InfluenceScores(training.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        for (int from = 0; from < test(); from += atOnce) {
          int count = Math.min(test() - from, atOnce);
          Directions directions = directions(curvature, prepared, test, from, count);
          Matrix sums = Matrix.zeros(training(), count);
          FullGradients.along(model, run, directions.solutions())
              .addProducts(training, 1.0 / training(), sums);
          Networks.weigh(training, sums);
          visitor.accept(new Block(from, sums, directions.largestResidual(), directions.steps()));
        }
      }

      @Override
      public Mean meanSolved() {
        InfluenceDirection direction = direction(curvature, prepared, test);
        return new Mean(direction.removal(), Optional.of(direction.product()));
      }

      @Override
      public double[] mean() {
        return meanSolved().scores();
      }
    };
  }

  /** (C + δI)⁻¹ ∇ℓ of some test examples. */
  record Directions(double[][] solutions, double largestResidual, int steps) {}

  private static Directions directions(
      Curvature curvature, InverseCurvature.Prepared prepared, Dataset test, int from, int count) {
    List<double[]> solutions = new ArrayList<>();
    double[] largest = new double[1];
    int[] steps = new int[1];
    curvature
        .derivatives()
        .forEachGradient(
            test.batch(from, from + count),
            Networks.loss(test, from, from + count),
            (gradient, example) -> {
              InverseHessianProduct product = prepared.times(gradient).requireConverged(CURE);
              solutions.add(product.solution().values());
              largest[0] = Math.max(largest[0], product.relativeResidual());
              steps[0] += product.steps();
              curvature.run().progress().step("inverse products", solutions.size(), count);
            });
    return new Directions(solutions.toArray(double[][]::new), largest[0], steps[0]);
  }

  /** Takes the directions of some test examples, from one on. */
  @FunctionalInterface
  interface DirectionReader {
    void read(int from, Directions directions);
  }

  /** What FastIF needs: directions for test examples, and the network and its training data. */
  final class Prepared {
    private final Curvature curvature;
    private final InverseCurvature.Prepared product;

    private Prepared(InfluenceContext context) {
      this.curvature =
          new Curvature(whiteBox(context), context.training(), hessian, damping, context.run());
      this.product = inverse.prepare(curvature);
    }

    Curvature curvature() {
      return curvature;
    }

    void forEachBlock(Dataset test, DirectionReader reader) {
      int atOnce = Networks.columns(curvature.run(), curvature.examples(), 3L * curvature.size());
      for (int from = 0; from < test.size(); from += atOnce) {
        int count = Math.min(test.size() - from, atOnce);
        reader.read(from, directions(curvature, product, test, from, count));
      }
    }
  }

  /** Does what is done once for all test examples. */
  Prepared prepared(InfluenceContext context) {
    return new Prepared(context);
  }

  /**
   * Returns the direction in which training examples and their edits are judged by what they do to
   * the mean loss of test examples: one product for all of them.
   *
   * @throws dev.touchstone.influence.NotConvergedException if it is not found
   */
  public InfluenceDirection direction(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Curvature curvature =
        new Curvature(whiteBox(context), context.training(), hessian, damping, context.run());
    return direction(curvature, inverse.prepare(curvature), test);
  }

  private static InfluenceDirection direction(
      Curvature curvature, InverseCurvature.Prepared prepared, Dataset test) {
    double[] gradient = FullGradients.meanGradient(curvature.model(), test, curvature.run());
    return new InfluenceDirection(curvature, prepared.times(gradient).requireConverged(CURE));
  }

  /** One product for each training example: n times what a single score takes. */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    Dataset training = context.training();
    Curvature curvature =
        new Curvature(whiteBox(context), training, hessian, damping, context.run());
    InverseCurvature.Prepared prepared = inverse.prepare(curvature);
    Matrix influence = Matrix.zeros(training.size(), 1);
    Networks.forEachChunk(
        curvature.model(),
        training,
        context.run(),
        (from, to, loss) ->
            curvature
                .derivatives()
                .forEachGradient(
                    training.batch(from, to),
                    loss,
                    (gradient, example) -> {
                      double[] solution =
                          prepared.times(gradient).requireConverged(CURE).solution().values();
                      influence.set(
                          from + example,
                          0,
                          Curvature.product(gradient, solution) / training.size());
                      context
                          .run()
                          .progress()
                          .step("inverse products", from + example + 1, training.size());
                    }));
    Networks.weigh(training, influence);
    return influence.values();
  }

  @Override
  public String toString() {
    return name();
  }
}
