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
 * Checks a decision against the files that it was made from, and fails the build where it does not
 * follow from them or says no. The same as {@code touchstone verify}.
 */
@Mojo(name = "verify", aggregator = true, threadSafe = true)
public final class VerifyMojo extends CommandMojo {
  /** The decision; {@code target/touchstone/decision/decision.json} by default. */
  @Parameter(property = "touchstone.verify.decision")
  @Nullable File decision;

  /** The model files that are to be shipped: {@code FILE} or {@code NAME=FILE}. */
  @Parameter(property = "touchstone.gate.models")
  List<String> models = new ArrayList<>();

  /** The policy. */
  @Parameter(property = "touchstone.gate.policy", defaultValue = "policy.yaml", required = true)
  @Nullable File policy;

  /**
   * Whether it is asked only if the decision follows from the files, not if they would decide the
   * same today: for an auditor, not for a deployment.
   */
  @Parameter(property = "touchstone.gate.asDecided")
  boolean asDecided;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    call(arguments());
  }

  List<String> arguments() throws MojoFailureException, MojoExecutionException {
    List<String> arguments = new ArrayList<>(List.of("verify"));
    arguments.add(
        decision == null
            ? output().resolve("decision").resolve("decision.json").toString()
            : decision.toString());
    if (asDecided) {
      arguments.add("--as-decided");
    }
    arguments.addAll(modelArguments(models));
    arguments.addAll(List.of("--policy", required(policy).toString()));
    arguments.addAll(verdictArguments());
    return arguments;
  }
}
