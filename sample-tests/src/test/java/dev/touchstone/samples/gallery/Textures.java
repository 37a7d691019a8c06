package dev.touchstone.samples.gallery;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.RandomStreams;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Fashion-MNIST items on textured backgrounds: their own are black, which no blur changes.
 *
 * @param images the items before their backgrounds
 * @param masks 1 where an image shows its item, 0 elsewhere, with the same ids
 */
record Textures(Dataset images, Dataset masks) {
  private static final int SIDE = 28;
  private static final float ITEM_ABOVE = 12 / 255f;
  private static final double BRIGHTEST = 0.6;

  /** Composites every image with a background of its own: waves of random direction, with noise. */
  static Textures behind(Dataset items, RandomStreams random) {
    int area = SIDE * SIDE;
    float[] composited = new float[items.size() * area];
    float[] mask = new float[items.size() * area];
    for (int i = 0; i < items.size(); i++) {
      items.features().read(i, composited, i * area);
      double[] background = background(random.of("texture", items.sha256(), items.id(i)));
      for (int p = 0; p < area; p++) {
        boolean item = composited[i * area + p] > ITEM_ABOVE;
        mask[i * area + p] = item ? 1 : 0;
        if (!item) {
          composited[i * area + p] = (float) background[p];
        }
      }
    }
    return new Textures(
        items.withFeatures(FeatureStore.inMemory(composited, 1, SIDE, SIDE), "on textures"),
        items.withFeatures(FeatureStore.inMemory(mask, 1, SIDE, SIDE), "masks"));
  }

  private static double[] background(UniformRandomProvider random) {
    double angle = random.nextDouble() * Math.PI;
    double period = 3 + 3 * random.nextDouble();
    double[] background = new double[SIDE * SIDE];
    for (int p = 0; p < background.length; p++) {
      double along = Math.cos(angle) * (p / SIDE) + Math.sin(angle) * (p % SIDE);
      double wave = 0.5 + 0.5 * Math.sin(2 * Math.PI * along / period);
      background[p] = BRIGHTEST * (0.7 * wave + 0.3 * random.nextDouble());
    }
    return background;
  }
}
