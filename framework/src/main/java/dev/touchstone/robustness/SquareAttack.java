package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Scored;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Asks the model and needs nothing else of it: squares at random are changed, each change kept
 * where the margin of the true class falls (Andriushchenko, Croce, Flammarion and Hein 2020). 1000
 * queries an example by default; an example that is answered wrongly is asked no more. Immutable.
 *
 * <ul>
 *   <li>L∞ (Algorithms 1 and 2): squares are set to ±ε. It begins with vertical stripes of ±ε; the
 *       squares shrink with the paper's schedule, from a share of .8 of the image (as in
 *       AutoAttack). Of rows without width a square is a run of features.
 *   <li>L₂ (Algorithms 1 and 3), of images: what a square and another one hold of ε is moved into
 *       the first, in the shape of two bumps of opposite signs. It begins with a grid of bumps; the
 *       squares shrink from a share of .1.
 * </ul>
 */
public final class SquareAttack implements Perturbation {
  private static final int OF_SCHEDULE = 10_000;
  private static final int[] HALVED = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  /** As the authors' code: a window that clipping leaves as it was is drawn again. */
  private static final int MOST_DRAWS = 50;

  /** In L₂ the first bumps make a grid of so many, and no square is smaller than the other. */
  private static final int BUMPS = 5;

  private static final int SMALLEST = 3;

  private final ThreatModel threat;
  private final int queries;
  private final double share;

  private SquareAttack(ThreatModel threat, int queries, double share) {
    this.threat = threat;
    this.queries = queries;
    this.share = share;
  }

  /** Attacks inside a threat model. */
  public static SquareAttack within(ThreatModel threat) {
    return new SquareAttack(threat, 1000, threat.norm() == ThreatModel.Norm.LINF ? 0.8 : 0.1);
  }

  /**
   * Asks another number of times about each example.
   *
   * @throws TouchstoneException for none
   */
  public SquareAttack withQueries(int most) {
    if (most < 1) {
      throw new TouchstoneException(
          "SquareAttack asks at least once, was %d; write withQueries(1000)".formatted(most));
    }
    return new SquareAttack(threat, most, share);
  }

  /**
   * Begins with squares of another share of the image.
   *
   * @param initial above 0, at most 1
   * @throws TouchstoneException for others
   */
  public SquareAttack beginningWith(double initial) {
    if (!(initial > 0 && initial <= 1)) {
      throw new TouchstoneException(
          "the first squares cover a share of the image above 0 and at most 1, was %s; write beginningWith(0.8)"
              .formatted(initial));
    }
    return new SquareAttack(threat, queries, initial);
  }

  @Override
  public String name() {
    return "Square attack";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("queries", queries);
    own.put("first share", share);
    return Settings.of(threat, own);
  }

  @Override
  public Optional<ThreatModel> threat() {
    return Optional.of(threat);
  }

  @Override
  public void check(Classifier model, Dataset data) {
    threat.check(data);
    if (Double.isInfinite(threat.lowest()) && data.shape().length > 1) {
      throw new TouchstoneException(
          "the pixels of %s have a range; write .inRange(…) in place of .withoutRange()"
              .formatted(data.name()));
    }
    int[] shape = data.shape();
    boolean small =
        shape.length < 2 || Math.min(shape[shape.length - 2], shape[shape.length - 1]) < BUMPS;
    if (threat.norm() == ThreatModel.Norm.L2 && small) {
      throw new TouchstoneException(
          "in L2 SquareAttack moves bumps about images of %d x %d pixels and more, and the examples of %s have the shape %s; write ThreatModel.linf(…), or ProjectedGradientDescent for L2"
              .formatted(BUMPS, BUMPS, data.name(), Arrays.toString(shape)));
    }
  }

  @Override
  public Perturbed perturb(Classifier model, Dataset data, int[] examples, RunContext context) {
    // Row by row from streams of their own, so that portions change nothing.
    int portion = Math.max(1, model.batchSize(context.settings().memoryBytes()));
    float[][] rows = new float[examples.length][];
    for (int from = 0; from < examples.length; from += portion) {
      int[] some = Arrays.copyOfRange(examples, from, Math.min(examples.length, from + portion));
      System.arraycopy(new Search(model, data, some, context).best(), 0, rows, from, some.length);
    }
    return Perturbed.of(rows);
  }

  /** The share of the image that a square covers at a query. */
  double share(int query) {
    int place = (int) ((double) query / queries * OF_SCHEDULE);
    double now = share;
    for (int from : HALVED) {
      now = place > from ? now / 2 : now;
    }
    return now;
  }

  /** Of a portion of the examples. */
  private final class Search {
    private final Classifier model;
    private final Dataset data;
    private final int[] examples;
    private final int[] shape;
    private final int channels;
    private final int height;
    private final int width;
    private final float[][] original;
    private final float[][] best;
    private final double[] margins;
    private final UniformRandomProvider[] random;

    private Search(Classifier model, Dataset data, int[] examples, RunContext context) {
      this.model = model;
      this.data = data;
      this.examples = examples;
      Tensor batch = data.batch(examples);
      shape = batch.shape();
      int axes = shape.length;
      channels = axes == 4 ? shape[1] : 1;
      height = axes >= 3 ? shape[axes - 2] : batch.rowSize() / channels;
      width = axes >= 3 ? shape[axes - 1] : 1;
      original = new float[examples.length][];
      Arrays.setAll(original, batch::row);
      best = new float[examples.length][];
      margins = new double[examples.length];
      random = new UniformRandomProvider[examples.length];
      Arrays.setAll(
          random,
          i ->
              context
                  .random()
                  .of(name(), threat, queries, share, data.sha256(), data.id(examples[i])));
    }

    private float[][] best() {
      int[] all = new int[examples.length];
      Arrays.setAll(all, i -> i);
      float[][] tried = new float[examples.length][];
      boolean bumps = threat.norm() == ThreatModel.Norm.L2;
      Arrays.setAll(tried, i -> bumps ? gridOfBumps(i) : stripes(i));
      double[] first = margins(tried, all);
      for (int i = 0; i < all.length; i++) {
        best[i] = tried[i];
        margins[i] = first[i];
      }
      for (int query = 0; query < queries - 1; query++) {
        int[] active = Arrays.stream(all).filter(i -> margins[i] <= 0).toArray();
        if (active.length == 0) {
          break;
        }
        for (int i : active) {
          tried[i] = bumps ? withBump(i, share(query)) : withSquare(i, share(query));
        }
        double[] now = margins(tried, active);
        for (int k = 0; k < active.length; k++) {
          if (now[k] > margins[active[k]]) {
            margins[active[k]] = now[k];
            best[active[k]] = tried[active[k]];
          }
        }
      }
      return best;
    }

    /** Every column of every channel by +ε or −ε; single features where there is no width. */
    private float[] stripes(int i) {
      float[] row = original[i].clone();
      boolean columns = width > 1;
      for (int c = 0; c < channels; c++) {
        for (int s = 0; s < (columns ? width : height); s++) {
          double change = sign(i);
          for (int t = 0; t < (columns ? height : 1); t++) {
            set(row, i, columns ? index(c, t, s) : index(c, s, 0), change);
          }
        }
      }
      return row;
    }

    private float[] withSquare(int i, double covered) {
      float[] row = best[i].clone();
      int rows;
      int columns;
      if (width > 1) {
        int side = (int) Math.rint(Math.sqrt(covered * height * width));
        rows = Math.min(Math.max(side, 1), Math.max(1, height - 1));
        columns = Math.min(rows, Math.max(1, width - 1));
      } else {
        rows = Math.min(Math.max((int) Math.rint(covered * height), 1), Math.max(1, height - 1));
        columns = 1;
      }
      int top = random[i].nextInt(height - rows + 1);
      int left = random[i].nextInt(width - columns + 1);
      for (int draw = 0; draw < MOST_DRAWS; draw++) {
        boolean moved = false;
        for (int c = 0; c < channels; c++) {
          double change = sign(i);
          for (int y = top; y < top + rows; y++) {
            for (int x = left; x < left + columns; x++) {
              int at = index(c, y, x);
              set(row, i, at, change);
              moved |= row[at] != best[i][at];
            }
          }
        }
        if (moved) {
          break;
        }
      }
      return row;
    }

    private double sign(int i) {
      return random[i].nextBoolean() ? threat.epsilon() : -threat.epsilon();
    }

    /** Bumps in all fields of a grid, of either sign in each channel, together of length ε. */
    private float[] gridOfBumps(int i) {
      double[] change = new double[original[i].length];
      int side = Math.min(height, width) / BUMPS;
      for (int top = (height - side * BUMPS) / 2; top + side <= height; top += side) {
        for (int left = (width - side * BUMPS) / 2; left + side <= width; left += side) {
          Bumps bumps = Bumps.of(side, random[i].nextBoolean());
          for (int c = 0; c < channels; c++) {
            double sign = Math.signum(sign(i));
            for (int y = 0; y < side; y++) {
              for (int x = 0; x < side; x++) {
                change[index(c, top + y, left + x)] = sign * bumps.at(y, x);
              }
            }
          }
        }
      }
      return changed(i, change);
    }

    /**
     * Moves what two windows hold, and what is left of ε, into the first of them: the direction
     * that is there plus bumps at random; the second is emptied.
     */
    private float[] withBump(int i, double covered) {
      int side = Math.max((int) Math.rint(Math.sqrt(covered * height * width)), SMALLEST);
      side = Math.min(side + 1 - side % 2, Math.min(height, width));
      double[] change = new double[original[i].length];
      double held = 0;
      for (int k = 0; k < change.length; k++) {
        change[k] = (double) best[i][k] - original[i][k];
        held += change[k] * change[k];
      }
      double left = Math.max(threat.epsilon() * threat.epsilon() - held, 0) / channels;
      int[] first = corner(i, side);
      int[] second = corner(i, side);
      Bumps bumps = Bumps.of(side, random[i].nextBoolean());
      for (int c = 0; c < channels; c++) {
        double sign = Math.signum(sign(i));
        double inFirst = Math.sqrt(squares(change, c, first, side));
        double both = 0;
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            if (isIn(first, side, y, x) || isIn(second, side, y, x)) {
              double one = change[index(c, y, x)];
              both += one * one;
            }
          }
        }
        double[] moved = new double[side * side];
        double length = 0;
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            double there = change[index(c, first[0] + y, first[1] + x)] / (1e-10 + inFirst);
            double now = sign * bumps.at(y, x) + there;
            moved[y * side + x] = now;
            length += now * now;
          }
        }
        double scale = length == 0 ? 0 : Math.sqrt((left + both) / length);
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            change[index(c, second[0] + y, second[1] + x)] = 0;
          }
        }
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            change[index(c, first[0] + y, first[1] + x)] = scale * moved[y * side + x];
          }
        }
      }
      return changed(i, change);
    }

    private int[] corner(int i, int side) {
      return new int[] {random[i].nextInt(height - side + 1), random[i].nextInt(width - side + 1)};
    }

    private boolean isIn(int[] corner, int side, int y, int x) {
      return y >= corner[0] && y < corner[0] + side && x >= corner[1] && x < corner[1] + side;
    }

    private double squares(double[] change, int channel, int[] corner, int side) {
      double sum = 0;
      for (int y = corner[0]; y < corner[0] + side; y++) {
        for (int x = corner[1]; x < corner[1] + side; x++) {
          double one = change[index(channel, y, x)];
          sum += one * one;
        }
      }
      return sum;
    }

    /** The example plus a change, brought to length ε, and moved into the range. */
    private float[] changed(int i, double[] change) {
      double length = 0;
      for (double one : change) {
        length += one * one;
      }
      double scale = length == 0 ? 0 : threat.epsilon() / Math.sqrt(length);
      float[] row = new float[change.length];
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) (original[i][k] + scale * change[k]);
      }
      threat.project(row, original[i]);
      return row;
    }

    private void set(float[] row, int i, int at, double change) {
      row[at] =
          (float) Math.min(Math.max(original[i][at] + change, threat.lowest()), threat.highest());
    }

    private int index(int channel, int y, int x) {
      return (channel * height + y) * width + x;
    }

    /** By how much another class scores more than the true one. */
    private double[] margins(float[][] rows, int[] of) {
      float[] values = new float[of.length * original[0].length];
      for (int k = 0; k < of.length; k++) {
        System.arraycopy(rows[of[k]], 0, values, k * original[0].length, original[0].length);
      }
      int[] batch = shape.clone();
      batch[0] = of.length;
      Scored scored = CheckedAnswers.scores(model, Inputs.of(Tensor.of(values, batch)));
      double[] margins = new double[of.length];
      for (int k = 0; k < of.length; k++) {
        margins[k] = LabelLoss.margin(scored.rows()[k], data.label(examples[of[k]]), scored.kind());
      }
      return margins;
    }
  }

  @Override
  public String toString() {
    return name() + " " + settings();
  }
}
