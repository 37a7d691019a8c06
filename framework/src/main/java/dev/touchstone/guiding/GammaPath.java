package dev.touchstone.guiding;

import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Progress;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * DUTI's continuation (Zhang, Zhu and Wright 2018, algorithm 1): γ starts where no label moves and
 * is halved again and again, each solution being the next one's start. An example enters when
 * another class has the most of its label; the earlier, the more suspicious.
 */
final class GammaPath {
  private static final double SHRINKING = 0.5;
  private static final double NEVER_MIND = 1e-3;

  /** Suspicions above are those of examples that entered the path. */
  static final double ENTERED = 2;

  private final ProjectedGradient descent;
  private final TargetSpace.Simplex space;
  private final int levels;
  private final int stepsALevel;
  private final String learner;

  GammaPath(
      ProjectedGradient descent,
      TargetSpace.Simplex space,
      int levels,
      int stepsALevel,
      String learner) {
    this.learner = learner;
    this.descent = descent;
    this.space = space;
    this.levels = levels;
    this.stepsALevel = stepsALevel;
  }

  /** Follows the whole path. */
  BilevelResult follow(Progress progress) {
    int[] labels = space.labels();
    int n = labels.length;
    double gamma =
        Math.max(
            NEVER_MIND,
            IntStream.range(0, n)
                .mapToDouble(i -> PublishedUpdate.margin(descent.gradient(), i, labels[i]))
                .max()
                .orElseThrow());
    double[] entered = new double[n];
    double[] moved = new double[n];
    Matrix sum = Matrix.zeros(n, space.classes());
    for (int level = 0; level < levels; level++) {
      gamma *= SHRINKING;
      descent.run(gamma, stepsALevel);
      Matrix targets = descent.targets();
      for (int i = 0; i < n; i++) {
        moved[i] += (1 - targets.get(i, labels[i])) / levels;
        if (entered[i] == 0 && !leads(targets, i, labels[i])) {
          entered[i] = ENTERED + levels - level;
        }
        for (int c = 0; c < space.classes(); c++) {
          sum.set(i, c, sum.get(i, c) + targets.get(i, c));
        }
      }
      progress.step("weights of moving a label", level + 1, levels);
    }
    double[] suspicion = new double[n];
    int[] others = new int[n];
    for (int i = 0; i < n; i++) {
      double tie = PublishedUpdate.share(PublishedUpdate.margin(descent.gradient(), i, labels[i]));
      // Of those that enter together, and of those that never do, the ones that moved most.
      suspicion[i] = entered[i] + moved[i] + NEVER_MIND * tie;
      others[i] = PublishedUpdate.other(sum, descent.gradient(), i, labels[i]);
    }
    return descent.result(
        gamma, "%s, gamma down to %.3g".formatted(learner, gamma), suspicion, others);
  }

  private static boolean leads(Matrix targets, int example, int label) {
    double own = targets.get(example, label);
    return Arrays.stream(targets.row(example)).noneMatch(share -> share > own);
  }
}
