package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What shap, Captum and the authors of RISE make; see src/test/python/perturbation_oracle.py. */
class PeersTest {
  private static final Numbers NUMBERS =
      new Gson()
          .fromJson(
              new String(
                  Location.of("classpath:attribution/perturbation.json").read(1 << 22),
                  StandardCharsets.UTF_8),
              Numbers.class);

  private static final Quantity CLASS = Quantity.ofClass(2);

  private final Classifier network = Models.onnx("classpath:attribution/cnn.onnx").emittingLogits();
  private final RunContext context = RunContext.current();

  private record Numbers(
      Table table, Patches patches, List<Occluded> occlusion, List<Masked> masks) {}

  private record Table(
      double[][] background,
      double[][] examples,
      double[][] exact,
      double[][] kernel,
      double[][] permutation) {}

  private record Patches(double[][] images, double[][] shares) {}

  private record Occluded(int[] window, int[] strides, float baseline, double[][] maps) {}

  private record Masked(
      int height, int width, int cells, int[] grid, int down, int right, double[] mask) {}

  private static double tangled(double... x) {
    return 2 * x[0]
        - x[1] * x[2]
        + Math.exp(x[3] * x[4] * x[5])
        + (x[6] > 0.1 ? Math.sin(3 * x[7]) : x[0] * x[1] * x[7]);
  }

  private static Tensor singles(double[][] rows, int... shapeOfOne) {
    int width = rows[0].length;
    float[] values = new float[rows.length * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / width][i % width];
    }
    int[] shape = new int[shapeOfOne.length + 1];
    shape[0] = rows.length;
    System.arraycopy(shapeOfOne, 0, shape, 1, shapeOfOne.length);
    return Tensor.of(values, shape);
  }

  private static double[][] ofTable(AttributionMethod method) {
    return Games.explained(method, PeersTest::tangled, singles(NUMBERS.table.examples, 8)).maps();
  }

  private static final Dataset BACKGROUND = Games.background(singles(NUMBERS.table.background, 8));

  private static void assertNear(double[][] maps, double[][] expected, double tolerance) {
    assertThat(maps).hasDimensions(expected.length, expected[0].length);
    for (int i = 0; i < maps.length; i++) {
      assertThat(maps[i]).containsExactly(expected[i], within(tolerance));
    }
  }

  @Test
  void exactSharesAreThoseOfShapsExactExplainer() {
    assertNear(ofTable(ExactShapley.against(BACKGROUND)), NUMBERS.table.exact, 1e-12);
  }

  @Test
  void sharesByAllCoalitionsAreThoseOfShapsKernelExplainer() {
    assertNear(ofTable(KernelShap.against(BACKGROUND)), NUMBERS.table.kernel, 1e-9);
  }

  /** Both by 1,000 orders; the tolerance is four standard errors of their difference. */
  @Test
  void sharesByOrdersAgreeWithShapsPermutationExplainer() {
    Attribution explained =
        Games.explained(
            PermutationShapley.against(BACKGROUND).withSamples(2_000),
            PeersTest::tangled,
            singles(NUMBERS.table.examples, 8));
    double largest =
        Arrays.stream(explained.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values())
            .max()
            .orElseThrow();

    assertThat(largest).isLessThan(0.01);
    assertNear(explained.maps(), NUMBERS.table.permutation, 4 * Math.sqrt(2) * largest);
  }

  @Test
  void sharesOfPatchesAreThoseOfShapsKernelExplainer() {
    double[][] maps =
        KernelShap.againstBaseline(0.25f)
            .grouping(FeatureGroups.patches(8, 4))
            .attribute(network, singles(NUMBERS.patches.images, 1, 16, 16), CLASS, context)
            .maps();

    for (int i = 0; i < maps.length; i++) {
      double[] expected = new double[256];
      double[] shares = NUMBERS.patches.shares[i];
      Arrays.setAll(expected, pixel -> shares[pixel / 16 / 8 * 4 + pixel % 16 / 4] / 32);
      // The network computes in single precision, scores of about 1.
      assertThat(maps[i]).containsExactly(expected, within(1e-6));
    }
  }

  @Test
  void occlusionIsCaptums() {
    for (Occluded occluded : NUMBERS.occlusion) {
      double[][] maps =
          Occlusion.withWindow(occluded.window)
              .withStrides(occluded.strides)
              .withBaseline(occluded.baseline)
              .attribute(network, singles(NUMBERS.patches.images, 1, 16, 16), CLASS, context)
              .maps();

      assertNear(maps, occluded.maps, 1e-5);
    }
  }

  @Test
  void masksAreThoseOfTheAuthorsOfRise() {
    for (Masked masked : NUMBERS.masks) {
      boolean[] grid = new boolean[masked.grid.length];
      for (int cell = 0; cell < grid.length; cell++) {
        grid[cell] = masked.grid[cell] == 1;
      }
      float[] mask =
          new SmoothMask(grid, masked.cells, masked.down, masked.right)
              .of(masked.height, masked.width);

      assertThat(mask).hasSize(masked.mask.length);
      for (int i = 0; i < mask.length; i++) {
        assertThat((double) mask[i]).isEqualTo(masked.mask[i], within(1e-5));
      }
    }
  }
}
