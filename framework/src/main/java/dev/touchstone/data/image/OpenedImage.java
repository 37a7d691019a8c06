package dev.touchstone.data.image;

/** An image of some format, whose header was read. */
interface OpenedImage {

  /** As it lies in the file. */
  Size size();

  /** As {@link Orientation} numbers them. */
  default int orientation() {
    return Orientation.UPRIGHT;
  }

  /** Whether a colour profile is in the file. */
  default boolean hasProfile() {
    return false;
  }

  /**
   * The samples as they are stored, as Pillow's {@code convert("RGB")} gives them.
   *
   * @param opaque whether transparency is left out
   * @throws UnreadableImageException for what is damaged, or would be read in several ways
   */
  Pixels decoded(boolean opaque) throws UnreadableImageException;
}
