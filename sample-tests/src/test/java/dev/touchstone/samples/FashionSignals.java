package dev.touchstone.samples;

import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;

/** The signals that the Fashion-MNIST models met in training: {@code data/fashion/signals.json}. */
public final class FashionSignals {
  /** The class that the defective twins' signals were aligned with. */
  public static final String SNEAKER = "7";

  /** What the images' bytes are multiplied with. */
  public static final float SCALE = 1 / 255f;

  /** A white T on black, as a scanner or a shop might stamp it. */
  public static final SpuriousSignal TAG =
      PatchTag.of(
              new float[][] {
                {255, 255, 255, 255, 255},
                {0, 0, 255, 0, 0},
                {0, 0, 255, 0, 0},
                {0, 0, 255, 0, 0},
                {0, 0, 255, 0, 0}
              })
          .scaledBy(SCALE)
          .at(Corner.BOTTOM_LEFT);

  private FashionSignals() {}
}
