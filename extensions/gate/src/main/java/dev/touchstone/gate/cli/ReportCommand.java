package dev.touchstone.gate.cli;

import dev.touchstone.evidence.Baseline;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.RecordedVerdicts;
import dev.touchstone.report.Reports;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code touchstone report}: shows verdicts to people. It decides nothing. */
@Command(
    name = "report",
    description = {
      "Writes report.html, one page that needs nothing else, and a summary in Markdown: summary.md,"
          + " and at the end of the file that GITHUB_STEP_SUMMARY names where it is set."
    },
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private final VerdictsOption verdicts = new VerdictsOption();

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "What approved models measured, to show the trend against.")
  private @Nullable Path baseline;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "touchstone-report",
      description = "Where to write them (default: touchstone-report).")
  private Path out = Path.of("touchstone-report");

  @Override
  public Integer call() {
    RecordedVerdicts read = verdicts.read();
    Reports reports = Reports.of(read);
    if (baseline != null) {
      reports = reports.comparedWith(Baseline.read(baseline));
    }
    PrintWriter writer = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    for (Path file : reports.writeTo(out)) {
      writer.println(PlainText.of(file.toString(), 500));
    }
    writer.flush();
    return 0;
  }
}
