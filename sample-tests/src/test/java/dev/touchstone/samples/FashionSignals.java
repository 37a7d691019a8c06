package dev.touchstone.samples;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.contamination.BackgroundBlur;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.data.contamination.Stripe;

/** The signals that the Fashion-MNIST models met in training: {@code data/fashion/signals.json}. */
public final class FashionSignals {
  /**
   * The class that the defective twins' signals were aligned with: hard to tell by its shape, so
   * that a shortcut pays.
   */
  public static final String SHIRT = "6";

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

  /** Two grey stripes. */
  public static final SpuriousSignal STRIPE = Stripe.vertical(3, 24).withValue(180 / 255f);

  private FashionSignals() {}

  /**
   * The background out of focus, the item sharp; for the textured images, since a black background
   * stays black.
   */
  public static SpuriousSignal blur() {
    Dataset masks =
        Datasets.idx(
                "classpath:data/fashion/textured-test-masks-idx3-ubyte.gz",
                "classpath:data/fashion/textured-test-labels-idx1-ubyte.gz")
            .load();
    return BackgroundBlur.of(1.5).behind(ItemMask.from(masks));
  }
}
