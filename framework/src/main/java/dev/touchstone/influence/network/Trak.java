package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.RandomProjection;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.SingularMatrixException;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TRAK (Park, Georgiev, Ilyas, Leclerc and Madry 2023, equation 13): the network as a logistic
 * regression on its projected gradients Φ of the margin f = log p/(1 − p),
 *
 * <pre>τ(test, i) = φ(test)ᵀ (ΦᵀΦ + nλI)⁻¹ φᵢ · (1 − pᵢ)</pre>
 *
 * <p>Both factors are means over the checkpoints of the context, each with a projection of its own,
 * or of the model alone where there are none; several trained anew are better than several of one
 * training. τ is what the test margin would lose without the example; a score is what that does to
 * the test loss, τ · (1 − p(test)), which orders the training examples alike.
 */
public final class Trak implements InfluenceEstimator {
  private final int dimensions;
  private final double ridge;

  private Trak(int dimensions, double ridge) {
    this.dimensions = dimensions;
    this.ridge = ridge;
  }

  /** Returns the estimator with 512 dimensions, without a ridge, as published. */
  public static Trak withDefaults() {
    return new Trak(512, 0);
  }

  /**
   * Returns a copy that projects gradients to so many dimensions, of which less than the training
   * examples are needed unless there is a ridge.
   *
   * @throws IllegalArgumentException for less than one
   */
  public Trak withDimensions(int count) {
    Solvers.checkCount("dimensions", count);
    return new Trak(count, ridge);
  }

  /** Returns a copy that takes gradients by all weights as they are: for small networks. */
  public Trak withoutProjection() {
    return new Trak(0, ridge);
  }

  /**
   * Returns a copy with a ridge λ.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public Trak withRidge(double lambda) {
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ridge is 0 or more, was " + lambda);
    }
    return new Trak(dimensions, lambda);
  }

  @Override
  public String name() {
    return "TRAK";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("dimensions", dimensions == 0 ? "all weights" : Integer.toString(dimensions));
    settings.put("ridge", Double.toString(ridge));
    return settings;
  }

  /** A model with its projected gradients' Gram matrix. */
  private final class Member {
    private final WhiteBox model;
    private final WeightDerivatives derivatives;
    private final int width;
    private final long seed;
    private final DenseAlgebra algebra;
    private final CholeskyFactor factor;

    Member(Classifier classifier, int number, Dataset training, RunContext run) {
      this.model = Networks.whiteBox(classifier, name());
      this.derivatives = WeightDerivatives.of(model);
      this.width = dimensions == 0 ? derivatives.parameters().size() : dimensions;
      this.seed = run.random().of("TRAK", number).nextLong();
      this.algebra =
          DenseAlgebra.forWork(2.0 * training.size() * width * width, run.settings().device());
      this.factor = factor(training, run);
    }

    private CholeskyFactor factor(Dataset training, RunContext run) {
      if (width >= training.size() && ridge == 0) {
        throw singular(training);
      }
      Matrix gram = Matrix.zeros(width, width);
      forEachRows(
          training,
          run,
          (from, rows, missing) -> {
            double[] some = algebra.crossProduct(rows, rows).values();
            Curvature.add(gram.values(), 1, some);
          });
      for (int j = 0; j < width; j++) {
        gram.set(j, j, gram.get(j, j) + training.size() * ridge);
      }
      try {
        return algebra.cholesky(gram);
      } catch (SingularMatrixException e) {
        throw singular(training);
      }
    }

    private TouchstoneException singular(Dataset training) {
      return new TouchstoneException(
          "the gradients of the %d examples of %s do not span %d dimensions; take Trak.withDimensions(%d), or a ridge"
              .formatted(training.size(), training.name(), width, Math.max(1, width / 4)));
    }

    void forEachRows(Dataset data, RunContext run, RowReader reader) {
      Networks.forEachChunk(
          model,
          data,
          run,
          (from, to, loss) -> reader.read(from, rows(data, from, to), missing(data, from, to)));
    }

    /** φ of some examples, a row each. */
    Matrix rows(Dataset data, int from, int to) {
      Tensor batch = data.batch(from, to);
      Margin margin = margin(data, from, to);
      if (dimensions > 0) {
        return Matrix.ofRows(
            derivatives.projectedGradients(
                batch, margin, RandomProjection.rademacher(dimensions, seed)));
      }
      double[][] rows = new double[to - from][];
      derivatives.forEachGradient(batch, margin, (gradient, example) -> rows[example] = gradient);
      return Matrix.ofRows(rows);
    }

    /** 1 − p of some examples. */
    double[] missing(Dataset data, int from, int to) {
      Margin margin = margin(data, from, to);
      double[][] scores = model.scores(data.batch(from, to));
      double[] missing = new double[to - from];
      for (int i = 0; i < missing.length; i++) {
        missing[i] = margin.missing(scores[i], i);
      }
      return missing;
    }

    private Margin margin(Dataset data, int from, int to) {
      int[] labels = new int[to - from];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = data.label(from + i);
      }
      return new Margin(labels);
    }

    /** (ΦᵀΦ + nλI)⁻¹ φ of some examples, a column each. */
    Matrix solved(Dataset data, int from, int to) {
      return factor.solve(Networks.transposed(rows(data, from, to)));
    }
  }

  /** Takes some examples' rows φ, and 1 − p of each. */
  @FunctionalInterface
  private interface RowReader {
    void read(int from, Matrix rows, double[] missing);
  }

  private List<Member> members(InfluenceContext context) {
    List<Member> members = new ArrayList<>();
    if (context.checkpoints().isEmpty()) {
      members.add(new Member(context.model(), 0, context.training(), context.run()));
    }
    for (Checkpoint checkpoint : context.checkpoints()) {
      members.add(
          new Member(checkpoint.model(), members.size(), context.training(), context.run()));
    }
    return members;
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Dataset training = context.training();
    RunContext run = context.run();
    List<Member> members = members(context);
    int atOnce =
        Math.min(
            Networks.columns(run, training.size(), 2L * members.get(0).width),
            Networks.chunk(members.get(0).model, run));
    return new ScoresInBlocks(training, test, atOnce) {
      @Override
      void addScores(int from, int to, Matrix sums) {
        double[] missing = new double[training()];
        double[] ofTest = new double[to - from];
        for (Member member : members) {
          Matrix solved = member.solved(test, from, to);
          Curvature.add(ofTest, 1.0 / members.size(), member.missing(test, from, to));
          member.forEachRows(
              training,
              run,
              (first, rows, some) -> {
                double[] products = member.algebra.product(rows, solved).values();
                int at = first * sums.columns();
                for (int i = 0; i < products.length; i++) {
                  sums.values()[at + i] += products[i] / members.size();
                }
                for (int i = 0; i < some.length; i++) {
                  missing[first + i] += some[i] / members.size();
                }
              });
        }
        for (int i = 0; i < training(); i++) {
          for (int j = 0; j < to - from; j++) {
            sums.set(i, j, sums.get(i, j) * missing[i] * ofTest[j]);
          }
        }
        Networks.weigh(training, sums);
      }
    };
  }

  /** φᵢᵀ (ΦᵀΦ + nλI)⁻¹ φᵢ · (1 − pᵢ)², by the members' means: one pass more. */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    Dataset training = context.training();
    List<Member> members = members(context);
    double[] products = new double[training.size()];
    double[] missing = new double[training.size()];
    for (Member member : members) {
      member.forEachRows(
          training,
          context.run(),
          (first, rows, some) -> {
            Matrix solved = member.factor.solve(Networks.transposed(rows));
            for (int i = 0; i < rows.rows(); i++) {
              double product = 0;
              for (int j = 0; j < rows.columns(); j++) {
                product += rows.get(i, j) * solved.get(j, i);
              }
              products[first + i] += product / members.size();
              missing[first + i] += some[i] / members.size();
            }
          });
    }
    Matrix influence = Matrix.zeros(training.size(), 1);
    for (int i = 0; i < products.length; i++) {
      influence.set(i, 0, products[i] * missing[i] * missing[i]);
    }
    Networks.weigh(training, influence);
    return influence.values();
  }

  @Override
  public String toString() {
    return name();
  }
}
