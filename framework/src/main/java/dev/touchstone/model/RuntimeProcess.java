package dev.touchstone.model;

import dev.touchstone.model.RuntimeWire.Reply;
import dev.touchstone.model.RuntimeWire.Request;
import dev.touchstone.model.RuntimeWire.Status;
import dev.touchstone.runtime.ArgumentFile;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that ONNX Runtime runs in, seen from the tests. Native code indexes memory by what
 * stands in a file, and not every operator checks: what ends is this process, and the tests go on.
 * All sessions share one, which is started when first needed; after its end another one is.
 */
final class RuntimeProcess {
  private static final String RUNTIME = "ai.onnxruntime.OrtEnvironment";

  /** Not by its class, which cannot be loaded without ONNX Runtime. */
  private static final String SERVER = "dev.touchstone.model.RuntimeServer";

  /** Where the JVM writes of its end. */
  private static final String LOG = "ended.log";

  private static final String CLASS_PATH = "class-path.args";

  private static final int BUFFER = 1 << 16;
  private static final int LAST_WORDS = 4000;
  private static final int MOST_WORDS = 160;
  private static final long ENDS_WITHIN_SECONDS = 10;

  private static @Nullable RuntimeProcess current;

  private final Process process;
  private final Path folder;
  private final DataOutputStream out;
  private final Map<Long, CompletableFuture<Reply>> asked = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final StringBuilder printed = new StringBuilder();
  private final Thread listener;

  /** How it ended, once it is known. */
  private final CompletableFuture<String> how = new CompletableFuture<>();

  private volatile boolean ended;

  private RuntimeProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
    this.listener = thread(this::listen, "replies of ONNX Runtime");
  }

  /** The process ended, or was ended, before it answered. */
  static final class Ended extends Exception {
    private static final long serialVersionUID = 1;

    private Ended(String how) {
      super(how);
    }
  }

  /**
   * The process that is there, or a new one.
   *
   * @throws NoClassDefFoundError if ONNX Runtime is not on the class path
   */
  static synchronized RuntimeProcess current() {
    RuntimeProcess there = current;
    if (there == null || there.ended || !there.process.isAlive()) {
      there = start();
      current = there;
    }
    return there;
  }

  private static RuntimeProcess start() {
    Class<?> runtime;
    try {
      runtime = Class.forName(RUNTIME, false, RuntimeProcess.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      NoClassDefFoundError missing = new NoClassDefFoundError(RUNTIME);
      missing.initCause(e);
      throw missing;
    }
    try {
      Path folder = Files.createTempDirectory("touchstone-onnxruntime");
      ProcessBuilder builder = new ProcessBuilder(command(folder, runtime));
      // Debuggers and agents of the tests listen on ports of their own.
      builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      RuntimeProcess started = new RuntimeProcess(builder.start(), folder);
      started.listener.start();
      thread(started::hear, "errors of ONNX Runtime").start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::end));
      return started;
    } catch (IOException e) {
      throw new TouchstoneException(
          "ONNX Runtime runs in a process of its own, which could not be started: "
              + e.getMessage()
              + "; allow the tests to start one, and to write into "
              + System.getProperty("java.io.tmpdir"),
          e);
    }
  }

  private static List<String> command(Path folder, Class<?> runtime) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve(LOG));
    command.add("-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m");
    command.add("-Djava.io.tmpdir=" + folder);
    // Such as where its native libraries lie.
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("onnxruntime."))
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.add(
        ArgumentFile.ofClassPath(
            folder.resolve(CLASS_PATH),
            place(RuntimeProcess.class) + File.pathSeparator + place(runtime)));
    command.add(SERVER);
    return command;
  }

  /** Where a class was loaded from; all of the class path, where that is no file. */
  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    try {
      return location == null || !location.getProtocol().equals("file")
          ? System.getProperty("java.class.path")
          : Path.of(location.toURI()).toString();
    } catch (URISyntaxException e) {
      return System.getProperty("java.class.path");
    }
  }

  /**
   * Asks, and waits for the answer. A thread that is interrupted meanwhile ends the process, as
   * there is no other way to end what runs in it.
   *
   * @throws Ended if the process ended before it answered
   */
  Reply ask(Request request) throws Ended {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    asked.put(number, answer);
    try {
      synchronized (out) {
        out.writeLong(number);
        request.write(out);
        out.flush();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    }
    if (ended) {
      // The listener may have gone before it could see this request.
      answer.completeExceptionally(new IOException("the process ended"));
    }
    try {
      return answer.get();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new TouchstoneException("the test was interrupted while it waited for ONNX Runtime", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutOfMemoryError tooLarge) {
        return Reply.failed(Status.TOO_LARGE, tooLarge.toString());
      }
      throw new Ended(how.join());
    } finally {
      asked.remove(number);
    }
  }

  private void listen() {
    Throwable end;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER))) {
      while (true) {
        CompletableFuture<Reply> waiting = asked.get(RuntimeWire.number(in));
        Reply reply = Reply.read(in);
        if (waiting != null) {
          waiting.complete(reply);
        }
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      end = e;
    }
    ended = true;
    how.complete(how());
    for (CompletableFuture<Reply> waiting : asked.values()) {
      waiting.completeExceptionally(end);
    }
    end();
  }

  /** Keeps the last of what native code and the JVM print. */
  private void hear() {
    byte[] bytes = new byte[BUFFER];
    try (InputStream in = process.getErrorStream()) {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        synchronized (printed) {
          printed.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
          printed.delete(0, Math.max(0, printed.length() - LAST_WORDS));
        }
      }
    } catch (IOException e) {
      // The pipe of a process that was ended is broken.
    }
  }

  /** The exit status; and what the JVM says of its end, or else the last line that was printed. */
  private String how() {
    String status = "no exit status";
    try {
      if (process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        status = "exit status " + process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String said = "";
    synchronized (printed) {
      said = printed.toString().lines().reduce(said, (before, line) -> line);
    }
    Path log = folder.resolve(LOG);
    if (Files.exists(log)) {
      try (Stream<String> lines = Files.lines(log)) {
        said = lines.filter(line -> line.startsWith("#  ")).findFirst().orElse(said);
      } catch (IOException | UncheckedIOException e) {
        // The exit status has to do.
      }
    }
    said = said.replaceFirst("^#\\s+", "").replaceFirst(" at pc=.*", "");
    return said.isEmpty()
        ? status
        : status + ", " + said.substring(0, Math.min(MOST_WORDS, said.length()));
  }

  /** Once the process has ended, or at the end of the tests; what it unpacked goes, too. */
  private synchronized void end() {
    process.destroyForcibly();
    try {
      process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // It is gone already, or lies in the folder of what may be deleted.
    }
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
