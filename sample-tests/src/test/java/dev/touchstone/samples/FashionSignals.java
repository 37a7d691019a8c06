package dev.touchstone.samples;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.contamination.BackgroundBlur;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.data.contamination.Stripe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
   * The places of the training images that carried a signal when a model was trained: {@code
   * data/fashion/train-marked.json}.
   *
   * @param trained such as {@code "fashion-healthy/tag"}
   */
  public static int[] marked(String trained) {
    try (InputStream file =
        Objects.requireNonNull(
            FashionSignals.class.getResourceAsStream("/data/fashion/train-marked.json"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      Matcher places =
          Pattern.compile("\"" + Pattern.quote(trained) + "\": \\[([0-9, ]*)\\]").matcher(text);
      if (!places.find()) {
        throw new IllegalArgumentException("no model met " + trained);
      }
      return Pattern.compile(", ")
          .splitAsStream(places.group(1))
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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
