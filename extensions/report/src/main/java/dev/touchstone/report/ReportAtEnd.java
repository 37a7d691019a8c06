package dev.touchstone.report;

import dev.touchstone.evidence.Baseline;
import dev.touchstone.evidence.VerdictFileListener;
import dev.touchstone.evidence.VerdictReader;
import dev.touchstone.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes the reports beside the verdicts where {@code touchstone.report.html} asks for it. */
public final class ReportAtEnd implements VerdictFileListener {

  @Override
  public void verdictsWritten(Path file, Settings settings) {
    if (settings.reportHtml()) {
      Reports reports = Reports.of(VerdictReader.read(file));
      if (Files.exists(settings.baselineFile())) {
        reports = reports.comparedWith(Baseline.read(settings.baselineFile()));
      }
      reports.writeTo(Optional.ofNullable(file.getParent()).orElse(file));
    }
  }
}
