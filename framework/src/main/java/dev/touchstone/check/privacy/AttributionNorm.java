package dev.touchstone.check.privacy;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Takes for members the examples whose explanations are small: −‖a‖ of the attribution of the true
 * class (after Shokri, Strobel and Zick 2021). It shows whether explanations alone give members
 * away.
 */
public final class AttributionNorm implements MembershipAttack {
  private static final int AT_ONCE = 64;

  private final AttributionMethod method;

  private AttributionNorm(AttributionMethod method) {
    this.method = method;
  }

  /** Reads the maps of a method. */
  public static AttributionNorm of(AttributionMethod method) {
    return new AttributionNorm(method);
  }

  @Override
  public String name() {
    return "norm of " + method.name();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(method.settings());
    settings.put("attribution", method.name());
    return settings;
  }

  @Override
  public void check(Classifier model, Dataset examples) {
    method.require(model);
  }

  @Override
  public double[] scores(Classifier model, Dataset examples, RunContext context) {
    double[] scores = new double[examples.size()];
    for (int from = 0; from < scores.length; from += AT_ONCE) {
      int to = Math.min(scores.length, from + AT_ONCE);
      Dataset part =
          examples.select(IntStream.range(from, to).toArray(), "%d to %d".formatted(from, to));
      Quantity ofTrueLabel =
          Target.trueLabel()
              .of(CheckedAnswers.ofSome(model, part, context.settings().memoryBytes()), part);
      double[][] maps =
          method.attribute(model, part.inputs(0, part.size()), ofTrueLabel, context).maps();
      for (int i = from; i < to; i++) {
        scores[i] = -norm(maps[i - from]);
        if (!Double.isFinite(scores[i])) {
          throw new TouchstoneException(
              "the attribution of example %s by %s is not finite"
                  .formatted(examples.id(i), method.name()));
        }
      }
    }
    return scores;
  }

  private static double norm(double... map) {
    double squares = 0;
    for (double value : map) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  @Override
  public String toString() {
    return name();
  }
}
