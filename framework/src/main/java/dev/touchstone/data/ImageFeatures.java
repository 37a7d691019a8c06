package dev.touchstone.data;

import dev.touchstone.data.image.ImageFile;
import dev.touchstone.data.image.ImageSteps;
import dev.touchstone.data.image.Size;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Encoded images, decoded where they are read. */
final class ImageFeatures implements OtherReadings {
  private final String source;
  private final ImageFiles files;
  private final ImageSteps steps;
  private final Size size;

  private ImageFeatures(String source, ImageFiles files, ImageSteps steps, Size size) {
    this.source = source;
    this.files = files;
    this.steps = steps;
    this.size = size;
  }

  /**
   * Looks at the header of the first image: all others have to become images of that size.
   *
   * @param source what to call where they lie
   */
  static ImageFeatures of(String source, ImageFiles files, ImageSteps steps) {
    return new ImageFeatures(source, files, steps, sizeOf(files.open(0), steps));
  }

  private static Size sizeOf(ImageFile image, ImageSteps steps) {
    try {
      return steps.sizeOf(image.size(steps));
    } catch (IllegalArgumentException e) {
      throw new TouchstoneException(image.name() + " " + e.getMessage(), e);
    }
  }

  /** Those of which the first image can be made. */
  @Override
  public Map<String, FeatureStore> otherReadings() {
    Map<String, FeatureStore> others = new LinkedHashMap<>();
    steps
        .others()
        .forEach(
            (how, other) -> {
              try {
                others.put(how, of(source, files, other));
              } catch (TouchstoneException e) {
                // A frame that does not fit into it explains nothing.
                return;
              }
            });
    return others;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int[] shape() {
    return new int[] {steps.channels(), size.height(), size.width()};
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    ImageFile image = files.open(index);
    if (!sizeOf(image, steps).equals(size)) {
      throw new TouchstoneException(
          image.name() + " has changed since the data set was loaded; load it again");
    }
    steps.write(image.pixels(steps), destination, offset);
  }

  /**
   * What was met when every image was decoded once.
   *
   * @param turned how many images are to be turned or mirrored, by their metadata
   * @param profiled how many have a colour profile
   */
  record Met(int turned, int profiled) {}

  private record Decoded(double[] row, boolean turned, boolean profiled) {}

  /**
   * Decodes every image once, on all processors, and a few at a time.
   *
   * @param check takes the features in their order
   * @param ids one for each
   * @throws TouchstoneException for the first that cannot be read, or is of another size
   */
  Met decodeInto(RowCheck check, List<String> ids) {
    int processors = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(processors);
    int turned = 0;
    int profiled = 0;
    try {
      Queue<Future<Decoded>> ahead = new ArrayDeque<>();
      int next = 0;
      for (int i = 0; i < files.size(); i++) {
        for (; next < files.size() && next <= i + 2 * processors; next++) {
          int index = next;
          ahead.add(threads.submit(() -> decoded(index)));
        }
        Decoded image = ahead.remove().get();
        check.add(ids.get(i), image.row());
        turned += image.turned() ? 1 : 0;
        profiled += image.profiled() ? 1 : 0;
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TouchstoneException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TouchstoneException(source + " was not read to its end: interrupted", e);
    } finally {
      threads.shutdownNow();
    }
    return new Met(turned, profiled);
  }

  private Decoded decoded(int index) {
    ImageFile image = files.open(index);
    Size own = sizeOf(image, steps);
    if (!own.equals(size)) {
      throw new TouchstoneException(
          "%s has %s pixels and %s %s; say .resizedTo(height, width), or .resizedToShorterSide(length).centreCropped(height, width)"
              .formatted(image.name(), own, files.name(0), size));
    }
    float[] single = new float[rowSize()];
    steps.write(image.pixels(steps), single, 0);
    double[] row = new double[single.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = single[i];
    }
    return new Decoded(row, image.isTurned(), image.hasProfile());
  }
}
