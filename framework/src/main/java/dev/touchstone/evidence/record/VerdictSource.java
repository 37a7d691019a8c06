package dev.touchstone.evidence.record;

import dev.touchstone.evidence.ModelTests;
import java.nio.file.Path;

/**
 * A verdict file that was read.
 *
 * @param file where it lies; a directory of lines where no JVM of the run has merged them
 * @param sha256 of its bytes, in hexadecimal
 * @param run the run that all its verdicts belong to
 * @param unreadable how many verdicts were reached and are not in the file: left half-written by a
 *     killed JVM, never written, or removed since
 * @param unfinished how many JVMs wrote verdicts and never said that they ended
 * @param tests what became of the run's model tests
 */
public record VerdictSource(
    Path file, String sha256, String run, int unreadable, int unfinished, ModelTests tests) {

  /** Whether all that was judged in the run is in the file; tests may have judged nothing. */
  public boolean isComplete() {
    return unreadable == 0 && unfinished == 0;
  }
}
