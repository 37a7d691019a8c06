package dev.touchstone.gate.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a JVM that runs a suite says to the one that started it: a file of lines, so that neither
 * what tests print nor a JVM that is killed can garble it. Fields are encoded as in a URL's query.
 * Knows nothing but the JDK, for it lives on the suite's class path.
 */
final class TestEvents {
  private static final String PLANNED = "planned";
  private static final String STARTED = "started";
  private static final String FINISHED = "finished";
  private static final String REFUSED = "refused";
  private static final String MISUSED = "misused";
  private static final String ENDED = "ended";

  private TestEvents() {}

  /** Writes a line an event, at once. */
  static final class Sender implements AutoCloseable {
    private final Writer writer;

    Sender(Path file) {
      try {
        writer = Files.newBufferedWriter(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** More tests are to be run. */
    void planned(long tests) {
      send(PLANNED, Long.toString(tests));
    }

    void started(String name) {
      send(STARTED, name);
    }

    void finished(TestRecord test) {
      send(
          FINISHED,
          test.id(),
          Boolean.toString(test.test()),
          test.className(),
          test.methodName(),
          test.displayName(),
          test.result().name(),
          test.message());
    }

    /** The suite cannot be run. */
    void refused(String why) {
      send(REFUSED, why);
    }

    /** What was given to the run cannot be used, so that its results say nothing. */
    void misused(String why) {
      send(MISUSED, why);
    }

    /** Nothing more will be said. */
    void ended() {
      send(ENDED);
    }

    private synchronized void send(String... fields) {
      try {
        writer.write(
            Stream.of(fields)
                .map(field -> URLEncoder.encode(field, StandardCharsets.UTF_8))
                .collect(Collectors.joining("\t", "", "\n")));
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * All that was said so far.
   *
   * @param planned how many tests there are to be run
   * @param lastStarted the test that began last; empty before the first
   * @param finished the tests that ended, and the containers that did not end well
   * @param refused why the suite could not be run
   * @param misused what was given that cannot be used, each said once
   * @param ended whether all was said
   */
  record Heard(
      long planned,
      String lastStarted,
      List<TestRecord> finished,
      Optional<String> refused,
      List<String> misused,
      boolean ended) {

    /** How many tests have ended. */
    long done() {
      return finished.stream().filter(TestRecord::test).count();
    }
  }

  /** Reads what was said so far; a line that is being written is left out. */
  static Heard read(Path file) {
    long planned = 0;
    String lastStarted = "";
    List<TestRecord> finished = new ArrayList<>();
    Optional<String> refused = Optional.empty();
    Set<String> misused = new LinkedHashSet<>();
    boolean ended = false;
    for (List<String> line : lines(file)) {
      switch (line.get(0)) {
        case PLANNED -> planned += Long.parseLong(line.get(1));
        case STARTED -> lastStarted = line.get(1);
        case FINISHED -> finished.add(test(line));
        case REFUSED -> refused = Optional.of(line.get(1));
        case MISUSED -> misused.add(line.get(1));
        case ENDED -> ended = true;
        default -> throw new IllegalStateException("an event that nobody sends: " + line);
      }
    }
    return new Heard(planned, lastStarted, finished, refused, List.copyOf(misused), ended);
  }

  private static TestRecord test(List<String> line) {
    return new TestRecord(
        line.get(1),
        Boolean.parseBoolean(line.get(2)),
        line.get(3),
        line.get(4),
        line.get(5),
        TestRecord.Result.valueOf(line.get(6)),
        line.get(7));
  }

  private static List<List<String>> lines(Path file) {
    try {
      String text = Files.exists(file) ? Files.readString(file) : "";
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .map(
              line ->
                  Stream.of(line.split("\t", -1))
                      .map(field -> URLDecoder.decode(field, StandardCharsets.UTF_8))
                      .toList())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
