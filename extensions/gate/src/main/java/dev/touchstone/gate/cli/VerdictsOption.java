package dev.touchstone.gate.cli;

import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictReader;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --verdicts}, the same for every command that reads them. */
final class VerdictsOption {
  @Option(
      names = "--verdicts",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description = "verdicts.json files, or directories that hold them.")
  private List<Path> places = List.of();

  RecordedVerdicts read() {
    return VerdictReader.read(places);
  }

  /** For what no figure is looked at. */
  RecordedVerdicts readWithoutFigures() {
    return VerdictReader.readWithoutFigures(places);
  }
}
