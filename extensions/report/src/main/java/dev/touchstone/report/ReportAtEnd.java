package dev.touchstone.report;

import dev.touchstone.evidence.Baseline;
import dev.touchstone.evidence.VerdictFileListener;
import dev.touchstone.evidence.VerdictReader;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes the reports beside the verdicts where {@code touchstone.report.html} asks for it. */
public final class ReportAtEnd implements VerdictFileListener {

  @Override
  public void verdictsWritten(Path file, Settings settings) {
    if (settings.reportHtml()) {
      // The tests are over: where nobody says whether there is a display, none is asked for.
      System.getProperties().putIfAbsent("java.awt.headless", "true");
      Path directory = Optional.ofNullable(file.getParent()).orElse(file);
      try {
        Reports reports = Reports.of(VerdictReader.read(file));
        if (Files.exists(settings.baselineFile())) {
          reports = reports.comparedWith(Baseline.read(settings.baselineFile()));
        }
        reports.writeTo(directory);
      } catch (Throwable failure) {
        removeWhatIsThere(directory, failure);
        throw failure;
      }
    }
  }

  /** An earlier run's reports would look like this one's. */
  private static void removeWhatIsThere(Path directory, Throwable failure) {
    for (String name : List.of(Reports.PAGE, Reports.SUMMARY)) {
      try {
        Files.deleteIfExists(directory.resolve(name));
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
