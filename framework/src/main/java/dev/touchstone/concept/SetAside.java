package dev.touchstone.concept;

import dev.touchstone.linalg.Matrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Blocks of numbers that memory has no room for, in a temporary file that is deleted when this is
 * closed: as floats, if those of the first block are, as most networks compute, else as doubles.
 */
final class SetAside implements AutoCloseable {
  private static final int CHUNK = 1 << 18;

  /** What is left free of the disk is more than what is put there. */
  private static final long SPARE = 2;

  private final FileChannel file;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK * Double.BYTES);
  private final Map<Integer, Long> places = new HashMap<>();
  private boolean single;

  private SetAside(FileChannel file) {
    this.file = file;
  }

  /**
   * Room for so many numbers; empty where the disk has none to spare, or cannot be written.
   *
   * @param numbers of all blocks together
   */
  static Optional<SetAside> room(long numbers) {
    try {
      Path path = Files.createTempFile("touchstone-taps", ".bin");
      if (Files.getFileStore(path).getUsableSpace() / SPARE < numbers * Double.BYTES) {
        Files.delete(path);
        return Optional.empty();
      }
      return Optional.of(
          new SetAside(
              FileChannel.open(
                  path,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.DELETE_ON_CLOSE)));
    } catch (IOException e) {
      return Optional.empty(); // computed again in its place
    }
  }

  /** Puts a block's matrices aside; does nothing where floats were expected and it has others. */
  void put(int block, List<Matrix> matrices) {
    boolean floats = matrices.stream().allMatch(SetAside::isOfFloats);
    if (places.isEmpty()) {
      single = floats;
    } else if (single && !floats) {
      return;
    }
    try {
      long start = file.size();
      file.position(start);
      for (Matrix matrix : matrices) {
        double[] values = matrix.values();
        for (int from = 0; from < values.length; from += CHUNK) {
          int count = Math.min(CHUNK, values.length - from);
          bytes.clear();
          if (single) {
            FloatBuffer into = bytes.asFloatBuffer();
            for (int i = 0; i < count; i++) {
              into.put((float) values[from + i]);
            }
          } else {
            bytes.asDoubleBuffer().put(values, from, count);
          }
          bytes.limit(count * width());
          while (bytes.hasRemaining()) {
            file.write(bytes);
          }
        }
      }
      places.put(block, start);
    } catch (IOException e) {
      throw new UncheckedIOException("values of a network could not be put aside", e);
    }
  }

  private static boolean isOfFloats(Matrix matrix) {
    for (double value : matrix.values()) {
      if (Double.compare((float) value, value) != 0) {
        return false;
      }
    }
    return true;
  }

  private int width() {
    return single ? Float.BYTES : Double.BYTES;
  }

  /**
   * A block as it was put aside; empty for one that was not.
   *
   * @param shapes rows and columns of its matrices
   */
  Optional<List<Matrix>> get(int block, List<int[]> shapes) {
    Long at = places.get(block);
    if (at == null) {
      return Optional.empty();
    }
    try {
      file.position(at);
      List<Matrix> matrices = new ArrayList<>();
      for (int[] shape : shapes) {
        Matrix matrix = Matrix.zeros(shape[0], shape[1]);
        double[] values = matrix.values();
        for (int from = 0; from < values.length; from += CHUNK) {
          int count = Math.min(CHUNK, values.length - from);
          bytes.clear().limit(count * width());
          while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
              throw new IOException("the file ends before its block does");
            }
          }
          bytes.flip();
          if (single) {
            FloatBuffer out = bytes.asFloatBuffer();
            for (int i = 0; i < count; i++) {
              values[from + i] = out.get(i);
            }
          } else {
            bytes.asDoubleBuffer().get(values, from, count);
          }
        }
        matrices.add(matrix);
      }
      return Optional.of(matrices);
    } catch (IOException e) {
      throw new UncheckedIOException("values of a network that were put aside are lost", e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
