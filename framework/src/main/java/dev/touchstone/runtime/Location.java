package dev.touchstone.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a model or data file lies: {@code classpath:models/a.onnx}, {@code file:/data/a.csv}, or a
 * path, relative ones to the working directory (the module's directory under Maven and Gradle).
 */
public final class Location {
  private static final String CLASSPATH = "classpath:";

  private final String given;
  private final URL url;

  private Location(String given, URL url) {
    this.given = given;
    this.url = url;
  }

  /**
   * Finds a file.
   *
   * @throws TouchstoneException if it does not exist; the message says where it was looked for
   */
  public static Location of(String given) {
    if (given.isBlank()) {
      throw new TouchstoneException(
          "an empty location; give a path, file:… or classpath:… of a model or data file");
    }
    try {
      if (given.startsWith(CLASSPATH)) {
        return new Location(given, onClassPath(given));
      }
      Path path = given.startsWith("file:") ? Path.of(new URI(given)) : Path.of(given);
      if (!Files.isReadable(path)) {
        throw new TouchstoneException(
            "no readable file \""
                + given
                + "\"; looked at "
                + path.toAbsolutePath()
                + (loader().getResource(given) == null
                    ? "; give a path relative to the working directory, file:… or classpath:…"
                    : "; the class path has it: write \"" + CLASSPATH + given + "\""));
      }
      return new Location(given, path.toUri().toURL());
    } catch (URISyntaxException | IOException | IllegalArgumentException e) {
      throw new TouchstoneException(
          "\""
              + given
              + "\" is no usable location: "
              + e.getMessage()
              + "; write a path without \"file:\", relative to the working directory, or"
              + " file:///… with an absolute one",
          e);
    }
  }

  private static URL onClassPath(String given) {
    String name = given.substring(CLASSPATH.length());
    name = name.startsWith("/") ? name.substring(1) : name;
    URL found = loader().getResource(name);
    if (found == null) {
      throw new TouchstoneException(
          "no resource \""
              + name
              + "\" on the class path; is it under src/test/resources, or in a dependency of the"
              + " tests?");
    }
    return found;
  }

  private static ClassLoader loader() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader != null ? loader : Location.class.getClassLoader();
  }

  /** Returns the last part of the name, such as {@code a.onnx}; of a folder, too. */
  public String fileName() {
    String bare = given.replaceFirst("[/\\\\]+$", "");
    String name = bare.substring(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf(':')) + 1);
    return name.substring(name.lastIndexOf('\\') + 1);
  }

  /** Returns the file on disk; empty for a resource inside an archive. */
  public Optional<Path> path() {
    if (!url.getProtocol().equals("file")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(url.toURI()));
    } catch (URISyntaxException e) {
      throw new TouchstoneException("\"" + given + "\" is no usable location", e);
    }
  }

  /**
   * Opens the file.
   *
   * @throws TouchstoneException if it is a folder, whose listing would be read in its place, or a
   *     device or pipe, which may never end
   */
  public InputStream open() throws IOException {
    path().ifPresent(this::requireRegularFile);
    return url.openStream();
  }

  private void requireRegularFile(Path path) {
    if (Files.isDirectory(path)) {
      throw new TouchstoneException(given + " is a folder; give one of the files in it");
    }
    if (!Files.isRegularFile(path)) {
      throw new TouchstoneException(
          given
              + " is a device, a pipe or a socket, not a file that can be read again; copy what it"
              + " delivers into a file, and give that");
    }
  }

  /**
   * Reads the whole file.
   *
   * @param mostBytes the largest size that is accepted
   * @throws TouchstoneException if it is larger or cannot be read
   */
  public byte[] read(int mostBytes) {
    try (InputStream in = open()) {
      byte[] bytes = in.readNBytes(mostBytes);
      if (bytes.length == mostBytes && in.read() >= 0) {
        throw new TouchstoneException(
            given + " is larger than the accepted " + mostBytes + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new TouchstoneException(given + " could not be read: " + e.getMessage(), e);
    }
  }

  /** As the user wrote it. */
  @Override
  public String toString() {
    return given;
  }
}
