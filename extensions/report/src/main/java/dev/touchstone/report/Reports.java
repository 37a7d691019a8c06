package dev.touchstone.report;

import dev.touchstone.evidence.Baseline;
import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.RecordedVerdicts;
import dev.touchstone.evidence.VerdictSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that people read of a run: {@code report.html}, and a summary in Markdown, which goes
 * to the page of the job where {@code GITHUB_STEP_SUMMARY} names its file and to {@code summary.md}
 * otherwise. The one door for build plugins, the command line and the end of a run. Immutable.
 */
public final class Reports {
  static final String PAGE = "report.html";
  static final String SUMMARY = "summary.md";

  private static final String STEP_SUMMARY = "GITHUB_STEP_SUMMARY";

  private final RecordedVerdicts verdicts;
  private final HtmlReport html;
  private final MarkdownSummary markdown;
  private final Map<String, String> environment;

  private Reports(
      RecordedVerdicts verdicts,
      HtmlReport html,
      MarkdownSummary markdown,
      Map<String, String> environment) {
    this.verdicts = verdicts;
    this.html = html;
    this.markdown = markdown;
    this.environment = environment;
  }

  /** The reports on verdicts. */
  public static Reports of(RecordedVerdicts verdicts) {
    return new Reports(
        verdicts, HtmlReport.of(verdicts), MarkdownSummary.of(verdicts), System.getenv());
  }

  /** The same with the trend against what was approved. */
  public Reports comparedWith(Baseline baseline) {
    return new Reports(verdicts, html.comparedWith(baseline), markdown, environment);
  }

  /** The same with another correction over all claims. */
  public Reports correctedBy(Discoveries.Correction correction) {
    return new Reports(
        verdicts, html.correctedBy(correction), markdown.correctedBy(correction), environment);
  }

  /** The same in another environment, for tests. */
  Reports in(Map<String, String> other) {
    return new Reports(verdicts, html, markdown, other);
  }

  /**
   * Writes them.
   *
   * @param directory where they land, made if it is missing
   * @return the files that were written
   * @throws java.io.UncheckedIOException if one cannot be written
   */
  public List<Path> writeTo(Path directory) {
    Path page = directory.resolve(PAGE);
    html.writeTo(page);
    Optional<Path> job = stepSummary(environment.get(STEP_SUMMARY));
    if (job.isPresent()) {
      // JVMs of one run that end one after the other each come here; the last has everything.
      if (verdicts.sources().stream().allMatch(VerdictSource::isComplete)) {
        markdown.appendTo(job.get());
      }
      return List.of(page, job.get());
    }
    Path summary = directory.resolve(SUMMARY);
    markdown.writeTo(summary);
    return List.of(page, summary);
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
