package dev.touchstone.evidence;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Writes verdicts: each is appended, when it is reached, to a file of this JVM; at the end of the
 * JVM the files of all JVMs of the run are merged into {@code verdicts.json}.
 *
 * <p>Files of earlier runs in the same directory are removed when the first verdict of this run is
 * written, so that {@code verdicts.json} never mixes runs.
 */
final class VerdictFile implements VerdictListener {
  private static final String PARTS = "verdicts";

  private final String runId = RunSession.runId();
  private final Set<Path> directories = ConcurrentHashMap.newKeySet();

  VerdictFile() {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> directories.forEach(this::merge), "touchstone-verdicts"));
  }

  @Override
  public synchronized void verdictReached(Verdict verdict, RunContext context) {
    Path directory = context.settings().reportDirectory().toAbsolutePath();
    String line = VerdictJson.GSON.toJson(VerdictJson.toJson(verdict, context)) + "\n";
    try {
      Path parts = Files.createDirectories(directory.resolve(PARTS));
      if (directories.add(directory)) {
        removeEarlierRuns(parts);
      }
      Files.writeString(
          parts.resolve(runId + "." + ProcessHandle.current().pid() + ".jsonl"),
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("the verdict could not be written to " + directory, e);
    }
  }

  private void removeEarlierRuns(Path parts) throws IOException {
    for (Path part : parts(parts)) {
      if (!belongsToThisRun(part)) {
        Files.deleteIfExists(part);
      }
    }
  }

  private void merge(Path directory) {
    Path parts = directory.resolve(PARTS);
    try (FileChannel channel =
            FileChannel.open(
                parts.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      JsonArray verdicts = new JsonArray();
      for (Path part : parts(parts)) {
        if (belongsToThisRun(part)) {
          try (Stream<String> lines = Files.lines(part, StandardCharsets.UTF_8)) {
            lines.map(JsonParser::parseString).forEach(verdicts::add);
          }
        }
      }
      JsonObject file = new JsonObject();
      file.addProperty("schema", VerdictJson.SCHEMA);
      file.addProperty("run", runId);
      file.add("verdicts", verdicts);
      Path temporary = Files.createTempFile(directory, "verdicts", ".tmp");
      Files.writeString(temporary, VerdictJson.GSON.toJson(file));
      Files.move(
          temporary,
          directory.resolve("verdicts.json"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("verdicts.json could not be written to " + directory, e);
    }
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
