package dev.touchstone.runtime;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apiguardian.api.API;

/**
 * Writes files whole or not at all: a process that is killed, or that fails while it writes, leaves
 * the last good one.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class WholeFile {
  private WholeFile() {}

  /** What is written. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; whoever asked closes the writer. */
    void writeTo(Writer writer) throws IOException;
  }

  /**
   * Writes UTF-8 text beside the file, and moves it there in one step when it is complete. Missing
   * folders are not made; of what fails, whatever it throws, nothing is left.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Content content) throws IOException {
    Path absolute = file.toAbsolutePath();
    // No createTempFile: its files are the owner's alone, and CI collects them as someone else.
    Path temporary =
        absolute.resolveSibling(
            absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try (BufferedWriter writer = Files.newBufferedWriter(temporary)) {
        content.writeTo(writer);
      }
      Files.move(
          temporary, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (Throwable failure) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }
}
