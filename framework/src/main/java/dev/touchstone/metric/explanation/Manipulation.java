package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Inputs that nobody can tell from an example, that are answered alike, and whose map is another
 * one (Ghorbani et al. 2019; Dombrowski et al. 2019): {@code |x′ − x|∞ ≤ radius}, inside the range
 * of the examples, with the probability of the explained class within a tolerance. The number of an
 * example is the smallest rank correlation of its map with that of such an input that was found.
 *
 * <p>The search descends on {@code ∇q(x′)·∇q(x)}, what the gradient there has in common with that
 * at the example; steps along ∇q, which would change the answer, are taken out. What that needs is
 * the second derivative times a vector, {@code H ∇q(x)}; it is the central difference of two
 * gradients a part of the radius apart, so that networks of ReLUs, whose second derivative is zero
 * nearly everywhere, are attacked where they bend (Dombrowski et al. replace ReLU by softplus for
 * that, and aim at the gradient of another example: on a network of clothes that left a correlation
 * of 0.60, and this one 0.32, where noise of the same size leaves 0.67). Points on the way are then
 * explained by the method itself, beside as many that are drawn at random; so any method can be
 * attacked, by inputs that mislead the gradient.
 */
public final class Manipulation implements ExplanationAttack {
  private static final Range RANGE = new Range(-1, 1);
  private static final int FIRST_HALVINGS = 6;

  /** The difference quotient's step, as a share of the radius. */
  private static final double QUOTIENT = 0.5;

  private final double radius;
  private final double tolerance;
  private final int steps;
  private final int candidates;

  private Manipulation(double radius, double tolerance, int steps, int candidates) {
    this.radius = radius;
    this.tolerance = tolerance;
    this.steps = steps;
    this.candidates = candidates;
  }

  /**
   * Takes 20 steps, explains four points of the way and as many at random, and keeps the
   * probability within 0.05.
   *
   * @param radius by how much a feature may differ, in its own unit
   * @throws IllegalArgumentException unless it is positive
   */
  public static Manipulation within(double radius) {
    if (!(radius > 0 && Double.isFinite(radius))) {
      throw new IllegalArgumentException("a radius is a positive number, was " + radius);
    }
    return new Manipulation(radius, 0.05, 20, 4);
  }

  /**
   * Keeps the probability of the explained class within another tolerance.
   *
   * @throws IllegalArgumentException unless it lies in (0, 1)
   */
  public Manipulation keepingProbabilityWithin(double change) {
    if (!(change > 0 && change < 1)) {
      throw new IllegalArgumentException(
          "a probability is kept within something between 0 and 1, was " + change);
    }
    return new Manipulation(radius, change, steps, candidates);
  }

  /**
   * Takes another number of steps.
   *
   * @throws IllegalArgumentException for fewer than four
   */
  public Manipulation withSteps(int number) {
    if (number < candidates) {
      throw new IllegalArgumentException("at least %d steps, was %d".formatted(candidates, number));
    }
    return new Manipulation(radius, tolerance, number, candidates);
  }

  @Override
  public String quantity() {
    return "similarity under manipulation";
  }

  @Override
  public Range range() {
    return RANGE;
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "inputs that hardly differ and are answered alike were found whose explanations are only so similar: %s, where 1 is the same and 0 unlike"
            .formatted(Reading.VALUE));
  }

  @Override
  public void require(Classifier model, AttributionMethod method, Dataset data) {
    model.require(
        InputGradients.class,
        "searching for inputs that mislead explanations",
        "give the model as ONNX with operators that the white box knows, or measure RankStability,"
            + " which needs none");
    if (Arrays.stream(data.shape()).reduce(1, Math::multiplyExact) < 2) {
      throw new TouchstoneException(
          "examples of one feature have maps of one number, which have no ranks");
    }
  }

  @Override
  public Measured of(Explained explained) {
    int n = explained.size();
    float[][] rows = IntStream.range(0, n).mapToObj(explained::row).toArray(float[][]::new);
    Limits limits = Limits.around(rows, radius);
    double[] before = explained.probabilitiesOf(rows);
    double[] attacked = new double[n];
    double[] random = new double[n];
    Arrays.fill(attacked, 1);
    Arrays.fill(random, 1);

    // Half of the points are searched for and half are drawn: the latter are what noise does.
    float[][][] found = descend(explained, rows, limits);
    for (int c = 0; c < candidates; c++) {
      worst(explained, rows, kept(explained, rows, found[c], before), attacked);
      float[][] drawn = limits.drawn(explained, c);
      worst(explained, rows, kept(explained, rows, drawn, before), random);
      explained.context().progress().step("attacks on explanations", c + 1, candidates);
    }
    for (int i = 0; i < n; i++) {
      boolean constant = RemovalCurves.isConstant(explained.map(i));
      attacked[i] = constant ? Double.NaN : Math.min(attacked[i], random[i]);
      random[i] = constant ? Double.NaN : random[i];
    }
    return Measured.of(attacked).beside("similarity under random noise", RANGE, random);
  }

  /** Points at equal distances on the way down, for each example. */
  private float[][][] descend(Explained explained, float[][] rows, Limits limits) {
    int n = rows.length;
    double[][] gradients = explained.gradients(rows);
    double[][] direction =
        Arrays.stream(gradients).map(Manipulation::unit).toArray(double[][]::new);
    float[][] now = Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    float[][][] kept = new float[candidates][][];
    for (int s = 0; s < steps; s++) {
      double[][] here = s == 0 ? gradients : explained.gradients(now);
      double[][] up = explained.gradients(moved(now, direction, QUOTIENT * radius));
      double[][] down = explained.gradients(moved(now, direction, -QUOTIENT * radius));
      for (int i = 0; i < n; i++) {
        double[] descent = without(minus(down[i], up[i]), here[i]);
        for (int j = 0; j < descent.length; j++) {
          now[i][j] = limits.nearest(i, j, now[i][j] + step(s) * Math.signum(descent[j]));
        }
      }
      if ((s + 1) * candidates / steps > s * candidates / steps) {
        kept[s * candidates / steps] =
            Arrays.stream(now).map(float[]::clone).toArray(float[][]::new);
      }
      explained.context().progress().step("steps of the attack", s + 1, steps);
    }
    return kept;
  }

  /** How far each feature moves: twice the radius over the whole way, less and less. */
  private double step(int s) {
    return 4 * radius / steps * (1 - (double) s / steps);
  }

  /** The points, each drawn back towards its example until that is answered alike. */
  private float[][] kept(Explained explained, float[][] rows, float[][] points, double... before) {
    float[][] kept = Arrays.stream(points).map(float[]::clone).toArray(float[][]::new);
    for (int halving = 0; halving <= FIRST_HALVINGS; halving++) {
      double[] after = explained.probabilitiesOf(kept);
      for (int i = 0; i < kept.length; i++) {
        boolean alike =
            Math.abs(after[i] - before[i]) <= tolerance && (after[i] > 0.5) == (before[i] > 0.5);
        if (!alike) {
          for (int j = 0; j < kept[i].length; j++) {
            // At last nothing is left of it.
            kept[i][j] = halving == FIRST_HALVINGS ? rows[i][j] : (kept[i][j] + rows[i][j]) / 2;
          }
        }
      }
    }
    return kept;
  }

  private static void worst(
      Explained explained, float[][] rows, float[][] points, double... similarity) {
    double[][] maps = explained.mapsOf(points);
    for (int i = 0; i < rows.length; i++) {
      double alike = Spearman.of(explained.map(i), maps[i]);
      similarity[i] = Math.min(similarity[i], Double.isNaN(alike) ? 0 : alike);
    }
  }

  private static float[][] moved(float[][] rows, double[][] direction, double by) {
    float[][] moved = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      moved[i] = rows[i].clone();
      for (int j = 0; j < moved[i].length; j++) {
        moved[i][j] += (float) (by * Math.sqrt(moved[i].length) * direction[i][j]);
      }
    }
    return moved;
  }

  private static double[] minus(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(j -> a[j] - b[j]).toArray();
  }

  private static double[] unit(double[] vector) {
    double norm = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
    return norm == 0 ? vector : Arrays.stream(vector).map(v -> v / norm).toArray();
  }

  /** What is left of a vector without its part along another. */
  private static double[] without(double[] vector, double[] other) {
    double[] along = unit(other);
    double part = IntStream.range(0, along.length).mapToDouble(j -> vector[j] * along[j]).sum();
    return IntStream.range(0, along.length).mapToDouble(j -> vector[j] - part * along[j]).toArray();
  }

  /**
   * Where the points may lie.
   *
   * @param least one per feature, over all examples
   * @param most likewise
   */
  private record Limits(float[][] rows, double radius, float[] least, float[] most) {

    static Limits around(float[][] rows, double radius) {
      float[] least = rows[0].clone();
      float[] most = rows[0].clone();
      for (float[] row : rows) {
        for (int j = 0; j < row.length; j++) {
          least[j] = Math.min(least[j], row[j]);
          most[j] = Math.max(most[j], row[j]);
        }
      }
      return new Limits(rows, radius, least, most);
    }

    float nearest(int example, int feature, double value) {
      double low = Math.max(least[feature], rows[example][feature] - radius);
      double high = Math.min(most[feature], rows[example][feature] + radius);
      return (float) Math.max(low, Math.min(high, value));
    }

    /** A corner of each example's cube at random: noise of the largest size. */
    float[][] drawn(Explained explained, int candidate) {
      float[][] drawn = new float[rows.length][];
      for (int i = 0; i < rows.length; i++) {
        var random = explained.random("attack at random " + candidate, i);
        drawn[i] = rows[i].clone();
        for (int j = 0; j < drawn[i].length; j++) {
          drawn[i][j] = nearest(i, j, rows[i][j] + (random.nextBoolean() ? radius : -radius));
        }
      }
      return drawn;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manipulation that
        && radius == that.radius
        && tolerance == that.tolerance
        && steps == that.steps;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(radius) + 31 * steps + Double.hashCode(tolerance);
  }

  @Override
  public String toString() {
    return "manipulation within %s in %d steps, the probability kept within %s"
        .formatted(radius, steps, tolerance);
  }
}
