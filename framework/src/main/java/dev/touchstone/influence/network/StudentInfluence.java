package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Influence by a {@link Student} that mimics the network, as the thesis computes it (appendix A.1):
 * wᵢ ∇ℓ(test)ᵀ H⁻¹ ∇ℓᵢ with the student's exact Hessian, where its optimum is to answer as the
 * network does. The thesis does not print whose labels ∇ℓ has; here they are the labels as given,
 * since it is their examples that one asks about, and the student only stands for the network's
 * function. Its fidelity on the test data stands beside what rests on it.
 */
public final class StudentInfluence implements InfluenceEstimator {
  private final int dimensions;
  private final LogisticHead kind;

  private StudentInfluence(int dimensions, LogisticHead kind) {
    this.dimensions = dimensions;
    this.kind = kind;
  }

  /**
   * Returns the estimator with 1,000 dimensions, as in the thesis, and the default head's ridge.
   */
  public static StudentInfluence withDefaults() {
    return new StudentInfluence(1000, LogisticHead.withDefaults());
  }

  /**
   * Returns a copy whose student sees so many projections.
   *
   * @throws IllegalArgumentException for less than one
   */
  public StudentInfluence withDimensions(int count) {
    Solvers.checkCount("dimensions", count);
    return new StudentInfluence(count, kind);
  }

  /** Returns a copy whose student is such a head, as with another ridge. */
  public StudentInfluence using(LogisticHead head) {
    return new StudentInfluence(dimensions, head);
  }

  @Override
  public String name() {
    return "influence functions of a student";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("student's dimensions", Integer.toString(dimensions));
    settings.put("student", kind.toString());
    return settings;
  }

  /** Teaches the student of a context's model, on its training data. */
  public Student student(InfluenceContext context) {
    return Student.of(context.model(), context.training(), dimensions, kind, name(), context.run());
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Student student = student(context);
    FittedHead head = student.head();
    RowSource representation = student.encode(test);
    Matrix residuals = residuals(head, context.training());
    int atOnce = atOnce(head, context.run());
    return new InfluenceScores(head.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        for (int from = 0; from < test(); from += atOnce) {
          int to = Math.min(test(), from + atOnce);
          List<InverseHessianProduct> products =
              head.inverseHessianProducts(gradients(head, representation, test, from, to));
          Matrix scores = Matrix.zeros(training(), to - from);
          double largest = 0;
          int steps = 0;
          for (int j = 0; j < products.size(); j++) {
            InverseHessianProduct product = products.get(j).requireConverged("use a larger ridge");
            largest = Math.max(largest, product.relativeResidual());
            steps += product.steps();
            double[] column = along(head, product, residuals);
            for (int i = 0; i < column.length; i++) {
              scores.set(i, j, column[i]);
            }
          }
          visitor.accept(new Block(from, scores, largest, steps));
        }
      }

      @Override
      public double[] mean() {
        return meanSolved().scores();
      }

      @Override
      public Mean meanSolved() {
        Matrix targets = HeadData.oneHot(test.labels(), head.classes());
        Matrix gradient = head.gradientOfMeanLoss(representation, targets);
        InverseHessianProduct product =
            head.inverseHessianProducts(List.of(gradient))
                .get(0)
                .requireConverged("use a larger ridge");
        return new Mean(
            along(head, product, residuals),
            Optional.of(product),
            Optional.of(student.fidelity(test).describe()));
      }
    };
  }

  private static int atOnce(FittedHead head, RunContext run) {
    return Networks.columns(run, head.size(), 8L * (head.features() + 1) * head.classes());
  }

  private static List<Matrix> gradients(
      FittedHead head, RowSource representation, Dataset test, int from, int to) {
    Matrix rows = Matrix.zeros(to - from, representation.columns());
    representation.read(from, to, rows.values());
    int[] labels = new int[to - from];
    for (int j = 0; j < labels.length; j++) {
      labels[j] = test.label(from + j);
    }
    return head.gradientsOfLosses(rows, HeadData.oneHot(labels, head.classes()));
  }

  /** P − Y with the labels as given, n × k. */
  private static Matrix residuals(FittedHead head, Dataset training) {
    Matrix residuals = head.predictions();
    for (int i = 0; i < training.size(); i++) {
      residuals.set(i, training.label(i), residuals.get(i, training.label(i)) - 1);
    }
    return residuals;
  }

  /** wᵢ xᵢS · (pᵢ − yᵢ). */
  private static double[] along(FittedHead head, InverseHessianProduct product, Matrix residuals) {
    Matrix effects = head.relabellingEffects(product);
    double[] scores = new double[head.size()];
    for (int i = 0; i < scores.length; i++) {
      for (int c = 0; c < head.classes(); c++) {
        scores[i] += effects.get(i, c) * residuals.get(i, c);
      }
    }
    return scores;
  }

  /** wᵢ ∇ℓᵢᵀ H⁻¹ ∇ℓᵢ, with the labels as given: a product for each training example. */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    Dataset training = context.training();
    Student student = student(context);
    FittedHead head = student.head();
    RowSource representation = student.encode(training);
    int atOnce = atOnce(head, context.run());
    Matrix influence = Matrix.zeros(training.size(), 1);
    for (int from = 0; from < training.size(); from += atOnce) {
      int to = Math.min(training.size(), from + atOnce);
      List<Matrix> gradients = gradients(head, representation, training, from, to);
      List<InverseHessianProduct> products = head.inverseHessianProducts(gradients);
      for (int j = 0; j < products.size(); j++) {
        double[] solution =
            products.get(j).requireConverged("use a larger ridge").solution().values();
        influence.set(
            from + j, 0, Curvature.product(gradients.get(j).values(), solution) / training.size());
      }
      context.run().progress().step("inverse products", to, training.size());
    }
    Networks.weigh(training, influence);
    return influence.values();
  }

  @Override
  public String toString() {
    return name();
  }
}
