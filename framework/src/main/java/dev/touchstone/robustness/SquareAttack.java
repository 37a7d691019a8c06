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
 * Asks the model and needs nothing else of it: squares at random are set to ±ε, each kept where the
 * margin of the true class falls (Andriushchenko, Croce, Flammarion and Hein 2020, Algorithms 1 and
 * 2, L∞). It begins with vertical stripes of ±ε; the squares shrink with the paper's schedule, from
 * a share of .8 of the image (as in AutoAttack). Of rows without width a square is a run of
 * features. 1000 queries an example by default; an example that is answered wrongly is asked no
 * more. Immutable.
 */
public final class SquareAttack implements Perturbation {
  private static final int OF_SCHEDULE = 10_000;
  private static final int[] HALVED = {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000};

  /** As the authors' code: a window that clipping leaves as it was is drawn again. */
  private static final int MOST_DRAWS = 50;

  private final ThreatModel threat;
  private final int queries;
  private final double share;

  private SquareAttack(ThreatModel threat, int queries, double share) {
    this.threat = threat;
    this.queries = queries;
    this.share = share;
  }

  /**
   * Attacks inside a threat model.
   *
   * @throws TouchstoneException for another norm than L∞
   */
  public static SquareAttack within(ThreatModel threat) {
    if (threat.norm() != ThreatModel.Norm.LINF) {
      throw new TouchstoneException(
          "SquareAttack is made for L∞ here, and the threat model is %s; write ThreatModel.linf(…), or ProjectedGradientDescent for L2"
              .formatted(threat.inWords()));
    }
    return new SquareAttack(threat, 1000, 0.8);
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
      Arrays.setAll(tried, this::stripes);
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
          tried[i] = withSquare(i, share(query));
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
