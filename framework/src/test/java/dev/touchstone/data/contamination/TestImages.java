package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Small data sets for the signals' tests. */
final class TestImages {
  private TestImages() {}

  /** Images one after the other, all of class 0. */
  static Dataset of(int[] shape, float... values) {
    int n = values.length / Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return Dataset.named("images.gz")
        .features(FeatureStore.inMemory(values, shape))
        .labels(new int[n])
        .build();
  }

  /** One image of zeros but for its last pixel, which is 1. */
  static Dataset almostBlack(int height, int width) {
    float[] values = new float[height * width];
    values[values.length - 1] = 1;
    return of(new int[] {1, height, width}, values);
  }

  /** The first image with a signal. */
  static float[] first(SpuriousSignal signal, Dataset data) {
    return signal.addedTo(data).batch(0).values();
  }

  /** A grey image as lines of text: {@code #} where it is 1, {@code .} where it is 0. */
  static String drawn(float[] image, int width) {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, image.length)
        .forEach(
            i ->
                text.append(image[i] == 1 ? '#' : image[i] == 0 ? '.' : '?')
                    .append((i + 1) % width == 0 ? "\n" : ""));
    return text.toString();
  }
}
