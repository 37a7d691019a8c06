package dev.touchstone.data;

import dev.touchstone.data.format.IdxReader;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Locale;

/**
 * Where data sets come from.
 *
 * <pre>{@code
 * Dataset digits = Datasets.idx("data/images.gz", "data/labels.gz").scaledBy(1 / 255f).load();
 * }</pre>
 */
public final class Datasets {
  private Datasets() {}

  /**
   * Reads grey images in IDX files, as MNIST comes; pixels are 0-255 unless scaled.
   *
   * @param images a path, {@code file:…} or {@code classpath:…}, plain or gzipped
   * @param labels likewise
   */
  public static Idx idx(String images, String labels) {
    return new Idx(Location.of(images), Location.of(labels), 1);
  }

  /**
   * Returns a table in a CSV file with a header; say next what its columns mean.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}, plain or gzipped
   * @throws TouchstoneException if there is no such file
   */
  public static CsvSource csv(String location) {
    return CsvSource.of(Location.of(location));
  }

  /**
   * Returns a table of JSON objects, one a line; say next what its columns mean.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}, plain or gzipped
   * @throws TouchstoneException if there is no such file
   */
  public static JsonLinesSource jsonLines(String location) {
    return JsonLinesSource.of(Location.of(location));
  }

  /**
   * Returns a table in a Parquet file, or in a folder of such; say next what its columns mean.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws TouchstoneException if there is no such file
   */
  public static ParquetSource parquet(String location) {
    return ParquetSource.of(Location.of(location));
  }

  /**
   * Returns a table in a file of whatever format its name ends in: {@code .csv}, {@code .tsv},
   * {@code .jsonl} and {@code .ndjson}, also gzipped, {@code .parquet} and {@code .pq}; say next
   * what its columns mean.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws TouchstoneException if the name ends otherwise, or there is no such file
   */
  public static TableSource<?> table(String location) {
    String name = location.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      return csv(location);
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return jsonLines(location);
    }
    if (location.toLowerCase(Locale.ROOT).matches(".*\\.(parquet|pq)/*")) {
      return parquet(location);
    }
    throw new TouchstoneException(
        "%s is no table by its name; give a .csv, .tsv, .jsonl, .ndjson (also .gz), .parquet or .pq file"
            .formatted(location));
  }

  /**
   * Returns sparse features in the format of LIBSVM and svmlight; say next from what number the
   * indices count, and how many features there are.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}, plain or gzipped
   * @throws TouchstoneException if there is no such file
   */
  public static LibsvmSource libsvm(String location) {
    return LibsvmSource.of(Location.of(location));
  }

  /**
   * Returns an array of features as {@code numpy.save} writes it, examples along the first axis;
   * say next which array the classes or values are.
   *
   * @param features a path, {@code file:…} or {@code classpath:…}, plain or gzipped
   * @throws TouchstoneException if there is no such file
   */
  public static ArraySource npy(String features) {
    return ArraySource.ofFeatures(features);
  }

  /**
   * Returns the arrays of an archive as {@code numpy.savez} and {@code numpy.savez_compressed}
   * write it; say next what they mean.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws TouchstoneException if there is no such file
   */
  public static ArraySource npz(String location) {
    return ArraySource.ofArchive(location);
  }

  /**
   * Reads PNG, JPEG, BMP and GIF images in one sub-folder per class.
   *
   * @param location a path, {@code file:…} or {@code classpath:…} of a folder
   * @throws TouchstoneException if there is no such folder
   */
  public static ImageFolder imageFolder(String location) {
    return ImageFolder.of(Location.of(location));
  }

  /**
   * Images in IDX files.
   *
   * @param images the images' file
   * @param labels the labels' file
   * @param scale what each pixel's 0-255 is multiplied with
   */
  public record Idx(Location images, Location labels, float scale) {

    /** Multiplies each pixel, such as by {@code 1 / 255f}. */
    public Idx scaledBy(float factor) {
      return new Idx(images, labels, factor);
    }

    /**
     * Reads the files.
     *
     * @throws TouchstoneException if one is no IDX file, is truncated, or they do not match
     */
    public Dataset load() {
      IdxReader pixels = IdxReader.read(images);
      IdxReader classes = IdxReader.read(labels);
      if (pixels.items() != classes.items() || classes.dimensions().length != 1) {
        throw new TouchstoneException(
            images
                + " holds "
                + pixels.items()
                + " images and "
                + labels
                + " holds "
                + classes.items()
                + " labels");
      }
      float[] values = new float[pixels.bytes().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (pixels.bytes()[i] & 0xff) * scale;
      }
      int[] labelled = new int[classes.items()];
      for (int i = 0; i < labelled.length; i++) {
        labelled[i] = classes.bytes()[i] & 0xff;
      }
      return Dataset.named(images.fileName())
          .features(FeatureStore.inMemory(values, pixels.imageShape()))
          .labels(labelled)
          .prepared("scale", Float.toString(scale))
          .build();
    }
  }
}
