package dev.touchstone.data.image;

/** Says what is wrong with an image; the message goes on behind its name. */
final class UnreadableImageException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableImageException(String predicate) {
    super(predicate);
  }

  /** Of a file that is no valid one of its kind. */
  static UnreadableImageException damaged(String why) {
    return new UnreadableImageException(
        "cannot be decoded: %s; is it truncated, or damaged? Fetch or export it again"
            .formatted(why));
  }
}
