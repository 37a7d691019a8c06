package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * By how much an attacker may change an example: each feature by at most ε (L∞), or all of them
 * together by at most ε in the Euclidean norm (L₂); and in which range features lie. Immutable.
 *
 * <p>ε and the range are in the units of the data, before a model's own normalisation. Neither is
 * guessed:
 *
 * <pre>{@code
 * ThreatModel.linf(8 / 255.0).inRange(0, 1)   // images of 0 to 1
 * ThreatModel.linf(8).inRange(0, 255)         // the same of images of 0 to 255
 * }</pre>
 *
 * @param norm how changes are measured
 * @param epsilon the largest change, above 0
 * @param lowest the smallest value of a feature; NaN where nothing was said
 * @param highest the largest value of a feature; NaN where nothing was said
 */
public record ThreatModel(Norm norm, double epsilon, double lowest, double highest) {
  /** Data that fill less of the range than this are of other units than were declared. */
  private static final double FILLED = 0.05;

  /** How changes are measured. */
  public enum Norm {
    /** The largest change of a feature. */
    LINF("L∞"),
    /** The root of the sum of the squared changes. */
    L2("L2");

    private final String words;

    Norm(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws TouchstoneException if ε is not above 0, or the range is empty
   */
  public ThreatModel {
    if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
      throw new TouchstoneException(
          "an attacker may change examples by ε = %s; give a number above 0, in the units of the data, such as 8 / 255.0 for images of 0 to 1"
              .formatted(epsilon));
    }
    if (lowest >= highest) {
      throw new TouchstoneException(
          "features lie between %s and %s, and nothing does; write inRange(0, 1), the smaller number first"
              .formatted(lowest, highest));
    }
  }

  /** Lets each feature change by at most so much. */
  public static ThreatModel linf(double epsilon) {
    return new ThreatModel(Norm.LINF, epsilon, Double.NaN, Double.NaN);
  }

  /** Lets all features together change by at most so much in the Euclidean norm. */
  public static ThreatModel l2(double epsilon) {
    return new ThreatModel(Norm.L2, epsilon, Double.NaN, Double.NaN);
  }

  /** Says in which range features lie, changed or not, in the units of the data. */
  public ThreatModel inRange(double lowestFeature, double highestFeature) {
    return new ThreatModel(norm, epsilon, lowestFeature, highestFeature);
  }

  /** Says that features may be any numbers, such as columns that were standardised. */
  public ThreatModel withoutRange() {
    return inRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** Returns norm and ε, such as {@code "L∞ ≤ 0.03137"}. */
  public String inWords() {
    return norm + " ≤ " + number(epsilon);
  }

  /** Returns the range in words. */
  String rangeInWords() {
    return Double.isInfinite(lowest) ? "any numbers" : number(lowest) + " to " + number(highest);
  }

  /**
   * Refuses data of other units than ε and the range, in one pass over them.
   *
   * @throws TouchstoneException if no range was declared, a feature is missing or lies outside it,
   *     they fill so little of it that the units differ, or ε spans all of it
   */
  public void check(Dataset data) {
    refuseOtherInputs(data);
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    FeatureStore features = data.features();
    float[] one = new float[features.rowSize()];
    for (int i = 0; i < data.size(); i++) {
      features.read(i, one, 0);
      for (float value : one) {
        if (!Float.isFinite(value)) {
          throw new TouchstoneException(
              "example %s of %s has a feature that is %s, and nobody can say what a small change of it is; leave such examples out"
                  .formatted(data.id(i), data.name(), value));
        }
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    check(data.name(), least, most);
  }

  static void refuseOtherInputs(Dataset data) {
    if (!data.inputNames().isEmpty()) {
      throw new TouchstoneException(
          "%s has the inputs %s beside its features, and a threat model is about features alone; give data of features"
              .formatted(data.name(), data.inputNames()));
    }
  }

  private void check(String name, double least, double most) {
    String seen = "%s to %s".formatted(number(least), number(most));
    if (Double.isNaN(lowest)) {
      throw new TouchstoneException(
          "ε = %s of what? It is not said in which range features lie, and those of %s go from %s: add .inRange(0, 1) or .inRange(0, 255), or .withoutRange() for columns that may be any numbers"
              .formatted(number(epsilon), name, seen));
    }
    if (Double.isInfinite(lowest)) {
      return;
    }
    double width = highest - lowest;
    // Half a unit in the last place of a single-precision number.
    double rounding = 1e-6 * Math.max(Math.abs(lowest), Math.abs(highest));
    if (least < lowest - rounding || most > highest + rounding) {
      throw new TouchstoneException(
          "the features of %s go from %s, and %s was declared; write the range that features have, and ε in the same units"
              .formatted(name, seen, rangeInWords()));
    }
    if (most - least < FILLED * width) {
      throw new TouchstoneException(
          "the features of %s go from %s and fill less than %s of the declared %s: are these the units of the data? If they are 0 to 1, write .inRange(0, 1) and ε / 255"
              .formatted(name, seen, number(FILLED), rangeInWords()));
    }
    if (norm == Norm.LINF && epsilon >= width) {
      throw new TouchstoneException(
          "ε = %s lets each feature of %s be anything in %s; if it was meant in pixel values of 0 to 255, write %s"
              .formatted(number(epsilon), name, rangeInWords(), number(epsilon / 255 * width)));
    }
  }

  /**
   * Moves a row to the nearest one that the attacker may make of an example, first by the norm and
   * then into the range: both are convex and hold the example, so that the second leaves the first
   * kept.
   */
  void project(float[] row, float[] example) {
    double scale = 1;
    if (norm == Norm.L2) {
      double distance = distance(row, example);
      scale = distance > epsilon ? epsilon / distance : 1;
    }
    for (int i = 0; i < row.length; i++) {
      double value = row[i];
      if (norm == Norm.LINF) {
        value = Math.min(Math.max(value, example[i] - epsilon), example[i] + epsilon);
      } else if (scale < 1) {
        value = example[i] + scale * (value - example[i]);
      }
      row[i] = (float) Math.min(Math.max(value, lowest), highest);
    }
  }

  /** Four significant digits, and no zeros behind them. */
  static String number(double value) {
    double rounded = new BigDecimal(value).round(new MathContext(4)).doubleValue();
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e6
        ? Long.toString((long) rounded)
        : Double.toString(rounded);
  }

  /** Returns how far a row lies from an example, in this norm. */
  public double distance(float[] row, float[] example) {
    double distance = 0;
    for (int i = 0; i < row.length; i++) {
      double change = Math.abs((double) row[i] - example[i]);
      distance = norm == Norm.LINF ? Math.max(distance, change) : distance + change * change;
    }
    return norm == Norm.LINF ? distance : Math.sqrt(distance);
  }

  /**
   * Refuses a row that the attacker may not make of an example, beyond the rounding of single
   * precision.
   *
   * @param who made it
   * @throws TouchstoneException saying by how much
   */
  public void require(float[] row, float[] example, String who) {
    double largest = 0;
    for (float value : example) {
      largest = Math.max(largest, Math.abs(value));
    }
    double rounding = 1e-5 * epsilon + 1e-6 * Math.max(1, largest);
    double distance = distance(row, example);
    boolean inside = distance <= epsilon + rounding;
    for (float value : row) {
      inside &= value >= lowest - rounding && value <= highest + rounding;
    }
    if (!inside) {
      throw new TouchstoneException(
          "%s moved an example by %s in %s, where %s within %s was allowed; let it keep its threat model"
              .formatted(who, number(distance), norm, inWords(), rangeInWords()));
    }
  }

  /**
   * Makes a row at random: uniform in the box (L∞) or in the ball (L₂), then moved into the range.
   */
  float[] draw(float[] example, UniformRandomProvider random) {
    double[] change = new double[example.length];
    if (norm == Norm.LINF) {
      Arrays.setAll(change, i -> epsilon * (2 * random.nextDouble() - 1));
    } else {
      ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
      Arrays.setAll(change, i -> gaussian.sample());
      double length = Math.sqrt(Arrays.stream(change).map(v -> v * v).sum());
      double radius = epsilon * Math.pow(random.nextDouble(), 1.0 / example.length);
      Arrays.setAll(change, i -> change[i] * radius / length);
    }
    float[] row = new float[example.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (example[i] + change[i]);
    }
    project(row, example);
    return row;
  }

  /**
   * Goes a step uphill: the signs of the gradient (L∞), or the gradient at length 1 (L₂).
   *
   * @param length of the step, in the units of the data
   */
  void step(float[] row, float[] example, double[] gradient, double length) {
    double size = 0;
    for (double g : gradient) {
      size += g * g;
    }
    if (size == 0) {
      return;
    }
    double perUnit = length / Math.sqrt(size);
    for (int i = 0; i < row.length; i++) {
      double change = norm == Norm.LINF ? length * Math.signum(gradient[i]) : perUnit * gradient[i];
      row[i] = (float) (row[i] + change);
    }
    project(row, example);
  }
}
