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
 * Begins an audit set: a table of the examples that are most worth an expert's time; never over one
 * that is there. The same as {@code touchstone audit init}.
 */
@Mojo(name = "audit-init", aggregator = true, threadSafe = true)
public final class AuditInitMojo extends CommandMojo {
  /** The candidates, a table, apart from the training data. */
  @Parameter(property = "touchstone.audit.data", required = true)
  @Nullable File data;

  /** What the table's columns are, in JSON. */
  @Parameter(property = "touchstone.audit.schema", required = true)
  @Nullable File schema;

  /** What an expert would explain an answer by. */
  @Parameter(property = "touchstone.audit.concepts", required = true)
  List<String> concepts = new ArrayList<>();

  /** How many examples to choose. */
  @Parameter(property = "touchstone.audit.examples", defaultValue = "100")
  int examples = 100;

  /** A column of numbers, the larger the more suspicious; all examples are random without it. */
  @Parameter(property = "touchstone.audit.suspicion")
  @Nullable String suspicion;

  /** Whether each concept gets an empty column for its importance. */
  @Parameter(property = "touchstone.audit.importances", defaultValue = "false")
  boolean importances;

  /** The seed of the random choice. */
  @Parameter(property = "touchstone.audit.seed", defaultValue = "1")
  long seed = 1;

  /** Where to write it. */
  @Parameter(property = "touchstone.audit.out", defaultValue = "audit.csv", required = true)
  @Nullable File out;

  @Override
  public void execute() throws MojoFailureException, MojoExecutionException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "audit",
                "init",
                "--data",
                required(data).toString(),
                "--schema",
                required(schema).toString(),
                "--concepts",
                String.join(",", concepts),
                "--examples",
                Integer.toString(examples),
                "--seed",
                Long.toString(seed),
                "--out",
                required(out).toString()));
    if (suspicion != null) {
      arguments.addAll(List.of("--suspicion", suspicion));
    }
    if (importances) {
      arguments.add("--importances");
    }
    call(arguments);
  }
}
