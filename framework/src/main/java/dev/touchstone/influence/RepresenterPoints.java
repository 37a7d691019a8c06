package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.Map;
import java.util.Optional;

/**
 * Representer points (Yeh, Kim, Yen and Ravikumar 2018, theorem 3.1): at the optimum of a ridged
 * head every logit is a sum over the training examples,
 *
 * <pre>z(x)_c = Σᵢ v_c(i, x),  v_c(i, x) = −wᵢ (xᵢᵀ R⁻¹ x) (pᵢ − tᵢ)_c,  wᵢ = sᵢ/n</pre>
 *
 * <p>where R holds the ridge of each feature ({@link FittedHead#representerValues}). A score takes
 * an example's summands away, to first order of the test loss: −Σ_c (p − t)_c v_c(i, x). That is
 * {@link InfluenceFunctions} with R in the place of the Hessian: no system is solved, and what the
 * other examples would make up for is not counted.
 */
public final class RepresenterPoints implements InfluenceEstimator {
  private RepresenterPoints() {}

  /** Returns the estimator; it has no settings. */
  public static RepresenterPoints withDefaults() {
    return new RepresenterPoints();
  }

  @Override
  public String name() {
    return "representer points";
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    FittedHead head = context.head();
    RowSource representation = context.encoder().encode(test);
    int atOnce = InfluenceFunctions.atOnce(head, context.run());
    return new InfluenceScores(head.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        for (int from = 0; from < test(); from += atOnce) {
          int to = Math.min(test(), from + atOnce);
          Matrix scores = Matrix.zeros(head.size(), to - from);
          int column = 0;
          for (Matrix gradient :
              InfluenceFunctions.gradients(head, representation, test, from, to)) {
            double[] one = head.scores(head.overRidges(gradient), head.residuals());
            for (int i = 0; i < one.length; i++) {
              scores.set(i, column, one[i]);
            }
            column++;
          }
          visitor.accept(new Block(from, scores, 0, 0));
        }
      }

      @Override
      public double[] mean() {
        Matrix targets = HeadData.oneHot(test.labels(), head.classes());
        Matrix gradient = head.gradientOfMeanLoss(representation, targets);
        return head.scores(head.overRidges(gradient), head.residuals());
      }
    };
  }

  /** wᵢ (xᵢᵀ R⁻¹ xᵢ) ‖pᵢ − tᵢ‖². */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    return context.head().ridgedSelfInfluence();
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("in the place of the Hessian", "the ridge");
  }

  @Override
  public Optional<Matrix> predictions(InfluenceContext context) {
    return Optional.of(context.head().predictions());
  }

  @Override
  public String toString() {
    return name();
  }
}
