package dev.touchstone.maven;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Writes a page on which people judge the models whose panels the tests of all modules showed;
 * never over one that is there. It decides nothing. The same as {@code touchstone study}.
 */
@Mojo(name = "study", aggregator = true, threadSafe = true)
public final class StudyMojo extends CommandMojo {
  /** What is asked of every panel; by default whether the model is ready to be sold. */
  @Parameter(property = "touchstone.study.question")
  @Nullable String question;

  /** Where to write it; {@code target/touchstone/study.html} by default. */
  @Parameter(property = "touchstone.study.out")
  @Nullable File out;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    // Panels are drawn: a display that is named but not there would stop that.
    System.getProperties().putIfAbsent("java.awt.headless", "true");
    List<String> arguments = new ArrayList<>(List.of("study"));
    arguments.addAll(verdictArguments());
    if (question != null) {
      arguments.addAll(List.of("--question", question));
    }
    arguments.addAll(
        List.of("--out", out == null ? output().resolve("study.html").toString() : out.toString()));
    call(arguments);
  }
}
