package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipException;

/**
 * Sparse features in the format of LIBSVM and svmlight: a line an example, {@code label index:value
 * index:value … # comment}. Immutable.
 *
 * <pre>{@code
 * Dataset a9a = Datasets.libsvm("data/a9a.t").oneBased(123).label("-1", "1").load();
 * }</pre>
 *
 * <p>The file says neither from what number its indices count (LIBSVM's from 1, those of
 * scikit-learn's {@code dump_svmlight_file} from 0 unless it is told otherwise) nor how many
 * features there are, so that both have to be said. A query, {@code qid:…}, becomes the group
 * column {@code "qid"}. Features lie in memory or in a temporary file with their zeros.
 */
public final class LibsvmSource {
  private final Location file;
  private final Meaning meaning;
  private final long mostBytesInMemory;

  private LibsvmSource(Location file, Meaning meaning, long mostBytesInMemory) {
    this.file = file;
    this.meaning = meaning;
    this.mostBytesInMemory = mostBytesInMemory;
  }

  static LibsvmSource of(Location file) {
    return new LibsvmSource(
        file, new Meaning(-1, 0, false, List.of(), false, ""), TableSource.defaultBytesInMemory());
  }

  /**
   * What the numbers mean.
   *
   * @param base the index of the first feature; below 0 if nobody said
   * @param absent whether a feature that is not there is missing, and not 0
   * @param values whether a line begins with a value, and not with a class
   */
  record Meaning(
      int base, int features, boolean absent, List<String> classes, boolean values, String unit) {}

  private LibsvmSource with(Meaning other) {
    return new LibsvmSource(file, other, mostBytesInMemory);
  }

  private LibsvmSource counting(int base, int features) {
    if (features < 1) {
      throw new IllegalArgumentException("a model has one feature or more, not " + features);
    }
    return with(
        new Meaning(base, features, meaning.absent, meaning.classes, meaning.values, meaning.unit));
  }

  /**
   * Counts indices from 1, as LIBSVM does.
   *
   * @param features how many there are
   */
  public LibsvmSource oneBased(int features) {
    return counting(1, features);
  }

  /**
   * Counts indices from 0.
   *
   * @param features how many there are
   */
  public LibsvmSource zeroBased(int features) {
    return counting(0, features);
  }

  /**
   * Returns the classes.
   *
   * @param classes the labels in the order of the model's outputs, numbers by their value; if not
   *     given, those that occur, in numeric order
   */
  public LibsvmSource label(String... classes) {
    return with(
        new Meaning(meaning.base, meaning.features, meaning.absent, List.of(classes), false, ""));
  }

  /**
   * Takes the numbers in front for values that a regressor is to predict, in place of classes.
   *
   * @param unit such as {@code "DM"}; empty for numbers without one
   */
  public LibsvmSource value(String unit) {
    return with(new Meaning(meaning.base, meaning.features, meaning.absent, List.of(), true, unit));
  }

  /**
   * Takes features that a line does not name for missing ones, NaN, as XGBoost's reader does;
   * without this they are 0, as for LIBSVM, scikit-learn and LightGBM.
   */
  public LibsvmSource absentIsMissing() {
    return with(
        new Meaning(
            meaning.base, meaning.features, true, meaning.classes, meaning.values, meaning.unit));
  }

  /**
   * Sets how much memory the features may take (a quarter of the heap by default). More of them lie
   * in a temporary file.
   */
  public LibsvmSource keepingInMemory(long bytes) {
    return new LibsvmSource(file, meaning, bytes);
  }

  /**
   * Reads the file in one pass that checks and hashes it.
   *
   * @throws TouchstoneException naming the line and the cure: where nobody said from what number
   *     indices count, for an index outside the features or named twice, what is no number, a label
   *     that was not declared, or a file that is truncated or not UTF-8
   */
  public Dataset load() {
    try {
      return new LibsvmReader(file, meaning, mostBytesInMemory).read();
    } catch (EOFException e) {
      throw new TouchstoneException(
          file + " ends within its compressed data: the file is truncated; fetch it again", e);
    } catch (ZipException e) {
      throw new TouchstoneException(
          file + " is a damaged gzip file: " + e.getMessage() + "; fetch it again", e);
    } catch (IOException e) {
      throw new TouchstoneException(file + " could not be read: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
