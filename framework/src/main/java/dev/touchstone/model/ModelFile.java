package dev.touchstone.model;

import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model file as it was read once and hashed. */
public final class ModelFile {
  private final String name;
  private final byte[] bytes;
  private final String sha256;
  private @Nullable Path folder;

  ModelFile(String name, byte[] bytes, String sha256) {
    this.name = name;
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  /** Returns the file's name without its folder, such as {@code "fraud.ubj"}. */
  public String name() {
    return name;
  }

  /** Returns the SHA-256 of the bytes, in hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /** Returns the bytes; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns the bytes as a stream. */
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }

  /**
   * Writes the bytes into a temporary folder, for a library that reads nothing but files, and
   * returns where. The folder is deleted when the model is closed, so that a library may also keep
   * the file open or write beside it.
   *
   * @return a file of the same name
   */
  public synchronized Path path() {
    try {
      Path made = folder;
      if (made == null) {
        made = Files.createTempDirectory("touchstone-model-");
        folder = made;
        Files.write(made.resolve(name), bytes);
      }
      return made.resolve(name);
    } catch (IOException e) {
      throw new TouchstoneException(
          "%s could not be copied into the temporary folder %s: %s; make room there, or name another folder by -Djava.io.tmpdir"
              .formatted(name, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  /** Deletes what {@link #path} wrote. */
  synchronized void delete() {
    Path made = folder;
    folder = null;
    if (made == null) {
      return;
    }
    try (Stream<Path> found = Files.walk(made)) {
      List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // A library that still holds the file, on Windows; the system's temporary folder keeps it.
      made.toFile().deleteOnExit();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
