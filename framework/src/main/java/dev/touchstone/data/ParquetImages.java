package dev.touchstone.data;

import dev.touchstone.data.image.ImageSteps;
import dev.touchstone.runtime.TouchstoneException;

/**
 * Images that lie in a column of a Parquet file, encoded as they would be in files of their own:
 * PNG, JPEG, BMP and GIF. Immutable. {@link ParquetSource#images} makes one.
 *
 * <p>The column holds bytes, or records of {@code bytes} and a {@code path}, as the {@code Image}
 * of Hugging Face's {@code datasets} is written. What the other columns mean is said before, and
 * what is done to the images after it:
 *
 * <pre>{@code
 * Dataset birds = Datasets.parquet("data/test.parquet")
 *     .label("label")
 *     .groups("camera")
 *     .images("image")
 *     .resizedToShorterSide(256)
 *     .centreCropped(224, 224)
 *     .load()
 *     .scaledBy(1 / 255.0);
 * }</pre>
 *
 * <p>Images are kept as they are encoded, in memory up to {@link TableSource#keepingInMemory a
 * limit} and in a temporary file beyond it.
 */
public final class ParquetImages extends ImageSource<ParquetImages> {
  private final ParquetSource table;
  private final String column;

  ParquetImages(ParquetSource table, String column, ImageSteps steps) {
    super(steps);
    this.table = table;
    this.column = column;
  }

  @Override
  ParquetImages with(ImageSteps others) {
    return new ParquetImages(table, column, others);
  }

  /**
   * Reads the table in one pass, then decodes each image once, on all processors, to check and hash
   * it.
   *
   * @throws TouchstoneException as {@link TableSource#load} does of the other columns; if the
   *     column holds no images, an image is not in the file, is none that is read, too large or
   *     transparent, or sizes differ
   */
  @Override
  public Dataset load() {
    return new TableReader(table.file, table.schema, table.mostBytesInMemory)
        .readImages(table::open, column, this);
  }

  @Override
  public String toString() {
    return "%s, column \"%s\"".formatted(table, column);
  }
}
