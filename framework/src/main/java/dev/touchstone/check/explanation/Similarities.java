package dev.touchstone.check.explanation;

import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.Range;

/** Tables of examples × draws: how alike two sets of maps are. Not thread-safe. */
final class Similarities {
  /** What a rank correlation, or a structural similarity, can be. */
  static final Range SIMILARITY = new Range(-1, 1);

  /** By how much one similarity can exceed another. */
  static final Range EXCESS = SIMILARITY.minus(SIMILARITY);

  private final double[][] ranks;
  private final double[][] structure;
  private final double[][] top;
  private boolean hasStructure;
  private int constant;

  Similarities(int examples, int draws) {
    ranks = new double[examples][draws];
    structure = new double[examples][draws];
    top = new double[examples][draws];
  }

  /** Compares the maps of one draw, example by example. */
  void add(int draw, double[][] a, double[][] b, MapComparison comparison) {
    hasStructure = comparison.hasStructure();
    for (int i = 0; i < a.length; i++) {
      double rank = comparison.ranks(a[i], b[i]);
      if (Double.isNaN(rank)) {
        constant++;
      }
      ranks[i][draw] = rank;
      top[i][draw] = comparison.top(a[i], b[i]);
      if (hasStructure) {
        structure[i][draw] = comparison.structure(a[i], b[i]);
      }
    }
  }

  /** Rank correlations; NaN where a map is constant. */
  double[][] ranks() {
    return ranks;
  }

  /** Structural similarities. */
  double[][] structure() {
    return structure;
  }

  boolean hasStructure() {
    return hasStructure;
  }

  /** How many of the {@link #cells()} had a constant map. */
  int constant() {
    return constant;
  }

  int cells() {
    return ranks.length * ranks[0].length;
  }

  /** Adds what is shown and not judged. */
  void beside(Evidence.Builder evidence, String slice) {
    evidence.beside(new Measurement("Spearman", slice, CrossedMean.within(SIMILARITY, ranks)));
    if (hasStructure) {
      evidence.beside(new Measurement("SSIM", slice, CrossedMean.within(SIMILARITY, structure)));
    }
    evidence.beside(
        new Measurement("overlap of the top 10 %", slice, CrossedMean.within(Range.SHARE, top)));
  }
}
