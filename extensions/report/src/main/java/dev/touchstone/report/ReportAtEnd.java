package dev.touchstone.report;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictFileListener;
import dev.touchstone.evidence.record.VerdictReader;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
      Path directory = beside(file);
      try {
        RecordedVerdicts verdicts = VerdictReader.read(file);
        Reports reports =
            Reports.of(verdicts)
                .correctedBy(Discoveries.Correction.named(settings.reportDiscoveries()));
        if (Files.exists(settings.baselineFile())) {
          reports = reports.comparedWith(Baseline.read(settings.baselineFile()));
        }
        reports.writeAgainTo(directory, part(verdicts, file));
      } catch (Throwable failure) {
        try {
          removeEarlierReports(directory);
        } catch (IOException e) {
          failure.addSuppressed(e);
        }
        throw failure;
      }
    }
  }

  @Override
  public void verdictsRemoved(Path file, Settings settings) {
    try {
      if (settings.reportHtml()) {
        removeEarlierReports(beside(file));
      } else {
        // Another run, or a command, may have written some; what is somebody else's stays.
        Reports.removeFrom(beside(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the reports beside " + file + " could not be removed", e);
    }
  }

  private static Path beside(Path file) {
    return Optional.ofNullable(file.getParent()).orElse(file);
  }

  /** What the JVMs of a run that share a directory have in common. */
  private static String part(RecordedVerdicts verdicts, Path file) {
    String run = verdicts.sources().get(0).run();
    String both = run + " " + file.toAbsolutePath();
    return Digest.ofBytes(both.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  /** An earlier run's reports would look like this one's. */
  private static void removeEarlierReports(Path directory) throws IOException {
    for (String name : List.of(Reports.PAGE, Reports.SUMMARY)) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }
}
