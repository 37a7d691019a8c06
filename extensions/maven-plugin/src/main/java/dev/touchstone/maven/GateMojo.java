package dev.touchstone.maven;

import dev.touchstone.gate.handoff.Handoff;
import dev.touchstone.runtime.TouchstoneException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether models may ship, from the verdicts of all modules and a policy, and fails the
 * build with every reason if they may not. The same as {@code touchstone gate}.
 *
 * <pre>{@code
 * mvn verify touchstone:gate -Dtouchstone.gate.models=models/cnn.onnx
 * }</pre>
 */
@Mojo(name = "gate", aggregator = true, threadSafe = true)
public final class GateMojo extends CommandMojo {
  /** The model files that ask to be shipped: {@code FILE} or {@code NAME=FILE}. */
  @Parameter(property = "touchstone.gate.models")
  List<String> models = new ArrayList<>();

  /** The policy. */
  @Parameter(property = "touchstone.gate.policy", defaultValue = "policy.yaml", required = true)
  @Nullable File policy;

  /**
   * Where the decision, the model cards and the statements land; {@code target/touchstone/decision}
   * by default.
   */
  @Parameter(property = "touchstone.gate.out")
  @Nullable File out;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    Path decision = out == null ? output().resolve("decision") : out.toPath();
    try {
      // Before anything can fail: an old approval must not pass for an answer to this question.
      Handoff.clear(decision);
    } catch (TouchstoneException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    }
    List<String> arguments = new ArrayList<>(List.of("gate"));
    arguments.addAll(modelArguments(models));
    arguments.addAll(List.of("--policy", required(policy).toString()));
    arguments.addAll(verdictArguments());
    arguments.addAll(List.of("--out", decision.toString()));
    call(arguments);
  }
}
