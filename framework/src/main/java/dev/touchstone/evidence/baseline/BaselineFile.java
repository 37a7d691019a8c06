package dev.touchstone.evidence.baseline;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A baseline on disk. One writer at a time, over threads and over processes; a new version is
 * written beside the file and takes its place in one step, so that a reader, or a writer that is
 * killed, finds the last good one.
 */
final class BaselineFile {
  /** No baseline of a person's claims is as large, and a larger file is no baseline. */
  private static final int MOST_BYTES = 64 << 20;

  private final Path file;

  private BaselineFile(Path file) {
    this.file = file;
  }

  static BaselineFile at(Path file) {
    return new BaselineFile(file);
  }

  /**
   * The file's content; empty where there is none.
   *
   * @throws InvalidBaselineException if it is not what Touchstone writes
   */
  Optional<Baseline> read() {
    return text().map(text -> BaselineText.parse(text, file));
  }

  private Optional<String> text() {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new InvalidBaselineException(
            file, "is larger than the accepted " + MOST_BYTES + " bytes; is it another file?");
      }
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CharacterCodingException e) {
      throw new InvalidBaselineException(file, "is no UTF-8 text; is it another file?", e);
    } catch (IOException e) {
      throw new InvalidBaselineException(file, "could not be read: " + e, e);
    }
  }

  /**
   * Changes the file, or makes it.
   *
   * @throws InvalidBaselineException if there is one that cannot be read
   * @throws TouchstoneException if it cannot be written
   */
  void update(UnaryOperator<Baseline> change) {
    // File locks are held by the whole process, so threads take turns first.
    synchronized (BaselineFile.class) {
      try (FileChannel channel = lockFile();
          var lock = channel.lock()) {
        Optional<String> before = text();
        String after =
            BaselineText.format(
                change.apply(
                    before.map(text -> BaselineText.parse(text, file)).orElse(Baseline.empty())));
        if (!after.equals(before.orElse(null))) {
          replace(after);
        }
      } catch (IOException e) {
        throw new TouchstoneException(
            "the baseline " + file + " could not be written: " + e + "; is its folder writable?",
            e);
      }
    }
  }

  /** Not beside the file, where it would be committed or copied with the test resources. */
  private FileChannel lockFile() throws IOException {
    String name =
        Digest.sha256()
            .add(file.toAbsolutePath().normalize().toString())
            .add(System.getProperty("user.name", ""))
            .hex();
    return FileChannel.open(
        Path.of(System.getProperty("java.io.tmpdir"), "touchstone-" + name + ".lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  private void replace(String content) throws IOException {
    // Through a symbolic link to the file itself, which would otherwise be replaced by a copy.
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = Objects.requireNonNull(target.getParent(), "a file lies in a folder");
    Files.createDirectories(folder);
    // The lock is held, so one name is enough; what a killed writer left is written over.
    Path temporary = folder.resolve(target.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
