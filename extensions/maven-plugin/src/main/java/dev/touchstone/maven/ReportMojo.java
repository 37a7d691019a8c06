package dev.touchstone.maven;

import dev.touchstone.runtime.Settings;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Shows the verdicts of all modules as {@code report.html} and in Markdown. It decides nothing. The
 * same as {@code touchstone report}.
 */
@Mojo(name = "report", aggregator = true, threadSafe = true)
public final class ReportMojo extends CommandMojo {
  /** Where they land; {@code target/touchstone} by default. */
  @Parameter(property = "touchstone.report.out")
  @Nullable File out;

  /**
   * What approved models measured, to show the trend against; by default the baselines that the
   * modules of this build have where {@code touchstone.baseline.file} says.
   */
  @Parameter(property = "touchstone.report.baseline")
  @Nullable File baseline;

  /**
   * By which correction over all claims a FAIL is marked as a discovery: {@code
   * benjamini-yekutieli}, the default, or {@code benjamini-hochberg}.
   */
  @Parameter(property = "touchstone.report.discoveries")
  @Nullable String discoveries;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    // Charts are drawn: a display that is named but not there would stop that.
    System.getProperties().putIfAbsent("java.awt.headless", "true");
    List<String> arguments = new ArrayList<>(List.of("report"));
    arguments.addAll(verdictArguments());
    arguments.addAll(List.of("--out", out == null ? output().toString() : out.toString()));
    List<String> baselines =
        baseline == null
            ? inModules(Settings.fromSystem().baselineFile())
            : List.of(baseline.toString());
    baselines.forEach(file -> arguments.addAll(List.of("--baseline", file)));
    if (discoveries != null) {
      arguments.addAll(List.of("--discoveries", discoveries));
    }
    call(arguments);
  }
}
