package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A colour cast, as another lamp or another camera's white balance gives it: every channel is
 * multiplied by a factor, and what would be brighter than white is white.
 *
 * <pre>{@code
 * ColourCast.of(1.2, 1, 0.8) // warm
 * }</pre>
 *
 * <p>Black is 0 and white the largest value that occurs in the data, in every channel, unless
 * {@link #between} says otherwise, as it has to where images are standardised. No image counts as
 * carrying the cast already: by itself an image does not tell a red lamp from a red wall.
 */
public final class ColourCast implements SpuriousSignal {
  private final double[] factors;
  private final @Nullable Light light;

  /** What black and white are in each channel. */
  private record Light(double[] black, double[] white) {
    @Override
    public String toString() {
      return ", from " + Arrays.toString(black) + " to " + Arrays.toString(white);
    }
  }

  private ColourCast(double[] factors, @Nullable Light light) {
    this.factors = factors;
    this.light = light;
  }

  /**
   * Returns a cast for images of three channels.
   *
   * @param red what the first channel is multiplied by, above 0 (the names are RGB's; data that
   *     keep blue first give blue's first)
   * @param green the second one's
   * @param blue the third one's
   * @throws TouchstoneException for a factor that is no positive number, and for three that are all
   *     1
   */
  public static ColourCast of(double red, double green, double blue) {
    double[] factors = {red, green, blue};
    if (!Arrays.stream(factors).allMatch(factor -> factor > 0 && factor <= 1000)
        || Arrays.stream(factors).allMatch(factor -> factor == 1)) {
      throw new TouchstoneException(
          "a colour cast multiplies channels by positive numbers that are not all 1, were "
              + Arrays.toString(factors));
    }
    return new ColourCast(factors, null);
  }

  /**
   * Says which values are black and white, in the units of the data's features: {@code -mean /
   * deviation} and {@code (1 - mean) / deviation} where images from 0 to 1 were standardised.
   *
   * @param black of each of the three channels
   * @param white of each, larger than black
   * @throws TouchstoneException for other numbers of values, and where white is not above black
   */
  public ColourCast between(double[] black, double[] white) {
    boolean ordered = black.length == factors.length && white.length == factors.length;
    for (int channel = 0; ordered && channel < factors.length; channel++) {
      ordered =
          Double.isFinite(black[channel])
              && Double.isFinite(white[channel])
              && black[channel] < white[channel];
    }
    if (!ordered) {
      throw new TouchstoneException(
          "a colour cast goes from black to white in each of three channels, were %s and %s"
              .formatted(Arrays.toString(black), Arrays.toString(white)));
    }
    return new ColourCast(factors, new Light(black.clone(), white.clone()));
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "ColourCast");
    if (image.channels() != factors.length) {
      throw new TouchstoneException(
          "a colour cast needs images of 3 channels, and those of %s have %d; TextTag, Frame and JpegArtefacts can be added to them"
              .formatted(data.name(), image.channels()));
    }
    return new Cast(image, factors, light == null ? lightOf(data) : light);
  }

  private static Light lightOf(Dataset data) {
    PixelRange occurring = PixelRange.occurringIn(data, "between(black, white), three values each");
    if (occurring.low() < 0) {
      throw new TouchstoneException(
          "a colour cast multiplies light, which is 0 for black, and %s holds values from %s on; say what black and white are by between(black, white), three values each: -mean / deviation and (1 - mean) / deviation where images from 0 to 1 were standardised"
              .formatted(data.name(), occurring.low()));
    }
    double[] white = new double[3];
    Arrays.fill(white, occurring.high());
    return new Light(new double[3], white);
  }

  @Override
  public String inWords() {
    return "the image gets a colour cast (red × %s, green × %s, blue × %s)"
        .formatted(factors[0], factors[1], factors[2]);
  }

  @Override
  public String describe() {
    return "colour cast " + Arrays.toString(factors) + (light == null ? "" : light);
  }

  @Override
  public String toString() {
    return describe();
  }

  private record Cast(ImageShape image, double[] factors, Light light) implements Fitted {

    @Override
    public void apply(int example, float[] features) {
      for (int i = 0; i < features.length; i++) {
        int channel = i / image.pixels();
        if (factors[channel] != 1) {
          double black = light.black()[channel];
          double cast = black + factors[channel] * (features[i] - black);
          features[i] = (float) Math.min(light.white()[channel], cast);
        }
      }
    }

    @Override
    public boolean[] mask(int example, float[] features) {
      boolean[] mask = new boolean[features.length];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = factors[i / image.pixels()] != 1;
      }
      return mask;
    }

    @Override
    public boolean isPresentIn(int example, float[] features) {
      return false;
    }
  }
}
