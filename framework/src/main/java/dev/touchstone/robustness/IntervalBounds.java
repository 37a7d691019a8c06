package dev.touchstone.robustness;

import ai.djl.ndarray.types.DataType;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;

/**
 * Proves by intervals that are walked through the network (interval bound propagation; Gowal et al.
 * 2018). Fast and loose: without training for it few examples are proven. For L∞. Immutable.
 */
public final class IntervalBounds implements Certifier {
  private final ThreatModel threat;

  private IntervalBounds(ThreatModel threat) {
    this.threat = threat;
  }

  /**
   * Bounds what changes within a threat model do.
   *
   * @throws TouchstoneException for another norm than L∞
   */
  public static IntervalBounds within(ThreatModel threat) {
    if (threat.norm() != ThreatModel.Norm.LINF) {
      throw new TouchstoneException(
          "intervals bound L∞, and the threat model is %s; write ThreatModel.linf(…), or LinearBounds or RandomisedSmoothing for L2"
              .formatted(threat.inWords()));
    }
    return new IntervalBounds(threat);
  }

  @Override
  public String name() {
    return "interval bounds";
  }

  @Override
  public Map<String, String> settings() {
    return Settings.of(threat, Map.of());
  }

  @Override
  public ThreatModel threat() {
    return threat;
  }

  @Override
  public boolean provesTheModelItself() {
    return true;
  }

  @Override
  public String restsOn() {
    return LinearBounds.ROUNDING;
  }

  @Override
  public void check(Classifier model, Dataset data) {
    threat.check(data);
    new BoundWalk(ScoreMargins.boxOf(model, data, name())).check(name(), false);
  }

  @Override
  public Status[] certify(Classifier model, Dataset data, int[] examples, RunContext context) {
    Status[] statuses = new Status[examples.length];
    ScoreMargins.Margins[] margins = margins(model, data, examples, context);
    for (int i = 0; i < statuses.length; i++) {
      statuses[i] = margins[i].prove() ? Status.PROVEN : Status.OPEN;
    }
    return statuses;
  }

  /** Of each example against every other class. */
  ScoreMargins.Margins[] margins(
      Classifier model, Dataset data, int[] examples, RunContext context) {
    WhiteBox box = ScoreMargins.boxOf(model, data, name());
    BoundWalk walk = new BoundWalk(box, DataType.FLOAT32);
    // Centre, radius, ends and error, of which each layer makes its own.
    int portion = Math.max(1, box.batchSize(context.settings().memoryBytes() / 16, false));
    ScoreMargins.Margins[] margins = new ScoreMargins.Margins[examples.length];
    for (int from = 0; from < examples.length; from += portion) {
      int start = from;
      int count = Math.min(portion, examples.length - from);
      ScoreMargins.inScope(
          scope -> {
            double[][] lower = new double[count][];
            double[][] upper = new double[count][];
            for (int i = 0; i < count; i++) {
              Tensor one = data.batch(examples[start + i]);
              double[][] ends = ScoreMargins.ends(threat, one.values());
              lower[i] = ends[0];
              upper[i] = ends[1];
            }
            BoundWalk.Interval scores =
                walk.walk(
                    scope,
                    walk.array(scope, lower, data.shape(), false),
                    walk.array(scope, upper, data.shape(), true),
                    BoundWalk.Tightening.NONE);
            double[] least = BoundWalk.numbers(scores.lower());
            double[] most = BoundWalk.numbers(scores.upper());
            double[] error = BoundWalk.numbers(scores.error());
            int width = least.length / count;
            for (int i = 0; i < count; i++) {
              margins[start + i] =
                  ScoreMargins.of(
                      box,
                      ScoreMargins.row(least, i, width),
                      ScoreMargins.row(most, i, width),
                      ScoreMargins.row(error, i, width),
                      ScoreMargins.specifications(data.label(examples[start + i]), width));
            }
            return count;
          });
    }
    return margins;
  }

  @Override
  public String toString() {
    return name() + " " + settings();
  }
}
