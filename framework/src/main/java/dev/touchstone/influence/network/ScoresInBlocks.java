package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;

/** Scores without an inverse, for some test examples at a time. */
abstract class ScoresInBlocks extends InfluenceScores {
  private final int atOnce;

  /** Of as many test examples at once as an estimator holds. */
  ScoresInBlocks(Dataset training, Dataset test, int atOnce) {
    super(training.size(), test.size());
    this.atOnce = atOnce;
  }

  /** Adds the scores for the test examples from one to before another to zeros, n × these. */
  abstract void addScores(int from, int to, Matrix sums);

  @Override
  public final void forEach(BlockVisitor visitor) {
    for (int from = 0; from < test(); from += atOnce) {
      int to = Math.min(test(), from + atOnce);
      Matrix sums = Matrix.zeros(training(), to - from);
      addScores(from, to, sums);
      visitor.accept(new Block(from, sums, 0, 0));
    }
  }
}
