package dev.touchstone.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/** The samples of an image that Java decoded, as they are stored: no colour space is converted. */
final class Samples {
  private static final int BITS = 8;
  private static final int OPAQUE = 255;

  private Samples() {}

  /**
   * Returns them, where there is one way to read them.
   *
   * @param opaque whether transparency is left out
   */
  static Pixels of(BufferedImage image, boolean opaque) throws UnreadableImageException {
    return image.getColorModel() instanceof IndexColorModel palette
        ? ofPalette(image.getRaster(), palette, opaque)
        : ofBands(image.getRaster(), opaque);
  }

  private static Pixels ofPalette(Raster raster, IndexColorModel palette, boolean opaque)
      throws UnreadableImageException {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int height = raster.getHeight();
    int width = raster.getWidth();
    int[] indices = raster.getSamples(0, 0, width, height, 0, (int[]) null);
    byte[] rgb = new byte[3 * indices.length];
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] >= colours.length) {
        throw UnreadableImageException.damaged(
            "colour %d of a palette of %d".formatted(indices[i], colours.length));
      }
      int colour = colours[indices[i]];
      if (!opaque && colour >>> 24 != OPAQUE) {
        throw transparent();
      }
      rgb[3 * i] = (byte) (colour >> 16);
      rgb[3 * i + 1] = (byte) (colour >> 8);
      rgb[3 * i + 2] = (byte) colour;
    }
    return Pixels.of(height, width, 3, rgb);
  }

  private static Pixels ofBands(Raster raster, boolean opaque) throws UnreadableImageException {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    for (int bits : raster.getSampleModel().getSampleSize()) {
      if (bits > BITS) {
        throw new UnreadableImageException(
            "has %d bits a sample, and 8 are read; convert it to a PNG image of 8 bits"
                .formatted(bits));
      }
    }
    int channels = bands < 3 ? 1 : 3;
    byte[] samples = new byte[height * width * channels];
    for (int c = 0; c < channels; c++) {
      copy(raster, c, samples, c, channels);
    }
    if (!opaque && bands > channels) {
      byte[] alpha = new byte[height * width];
      copy(raster, channels, alpha, 0, 1);
      for (byte value : alpha) {
        if ((value & 0xff) != OPAQUE) {
          throw transparent();
        }
      }
    }
    return Pixels.of(height, width, channels, samples);
  }

  private static void copy(Raster raster, int band, byte[] samples, int from, int step) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && buffer.getOffset() == 0
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0) {
      byte[] data = buffer.getData();
      for (int y = 0; y < height; y++) {
        int at = y * model.getScanlineStride() + model.getBandOffsets()[band];
        for (int x = 0; x < width; x++) {
          samples[from + (y * width + x) * step] = data[at + x * model.getPixelStride()];
        }
      }
      return;
    }
    // Samples of fewer bits are spread over all grey levels, and cut to whole ones.
    int most = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, band, row);
      for (int x = 0; x < width; x++) {
        samples[from + (y * width + x) * step] = (byte) (row[x] * OPAQUE / most);
      }
    }
  }

  private static UnreadableImageException transparent() {
    return new UnreadableImageException(
        "is transparent; flatten it onto a background, or write .ignoringTransparency(), as"
            + " Pillow's convert(\"RGB\") does");
  }
}
