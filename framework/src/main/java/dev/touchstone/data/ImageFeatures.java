package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Images in files, decoded where they are read. */
final class ImageFeatures implements FeatureStore {
  /** A small file may promise a picture that fills the memory. */
  private static final long MOST_PIXELS = 1 << 25;

  private final Path root;
  private final List<Path> files;
  private final int channels;
  private final int height;
  private final int width;
  private final boolean resize;

  private ImageFeatures(
      Path root, List<Path> files, int channels, int height, int width, boolean resize) {
    this.root = root;
    this.files = List.copyOf(files);
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.resize = resize;
  }

  /**
   * Looks at the headers of all files.
   *
   * @param size height and width to resize to; null to refuse images of different sizes
   */
  static ImageFeatures of(Path root, List<Path> files, int channels, int @Nullable [] size) {
    int[] first = new int[0];
    for (Path file : files) {
      int[] dimensions = withReader(root, file, ImageFeatures::dimensions);
      if ((long) dimensions[0] * dimensions[1] > MOST_PIXELS) {
        throw new TouchstoneException(
            ImageFolder.id(root, file)
                + " promises "
                + dimensions[0]
                + " × "
                + dimensions[1]
                + " pixels, more than the accepted "
                + MOST_PIXELS
                + "; scale it down");
      }
      if (first.length == 0) {
        first = dimensions;
      } else if (size == null && (first[0] != dimensions[0] || first[1] != dimensions[1])) {
        throw new TouchstoneException(
            ImageFolder.id(root, file)
                + " has "
                + dimensions[0]
                + " × "
                + dimensions[1]
                + " pixels and "
                + ImageFolder.id(root, files.get(0))
                + " "
                + first[0]
                + " × "
                + first[1]
                + "; say .resizedTo(height, width)");
      }
    }
    int[] to = size == null ? first : size;
    return new ImageFeatures(root, files, channels, to[0], to[1], size != null);
  }

  private interface Reading<T> {
    T from(ImageReader reader) throws IOException;
  }

  private static <T> T withReader(Path root, Path file, Reading<T> reading) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
      if (readers == null || !readers.hasNext()) {
        throw new TouchstoneException(
            ImageFolder.id(root, file) + " is no PNG or JPEG image, whatever its name says");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return reading.from(reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new TouchstoneException(
          ImageFolder.id(root, file)
              + " cannot be decoded: "
              + e.getMessage()
              + "; is it truncated, or a colour space other than grey or RGB?",
          e);
    }
  }

  private static int[] dimensions(ImageReader reader) throws IOException {
    return new int[] {reader.getHeight(0), reader.getWidth(0)};
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int[] shape() {
    return new int[] {channels, height, width};
  }

  @Override
  public void read(int index, float[] destination, int offset) {
    Path file = files.get(index);
    BufferedImage image = withReader(root, file, reader -> reader.read(0));
    if (image.getColorModel().hasAlpha()) {
      throw new TouchstoneException(
          ImageFolder.id(root, file) + " is transparent; flatten it onto a background");
    }
    float[][] planes = planes(image);
    if (!resize && (image.getHeight() != height || image.getWidth() != width)) {
      throw new TouchstoneException(
          ImageFolder.id(root, file) + " has changed since the data set was loaded; load it again");
    }
    for (int c = 0; c < channels; c++) {
      float[] plane = resize ? resized(planes[c], image.getHeight(), image.getWidth()) : planes[c];
      System.arraycopy(plane, 0, destination, offset + c * height * width, height * width);
    }
  }

  /** Channels from 0 to 255, row-major. */
  private float[][] planes(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    float[][] rgb = new float[3][h * w];
    Raster raster = image.getRaster();
    boolean indexed =
        image.getType() == BufferedImage.TYPE_BYTE_INDEXED
            || image.getType() == BufferedImage.TYPE_BYTE_BINARY;
    // Not getRGB for grey: it takes samples for linear light and brightens them.
    if (!indexed && raster.getNumBands() == 1) {
      double white = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
      for (int i = 0; i < h * w; i++) {
        rgb[0][i] = (float) (raster.getSample(i % w, i / w, 0) * 255 / white);
      }
      return channels == 1 ? rgb : new float[][] {rgb[0], rgb[0], rgb[0]};
    }
    for (int i = 0; i < h * w; i++) {
      int pixel = image.getRGB(i % w, i / w);
      rgb[0][i] = pixel >> 16 & 0xff;
      rgb[1][i] = pixel >> 8 & 0xff;
      rgb[2][i] = pixel & 0xff;
    }
    if (channels == 1) {
      for (int i = 0; i < h * w; i++) {
        rgb[0][i] = (float) (0.299 * rgb[0][i] + 0.587 * rgb[1][i] + 0.114 * rgb[2][i]);
      }
    }
    return rgb;
  }

  private float[] resized(float[] plane, int fromHeight, int fromWidth) {
    float[] resized = new float[height * width];
    for (int y = 0; y < height; y++) {
      double sourceY = within((y + 0.5) * fromHeight / height - 0.5, fromHeight);
      int top = (int) sourceY;
      int bottom = Math.min(top + 1, fromHeight - 1);
      for (int x = 0; x < width; x++) {
        double sourceX = within((x + 0.5) * fromWidth / width - 0.5, fromWidth);
        int left = (int) sourceX;
        int right = Math.min(left + 1, fromWidth - 1);
        double above =
            between(plane[top * fromWidth + left], plane[top * fromWidth + right], sourceX - left);
        double below =
            between(
                plane[bottom * fromWidth + left],
                plane[bottom * fromWidth + right],
                sourceX - left);
        resized[y * width + x] = (float) between(above, below, sourceY - top);
      }
    }
    return resized;
  }

  private static double within(double position, int length) {
    return Math.max(0, Math.min(length - 1.0, position));
  }

  private static double between(double a, double b, double share) {
    return a + (b - a) * share;
  }
}
