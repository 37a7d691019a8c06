package dev.touchstone.data.image;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * A JPEG image. Java decodes and upsamples the components, and what they are as colours is worked
 * out here, by libjpeg's integers: Java would apply colour profiles, and knows no CMYK.
 */
record JpegImage(Jpeg jpeg) implements OpenedImage {
  private static final int PROGRESSIVE = 2;
  private static final int BITS = 8;
  private static final int FIXED = 16;
  private static final int HALF = 1 << (FIXED - 1);
  private static final int MIDDLE = 128;

  private static final int[] RED_OF_CR = table(1.40200, HALF, FIXED);
  private static final int[] BLUE_OF_CB = table(1.77200, HALF, FIXED);
  private static final int[] GREEN_OF_CR = table(-0.71414, 0, 0);
  private static final int[] GREEN_OF_CB = table(-0.34414, HALF, 0);

  private static int[] table(double factor, int plus, int shift) {
    int size = (int) (Math.abs(factor) * (1 << FIXED) + 0.5);
    int fixed = factor < 0 ? -size : size;
    int[] table = new int[1 << BITS];
    for (int i = 0; i < table.length; i++) {
      table[i] = fixed * (i - MIDDLE) + plus >> shift;
    }
    return table;
  }

  @Override
  public Size size() {
    return jpeg.size();
  }

  @Override
  public int orientation() {
    return jpeg.orientation();
  }

  @Override
  public boolean hasProfile() {
    return jpeg.profile();
  }

  @Override
  public Pixels decoded(boolean opaque) throws UnreadableImageException {
    if (jpeg.process() > PROGRESSIVE || jpeg.precision() != BITS) {
      throw new UnreadableImageException(
          "is a JPEG image of a kind that Java has no reader for (%s, %d bits); convert it to PNG, which loses nothing of it"
              .formatted(
                  jpeg.process() > 8 ? "arithmetic coding" : "process " + jpeg.process(),
                  jpeg.precision()));
    }
    byte[] samples =
        JavaReader.ask("jpeg", jpeg.bare(), reader -> samples(reader.readRaster(0, null)));
    int height = size().height();
    int width = size().width();
    for (int component = 0; component < jpeg.sampling().length; component++) {
      if (jpeg.isHalvedInHeightAlone(component)) {
        HalvedRows.smooth(samples, height, width, jpeg.sampling().length, component);
      }
    }
    return switch (jpeg.colours()) {
      case GREY -> Pixels.of(height, width, 1, samples);
      case RGB -> Pixels.of(height, width, 3, samples);
      case YCC -> {
        rgbOfYcc(samples, 3);
        yield Pixels.of(height, width, 3, samples);
      }
      case CMYK -> Pixels.of(height, width, 3, rgbOfInk(samples));
      case YCCK -> {
        rgbOfYcc(samples, 4);
        // What is stored are the complements of the inks' complements.
        for (int i = 0; i < samples.length; i += 4) {
          for (int c = i; c < i + 3; c++) {
            samples[c] = (byte) ~samples[c];
          }
        }
        yield Pixels.of(height, width, 3, rgbOfInk(samples));
      }
    };
  }

  private byte[] samples(Raster raster) throws UnreadableImageException {
    int components = jpeg.colours().components;
    boolean plain =
        raster.getNumBands() == components
            && raster.getHeight() == size().height()
            && raster.getWidth() == size().width()
            && raster.getDataBuffer() instanceof DataBufferByte
            && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
            && Arrays.equals(model.getBandOffsets(), inOrder(components));
    if (!plain) {
      throw UnreadableImageException.damaged(
          "Java reads %d components in place of %d".formatted(raster.getNumBands(), components));
    }
    return ((DataBufferByte) raster.getDataBuffer()).getData();
  }

  private static int[] inOrder(int components) {
    int[] offsets = new int[components];
    Arrays.setAll(offsets, i -> i);
    return offsets;
  }

  private static void rgbOfYcc(byte[] samples, int step) {
    for (int i = 0; i < samples.length; i += step) {
      int y = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = clipped(y + RED_OF_CR[cr]);
      samples[i + 1] = clipped(y + (GREEN_OF_CB[cb] + GREEN_OF_CR[cr] >> FIXED));
      samples[i + 2] = clipped(y + BLUE_OF_CB[cb]);
    }
  }

  /** Inks are stored as their complements, as Adobe's programs and Pillow take them. */
  private static byte[] rgbOfInk(byte[] samples) {
    byte[] rgb = new byte[samples.length / 4 * 3];
    for (int i = 0; i < samples.length / 4; i++) {
      int light = samples[4 * i + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        int product = (255 - (samples[4 * i + c] & 0xff)) * light + MIDDLE;
        rgb[3 * i + c] = clipped(light - ((product >> BITS) + product >> BITS));
      }
    }
    return rgb;
  }

  private static byte clipped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
