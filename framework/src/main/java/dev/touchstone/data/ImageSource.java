package dev.touchstone.data;

import dev.touchstone.data.image.ImageSteps;
import dev.touchstone.data.image.Resampling;
import dev.touchstone.data.image.Size;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Encoded images wherever they lie, and how they become features. Immutable.
 *
 * <p>A model has to see images as it was trained on them, so that they are read as {@code
 * Image.open(file).convert("RGB")} of Pillow reads them, to the grey level: samples as they are
 * stored, colour profiles not applied. Features are {@code [channels, height, width]} from 0 to
 * 255, red, green, blue unless said otherwise. Images are decoded where they are read and never all
 * held in memory. Steps are taken in the order in which they are written.
 *
 * @param <S> the source itself
 */
public abstract sealed class ImageSource<S extends ImageSource<S>>
    permits ImageFolder, ParquetImages {
  final ImageSteps steps;

  ImageSource(ImageSteps steps) {
    this.steps = steps;
  }

  /** Returns the same images, read in other steps. */
  abstract S with(ImageSteps others);

  /**
   * Turns images upright as their EXIF orientation says, as Pillow's {@code
   * ImageOps.exif_transpose} and OpenCV's {@code imread} do. Without it they stay as they are
   * stored, as in torchvision and Keras; provenance says how many are concerned.
   *
   * @throws IllegalArgumentException behind a step, which would have seen them as they are stored
   */
  public S applyingOrientation() {
    return with(steps.turningUpright());
  }

  /**
   * Leaves transparency out and takes the colours that lie under it, as Pillow's {@code
   * convert("RGB")} and torchvision do. Without it a transparent image is refused, since what is
   * under the transparent part is seen by nobody.
   */
  public S ignoringTransparency() {
    return with(steps.ignoringTransparency());
  }

  /**
   * Makes one channel of three, as Pillow's {@code convert("L")} and torchvision's {@code
   * Grayscale} on PIL images: {@code (19595 R + 38470 G + 7471 B + 32768) / 65536}, cut to a whole
   * grey level.
   */
  public S grey() {
    return with(steps.madeGrey());
  }

  /** Puts blue first and red last, as OpenCV reads images. */
  public S blueGreenRed() {
    return with(steps.withBlueFirst());
  }

  /**
   * Resizes every image to a height and a width, whatever its proportions: {@link
   * Resampling#bilinear()}, as torchvision's {@code Resize((height, width))} on PIL images.
   *
   * @throws IllegalArgumentException for less than a pixel
   */
  public S resizedTo(int height, int width) {
    return resizedTo(height, width, Resampling.bilinear());
  }

  /**
   * Resizes every image to a height and a width, whatever its proportions.
   *
   * @throws IllegalArgumentException for less than a pixel
   */
  public S resizedTo(int height, int width, Resampling resampling) {
    return with(steps.resized(new Size(height, width), resampling));
  }

  /**
   * Resizes every image in proportion, until its shorter side has a length: {@link
   * Resampling#bilinear()}, as torchvision's {@code Resize(length)} on PIL images. The longer side
   * is cut to whole pixels.
   *
   * @throws IllegalArgumentException for less than a pixel
   */
  public S resizedToShorterSide(int length) {
    return resizedToShorterSide(length, Resampling.bilinear());
  }

  /**
   * Resizes every image in proportion, until its shorter side has a length.
   *
   * @throws IllegalArgumentException for less than a pixel
   */
  public S resizedToShorterSide(int length, Resampling resampling) {
    return with(steps.resizedToShorterSide(length, resampling));
  }

  /**
   * Cuts out the middle, as torchvision's {@code CenterCrop}: of two middles the one at an even
   * number of pixels. A smaller image is refused; torchvision frames it in black.
   *
   * @throws IllegalArgumentException for less than a pixel
   */
  public S centreCropped(int height, int width) {
    return with(steps.centreCropped(new Size(height, width), false));
  }

  /**
   * Cuts out the middle, as Keras' {@code CenterCrop} and the image processors of Hugging Face's
   * transformers: of two middles the upper left one, which is a pixel away from torchvision's where
   * three more than a multiple of four are cut off. A smaller image is refused.
   *
   * @throws IllegalArgumentException for less than a pixel
   */
  public S centreCroppedRoundingDown(int height, int width) {
    return with(steps.centreCropped(new Size(height, width), true));
  }

  /**
   * Decodes each image once, on all processors, to check and hash it.
   *
   * @throws TouchstoneException if an image is none that is read, too large or transparent, or
   *     sizes differ
   */
  public abstract Dataset load();

  /**
   * Decodes each image once.
   *
   * @param source what to call it
   * @param ids one for each image
   */
  final void into(Dataset.Builder builder, String source, ImageFiles files, List<String> ids) {
    ImageFeatures features = ImageFeatures.of(source, files, steps);
    RowCheck check = new RowCheck(source, List.of(), false);
    ImageFeatures.Met met = features.decodeInto(check, ids);
    builder
        .features(features)
        .checkedRows(check)
        .prepared(
            "decoded",
            "as stored, 8 bits a sample; %s have a colour profile, which is not applied%s"
                .formatted(
                    share(met.profiled(), files),
                    steps.ignoresTransparency() ? "; transparency left out" : ""))
        .prepared(
            "orientation",
            "%s have one in their metadata, which is %s"
                .formatted(
                    share(met.turned(), files), steps.turnsUpright() ? "applied" : "not applied"));
    steps.facts().forEach(builder::followedBy);
  }

  private static String share(int some, ImageFiles of) {
    return "%d of %d images".formatted(some, of.size());
  }
}
