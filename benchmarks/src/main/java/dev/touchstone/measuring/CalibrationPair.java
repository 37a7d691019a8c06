package dev.touchstone.measuring;

import dev.touchstone.calibration.Confidences;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A population on which two models say a few pairs of confidences, and of which the increase of the
 * binned calibration error from one to the other is known.
 *
 * @param candidate what the model under test says
 * @param approved what the other one says
 * @param right how often the candidate's statement comes true
 * @param rightOfApproved how often the other's does; the same event where both state the same, and
 *     exclusive ones where they do not
 * @param same whether both state the same
 * @param weight how often the pair is said; they sum to 1
 */
record CalibrationPair(
    double[] candidate,
    double[] approved,
    double[] right,
    double[] rightOfApproved,
    boolean[] same,
    double[] weight) {

  /**
   * What both models say of the same examples, and what came true.
   *
   * @param cameTrue of each pair of confidences, how often neither statement did, the candidate's
   *     (or both, where they are the same) and the approved model's
   */
  record Sample(CalibrationPair of, int[][] cameTrue) {

    /** The increase of the samples' binned errors. */
    double increase(int bins) {
      double[] now = new double[bins];
      double[] before = new double[bins];
      int n = 0;
      for (int j = 0; j < cameTrue.length; j++) {
        int said = Arrays.stream(cameTrue[j]).sum();
        int ofApproved = cameTrue[j][of.same[j] ? 1 : 2];
        now[CalibrationPopulation.bin(of.candidate[j], bins)] +=
            said * of.candidate[j] - cameTrue[j][1];
        before[CalibrationPopulation.bin(of.approved[j], bins)] +=
            said * of.approved[j] - ofApproved;
        n += said;
      }
      return (Arrays.stream(now).map(Math::abs).sum() - Arrays.stream(before).map(Math::abs).sum())
          / n;
    }

    Confidences candidate() {
      return confidences(of.candidate, (j, event) -> event == 1);
    }

    Confidences approved() {
      return confidences(of.approved, (j, event) -> event == (of.same[j] ? 1 : 2));
    }

    boolean[] same() {
      int n = size();
      boolean[] same = new boolean[n];
      int i = 0;
      for (int j = 0; j < cameTrue.length; j++) {
        int said = Arrays.stream(cameTrue[j]).sum();
        Arrays.fill(same, i, i + said, of.same[j]);
        i += said;
      }
      return same;
    }

    private int size() {
      return Arrays.stream(cameTrue).flatMapToInt(Arrays::stream).sum();
    }

    /** Whether an event at a pair makes a statement true. */
    private interface Truth {
      boolean of(int pair, int event);
    }

    private Confidences confidences(double[] said, Truth truth) {
      int n = size();
      double[] confidence = new double[n];
      boolean[] right = new boolean[n];
      int i = 0;
      for (int j = 0; j < said.length; j++) {
        for (int event = 0; event < 3; event++) {
          Arrays.fill(confidence, i, i + cameTrue[j][event], said[j]);
          Arrays.fill(right, i, i + cameTrue[j][event], truth.of(j, event));
          i += cameTrue[j][event];
        }
      }
      return new Confidences(confidence, right);
    }
  }

  CalibrationPair {
    double all = Arrays.stream(weight).sum();
    weight = Arrays.stream(weight).map(w -> w / all).toArray();
    for (int j = 0; j < same.length; j++) {
      if (same[j]) {
        rightOfApproved[j] = right[j];
      } else {
        rightOfApproved[j] = Math.min(rightOfApproved[j], 1 - right[j]);
      }
    }
  }

  /** The candidate's binned error less the approved model's. */
  double increase(int bins) {
    return new CalibrationPopulation(candidate, right, weight).error(bins)
        - new CalibrationPopulation(approved, rightOfApproved, weight).error(bins);
  }

  Sample draw(int n, SplittableRandom random) {
    int[][] cameTrue = new int[weight.length][3];
    for (int i = 0; i < n; i++) {
      int j = CalibrationPopulation.drawn(weight, random.nextDouble());
      double event = random.nextDouble();
      int which = event < right[j] ? 1 : !same[j] && event >= 1 - rightOfApproved[j] ? 2 : 0;
      cameTrue[j][which]++;
    }
    return new Sample(this, cameTrue);
  }

  /**
   * A random population whose increase can be a tolerance: two models that differ in most of what
   * they say, or one that is the other but for a rare pair.
   */
  static CalibrationPair random(int bins, int n, SplittableRandom random) {
    while (true) {
      int atoms = random.nextInt(1, 7);
      boolean alike = random.nextBoolean();
      double disagreeing = random.nextDouble();
      double calibrated = random.nextDouble();
      CalibrationPair drawn =
          new CalibrationPair(
              new double[atoms],
              new double[atoms],
              new double[atoms],
              new double[atoms],
              new boolean[atoms],
              filled(atoms));
      for (int j = 0; j < atoms; j++) {
        boolean unlike = !alike || j == 0;
        drawn.approved[j] = CalibrationPopulation.confidence(bins, random);
        drawn.candidate[j] =
            unlike ? CalibrationPopulation.confidence(bins, random) : drawn.approved[j];
        drawn.same[j] = !unlike || random.nextDouble() >= disagreeing;
        drawn.right[j] =
            random.nextDouble() < calibrated
                ? drawn.candidate[j]
                : CalibrationPopulation.truth(drawn.candidate[j], random);
        drawn.rightOfApproved[j] = CalibrationPopulation.truth(drawn.approved[j], random);
        drawn.weight[j] =
            random.nextInt(3) == 0 || alike && j == 0
                ? random.nextDouble(6) / n
                : -Math.log(1 - random.nextDouble());
      }
      CalibrationPair normalised = drawn.copy();
      if (normalised.isOnATolerance(bins)) {
        return normalised;
      }
    }
  }

  /** A population like this one, in one confidence, truth or weight. */
  CalibrationPair changed(int bins, SplittableRandom random) {
    while (true) {
      CalibrationPair other = copy();
      int j = random.nextInt(weight.length);
      switch (random.nextInt(9)) {
        case 0 -> other.candidate[j] = CalibrationPopulation.confidence(bins, random);
        case 1 -> other.approved[j] = CalibrationPopulation.confidence(bins, random);
        case 2 -> other.candidate[j] = CalibrationPopulation.near(other.candidate[j], random);
        case 3 -> other.approved[j] = CalibrationPopulation.near(other.approved[j], random);
        case 4 -> other.right[j] = CalibrationPopulation.truth(other.candidate[j], random);
        case 5 -> other.right[j] = CalibrationPopulation.near(other.right[j], random);
        case 6 ->
            other.rightOfApproved[j] = CalibrationPopulation.near(other.rightOfApproved[j], random);
        case 7 -> other.same[j] ^= true;
        default ->
            other.weight[j] *= Math.exp(CalibrationPopulation.step(random) * random.nextGaussian());
      }
      other = other.copy();
      if (other.isOnATolerance(bins)) {
        return other;
      }
    }
  }

  /** Weights sum to 1 and events are possible again. */
  private CalibrationPair copy() {
    return new CalibrationPair(
        candidate.clone(),
        approved.clone(),
        right.clone(),
        rightOfApproved.clone(),
        same.clone(),
        weight);
  }

  private static double[] filled(int length) {
    double[] ones = new double[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private boolean isOnATolerance(int bins) {
    double increase = increase(bins);
    return increase >= 0 && increase <= 0.5;
  }

  @Override
  public String toString() {
    return IntStream.range(0, weight.length)
        .mapToObj(
            j ->
                same[j]
                    ? String.format(
                        Locale.ROOT,
                        "%.4f of %.4g, was %.4g, true %.4g",
                        weight[j],
                        candidate[j],
                        approved[j],
                        right[j])
                    : String.format(
                        Locale.ROOT,
                        "%.4f of %.4g true %.4g, was another of %.4g true %.4g",
                        weight[j],
                        candidate[j],
                        right[j],
                        approved[j],
                        rightOfApproved[j]))
        .collect(Collectors.joining("; "));
  }
}
