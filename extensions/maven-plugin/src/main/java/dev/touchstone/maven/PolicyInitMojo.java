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
 * Writes a policy that asks for what the tests of all modules have claimed, for people to change;
 * never over one that is there. The same as {@code touchstone policy init}.
 */
@Mojo(name = "policy-init", aggregator = true, threadSafe = true)
public final class PolicyInitMojo extends CommandMojo {
  /** Where to write it. */
  @Parameter(property = "touchstone.gate.policy", defaultValue = "policy.yaml", required = true)
  @Nullable File policy;

  /** What decisions call it. */
  @Parameter(property = "touchstone.gate.policyName", defaultValue = "release")
  String name = "release";

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    List<String> arguments = new ArrayList<>(List.of("policy", "init"));
    arguments.addAll(verdictArguments());
    arguments.addAll(List.of("--name", name, "--out", required(policy).toString()));
    call(arguments);
  }
}
