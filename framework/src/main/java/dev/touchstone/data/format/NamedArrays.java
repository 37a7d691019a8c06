package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** NumPy arrays by name: files of their own, or those of one archive. */
public sealed interface NamedArrays extends AutoCloseable {

  /**
   * Opens an array.
   *
   * @throws TouchstoneException if there is none of this name, or it is no array
   */
  NpyArray open(String name) throws IOException;

  /** What to call an array's column. */
  String column(String name);

  /** What to call an array in messages. */
  String where(String name);

  @Override
  void close() throws IOException;

  /** Files, which are named by where they lie. */
  record Separate() implements NamedArrays {

    @Override
    public NpyArray open(String name) throws IOException {
      return NpyArray.open(name, Unzipped.open(Location.of(name)));
    }

    @Override
    public String column(String name) {
      return Location.of(name).fileName().replaceFirst("\\.npy(\\.gz)?$", "");
    }

    @Override
    public String where(String name) {
      return name;
    }

    @Override
    public void close() {}
  }

  /** The arrays of {@code numpy.savez}, compressed or not. */
  final class Archive implements NamedArrays {
    private static final String SUFFIX = ".npy";
    private static final int MOST_ENTRIES = 100_000;

    private final Location file;
    private final ZipFile zip;
    private final Optional<Path> copy;
    private final TreeMap<String, ZipEntry> entries = new TreeMap<>();

    private Archive(Location file, ZipFile zip, Optional<Path> copy) {
      this.file = file;
      this.zip = zip;
      this.copy = copy;
    }

    /**
     * Opens an archive, which is copied to a temporary file where it lies in another one.
     *
     * @throws TouchstoneException if it is none, or names an array twice
     */
    public static Archive open(Location file) throws IOException {
      Optional<Path> copy = file.path().isPresent() ? Optional.empty() : Optional.of(copied(file));
      Archive archive =
          new Archive(file, zip(file, file.path().or(() -> copy).orElseThrow()), copy);
      try {
        archive.list();
        return archive;
      } catch (RuntimeException e) {
        archive.close();
        throw e;
      }
    }

    private static Path copied(Location file) throws IOException {
      Path copy = Files.createTempFile("touchstone-", ".npz");
      try (InputStream in = file.open()) {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        return copy;
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(copy);
        throw e;
      }
    }

    private static ZipFile zip(Location file, Path path) throws IOException {
      // Folders, devices and pipes are refused.
      file.open().close();
      try {
        return new ZipFile(path.toFile());
      } catch (ZipException e) {
        throw new TouchstoneException(
            "%s is no archive of numpy.savez(…): %s; is it truncated, or a single array, .npy?"
                .formatted(file, e.getMessage()),
            e);
      }
    }

    private void list() {
      if (zip.size() > MOST_ENTRIES) {
        throw new TouchstoneException(
            "%s holds %d arrays, and %d are accepted".formatted(file, zip.size(), MOST_ENTRIES));
      }
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        String array =
            name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        if (entries.put(array, entry) != null) {
          throw new TouchstoneException(
              "%s names the array \"%s\" twice; save it once".formatted(file, array));
        }
      }
    }

    @Override
    public NpyArray open(String name) throws IOException {
      ZipEntry entry = entries.get(name);
      if (entry == null) {
        throw new TouchstoneException(
            "%s has no array \"%s\"; it has %s".formatted(file, name, described()));
      }
      return NpyArray.open(
          where(name), new BufferedInputStream(zip.getInputStream(entry), 1 << 16));
    }

    /** The arrays with their types and shapes. */
    public List<String> described() {
      List<String> described = new ArrayList<>();
      entries.keySet().stream()
          .limit(20)
          .forEach(
              name -> {
                try (NpyArray array = open(name)) {
                  described.add("\"%s\" (%s)".formatted(name, array));
                } catch (IOException | TouchstoneException e) {
                  described.add("\"%s\" (no array that is read)".formatted(name));
                }
              });
      return described;
    }

    @Override
    public String column(String name) {
      return name;
    }

    @Override
    public String where(String name) {
      return "%s, array \"%s\"".formatted(file, name);
    }

    @Override
    public void close() throws IOException {
      zip.close();
      if (copy.isPresent()) {
        Files.deleteIfExists(copy.get());
      }
    }
  }
}
