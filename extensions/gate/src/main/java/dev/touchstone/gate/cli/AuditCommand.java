package dev.touchstone.gate.cli;

import dev.touchstone.data.AuditStarter;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.TableSource;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.runtime.TouchstoneException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code touchstone audit}: begins audit sets, which people fill in. */
@Command(
    name = "audit",
    description = "Begins an audit set, for an expert to fill in.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec().commandLine(), "give init");
  }

  @Command(
      name = "init",
      description =
          "Chooses the examples of a table that are most worth annotating, and writes them in CSV,"
              + " with empty columns for label, concepts and confidence.",
      mixinStandardHelpOptions = true)
  int init(
      @Option(
              names = "--data",
              required = true,
              paramLabel = "FILE",
              description =
                  "The candidates, apart from the training data: a table (.csv, .tsv, .jsonl,"
                      + " .ndjson, also .gz, .parquet, .pq).")
          String data,
      @Option(
              names = "--schema",
              required = true,
              paramLabel = "FILE",
              description = "What the table's columns are, in JSON.")
          String schema,
      @Option(
              names = "--concepts",
              required = true,
              split = ",",
              paramLabel = "NAME",
              description =
                  "What an expert would explain an answer by, a column each; one that is called as"
                      + " a feature is filled in.")
          List<String> concepts,
      @Option(
              names = "--examples",
              paramLabel = "N",
              defaultValue = "100",
              description = "How many to choose (default: 100).")
          int examples,
      @Option(
              names = "--suspicion",
              paramLabel = "COLUMN",
              description =
                  "A column of numbers, the larger the more suspicious, such as what a detector"
                      + " says: half of the examples are chosen by it. All at random without it.")
          @Nullable String suspicion,
      @Option(
              names = "--importances",
              description = "Adds an empty column \"importance of …\" for each concept.")
          boolean importances,
      @Option(
              names = "--seed",
              paramLabel = "N",
              defaultValue = "1",
              description = "Of the random choice (default: 1).")
          long seed,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "Where to write it. Never overwrites.")
          Path out) {
    TableSource<?> table = Datasets.table(data).schema(schema);
    Dataset candidates = (suspicion == null ? table : table.groups(suspicion)).load();
    if (examples < 2) {
      throw new TouchstoneException("--examples %d: give 2 at least".formatted(examples));
    }
    AuditStarter starter =
        AuditStarter.of(candidates, concepts.toArray(String[]::new))
            .withExamples(examples)
            .withSeed(seed);
    if (suspicion != null) {
      starter = starter.suspecting(numbers(candidates, suspicion), suspicion);
    }
    Path file = (importances ? starter.withImportances() : starter).writeTo(out);
    PrintWriter writer = spec().commandLine().getOut();
    writer.println(
        PlainText.of(
            "%s: fill in its empty cells, and read it with AuditSet.among".formatted(file), 500));
    writer.flush();
    return 0;
  }

  private static double[] numbers(Dataset candidates, String column) {
    double[] numbers = new double[candidates.size()];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Double.parseDouble(candidates.value(column, i));
      } catch (NumberFormatException e) {
        throw new TouchstoneException(
            "--suspicion %s: example %s of %s has \"%s\" there; give a column of numbers"
                .formatted(
                    column, candidates.id(i), candidates.name(), candidates.value(column, i)),
            e);
      }
    }
    return numbers;
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
