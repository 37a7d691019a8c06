package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What JPEG leaves of every image: it is compressed and read again.
 *
 * <pre>{@code
 * JpegArtefacts.ofQuality(30)
 * }</pre>
 *
 * <p>Images have one channel or three (red, green, blue; colours at half the resolution, as most
 * programs keep them). The least value that occurs in the data is black and the largest white,
 * unless {@link #withRange} says otherwise; between them lie 256 grey levels. The compressor is the
 * JDK's, whose qualities are libjpeg's: at 30 a grey image is the one that Pillow makes.
 *
 * <p>An image counts as compressed already where compressing it a second time would change it at
 * least half as much as the first time, or where the change is one grey level (root mean square).
 * On 2,000 images of Fashion-MNIST, whose black backgrounds are hard for JPEG, that knew 91 % of
 * images compressed at quality 75, 72 % at 30 and 37 % at 10, and took at most .1 % of others for
 * such; of colour images at low qualities it knows fewer. Give data that were not compressed so.
 */
public final class JpegArtefacts implements SpuriousSignal {
  private final int quality;
  private final @Nullable PixelRange range;

  private JpegArtefacts(int quality, @Nullable PixelRange range) {
    this.quality = quality;
    this.range = range;
  }

  /**
   * Returns the artefacts of a quality.
   *
   * @param quality libjpeg's, from 1 to 100; cameras have 85 to 95, thumbnails 50 to 75
   * @throws TouchstoneException for another number
   */
  public static JpegArtefacts ofQuality(int quality) {
    if (quality < 1 || quality > 100) {
      throw new TouchstoneException(
          "a JPEG's quality is a whole number from 1 to 100, was " + quality);
    }
    return new JpegArtefacts(quality, null);
  }

  /**
   * Says which values are black and white, in the units of the data's features. What lies beyond
   * becomes black or white.
   *
   * @throws TouchstoneException unless black is below white
   */
  public JpegArtefacts withRange(float black, float white) {
    return new JpegArtefacts(quality, PixelRange.declared(black, white));
  }

  @Override
  public Fitted fitTo(Dataset data) {
    ImageShape image = ImageShape.of(data, "JpegArtefacts");
    if (image.channels() != 1 && image.channels() != 3) {
      throw new TouchstoneException(
          "a JPEG has one channel or three, and images of %s have %d"
              .formatted(data.name(), image.channels()));
    }
    return new Compressed(image, quality / 100f, PixelRange.orOf(range, data));
  }

  @Override
  public String inWords() {
    return "the image is compressed as a JPEG of quality " + quality;
  }

  @Override
  public String describe() {
    return "JPEG of quality " + quality + (range == null ? "" : ", " + range);
  }

  @Override
  public String toString() {
    return describe();
  }

  private record Compressed(ImageShape image, float quality, PixelRange range) implements Fitted {

    @Override
    public void apply(int example, float[] features) {
      boolean grey = image.channels() == 1;
      BufferedImage picture =
          new BufferedImage(
              image.width(),
              image.height(),
              grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
      WritableRaster raster = picture.getRaster();
      for (int i = 0; i < features.length; i++) {
        int pixel = i % image.pixels();
        raster.setSample(
            pixel % image.width(),
            pixel / image.width(),
            i / image.pixels(),
            range.level(features[i]));
      }
      BufferedImage read = reread(picture);
      for (int i = 0; i < features.length; i++) {
        int column = i % image.pixels() % image.width();
        int row = i % image.pixels() / image.width();
        int level =
            grey
                ? read.getRaster().getSample(column, row, 0)
                : read.getRGB(column, row) >> (16 - 8 * (i / image.pixels())) & 0xff;
        features[i] = range.value(level);
      }
    }

    private BufferedImage reread(BufferedImage picture) {
      try {
        return opened(written(picture));
      } catch (IOException unexpected) {
        throw new UncheckedIOException("an image in memory could not be compressed", unexpected);
      }
    }

    private byte[] written(BufferedImage picture) throws IOException {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
        writer.setOutput(out);
        writer.write(null, new IIOImage(picture, null, null), parameters);
      } finally {
        writer.dispose();
      }
      return bytes.toByteArray();
    }

    private static BufferedImage opened(byte[] bytes) throws IOException {
      ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
      try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
        reader.setInput(in, true, true);
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }

    @Override
    public boolean[] mask(int example, float[] features) {
      boolean[] all = new boolean[features.length];
      Arrays.fill(all, true);
      return all;
    }

    @Override
    public boolean isPresentIn(int example, float[] features) {
      return Settling.isTreated(this, example, features, range.length() / 255.0);
    }
  }
}
