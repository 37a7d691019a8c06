package dev.touchstone.robustness;

import static dev.touchstone.robustness.RobustnessOracle.NUMBERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class CorruptionTest {
  private static final int HEIGHT = 12;
  private static final int WIDTH = 8;

  private final UniformRandomProvider random =
      RandomSource.XO_SHI_RO_256_PP.create(new long[] {1, 2, 3, 4});
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private void assertEqualsPeers(ImageCorruption kind, double[][][] bySeverity) {
    double[] image = flat(NUMBERS.corruptions().image());
    for (int severity = 1; severity <= 5; severity++) {
      assertThat(kind.corrupt(image, 1, HEIGHT, WIDTH, severity, random))
          .as("%s of severity %d", kind.name(), severity)
          .containsExactly(flat(bySeverity[severity - 1]), within(2e-6));
    }
  }

  @Test
  void blurIsThatOfScipy() {
    assertEqualsPeers(GaussianBlur.withDefaults(), NUMBERS.corruptions().blurred());
  }

  @Test
  void pixelsAreThoseOfPillow() {
    assertEqualsPeers(Pixelate.withDefaults(), NUMBERS.corruptions().pixelate());
  }

  @Test
  void contrastIsThatOfNumpy() {
    assertEqualsPeers(Contrast.withDefaults(), NUMBERS.corruptions().contrast());
  }

  /** Two pixels of three channels: (.5, .25, 0) has the value .5, black has none. */
  @Test
  void brightnessKeepsHueAndSaturation() {
    double[] image = {.5, 0, .25, 0, 0, 0};
    assertThat(Brightness.withDefaults().corrupt(image, 3, 1, 2, 5, random))
        .containsExactly(new double[] {.8, .3, .4, .3, 0, .3}, within(1e-12));
  }

  private double[] noiseOn(ImageCorruption kind, double value, int severity) {
    double[] image = new double[40_000];
    Arrays.fill(image, value);
    return kind.corrupt(image, 1, 40, 1000, severity, random);
  }

  private static double mean(double... values) {
    return DoubleStream.of(values).average().orElseThrow();
  }

  private static double deviation(double... values) {
    double mean = mean(values);
    return Math.sqrt(
        DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  /** 1000 pixels wide, so of ImageNet-C; 40,000 values give a deviation within 1.5 %. */
  @Test
  void noiseHasTheMomentsOfItsDefinition() {
    assertThat(deviation(noiseOn(GaussianNoise.withDefaults(), .5, 1)))
        .isCloseTo(.08, within(.0012));
    assertThat(deviation(noiseOn(SpeckleNoise.withDefaults(), .5, 1)))
        .isCloseTo(.075, within(.0012));
    double[] shot = noiseOn(ShotNoise.withDefaults(), .5, 1);
    assertThat(mean(shot)).isCloseTo(.5, within(.002));
    assertThat(deviation(shot)).isCloseTo(Math.sqrt(30) / 60, within(.0014));
    double[] impulse = noiseOn(ImpulseNoise.withDefaults(), .5, 3);
    assertThat(DoubleStream.of(impulse).filter(v -> v == 1).count()).isBetween(1650L, 1950L);
    assertThat(DoubleStream.of(impulse).filter(v -> v == 0).count()).isBetween(1650L, 1950L);
  }

  private static Dataset images(float scale, int... shape) {
    float[] values = new float[16];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 15f * scale;
    }
    return Dataset.named("one image")
        .features(FeatureStore.inMemory(values, shape))
        .labels(0)
        .classNames(List.of("a", "b"))
        .build();
  }

  @Test
  void pixelsKeepTheirUnits() {
    Classifier model = RobustnessOracle.model();
    Corruption corruption = Corruption.by(Contrast.withDefaults()).ofSeverity(2).inRange(0, 255);
    Dataset image = images(255, 1, 4, 4);
    corruption.check(model, image);
    float[] row = corruption.perturb(model, image, new int[] {0}, context).rows()[0];
    assertThat(row[0]).isCloseTo(255 / 4f, within(1e-3f));
    assertThat(row[15]).isCloseTo(255 * 3 / 4f, within(1e-3f));
  }

  @Test
  void whatWasNotSaidIsAskedFor() {
    Classifier model = RobustnessOracle.model();
    assertThatThrownBy(
            () -> Corruption.by(Contrast.withDefaults()).check(model, images(1, 1, 4, 4)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("Write .ofSeverity(3).inRange(0, 1)");
    assertThatThrownBy(() -> Corruption.by(Contrast.withDefaults()).ofSeverity(6))
        .hasMessageContaining("from 1 to 5, was 6");
    assertThatThrownBy(
            () ->
                Corruption.by(Contrast.withDefaults())
                    .ofSeverity(1)
                    .inRange(0, 1)
                    .check(model, images(1, 16)))
        .hasMessageContaining("corrupts images, [channels, height, width]");
    assertThatThrownBy(
            () ->
                Corruption.by(Contrast.withDefaults())
                    .ofSeverity(1)
                    .inRange(0, 255)
                    .check(model, images(1, 1, 4, 4)))
        .hasMessageContaining("are these the units of the data?");
  }
}
