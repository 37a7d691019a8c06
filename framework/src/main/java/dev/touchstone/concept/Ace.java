package dev.touchstone.concept;

import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.concept.SegmentFeatures.Segment;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Finds concepts that nobody named: segments of images of a class that a network holds to be alike
 * (automatic concept-based explanations; Ghorbani, Wexler, Zou and Kim 2019).
 *
 * <p>Each image is divided, by one or several ways; each segment is stretched to the image's size,
 * on the image's mean colour; the network's values of all segments at a node are clustered by
 * k-means. Of a cluster the segments nearest to its mean are the concept, where they come of so
 * many images that it is none of a single one. {@link Tcav} then says which of them speak for the
 * class.
 *
 * <pre>{@code
 * Ace.dividing(Superpixels.slic(15), Superpixels.slic(50))
 *     .find(model, "/relu3/Relu", zebras, pool, context)
 * }</pre>
 */
public final class Ace {
  private static final int CLUSTERS = 25;
  private static final int SEGMENTS = 40;
  private static final double SHARE_OF_IMAGES = 0.25;
  private static final String NONE = "segments";

  private final List<FeatureGroups> divisions;
  private final int clusters;
  private final int most;

  private Ace(List<FeatureGroups> divisions, int clusters, int most) {
    this.divisions = divisions;
    this.clusters = clusters;
    this.most = most;
  }

  /**
   * Divides images, and finds 25 clusters, of which up to 40 segments are the concept.
   *
   * @param divisions one or several, such as {@code Superpixels.slic(15)}
   * @throws IllegalArgumentException for none
   */
  public static Ace dividing(FeatureGroups... divisions) {
    if (divisions.length == 0) {
      throw new IllegalArgumentException(
          "images are divided by nothing; give at least one way, such as Superpixels.slic(15)");
    }
    return new Ace(List.of(divisions), CLUSTERS, SEGMENTS);
  }

  /**
   * Finds another number of clusters.
   *
   * @throws IllegalArgumentException for fewer than 2
   */
  public Ace withClusters(int number) {
    if (number < 2) {
      throw new IllegalArgumentException("at least 2 clusters, was " + number);
    }
    return new Ace(divisions, number, most);
  }

  /**
   * Takes up to so many segments of a cluster.
   *
   * @throws IllegalArgumentException for fewer than {@value Tcav#FEWEST_CONCEPT_EXAMPLES}
   */
  public Ace withSegments(int atMost) {
    if (atMost < Tcav.FEWEST_CONCEPT_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least %d segments, was %d".formatted(Tcav.FEWEST_CONCEPT_EXAMPLES, atMost));
    }
    return new Ace(divisions, clusters, atMost);
  }

  /**
   * A concept that was found.
   *
   * @param examples its segments against random sets of the pool
   * @param segments how many the cluster has
   * @param images of how many images they are
   */
  public record Found(ConceptExamples examples, int segments, int images) {}

  /**
   * Finds concepts.
   *
   * @param node where a network's values are clustered, as {@link WhiteBox#taps} lists them
   * @param images of one class, for example
   * @param pool what random sets are drawn from; it shares no image with these
   * @return those of at least ten segments and a quarter of the images, that of the most images
   *     first, named {@code "concept 1"}, …
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   * @throws IllegalArgumentException for a node that there is not; the message names the nearest
   * @throws TouchstoneException for data that are no images, fewer segments than clusters, a pool
   *     that shares one of the images, or where no cluster is a concept
   */
  public List<Found> find(
      Model model, String node, Dataset images, Dataset pool, RunContext context) {
    WhiteBox box = Taps.boxOf(model);
    Tap tap = Taps.fixed(box, node);
    OneExampleOnce.require(Map.of("the images", images), pool);
    List<Segment> cut = cut(images);
    Dataset segments = segments(images, cut);
    if (segments.size() < clusters) {
      throw new TouchstoneException(
          "%d segments of %d images cannot be %d clusters; give more images, finer divisions, or withClusters(%d)"
              .formatted(
                  segments.size(), images.size(), clusters, Math.max(2, segments.size() / 10)));
    }
    TapProducts products =
        TapProducts.of(
                box,
                List.of(tap),
                List.of(new TapProducts.Group(segments, List.of(0))),
                segments.select(new int[0], "none"),
                Quantity.ofClass(0),
                context)
            .get(0);
    List<Found> found = new ArrayList<>();
    for (int[] cluster :
        ProductClusters.of(
            products.products(),
            clusters,
            context.random().of("ace", node, segments.sha256(), clusters))) {
      int from = (int) Arrays.stream(cluster).map(i -> cut.get(i).image()).distinct().count();
      if (cluster.length >= Tcav.FEWEST_CONCEPT_EXAMPLES
          && from >= SHARE_OF_IMAGES * images.size()) {
        int[] nearest = Arrays.copyOf(cluster, Math.min(most, cluster.length));
        Dataset examples = segments.select(nearest, "cluster of " + cluster.length);
        found.add(
            new Found(
                ConceptExamples.of(NONE, examples).againstRandomSetsOf(pool),
                cluster.length,
                from));
      }
    }
    if (found.isEmpty()) {
      throw new TouchstoneException(
          "none of %d clusters of %d segments has %d of them from a quarter of the %d images; take fewer clusters, or more images"
              .formatted(clusters, segments.size(), Tcav.FEWEST_CONCEPT_EXAMPLES, images.size()));
    }
    found.sort(Comparator.comparingInt(Found::images).thenComparingInt(Found::segments).reversed());
    List<Found> named = new ArrayList<>();
    for (Found one : found) {
      named.add(
          new Found(
              one.examples().named("concept " + (named.size() + 1)), one.segments(), one.images()));
    }
    return named;
  }

  /** All segments of all images, as images. */
  private Dataset segments(Dataset images, List<Segment> cut) {
    SegmentFeatures features = new SegmentFeatures(images.features(), cut);
    int[] ofImages = cut.stream().mapToInt(Segment::image).toArray();
    return images
        .select(ofImages, "each for its segments")
        .withFeatures(
            features, "segments by " + divisions.stream().map(FeatureGroups::describe).toList());
  }

  private List<Segment> cut(Dataset images) {
    int[] shape = images.shape();
    if (shape.length != 3) {
      throw new TouchstoneException(
          "segments are those of images, [channels, height, width], and an example of %s has the shape %s"
              .formatted(images.name(), Arrays.toString(shape)));
    }
    int pixels = shape[1] * shape[2];
    List<Segment> segments = new ArrayList<>();
    for (int image = 0; image < images.size(); image++) {
      for (FeatureGroups way : divisions) {
        int[] division = Arrays.copyOf(way.of(images.inputs(image, image + 1), 0), pixels);
        int numbers = Arrays.stream(division).max().orElseThrow() + 1;
        for (int number = 0; number < numbers; number++) {
          Segment segment = Segment.of(image, division, number, shape[2]);
          if (segment.bottom() > 0) {
            segments.add(segment);
          }
        }
      }
    }
    return segments;
  }
}
