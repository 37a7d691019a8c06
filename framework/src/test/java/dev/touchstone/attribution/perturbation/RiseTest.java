package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class RiseTest {
  /** Looks at two pixels of a 4 × 4 image. */
  private static final ToDoubleFunction<double[]> TWO_PIXELS = x -> 3 * x[5] + x[5] * x[10] + 1;

  private static final Tensor IMAGE = Games.numbers(1, 16, 8);

  private static Tensor image() {
    return Tensor.of(IMAGE.values(), 1, 1, 4, 4);
  }

  /** The mean over all grids of 2 × 2 cells, by their probabilities, and all shifts. */
  private static double[] expected(double kept, float baseline) {
    double[] expected = new double[16];
    for (int grid = 0; grid < 16; grid++) {
      boolean[] cells = new boolean[4];
      double probability = 1;
      for (int cell = 0; cell < 4; cell++) {
        cells[cell] = (grid >> cell & 1) == 1;
        probability *= cells[cell] ? kept : 1 - kept;
      }
      for (int down = 0; down < 2; down++) {
        for (int right = 0; right < 2; right++) {
          float[] mask = new SmoothMask(cells, 2, down, right).of(4, 4);
          double[] masked = new double[16];
          for (int i = 0; i < 16; i++) {
            masked[i] = mask[i] * IMAGE.values()[i] + (1 - mask[i]) * baseline;
          }
          double answer = TWO_PIXELS.applyAsDouble(masked);
          for (int i = 0; i < 16; i++) {
            expected[i] += probability / 4 * answer * mask[i] / kept;
          }
        }
      }
    }
    return expected;
  }

  @Test
  void mapsAreTheirExpectationOverAllMasksButForTheirStandardError() {
    double errors = 0;
    double stated = 0;
    for (int draw = 0; draw < 50; draw++) {
      Attribution attribution =
          Rise.withDefaults()
              .withCells(2)
              .withSamples(200)
              .keeping(0.3)
              .withBaseline(0.5f)
              .attribute(Games.model(TWO_PIXELS), image(), Games.FIRST, Games.context(draw));
      double[] expected = expected(0.3, 0.5f);
      for (int i = 0; i < 16; i++) {
        errors += Math.pow(attribution.maps()[0][i] - expected[i], 2);
      }
      stated +=
          Math.pow(attribution.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values()[0], 2);
    }
    // Fifty draws of values that hang together: the ratio's own error is some 10 %.
    assertThat(Math.sqrt(errors / stated)).isBetween(0.7, 1.3);
  }

  @Test
  void allChannelsHaveOneMask() {
    Tensor colours = Tensor.of(new float[3 * 64], 1, 3, 8, 8);

    double[] map = Games.explained(Rise.withDefaults().withSamples(20), x -> 1, colours).maps()[0];

    for (int pixel = 0; pixel < 64; pixel++) {
      assertThat(map[pixel]).isEqualTo(map[64 + pixel]).isEqualTo(map[128 + pixel]);
    }
    assertThat(map[0]).isEqualTo(1, within(0.9));
  }

  @Test
  void fewerPixelsThanCellsAreRefused() {
    Rise method = Rise.withDefaults();

    assertThatThrownBy(() -> Games.explained(method, x -> x[0], image()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "Rise masks images, [channels, height, width], of at least 7 × 7 pixels, one for each"
                + " cell, and an example has the shape [1, 4, 4]; give images or fewer cells by"
                + " .withCells(…), or explain tables by KernelShap");
  }

  @Test
  void sharesThatKeepNothingOrAllAreRefused() {
    Rise method = Rise.withDefaults();

    assertThatThrownBy(() -> method.keeping(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the share of cells that are kept lies between 0 and 1, was 1.0");
    assertThatThrownBy(() -> method.withSamples(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("at least 2 masks, was 1");
    assertThatThrownBy(() -> method.withCells(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("at least 2 cells along each axis, was 1");
  }
}
