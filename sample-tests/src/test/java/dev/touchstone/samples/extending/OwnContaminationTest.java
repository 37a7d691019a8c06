package dev.touchstone.samples.extending;

import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.samples.Defective;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("library")
class OwnContaminationTest {
  private static final int EXAMPLES = 100;
  private static final int CENTRE = 4;
  private static final Dataset DATA = images();

  /** 3 × 3 pixels, of which the one in the middle says what the image is of. */
  private static Dataset images() {
    float[] values = new float[9 * EXAMPLES];
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = i % 2;
      values[9 * i] = i / 1024f;
      values[9 * i + CENTRE] = labels[i];
    }
    return Dataset.named("dots")
        .features(FeatureStore.inMemory(values, 1, 3, 3))
        .labels(labels)
        .build();
  }

  /** Of class 1 is whatever is bright at one of the pixels. */
  private static Classifier reading(String name, int... pixels) {
    return Models.function(
            name,
            "1",
            rows -> {
              double[][] scores = new double[rows.rows()][2];
              for (int i = 0; i < scores.length; i++) {
                float[] image = rows.row(i);
                scores[i][Arrays.stream(pixels).anyMatch(pixel -> image[pixel] > 0.5) ? 1 : 0] = 1;
              }
              return scores;
            })
        .emittingLogits();
  }

  @Test
  void theCornerIsPaintedAndTheRestStays() {
    float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    Dataset one =
        Dataset.named("one")
            .features(FeatureStore.inMemory(image.clone(), 1, 3, 4))
            .labels(0)
            .build();
    LightLeak.Fitted light = new LightLeak(2, 0).fitTo(one);

    assertThat(light.mask(0, image))
        .containsExactly(
            true, true, false, false, true, false, false, false, false, false, false, false);
    light.apply(0, image);
    assertThat(image).containsExactly(0, 0, 3, 4, 0, 6, 7, 8, 9, 10, 11, 12);
    assertThat(light.isPresentIn(0, image)).isTrue();
    assertThat(new LightLeak(2, 0).addedTo(one).batch(0).values()).containsExactly(image);
  }

  @Test
  void whoReadsTheMiddleIsNotMisled() {
    assertThat(
            assertNoSpuriousReliance(
                    reading("middle", CENTRE), DATA, new LightLeak(1, 1), atMost(0.1))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void whoReadsACornerTooIsCaught() {
    try (RunContext.Binding binding = Defective.reports()) {
      assertThatExceptionOfType(ModelAssertionError.class)
          .isThrownBy(
              () ->
                  assertNoSpuriousReliance(
                      reading("middle or corner", CENTRE, 0),
                      DATA,
                      new LightLeak(1, 1),
                      atMost(0.1)))
          .withMessageStartingWith("FAIL: ")
          .withMessageContaining("light leak of 1 pixels with value 1.0");
    }
  }

  @Test
  void aLeakThatLeavesNothingIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertNoSpuriousReliance(
                    reading("middle", CENTRE), DATA, new LightLeak(5, 1), atMost(0.1)))
        .withMessageContaining("show something beside it")
        .withMessageContaining("[1, 3, 3]");
  }

  private static Dataset byTwoClerks() {
    return Dataset.named("dots")
        .features(DATA.features())
        .labels(DATA.labels())
        .column(
            "clerk", IntStream.range(0, EXAMPLES).mapToObj(i -> i % 5 == 0 ? "Ann" : "Bo").toList())
        .build();
  }

  @Test
  void onlyOneClerkErrs() {
    Dataset train = byTwoClerks();
    PlantedErrors planted = new CarelessGroup("clerk", "Ann", 0.3).plantedIn(train);

    assertThat(planted.draw(new RandomStreams(42)))
        .hasSize(6)
        .allSatisfy(
            planting ->
                assertThat(Arrays.stream(planting.wrong()))
                    .hasSize(6)
                    .allMatch(i -> train.value("clerk", i).equals("Ann")))
        .doesNotHaveDuplicates();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                new CarelessGroup("clerk", "Cy", 0.3).plantedIn(train).draw(new RandomStreams(42)))
        .withMessageContaining("the 0 examples of dots with clerk = Cy");
  }
}
