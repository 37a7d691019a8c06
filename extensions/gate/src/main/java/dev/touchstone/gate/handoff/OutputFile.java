package dev.touchstone.gate.handoff;

import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.runtime.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what a command was asked for, whole or not at all, and says so where it cannot. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Writes a text, and the folders above it where they are missing.
   *
   * @throws TouchstoneException if the file cannot be written
   */
  public static void write(Path file, String text) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      WholeFile.write(file, writer -> writer.write(text));
    } catch (IOException e) {
      throw new TouchstoneException(
          file + " could not be written (" + e + "); name a place that can be", e);
    }
  }

  /**
   * Deletes what an earlier command wrote, if it is there.
   *
   * @throws TouchstoneException if the file cannot be deleted
   */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new TouchstoneException(
          file + " could not be deleted (" + e + "); delete it, or name another place", e);
    }
  }
}
