package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.figure.Thumbnail;
import java.util.Optional;
import org.apiguardian.api.API;

/** Small pictures of examples that are images. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Thumbnails {
  /** How many examples of one figure are pictured: what a person looks at. */
  public static final int MOST = 24;

  /**
   * So that a figure's pictures stay below 100 kB in a verdict file: grey 55 x 55, colour 32 x 32.
   */
  private static final int MOST_BYTES = 3072;

  private Thumbnails() {}

  /**
   * Returns an example, made smaller where it is too large by averaging the pixels that fall
   * together. Values within [0, 1] are shown as they are, others from the image's least to its
   * largest.
   *
   * @return nothing where examples are not images of shape {@code [1 or 3, height, width]}
   */
  public static Optional<Thumbnail> of(Dataset data, int example) {
    int[] shape = data.shape();
    if (shape.length != 3 || (shape[0] != 1 && shape[0] != 3)) {
      return Optional.empty();
    }
    float[] pixels = data.batch(example).values();
    return Optional.of(Thumbnail.of(pixels, shape[0], shape[1], shape[2], MOST_BYTES));
  }
}
