package dev.touchstone.measuring;

import static dev.touchstone.measuring.FalsePasses.drawn;

import dev.touchstone.measuring.FalsePasses.Population;
import dev.touchstone.statistics.CrossedMean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Agreement of explanations in excess of that between healthy models: a table of 50 examples and a
 * few such models, each of which moves its column by an effect that is normal, or gamma distributed
 * with a skewness of either sign. The claim is that the mean is more than it is. Student's t over
 * the columns' means, and examples and models crossed, as the check does.
 */
final class HealthyModelFalsePasses implements FalsePasses.Kind {
  private static final int EXAMPLES = 50;
  private static final double MEAN = 0.3;

  /** Standard deviations of examples, of models, and of what is left. */
  private static final double OF_EXAMPLES = 0.1;

  private static final double OF_REST = 0.1;

  @Override
  public String name() {
    return "models";
  }

  @Override
  public String heading() {
    return "Healthy models (before: Student's t of the models' means; now: examples × models"
        + " crossed)";
  }

  @Override
  public List<Population> populations() {
    List<Population> populations = new ArrayList<>();
    for (double ofModels : new double[] {0.02, 0.1}) {
      for (double skewness : new double[] {0, 0.5, -0.5, -1, -2, -4}) {
        for (int models : new int[] {2, 3, 5}) {
          populations.add(population(ofModels, skewness, models));
        }
      }
    }
    return populations;
  }

  private static Population population(double ofModels, double skewness, int models) {
    return drawn(
        String.format(Locale.ROOT, "models differ by %s, skewness %s", ofModels, skewness),
        models + " models, " + EXAMPLES + " examples",
        random -> {
          double[][] table = new double[EXAMPLES][models];
          double[] effects = new double[models];
          double[] means = new double[models];
          Arrays.setAll(effects, h -> ofModels * skewed(skewness, random));
          for (double[] row : table) {
            double example = OF_EXAMPLES * random.nextGaussian();
            for (int h = 0; h < models; h++) {
              row[h] = MEAN + example + effects[h] + OF_REST * random.nextGaussian();
              means[h] += row[h] / EXAMPLES;
            }
          }
          return new boolean[] {
            FormerLimits.lowerMean(means) > MEAN,
            CrossedMean.of(table).interval(1 - 2 * FalsePasses.TAIL).lower() > MEAN
          };
        });
  }

  /** Of mean 0 and variance 1: a gamma variable of shape 4/skewness². */
  private static double skewed(double skewness, SplittableRandom random) {
    if (skewness == 0) {
      return random.nextGaussian();
    }
    double shape = 4 / (skewness * skewness);
    return Math.signum(skewness) * (gamma(shape, random) - shape) / Math.sqrt(shape);
  }

  /** By rejection (Marsaglia and Tsang 2000); of a shape below 1 times a power of a uniform. */
  private static double gamma(double shape, SplittableRandom random) {
    if (shape < 1) {
      return gamma(shape + 1, random) * Math.pow(random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}
