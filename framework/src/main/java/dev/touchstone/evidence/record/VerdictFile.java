package dev.touchstone.evidence.record;

import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunIdentity;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes verdicts: each is appended, when it is reached, to a file of this JVM; at the end of the
 * JVM the files of all JVMs of the {@linkplain RunIdentity run} are merged into {@code
 * verdicts.json}.
 *
 * <p>Among them stand, also at once, the {@link TestEvent}s of the model tests, and what tests show
 * without a claim. Beside its lines a JVM leaves, when it ends, how many there are, so that one
 * that could not be written, or was removed since, is counted as unreadable. A JVM that is killed
 * merges nothing and leaves no such number, but the lines that it wrote are there, and whichever
 * JVM of the run ends next merges them; a line that was being written is counted as unreadable, and
 * the JVM as unfinished.
 *
 * <p>Files of earlier runs in the same directory are removed when the first verdict of this run is
 * written, so that {@code verdicts.json} never mixes runs. Each JVM's first verdict also removes
 * what the run has merged so far: were the JVM killed, that file would say that nothing is missing.
 */
final class VerdictFile implements VerdictListener {
  private static final String PARTS = "verdicts";
  private static final String FILE = "verdicts.json";
  private static final String LINES = ".jsonl";
  private static final String END = ".end";
  private static final String LOCK = ".lock";

  private final String runByDefault;

  /** Two containers that share a directory may give their JVMs one number. */
  private final String process;

  private final Iterable<VerdictFileListener> listeners;
  private final Map<Path, Written> directories = new LinkedHashMap<>();
  private boolean ended;

  VerdictFile(String runByDefault, long process) {
    this(
        runByDefault,
        process,
        () ->
            ServiceLoader.load(
                    VerdictFileListener.class, VerdictFileListener.class.getClassLoader())
                .iterator());
  }

  /** With listeners that no service names, for tests. */
  VerdictFile(String runByDefault, long process, Iterable<VerdictFileListener> listeners) {
    this.runByDefault = runByDefault;
    this.listeners = listeners;
    Instant now = Instant.now();
    this.process = process + "-" + now.getEpochSecond() + "-" + now.getNano();
  }

  /** What this JVM has written to a directory; the settings are those of its first verdict. */
  private static final class Written {
    private final Settings settings;
    private boolean begun;

    /** How many lines there should be: verdicts, and what became of tests. */
    private long told;

    private Written(Settings settings) {
      this.settings = settings;
    }
  }

  /** A session's file, merged when the JVM ends. */
  static VerdictFile of(RunSession session) {
    return session.get(VerdictFile.class, VerdictFile::ofThisProcess);
  }

  private static VerdictFile ofThisProcess() {
    // Settings that a program made itself may name no run, and the command line did.
    String run = Settings.fromSystem().runId().orElseGet(RunIdentity::ofThisProcess);
    VerdictFile file = new VerdictFile(run, ProcessHandle.current().pid());
    Runtime.getRuntime().addShutdownHook(new Thread(file::merge, "touchstone-verdicts"));
    return file;
  }

  @Override
  public void verdictReached(Verdict verdict, RunContext context) {
    Path directory = context.settings().reportDirectory().toAbsolutePath();
    Written written = written(directory, context.settings());
    tellIfLate(
        directory, written, write(directory, written, () -> VerdictLines.line(verdict, context)));
  }

  @Override
  public void figureShown(Shown shown, RunContext context) {
    Path directory = context.settings().reportDirectory().toAbsolutePath();
    Written written = written(directory, context.settings());
    tellIfLate(
        directory, written, write(directory, written, () -> VerdictLines.line(shown, context)));
  }

  /** Hears what becomes of model tests. */
  void testsHeard(TestEvent event, Settings settings) {
    Path directory = settings.reportDirectory().toAbsolutePath();
    Written written = written(directory, settings);
    tellIfLate(directory, written, write(directory, written, event::line));
  }

  private void tellIfLate(Path directory, Written written, boolean late) {
    if (late) {
      tell(directory, written);
    }
  }

  private synchronized Written written(Path directory, Settings settings) {
    return directories.computeIfAbsent(directory, first -> new Written(settings));
  }

  /** Whether the line came when the JVM's lines had been merged, which is done again. */
  private synchronized boolean write(Path directory, Written written, Supplier<String> line) {
    // Counted before anything can fail.
    written.told++;
    try {
      Path parts = Files.createDirectories(directory.resolve(PARTS));
      Path part = parts.resolve(run(written) + "." + process + LINES);
      if (!written.begun || ended) {
        begin(directory, part, written);
        written.begun = true;
      }
      append(part, line.get() + "\n");
      if (ended) {
        merge(directory, written);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("verdicts could not be written to " + directory, e);
    }
    return ended;
  }

  /** From here on whoever merges knows that this JVM is not at its end. */
  private void begin(Path directory, Path part, Written written) throws IOException {
    alone(
        part.resolveSibling(LOCK),
        () -> {
          removeEarlierRuns(directory.resolve(PARTS), run(written));
          Path file = directory.resolve(FILE);
          if (Files.deleteIfExists(file)) {
            tellAll(file, listener -> listener.verdictsRemoved(file, written.settings));
          }
          Files.deleteIfExists(endOf(part));
          append(part, "");
        });
  }

  /** Half a surrogate, as text that was cut may end in, becomes a question mark. */
  private static void append(Path part, String line) throws IOException {
    Files.write(
        part,
        line.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static void removeEarlierRuns(Path parts, String run) throws IOException {
    try (Stream<Path> files = Files.list(parts)) {
      for (Path file : files.toList()) {
        boolean earlier = partOf(file).filter(part -> !belongsTo(run, part)).isPresent();
        if (earlier) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Merges the files of the run, in every directory that was written to, and then says so: nothing
   * that is made of verdicts may cost one.
   *
   * @throws UncheckedIOException if a directory cannot be written to; the others are
   */
  void merge() {
    UncheckedIOException failure = mergeAll();
    Map<Path, Written> merged;
    synchronized (this) {
      merged = new LinkedHashMap<>(directories);
    }
    merged.forEach(this::tell);
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized @Nullable UncheckedIOException mergeAll() {
    ended = true;
    UncheckedIOException failure = null;
    for (Map.Entry<Path, Written> directory : directories.entrySet()) {
      try {
        merge(directory.getKey(), directory.getValue());
      } catch (IOException e) {
        UncheckedIOException here =
            new UncheckedIOException(FILE + " could not be written to " + directory.getKey(), e);
        if (failure == null) {
          failure = here;
        } else {
          failure.addSuppressed(here);
        }
      }
    }
    return failure;
  }

  private void tell(Path directory, Written written) {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      tellAll(file, listener -> listener.verdictsWritten(file, written.settings));
    }
  }

  /** Each, whatever another one throws: an Error too, such as a library's that cannot draw. */
  private void tellAll(Path file, Consumer<VerdictFileListener> what) {
    Logger log = LoggerFactory.getLogger(VerdictFileListener.class);
    try {
      for (VerdictFileListener listener : listeners) {
        try {
          what.accept(listener);
        } catch (Throwable e) {
          log.warn("{} failed on {}: {}", listener.getClass().getName(), file, e.toString(), e);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      log.warn("what should be made of {} could not be loaded: {}", file, e.toString(), e);
    }
  }

  private void merge(Path directory, Written written) throws IOException {
    String run = run(written);
    Path parts = directory.resolve(PARTS);
    alone(
        parts.resolve(LOCK),
        () -> {
          Files.writeString(endOf(parts.resolve(run + "." + process + LINES)), written.told + "\n");
          List<String> verdicts = new ArrayList<>();
          List<String> shown = new ArrayList<>();
          ModelTests tests = ModelTests.NONE;
          long unreadable = 0;
          int unfinished = 0;
          for (Path part : parts(parts, run)) {
            TestTally tally = new TestTally();
            int before = verdicts.size();
            long readable = 0;
            long spoiled = 0;
            for (String line : lines(part)) {
              if (!VerdictLines.isAsSigned(line)) {
                spoiled++;
              } else {
                readable++;
                if (TestEvent.isOne(line)) {
                  tally.hear(TestEvent.of(line));
                } else if (VerdictLines.isShown(line)) {
                  shown.add(line);
                } else {
                  verdicts.add(line);
                }
              }
            }
            if (tally.hasHeard()) {
              tests = tests.and(tally.counts());
            } else if (verdicts.size() > before) {
              tests = tests.and(ModelTests.UNCOUNTED);
            }
            Optional<Long> told = told(part);
            unfinished += told.isPresent() ? 0 : 1;
            // A spoiled line may be what is left of several.
            unreadable += Math.max(spoiled, told.orElse(0L) - readable);
          }
          String merged =
              VerdictLines.file(
                  run, Math.toIntExact(unreadable), unfinished, tests, verdicts, shown);
          WholeFile.write(directory.resolve(FILE), writer -> writer.write(merged));
        });
  }

  private interface Action {
    void run() throws IOException;
  }

  /**
   * Runs one at a time in this JVM, whatever the session, as a file lock needs; it keeps other JVMs
   * out.
   */
  private static void alone(Path lockFile, Action action) throws IOException {
    synchronized (VerdictFile.class) {
      // An interrupted test's verdict counts, and a lock is not given to interrupted threads.
      boolean interrupted = Thread.interrupted();
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        action.run();
      } catch (NoSuchFileException e) {
        // The directory was removed since, as a test's temporary one is.
      } catch (OverlappingFileLockException e) {
        throw new IOException("another class loader's Touchstone writes there", e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private String run(Written written) {
    return written.settings.runId().orElse(runByDefault);
  }

  /** Decoded leniently: a killed JVM may have left half a character. */
  private static List<String> lines(Path part) throws IOException {
    if (!Files.exists(part)) {
      return List.of();
    }
    return new String(Files.readAllBytes(part), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Written when a JVM ends by itself; one that was killed leaves none. */
  private static Path endOf(Path part) {
    return part.resolveSibling(part.getFileName() + END);
  }

  /** How many lines a JVM says that it has written; empty where it did not end by itself. */
  private static Optional<Long> told(Path part) throws IOException {
    try {
      return Optional.of(Long.valueOf(Files.readString(endOf(part)).strip()));
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean belongsTo(String run, Path part) {
    String name = part.getFileName().toString();
    // No id holds a dot, so that "1" is not the run "1.7" or "12".
    return name.substring(0, name.indexOf('.')).equals(run);
  }

  /** The lines that a file is, or is the end of; empty for other files. */
  private static Optional<Path> partOf(Path file) {
    String name = file.getFileName().toString();
    String lines = name.endsWith(END) ? name.substring(0, name.length() - END.length()) : name;
    return Optional.of(file.resolveSibling(lines)).filter(part -> lines.endsWith(LINES));
  }

  /** The parts of a run, those among them of which only the end is left. */
  private static SortedSet<Path> parts(Path parts, String run) throws IOException {
    SortedSet<Path> found = new TreeSet<>();
    try (Stream<Path> files = Files.list(parts)) {
      files
          .flatMap(file -> partOf(file).stream())
          .filter(part -> belongsTo(run, part))
          .forEach(found::add);
    }
    return found;
  }
}
