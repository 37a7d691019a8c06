package dev.touchstone.data.contamination;

/** A corner of an image, for static import. */
public enum Corner {
  /** The first rows, the first columns. */
  TOP_LEFT(false, false),
  /** The first rows, the last columns. */
  TOP_RIGHT(false, true),
  /** The last rows, the first columns. */
  BOTTOM_LEFT(true, false),
  /** The last rows, the last columns. */
  BOTTOM_RIGHT(true, true);

  private final boolean bottom;
  private final boolean right;

  Corner(boolean bottom, boolean right) {
    this.bottom = bottom;
    this.right = right;
  }

  /** Where a box of this height begins, so far from the image's edge. */
  int row(int imageHeight, int boxHeight, int margin) {
    return bottom ? imageHeight - margin - boxHeight : margin;
  }

  /** Where a box of this width begins, so far from the image's edge. */
  int column(int imageWidth, int boxWidth, int margin) {
    return right ? imageWidth - margin - boxWidth : margin;
  }

  String inWords() {
    return (bottom ? "bottom" : "top") + (right ? " right" : " left");
  }
}
