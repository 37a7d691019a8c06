package dev.touchstone.concept;

import dev.touchstone.data.FeatureStore;
import java.util.List;

/**
 * Segments of images as images of their own: each cut out by its bounding box, all beside it the
 * channel's mean over the image, and stretched to the image's size (bilinear, corners aligned).
 */
record SegmentFeatures(FeatureStore images, List<Segment> segments) implements FeatureStore {

  /**
   * Where a segment is.
   *
   * @param image its place among the images
   * @param division the number of each pixel's segment, row-major
   * @param number the segment's
   * @param top the first row of its bounding box
   * @param bottom the row after the last
   */
  record Segment(int image, int[] division, int number, int top, int bottom, int left, int right) {

    static Segment of(int image, int[] division, int number, int width) {
      int top = Integer.MAX_VALUE;
      int bottom = 0;
      int left = Integer.MAX_VALUE;
      int right = 0;
      for (int pixel = 0; pixel < division.length; pixel++) {
        if (division[pixel] == number) {
          top = Math.min(top, pixel / width);
          bottom = Math.max(bottom, pixel / width + 1);
          left = Math.min(left, pixel % width);
          right = Math.max(right, pixel % width + 1);
        }
      }
      return new Segment(image, division, number, top, bottom, left, right);
    }
  }

  @Override
  public int size() {
    return segments.size();
  }

  @Override
  public int[] shape() {
    return images.shape();
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    Segment segment = segments.get(index);
    float[] image = new float[images.rowSize()];
    images.read(segment.image(), image, 0);
    int[] shape = shape();
    int height = shape[shape.length - 2];
    int width = shape[shape.length - 1];
    int pixels = height * width;
    for (int from = 0; from < image.length; from += pixels) {
      double sum = 0;
      for (int i = 0; i < pixels; i++) {
        sum += image[from + i];
      }
      for (int i = 0; i < pixels; i++) {
        if (segment.division()[i] != segment.number()) {
          image[from + i] = (float) (sum / pixels);
        }
      }
      for (int row = 0; row < height; row++) {
        double y = at(row, height, segment.top(), segment.bottom());
        for (int column = 0; column < width; column++) {
          double x = at(column, width, segment.left(), segment.right());
          destination[offset + from + row * width + column] =
              between(image, from, width, segment, y, x);
        }
      }
    }
  }

  /** The place in the box of a row or column of the whole. */
  private static double at(int index, int length, int first, int end) {
    return length == 1 ? first : first + (double) index / (length - 1) * (end - 1 - first);
  }

  private static float between(
      float[] image, int from, int width, Segment segment, double y, double x) {
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, segment.bottom() - 1);
    int right = Math.min(left + 1, segment.right() - 1);
    double down = y - top;
    double along = x - left;
    double upper =
        (1 - along) * image[from + top * width + left] + along * image[from + top * width + right];
    double lower =
        (1 - along) * image[from + bottom * width + left]
            + along * image[from + bottom * width + right];
    return (float) ((1 - down) * upper + down * lower);
  }
}
