package dev.touchstone.data.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The JDK's own reader of a format, whatever other readers are on the class path: those decode some
 * images to other numbers.
 */
final class JavaReader {
  private static final String OF_THE_JDK = "com.sun.imageio.";

  /** Said of bytes between parts, which change nothing. */
  private static final String HARMLESS = "extraneous bytes";

  private JavaReader() {}

  /** What is asked of a reader. */
  interface Question<T> {
    T of(ImageReader reader) throws IOException, UnreadableImageException;
  }

  /**
   * Asks a reader.
   *
   * @param format such as {@code "png"}
   * @throws UnreadableImageException if it cannot answer, or warns that part of the image is made
   *     up
   */
  static <T> T ask(String format, byte[] file, Question<T> question)
      throws UnreadableImageException {
    List<String> warnings = new ArrayList<>();
    T answer;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = reader(format);
      try {
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        reader.setInput(in, false, true);
        answer = question.of(reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw UnreadableImageException.damaged(String.valueOf(e.getMessage()));
    }
    for (String warning : warnings) {
      if (!warning.contains(HARMLESS)) {
        throw UnreadableImageException.damaged(warning);
      }
    }
    return answer;
  }

  private static ImageReader reader(String format) throws IOException {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi each = all.next();
      if (each.getClass().getName().startsWith(OF_THE_JDK)
          && Arrays.asList(each.getFormatNames()).contains(format)) {
        return each.createReaderInstance();
      }
    }
    throw new IllegalStateException(
        "this Java has no reader of %s images of its own; use one with the module java.desktop"
            .formatted(format));
  }
}
