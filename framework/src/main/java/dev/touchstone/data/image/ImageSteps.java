package dev.touchstone.data.image;

import dev.touchstone.facts.Fact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * How image files become features: how they are decoded, and what is done to them after that, in
 * the order in which it was said. Immutable.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ImageSteps {
  /** Decodes, and does nothing else. */
  public static final ImageSteps NONE = new ImageSteps(false, false, false, List.of());

  private final boolean turned;
  private final boolean opaque;
  private final boolean reversed;
  private final List<ImageStep> steps;

  private ImageSteps(boolean turned, boolean opaque, boolean reversed, List<ImageStep> steps) {
    this.turned = turned;
    this.opaque = opaque;
    this.reversed = reversed;
    this.steps = steps;
  }

  private ImageSteps and(ImageStep step) {
    return new ImageSteps(
        turned, opaque, reversed, Stream.concat(steps.stream(), Stream.of(step)).toList());
  }

  /**
   * Turns images upright, as their EXIF orientation says.
   *
   * @throws IllegalArgumentException behind a step, which would have seen them as they lie
   */
  public ImageSteps turningUpright() {
    if (!steps.isEmpty()) {
      throw new IllegalArgumentException(
          "images are turned where they are decoded; write .applyingOrientation() before the other"
              + " steps");
    }
    return new ImageSteps(true, opaque, reversed, steps);
  }

  /** Leaves transparency out, and does not refuse it. */
  public ImageSteps ignoringTransparency() {
    return new ImageSteps(turned, true, reversed, steps);
  }

  /** Puts blue first and red last. */
  public ImageSteps withBlueFirst() {
    return new ImageSteps(turned, opaque, true, steps);
  }

  /** Resizes to a height and a width. */
  public ImageSteps resized(Size to, Resampling by) {
    return and(new ImageStep.Resize(to, by));
  }

  /** Resizes in proportion, until the shorter side has a length. */
  public ImageSteps resizedToShorterSide(int length, Resampling by) {
    return and(new ImageStep.ShorterSide(new Size(length, length).height(), by));
  }

  /**
   * Cuts out the middle.
   *
   * @param down of two middles the upper left one; else the one at an even number of pixels
   */
  public ImageSteps centreCropped(Size to, boolean down) {
    return and(new ImageStep.CentreCrop(to, down));
  }

  /** Makes one channel of three. */
  public ImageSteps madeGrey() {
    return and(new ImageStep.Grey());
  }

  /** Returns whether images are turned upright. */
  public boolean turnsUpright() {
    return turned;
  }

  /** Returns whether transparency is left out. */
  public boolean ignoresTransparency() {
    return opaque;
  }

  /** Returns the number of channels: 1 or 3. */
  public int channels() {
    return steps.contains(new ImageStep.Grey()) ? 1 : 3;
  }

  /**
   * Returns what becomes of an image's height and width.
   *
   * @throws IllegalArgumentException saying why an image of that size cannot be taken
   */
  public Size sizeOf(Size decoded) {
    Size size = decoded;
    for (ImageStep step : steps) {
      size = step.sizeOf(size);
    }
    return size;
  }

  /** Returns what becomes of a decoded image. */
  public Pixels of(Pixels decoded) {
    Pixels image = decoded;
    for (ImageStep step : steps) {
      image = step.of(image);
    }
    return image;
  }

  /** Copies what {@link #of} made, channels first. */
  public void write(Pixels image, float[] destination, int offset) {
    image.write(channels(), reversed, destination, offset);
  }

  /**
   * Returns how the images could have been read in place of this, by common mistakes: another
   * kernel, another frame, lying for upright.
   *
   * @return the steps by what one writes to have them
   */
  public Map<String, ImageSteps> others() {
    Map<String, ImageSteps> others = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (Resampling by : Resampling.usual()) {
        if (steps.get(i) instanceof ImageStep.Resize one && !one.by().equals(by)) {
          others.put(
              ".resizedTo(%s, %s)".formatted(one.to().code(), by.code()),
              replaced(i, i + 1, new ImageStep.Resize(one.to(), by)));
        } else if (steps.get(i) instanceof ImageStep.ShorterSide one && !one.by().equals(by)) {
          others.put(
              ".resizedToShorterSide(%d, %s)".formatted(one.length(), by.code()),
              replaced(i, i + 1, new ImageStep.ShorterSide(one.length(), by)));
        }
      }
    }
    others.put(
        turned
            ? "the images as they lie (without .applyingOrientation())"
            : ".applyingOrientation()",
        new ImageSteps(!turned, opaque, reversed, steps));
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof ImageStep.CentreCrop one) {
        ImageStep.CentreCrop other = new ImageStep.CentreCrop(one.to(), !one.down());
        others.put(other.code(), replaced(i, i + 1, other));
      }
      boolean cropped = i + 1 < steps.size() && steps.get(i + 1) instanceof ImageStep.CentreCrop;
      if (steps.get(i) instanceof ImageStep.Resize one && !cropped) {
        addFramed(others, i, i + 1, one.to(), one.by());
      } else if (cropped && steps.get(i) instanceof ImageStep.ShorterSide one) {
        Size to = ((ImageStep.CentreCrop) steps.get(i + 1)).to();
        others.put(
            ".resizedTo(%s, %s)".formatted(to.code(), one.by().code()),
            replaced(i, i + 2, new ImageStep.Resize(to, one.by())));
        addFramed(others, i, i + 2, to, one.by());
      }
    }
    return others;
  }

  /** The shorter side to the frame, or to 8/7 of it, as 256 is of 224, and the middle of that. */
  private void addFramed(
      Map<String, ImageSteps> others, int from, int to, Size frame, Resampling by) {
    int longer = Math.max(frame.height(), frame.width());
    for (int length : new int[] {longer, longer * 8 / 7}) {
      others.put(
          ".resizedToShorterSide(%d, %s).centreCropped(%s)"
              .formatted(length, by.code(), frame.code()),
          replaced(
              from,
              to,
              new ImageStep.ShorterSide(length, by),
              new ImageStep.CentreCrop(frame, false)));
    }
  }

  private ImageSteps replaced(int from, int to, ImageStep... by) {
    List<ImageStep> all = new ArrayList<>(steps.subList(0, from));
    all.addAll(List.of(by));
    all.addAll(steps.subList(to, steps.size()));
    return new ImageSteps(turned, opaque, reversed, List.copyOf(all));
  }

  /** Returns what provenance says of the steps. */
  public List<Fact> facts() {
    String order = reversed ? "blue, green, red" : "red, green, blue";
    return Stream.concat(
            steps.stream().map(ImageStep::fact),
            Stream.of(new Fact("channels", channels() == 1 ? "grey" : order)))
        .toList();
  }
}
