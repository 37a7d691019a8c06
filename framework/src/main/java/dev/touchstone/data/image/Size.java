package dev.touchstone.data.image;

import org.apiguardian.api.API;

/** Rows and columns of pixels. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Size(int height, int width) {
  /**
   * Refuses an image without pixels.
   *
   * @throws IllegalArgumentException if one of them is less than 1
   */
  public Size {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("an image has no " + height + " × " + width + " pixels");
    }
  }

  /** Rows for columns. */
  Size onItsSide() {
    return new Size(/* height= */ width, /* width= */ height);
  }

  /** As one writes it. */
  String code() {
    return height + ", " + width;
  }

  @Override
  public String toString() {
    return height + " × " + width;
  }
}
