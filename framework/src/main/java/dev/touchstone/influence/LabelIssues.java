package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a detector says of every training point: how suspicious its label is and, where the detector
 * can tell, which label it proposes in its place and how confident it is of that. Immutable.
 */
public final class LabelIssues {
  private final double[] suspicion;
  private final int @Nullable [] proposed;
  private final double @Nullable [] confidence;
  private final @Nullable InverseHessianProduct solved;
  private final @Nullable String remark;
  private final @Nullable String chosen;

  private LabelIssues(
      double[] suspicion,
      int @Nullable [] proposed,
      double @Nullable [] confidence,
      @Nullable InverseHessianProduct solved,
      @Nullable String remark,
      @Nullable String chosen) {
    this.suspicion = suspicion;
    this.proposed = proposed;
    this.confidence = confidence;
    this.solved = solved;
    this.remark = remark;
    this.chosen = chosen;
  }

  /**
   * Returns a ranking without proposals.
   *
   * @param suspicion the larger the more suspicious; only the order counts
   */
  public static LabelIssues ranked(double... suspicion) {
    return new LabelIssues(suspicion.clone(), null, null, null, null, null);
  }

  /**
   * Returns a copy with proposals.
   *
   * @param labels a class for every point; the given one where nothing else is proposed
   * @param confidence a share from 0 to 1 for every point
   * @throws IllegalArgumentException if there are not as many of each, or a confidence is none
   */
  public LabelIssues proposing(int[] labels, double[] confidence) {
    if (labels.length != suspicion.length || confidence.length != suspicion.length) {
      throw new IllegalArgumentException(
          "%d suspicions, %d proposed labels and %d confidences"
              .formatted(suspicion.length, labels.length, confidence.length));
    }
    for (double share : confidence) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a confidence lies from 0 to 1, was " + share);
      }
    }
    return new LabelIssues(suspicion, labels.clone(), confidence.clone(), solved, remark, chosen);
  }

  /**
   * States on which inverse-Hessian product the ranking rests, so that its residual stands in the
   * evidence; of several, give the one with the largest.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if it did not converge: what would follow
   *     from it is not to be believed
   */
  public LabelIssues solvedBy(InverseHessianProduct product) {
    FittedHead.requireConverged(product);
    return new LabelIssues(suspicion, proposed, confidence, product, remark, chosen);
  }

  /** Says how the detector came to this ranking, in a sentence that stands in the evidence. */
  public LabelIssues remarking(String how) {
    return new LabelIssues(suspicion, proposed, confidence, solved, how, chosen);
  }

  /**
   * Says which settings the detector chose on what it was given, in words that stand in the
   * provenance beside the settings that it came with.
   */
  public LabelIssues choosing(String settings) {
    return new LabelIssues(suspicion, proposed, confidence, solved, remark, settings);
  }

  /**
   * Proposes the class that is predicted with the most confidence.
   *
   * @param predictions n × k; outputs of a ridge regression are taken as shares from 0 to 1
   */
  LabelIssues proposingLargest(Matrix predictions) {
    return proposing(HeadData.largest(predictions), predictions);
  }

  /** Proposes classes with the confidence in which they are predicted. */
  LabelIssues proposing(int[] labels, Matrix predictions) {
    double[] shares = new double[labels.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.max(0, Math.min(1, predictions.get(i, labels[i])));
    }
    return proposing(labels, shares);
  }

  /** Returns the number of training points. */
  public int size() {
    return suspicion.length;
  }

  /** Returns how suspicious every point's label is, the larger the more; a copy. */
  public double[] suspicion() {
    return suspicion.clone();
  }

  /** Returns the class proposed for a point; empty where the detector proposes none. */
  public OptionalInt proposed(int example) {
    return proposed == null ? OptionalInt.empty() : OptionalInt.of(proposed[example]);
  }

  /** Returns how confident the detector is of what it proposes for a point, from 0 to 1. */
  public OptionalDouble confidence(int example) {
    return confidence == null ? OptionalDouble.empty() : OptionalDouble.of(confidence[example]);
  }

  /** Returns all proposed classes; empty where the detector proposes none. */
  public Optional<int[]> proposed() {
    return Optional.ofNullable(proposed).map(int[]::clone);
  }

  /** Returns the inverse-Hessian product that the ranking rests on; empty where there is none. */
  public Optional<InverseHessianProduct> solvedBy() {
    return Optional.ofNullable(solved);
  }

  /** Returns how the detector came to this ranking; empty where it does not say. */
  public Optional<String> remark() {
    return Optional.ofNullable(remark);
  }

  /** Returns the settings that the detector chose; empty where it chose none. */
  public Optional<String> chosen() {
    return Optional.ofNullable(chosen);
  }

  @Override
  public String toString() {
    return suspicion.length
        + " points"
        + (proposed == null ? "" : ", labels proposed")
        + ", most suspicious "
        + Arrays.stream(suspicion).max().orElse(Double.NaN);
  }
}
