package dev.touchstone.gate.handoff;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole or not at all: a process that is killed leaves the last good one. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a text beside the file, and moves it there when it is complete.
   *
   * @throws TouchstoneException if the file cannot be written
   */
  public static void write(Path file, String text) {
    Path absolute = file.toAbsolutePath();
    // No createTempFile: its files are the owner's alone, and CI collects them as someone else.
    Path temporary =
        absolute.resolveSibling(
            absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      Path directory = absolute.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.move(
          temporary, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new TouchstoneException(
          file + " could not be written (" + e + "); name a place that can be", e);
    }
  }
}
