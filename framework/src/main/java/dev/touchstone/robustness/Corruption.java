package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A common corruption of images at a severity from 1 to 5 (Hendrycks and Dietterich 2019), such as
 * noise, blur or low contrast. Constants are those of CIFAR-10-C for images of at most 64 pixels a
 * side and those of ImageNet-C for larger ones. Immutable.
 *
 * <pre>{@code
 * Corruption.by(GaussianNoise.withDefaults()).ofSeverity(3).inRange(0, 1)
 * }</pre>
 */
public final class Corruption implements Perturbation {
  private static final int MOST_SEVERE = 5;
  private static final int MOST_CHANNELS = 4;

  private final ImageCorruption kind;
  private final int severity;
  private final double lowest;
  private final double highest;

  private Corruption(ImageCorruption kind, int severity, double lowest, double highest) {
    this.kind = kind;
    this.severity = severity;
    this.lowest = lowest;
    this.highest = highest;
  }

  /** Corrupts in a way; severity and range are to be said. */
  public static Corruption by(ImageCorruption kind) {
    return new Corruption(kind, 0, Double.NaN, Double.NaN);
  }

  /**
   * Says how much.
   *
   * @param degree from 1 to 5
   * @throws TouchstoneException for others
   */
  public Corruption ofSeverity(int degree) {
    if (degree < 1 || degree > MOST_SEVERE) {
      throw new TouchstoneException(
          "a corruption has a severity from 1 to %d, was %d; write ofSeverity(3)"
              .formatted(MOST_SEVERE, degree));
    }
    return new Corruption(kind, degree, lowest, highest);
  }

  /** Says in which range pixels lie, in the units of the data. */
  public Corruption inRange(double lowestPixel, double highestPixel) {
    return new Corruption(kind, severity, lowestPixel, highestPixel);
  }

  @Override
  public String name() {
    return severity == 0 ? kind.name() : kind.name() + " of severity " + severity;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kind", kind.getClass().getName());
    settings.put("severity", Integer.toString(severity));
    settings.put("range of features", "%s to %s".formatted(lowest, highest));
    return settings;
  }

  @Override
  public void check(Classifier model, Dataset data) {
    if (severity == 0 || Double.isNaN(lowest) || Double.isInfinite(lowest)) {
      throw new TouchstoneException(
          "%s of which severity, and of pixels in which range? Write .ofSeverity(3).inRange(0, 1)"
              .formatted(kind.name()));
    }
    int[] shape = data.shape();
    boolean image = shape.length == 2 || shape.length == 3;
    if (!image || (shape.length == 3 && shape[0] > MOST_CHANNELS)) {
      throw new TouchstoneException(
          "%s corrupts images, [channels, height, width], and an example of %s has the shape %s; give data.reshapedTo(…) with the channels first"
              .formatted(kind.name(), data.name(), Arrays.toString(shape)));
    }
    // What a threat model asks of units holds here, too; ε has no part in it.
    ThreatModel.linf((highest - lowest) / 2).inRange(lowest, highest).check(data);
  }

  @Override
  public Perturbed perturb(Classifier model, Dataset data, int[] examples, RunContext context) {
    int[] shape = data.shape();
    int channels = shape.length == 3 ? shape[0] : 1;
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    float[][] rows = new float[examples.length][];
    for (int i = 0; i < rows.length; i++) {
      Tensor one = data.batch(examples[i]);
      double[] unit = new double[one.rowSize()];
      Arrays.setAll(unit, j -> (one.values()[j] - lowest) / (highest - lowest));
      double[] corrupted =
          kind.corrupt(
              unit.clone(),
              channels,
              height,
              width,
              severity,
              context.random().of(name(), data.sha256(), data.id(examples[i])));
      if (corrupted.length != unit.length || !Arrays.stream(corrupted).allMatch(Double::isFinite)) {
        throw new TouchstoneException(
            "%s made %d values of an image of %d, or one that is no number; let it make as many"
                .formatted(kind.name(), corrupted.length, unit.length));
      }
      rows[i] = new float[unit.length];
      for (int j = 0; j < unit.length; j++) {
        double cut = Math.min(Math.max(corrupted[j], 0), 1);
        rows[i][j] = (float) (lowest + cut * (highest - lowest));
      }
    }
    return Perturbed.of(rows);
  }

  @Override
  public String toString() {
    return name();
  }
}
