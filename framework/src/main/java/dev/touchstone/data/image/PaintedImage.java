package dev.touchstone.data.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * A BMP or a GIF image.
 *
 * @param format the one or the other, in small letters
 */
record PaintedImage(String format, Size size, byte[] file) implements OpenedImage {
  private static final String GIF = "gif";
  private static final int GIF_HEADER = 13;

  static boolean is(byte[] file) {
    return formatOf(file) != null;
  }

  private static @Nullable String formatOf(byte[] file) {
    String first = new String(file, 0, Math.min(6, file.length), StandardCharsets.ISO_8859_1);
    if (first.equals("GIF87a") || first.equals("GIF89a")) {
      return GIF;
    }
    return first.startsWith("BM") ? "bmp" : null;
  }

  static PaintedImage of(byte[] file) throws UnreadableImageException {
    String format = String.valueOf(formatOf(file));
    Size size =
        JavaReader.ask(format, file, reader -> new Size(reader.getHeight(0), reader.getWidth(0)));
    return new PaintedImage(format, size, file);
  }

  @Override
  public Pixels decoded(boolean opaque) throws UnreadableImageException {
    return JavaReader.ask(
        format,
        file,
        reader -> {
          if (format.equals(GIF)) {
            requireOnePicture(reader);
          }
          return Samples.of(reader.read(0), opaque);
        });
  }

  private void requireOnePicture(ImageReader reader) throws IOException, UnreadableImageException {
    int frames = reader.getNumImages(true);
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean fills =
        file.length > GIF_HEADER
            && (header.getShort(6) & 0xffff) == size.width()
            && (header.getShort(8) & 0xffff) == size.height();
    if (frames != 1 || !fills) {
      throw new UnreadableImageException(
          "is a GIF image of %s; export the picture that is meant as PNG"
              .formatted(frames == 1 ? "a frame that does not fill it" : frames + " frames"));
    }
  }
}
