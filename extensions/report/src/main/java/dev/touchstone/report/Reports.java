package dev.touchstone.report;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.RecordedVerdicts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that people read of a run: {@code report.html}, and a summary in Markdown: {@code
 * summary.md}, and the page of the job where {@code GITHUB_STEP_SUMMARY} names its file. The one
 * door for build plugins, the command line and the end of a run. Immutable.
 */
public final class Reports {
  static final String PAGE = "report.html";
  static final String SUMMARY = "summary.md";

  /** Within these stands what tells a report from other files. */
  private static final int HEAD_BYTES = 1024;

  private static final String STEP_SUMMARY = "GITHUB_STEP_SUMMARY";

  private final HtmlReport html;
  private final MarkdownSummary markdown;
  private final Map<String, String> environment;

  private Reports(HtmlReport html, MarkdownSummary markdown, Map<String, String> environment) {
    this.html = html;
    this.markdown = markdown;
    this.environment = environment;
  }

  /** The reports on verdicts. */
  public static Reports of(RecordedVerdicts verdicts) {
    return new Reports(HtmlReport.of(verdicts), MarkdownSummary.of(verdicts), System.getenv());
  }

  /** The same with the trend against what was approved, in one baseline or in several. */
  public Reports comparedWith(Baseline baseline) {
    return new Reports(html.comparedWith(baseline), markdown, environment);
  }

  /** The same with another correction over all claims. */
  public Reports correctedBy(Discoveries.Correction correction) {
    return new Reports(html.correctedBy(correction), markdown.correctedBy(correction), environment);
  }

  /** The same in another environment, for tests. */
  Reports in(Map<String, String> other) {
    return new Reports(html, markdown, other);
  }

  /**
   * Writes them, and adds the summary to the job's page where there is one.
   *
   * @param directory where they land, made if it is missing
   * @return the files that were written
   * @throws java.io.UncheckedIOException if one cannot be written
   */
  public List<Path> writeTo(Path directory) {
    return writeTo(directory, markdown::appendTo);
  }

  /**
   * Writes them as {@link #writeTo(Path)} does, but in place of what an earlier JVM of the same run
   * added to the job's page: each writes when it ends, and the last knows everything.
   *
   * @param part what is replaced: the run and the file of which others of its JVMs report too
   */
  List<Path> writeAgainTo(Path directory, String part) {
    return writeTo(directory, job -> markdown.replaceIn(job, part));
  }

  private List<Path> writeTo(Path directory, Consumer<Path> toJob) {
    List<Path> written = new ArrayList<>();
    Path page = directory.resolve(PAGE);
    html.writeTo(page);
    written.add(page);
    Path summary = directory.resolve(SUMMARY);
    markdown.writeTo(summary);
    written.add(summary);
    stepSummary(environment.get(STEP_SUMMARY))
        .ifPresent(
            job -> {
              toJob.accept(job);
              written.add(job);
            });
    return List.copyOf(written);
  }

  /**
   * Deletes the reports in a directory, so that they do not pass for such about verdicts to come.
   * Files of the same names that Touchstone has not written stay.
   *
   * @throws IOException if one cannot be read or deleted
   */
  public static void removeFrom(Path directory) throws IOException {
    remove(directory.resolve(PAGE), HtmlReport.MARK);
    remove(directory.resolve(SUMMARY), MarkdownSummary.MARK);
  }

  private static void remove(Path file, String mark) throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    String head;
    try (InputStream in = Files.newInputStream(file)) {
      head = new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
    }
    if (head.contains(mark)) {
      Files.delete(file);
    }
  }

  private static Optional<Path> stepSummary(@Nullable String given) {
    if (given == null || given.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(given));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
