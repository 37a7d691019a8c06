package dev.touchstone.data;

import dev.touchstone.data.image.ImageFile;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encoded images of a table, in its order: in memory up to a limit, and in a temporary file beyond
 * it. Filled by one thread, then {@linkplain #finish() finished}, and read by many.
 */
final class EmbeddedImages implements ImageFiles, AutoCloseable {
  /** A mapping has to stay below 2 GiB. */
  private static final long SEGMENT_BYTES = 1 << 30;

  private final String source;
  private final long mostBytes;
  private final List<ByteBuffer> images = new ArrayList<>();

  /** The lengths of those that were written to the file. */
  private final List<Integer> written = new ArrayList<>();

  private long bytes;
  private @Nullable Path file;
  private @Nullable FileChannel channel;

  /**
   * No images.
   *
   * @param source what to call the table
   * @param mostBytes how much may lie in memory
   */
  EmbeddedImages(String source, long mostBytes) {
    this.source = source;
    this.mostBytes = mostBytes;
  }

  void add(byte[] image) {
    if (channel == null && bytes + image.length <= mostBytes) {
      images.add(ByteBuffer.wrap(image));
      bytes += image.length;
      return;
    }
    try {
      FileChannel open = channel;
      if (open == null) {
        file = Files.createTempFile("touchstone-", ".images");
        open = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel = open;
      }
      ByteBuffer rest = ByteBuffer.wrap(image);
      while (rest.hasRemaining()) {
        open.write(rest);
      }
      written.add(image.length);
    } catch (IOException e) {
      throw new TouchstoneException(
          "images larger than %d bytes are kept in a temporary file, which could not be written under %s: %s; make room there, or point -Djava.io.tmpdir elsewhere"
              .formatted(mostBytes, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  /** Maps what lies in the file. */
  void finish() {
    FileChannel open = channel;
    if (open == null) {
      return;
    }
    try {
      long from = 0;
      for (int next = 0; next < written.size(); ) {
        int first = next;
        long length = 0;
        while (next < written.size()
            && (next == first || length + written.get(next) <= SEGMENT_BYTES)) {
          length += written.get(next++);
        }
        MappedByteBuffer part = open.map(FileChannel.MapMode.READ_ONLY, from, length);
        int at = 0;
        for (int i = first; i < next; i++) {
          images.add(part.slice(at, written.get(i)));
          at += written.get(i);
        }
        from += length;
      }
      written.clear();
    } catch (IOException e) {
      throw new TouchstoneException(
          "the temporary file of images could not be mapped: " + e.getMessage(), e);
    }
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String name(int index) {
    return "%s, the image of row %d,".formatted(source, index + 1);
  }

  @Override
  public ImageFile open(int index) {
    ByteBuffer image = images.get(index).duplicate();
    byte[] copy = new byte[image.remaining()];
    image.get(copy);
    return ImageFile.of(copy, name(index));
  }

  /** Gives the file back; what was finished before keeps working. */
  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
        channel = null;
      }
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Windows does not delete what is mapped; the end of the JVM does.
      if (file != null) {
        file.toFile().deleteOnExit();
      }
    }
  }
}
