package dev.touchstone.gate.cli;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.report.Reports;
import dev.touchstone.runtime.Settings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
      description =
          "What approved models measured, to show the trend against (default: what"
              + " touchstone.baseline.file says, src/test/resources/touchstone-baseline.json, where"
              + " it exists). Repeatable, for several modules.")
  private List<Path> baselines = List.of();

  @Option(
      names = "--discoveries",
      paramLabel = "CORRECTION",
      description =
          "By which correction over all claims a FAIL is marked as a discovery:"
              + " benjamini-yekutieli (default), under any dependence between claims, or"
              + " benjamini-hochberg, for independent ones or such that depend positively.")
  private @Nullable String discoveries;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "touchstone-report",
      description = "Where to write them (default: touchstone-report).")
  private Path out = Path.of("touchstone-report");

  @Override
  public Integer call() {
    RecordedVerdicts read = verdicts.read();
    Settings settings = Settings.fromSystem();
    Reports reports =
        Reports.of(read)
            .correctedBy(
                Discoveries.Correction.named(
                    discoveries == null ? settings.reportDiscoveries() : discoveries));
    for (Path baseline : baselines.isEmpty() ? byDefault(settings) : baselines) {
      reports = reports.comparedWith(Baseline.read(baseline));
    }
    PrintWriter writer = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    for (Path file : reports.writeTo(out)) {
      writer.println(PlainText.of(file.toString(), 500));
    }
    writer.flush();
    return 0;
  }

  private static List<Path> byDefault(Settings settings) {
    return Files.exists(settings.baselineFile()) ? List.of(settings.baselineFile()) : List.of();
  }
}
