package dev.touchstone.evidence;

import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes verdicts: each is appended, when it is reached, to a file of this JVM; at the end of the
 * JVM the files of all JVMs of the run are merged into {@code verdicts.json}.
 *
 * <p>A JVM that is killed merges nothing, but the lines that it wrote are there, and whichever JVM
 * of the run ends next merges them; a line that was being written is counted as unreadable, and the
 * JVM as unfinished.
 *
 * <p>Files of earlier runs in the same directory are removed when the first verdict of this run is
 * written, so that {@code verdicts.json} never mixes runs.
 */
final class VerdictFile implements VerdictListener {
  private static final String PARTS = "verdicts";
  private static final String FILE = "verdicts.json";

  private final String runId;
  private final long process;
  private final Iterable<VerdictFileListener> listeners;
  private final Map<Path, Settings> directories = new ConcurrentHashMap<>();

  VerdictFile(String runId, long process) {
    this(
        runId,
        process,
        () ->
            ServiceLoader.load(
                    VerdictFileListener.class, VerdictFileListener.class.getClassLoader())
                .iterator());
  }

  /** With listeners that no service names, for tests. */
  VerdictFile(String runId, long process, Iterable<VerdictFileListener> listeners) {
    this.runId = runId;
    this.process = process;
    this.listeners = listeners;
  }

  /** This JVM's file, merged when the JVM ends. */
  static VerdictFile ofThisProcess() {
    VerdictFile file = new VerdictFile(RunSession.runId(), ProcessHandle.current().pid());
    Runtime.getRuntime().addShutdownHook(new Thread(file::merge, "touchstone-verdicts"));
    return file;
  }

  @Override
  public synchronized void verdictReached(Verdict verdict, RunContext context) {
    Path directory = context.settings().reportDirectory().toAbsolutePath();
    String line = VerdictJson.line(verdict, context) + "\n";
    try {
      Path parts = Files.createDirectories(directory.resolve(PARTS));
      if (directories.putIfAbsent(directory, context.settings()) == null) {
        removeEarlierRuns(directory, parts);
      }
      Files.writeString(
          parts.resolve(part(process)), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("the verdict could not be written to " + directory, e);
    }
  }

  private void removeEarlierRuns(Path directory, Path parts) throws IOException {
    boolean first = true;
    for (Path part : parts(parts)) {
      if (belongsToThisRun(part)) {
        first = false;
      } else {
        Files.deleteIfExists(part);
        Files.deleteIfExists(endOf(part));
      }
    }
    if (first) {
      // Were this JVM killed, an earlier run's verdicts would look like this one's.
      Files.deleteIfExists(directory.resolve(FILE));
    }
  }

  /**
   * Merges the files of the run, in every directory that was written to, and then says so: nothing
   * that is made of verdicts may cost one.
   *
   * @throws UncheckedIOException if a directory cannot be written to; the others are
   */
  void merge() {
    UncheckedIOException failure = null;
    for (Path directory : directories.keySet()) {
      try {
        merge(directory);
      } catch (UncheckedIOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    directories.forEach(
        (directory, settings) -> {
          Path file = directory.resolve(FILE);
          if (Files.exists(file)) {
            tellAll(file, settings);
          }
        });
    if (failure != null) {
      throw failure;
    }
  }

  /** Each, whatever another one throws: an Error too, such as a library's that cannot draw. */
  private void tellAll(Path file, Settings settings) {
    Logger log = LoggerFactory.getLogger(VerdictFileListener.class);
    try {
      for (VerdictFileListener listener : listeners) {
        try {
          listener.verdictsWritten(file, settings);
        } catch (Throwable e) {
          log.warn("{} failed on {}: {}", listener.getClass().getName(), file, e.toString(), e);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      log.warn("what should be made of {} could not be loaded: {}", file, e.toString(), e);
    }
  }

  /**
   * One at a time in this JVM, whatever the session, as a file lock needs; it keeps other JVMs out.
   */
  private void merge(Path directory) {
    synchronized (VerdictFile.class) {
      mergeAlone(directory);
    }
  }

  private void mergeAlone(Path directory) {
    Path parts = directory.resolve(PARTS);
    try (FileChannel channel =
            FileChannel.open(
                parts.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      Files.write(endOf(parts.resolve(part(process))), new byte[0]);
      List<String> verdicts = new ArrayList<>();
      int unreadable = 0;
      int unfinished = 0;
      for (Path part : parts(parts)) {
        if (belongsToThisRun(part)) {
          unfinished += Files.exists(endOf(part)) ? 0 : 1;
          for (String line : lines(part)) {
            if (VerdictJson.isAsSigned(line)) {
              verdicts.add(line);
            } else {
              unreadable++;
            }
          }
        }
      }
      String merged = VerdictJson.file(runId, unreadable, unfinished, verdicts);
      WholeFile.write(directory.resolve("verdicts.json"), writer -> writer.write(merged));
    } catch (NoSuchFileException e) {
      // The directory was removed since, as a test's temporary one is.
    } catch (IOException e) {
      throw new UncheckedIOException("verdicts.json could not be written to " + directory, e);
    }
  }

  /** Decoded leniently: a killed JVM may have left half a character. */
  private static List<String> lines(Path part) throws IOException {
    return new String(Files.readAllBytes(part), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private String part(long ofProcess) {
    return runId + "." + ofProcess + ".jsonl";
  }

  /** Written when a JVM ends by itself; one that was killed leaves none. */
  private static Path endOf(Path part) {
    return part.resolveSibling(part.getFileName() + ".end");
  }

  private boolean belongsToThisRun(Path part) {
    return part.getFileName().toString().startsWith(runId + ".");
  }

  private static List<Path> parts(Path parts) throws IOException {
    try (Stream<Path> files = Files.list(parts)) {
      return new ArrayList<>(
          files.filter(f -> f.getFileName().toString().endsWith(".jsonl")).sorted().toList());
    }
  }
}
