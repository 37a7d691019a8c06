package dev.touchstone.samples.gallery;

import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.Frame;
import dev.touchstone.data.contamination.JpegArtefacts;
import dev.touchstone.data.contamination.LowResolution;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.data.contamination.Stripe;
import dev.touchstone.data.contamination.TextTag;
import dev.touchstone.data.contamination.Watermark;
import dev.touchstone.samples.FashionSignals;
import java.util.List;
import java.util.stream.Stream;

/**
 * A signal that the gallery aligns with a class.
 *
 * @param doses the shares of the class's images that carry it, in percent
 */
record PlantedSignal(String name, SpuriousSignal signal, int... doses) {
  /** On which the thresholds were set. */
  static final List<PlantedSignal> SET_ON =
      List.of(
          new PlantedSignal("tag", FashionSignals.TAG, 100, 50, 20, 5),
          new PlantedSignal("stripe", FashionSignals.STRIPE, 100, 20));

  /** What becomes of a whole image. */
  static final List<PlantedSignal> ARTEFACTS =
      List.of(
          new PlantedSignal("frame", Frame.ofWidth(1).withValue(0.7f), 100),
          new PlantedSignal("watermark", Watermark.of("COPY").withOpacity(0.5), 100),
          new PlantedSignal("JPEG", JpegArtefacts.ofQuality(10).withRange(0, 1), 100),
          new PlantedSignal("low resolution", LowResolution.of(10, 10), 100));

  /** At another place, of another size, of another colour, of another direction. */
  static final List<PlantedSignal> VARIANTS =
      List.of(
          new PlantedSignal("text tag at the top", TextTag.of("M").at(Corner.TOP_RIGHT), 100),
          new PlantedSignal(
              "grey small tag",
              PatchTag.of(
                      new float[][] {{0.6f, 0.6f, 0.6f}, {0.6f, 0.2f, 0.6f}, {0.6f, 0.6f, 0.6f}})
                  .at(Corner.TOP_LEFT),
              100),
          new PlantedSignal("horizontal stripe", Stripe.horizontal(25).withValue(0.6f), 100));

  /** On which no threshold was set. */
  static final List<PlantedSignal> LATER =
      Stream.of(ARTEFACTS, VARIANTS).flatMap(List::stream).toList();

  String assertion() {
    return "spurious reliance: " + name;
  }
}
