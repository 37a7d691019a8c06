package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;

/**
 * The background of every image, replaced by another; the item stays as it is.
 *
 * <pre>{@code
 * BackgroundSwap.to(new float[][] {{0, 1}, {1, 0}}).behind(ItemMask.above(0.05f))
 * }</pre>
 *
 * <p>A texture smaller than the image is repeated from the top left; a larger one is cut.
 */
public final class BackgroundSwap implements SpuriousSignal {
  private final float[][][] texture;
  private final ItemMask item;

  private BackgroundSwap(float[][][] texture, ItemMask item) {
    this.texture = texture;
    this.item = item;
  }

  /** The new background, before it is told where the item is. */
  public static final class NewBackground {
    private final float[][][] texture;

    private NewBackground(float[][][] texture) {
      this.texture = texture;
    }

    /** Returns behind everything but the item. */
    public BackgroundSwap behind(ItemMask mask) {
      return new BackgroundSwap(texture, mask);
    }
  }

  /**
   * Returns a grey texture, the same in every channel.
   *
   * @param texture row by row, in the units of the data's features
   * @throws TouchstoneException if it is empty, its rows differ in length, or a value is not finite
   */
  public static NewBackground to(float[][] texture) {
    return new NewBackground(new float[][][] {PatchTag.checked(texture, "a background")});
  }

  /**
   * Returns an image.
   *
   * @param image one example, [1, channels, height, width]
   * @throws TouchstoneException if it is no single image, or a value is not finite
   */
  public static NewBackground to(Tensor image) {
    int[] shape = image.shape();
    if (shape.length != 4 || shape[0] != 1) {
      throw new TouchstoneException(
          "a background is one image, [1, channels, height, width], was " + image);
    }
    float[][][] texture = new float[shape[1]][shape[2]][shape[3]];
    for (int i = 0; i < image.values().length; i++) {
      int pixel = i % (shape[2] * shape[3]);
      texture[i / (shape[2] * shape[3])][pixel / shape[3]][pixel % shape[3]] = image.values()[i];
    }
    for (float[][] channel : texture) {
      PatchTag.checked(channel, "a background");
    }
    return new NewBackground(texture);
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "BackgroundSwap");
    if (texture.length != 1 && texture.length != image.channels()) {
      throw new TouchstoneException(
          "a background of "
              + texture.length
              + " channels does not fit the images of "
              + data.name()
              + ", which have "
              + image.channels()
              + "; give one grey channel or as many as the images have");
    }
    float[] values = new float[image.size()];
    for (int channel = 0; channel < image.channels(); channel++) {
      float[][] rows = texture[channel % texture.length];
      for (int r = 0; r < image.height(); r++) {
        for (int c = 0; c < image.width(); c++) {
          values[image.index(channel, r, c)] = rows[r % rows.length][c % rows[0].length];
        }
      }
    }
    return new Swapped(item.fitTo(data), values);
  }

  @Override
  public String inWords() {
    return "the background is replaced by another";
  }

  @Override
  public String describe() {
    Digest digest = Digest.sha256();
    for (float[][] channel : texture) {
      for (float[] row : channel) {
        digest.add(row);
      }
    }
    return "background "
        + texture[0].length
        + " x "
        + texture[0][0].length
        + " #"
        + digest.hex().substring(0, 8)
        + " behind "
        + item.describe();
  }

  @Override
  public String toString() {
    return describe();
  }

  private record Swapped(ItemMask.Fitted item, float[] values) implements Fitted {

    @Override
    public void apply(int example, float[] features) {
      new Replacement(mask(example, features), values).apply(example, features);
    }

    @Override
    public boolean[] mask(int example, float[] features) {
      return Background.mask(item.of(example, features), features.length);
    }
  }
}
