package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.Superpixels;
import dev.touchstone.concept.SegmentFeatures.Segment;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class AceTest {
  private static final Classifier CNN = CaptumFamily.model("cnn");
  private static final int IMAGES = 14;

  private final RunContext context = RunContext.current();

  /** Images of 16 × 16 whose quarters are upright stripes, a bright plane, lying stripes, a dot. */
  private static Dataset quarters(String name, int n) {
    UniformRandomProvider rng = new RandomStreams(4).of(name);
    float[] values = new float[n * 256];
    for (int i = 0; i < values.length; i++) {
      int row = i % 256 / 16;
      int column = i % 16;
      boolean bright =
          row < 8
              ? column >= 8 || column % 2 == 0
              : column < 8 ? row % 2 == 0 : row / 2 == 6 && column / 2 == 6;
      values[i] = (bright ? 0.9f : 0) + 0.05f * rng.nextFloat();
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 1, 16, 16))
        .labels(new int[n])
        .classNames(List.of("a", "b", "c", "d", "e"))
        .build();
  }

  @Test
  void segmentsThatANetworkHoldsToBeAlikeAreAConcept() {
    Dataset images = quarters("images", IMAGES);
    List<Ace.Found> found =
        Ace.dividing(FeatureGroups.patches(8, 8))
            .withClusters(4)
            .find(CNN, "/relu2/Relu", images, quarters("pool", 40), context);
    // One quarter of every image is one cluster.
    assertThat(found).hasSize(4);
    assertThat(found).allMatch(of -> of.segments() == IMAGES && of.images() == IMAGES);
    assertThat(found)
        .extracting(of -> of.examples().name())
        .containsExactly("concept 1", "concept 2", "concept 3", "concept 4");
    for (Ace.Found of : found) {
      Dataset examples = of.examples().positives();
      assertThat(examples.size()).isEqualTo(IMAGES);
      float[] first = examples.batch(0).values();
      for (int i = 1; i < IMAGES; i++) {
        float[] other = examples.batch(i).values();
        for (int pixel = 0; pixel < first.length; pixel++) {
          assertThat(Math.abs(first[pixel] - other[pixel])).isLessThan(0.06f);
        }
      }
    }
    TcavScore score =
        Tcav.withDefaults()
            .withRandomSets(19)
            .score(
                CNN, quarters("tested", 12), found.get(0).examples(), "/relu2/Relu", "a", context);
    assertThat(score.examples()).isEqualTo(12);
  }

  @Test
  void superpixelsDivideAsWell() {
    List<Ace.Found> found =
        Ace.dividing(Superpixels.slic(4), FeatureGroups.patches(8, 8))
            .withClusters(3)
            .withSegments(10)
            .find(CNN, "/relu2/Relu", quarters("images", IMAGES), quarters("pool", 40), context);
    assertThat(found).isNotEmpty();
    assertThat(found).allMatch(of -> of.examples().positives().size() == 10);
    assertThat(found).isSortedAccordingTo((a, b) -> b.images() - a.images());
  }

  @Test
  void aSegmentIsStretchedToTheImageOnItsMean() {
    // 3 × 3 of which the upper left 2 × 2 without its last pixel is the segment; the mean is 5.
    FeatureStore image = FeatureStore.inMemory(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3);
    Segment segment = Segment.of(0, new int[] {1, 1, 0, 1, 0, 0, 0, 0, 0}, 1, 3);
    assertThat(List.of(segment.top(), segment.bottom(), segment.left(), segment.right()))
        .containsExactly(0, 2, 0, 2);
    float[] made = new float[9];
    new SegmentFeatures(image, List.of(segment)).read(0, made, 0);
    // Corners 1, 2, 4 and the mean 5; between them halves.
    assertThat(made).containsExactly(1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 5);
  }

  @Test
  void clustersAreThoseOfTheNearestMeans() {
    double[][] points = {{0, 0}, {1, 0}, {10, 0}, {11, 0}, {0, 10}, {0, 12}, {0, 11}};
    Matrix products = Matrix.zeros(7, 7);
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 7; j++) {
        products.set(i, j, points[i][0] * points[j][0] + points[i][1] * points[j][1]);
      }
    }
    List<int[]> clusters = ProductClusters.of(products, 3, new RandomStreams(1).of("seeds"));
    assertThat(clusters)
        .extracting(Arrays::toString)
        .containsExactlyInAnyOrder("[0, 1]", "[2, 3]", "[6, 4, 5]");
  }

  @Test
  void whatHasNoSegmentsOrTooFewIsRefused() {
    Dataset images = quarters("images", 2);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Ace.dividing(FeatureGroups.patches(8, 8))
                    .find(CNN, "/relu2/Relu", images, quarters("pool", 40), context))
        .withMessageContaining("8 segments of 2 images cannot be 25 clusters");
    Dataset rows =
        Dataset.named("rows")
            .features(FeatureStore.inMemory(new float[24], 12))
            .labels(0, 0)
            .classNames(List.of("a", "b"))
            .build();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Ace.dividing(FeatureGroups.none())
                    .find(
                        CaptumFamily.model("mlp"),
                        "/relu1/Relu",
                        rows,
                        quarters("pool", 40),
                        context))
        .withMessageContaining("[channels, height, width]");
    assertThatIllegalArgumentException()
        .isThrownBy(Ace::dividing)
        .withMessageContaining("Superpixels.slic(15)");
  }
}
