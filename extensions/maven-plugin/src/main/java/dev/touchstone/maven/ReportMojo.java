package dev.touchstone.maven;

import dev.touchstone.evidence.RecordedVerdicts;
import dev.touchstone.evidence.VerdictReader;
import dev.touchstone.report.HtmlReport;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows the verdicts of all modules as one HTML page. It decides nothing. The same as {@code
 * touchstone report}.
 */
@Mojo(name = "report", aggregator = true, threadSafe = true)
public final class ReportMojo extends CommandMojo {
  /** Where to write the page; {@code target/touchstone/report.html} by default. */
  @Parameter(property = "touchstone.report.out")
  @Nullable File out;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    Path page = out == null ? output().resolve("report.html") : out.toPath();
    try {
      RecordedVerdicts read = VerdictReader.read(verdictPlaces());
      HtmlReport.of(read).writeTo(page);
      getLog().info(read.verdicts().size() + " verdicts in " + page);
    } catch (TouchstoneException | UncheckedIOException e) {
      throw new MojoExecutionException(String.valueOf(e.getMessage()), e);
    }
  }
}
