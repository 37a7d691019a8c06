package dev.touchstone.evidence.record;

import dev.touchstone.runtime.Settings;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * Hears at the end of a run that its verdicts are in one file, and when the next one removes it.
 * Found by {@link ServiceLoader}.
 *
 * <p>A run of several JVMs tells it once per JVM, each time with all that is there; the JVM that
 * ends last tells of a file in which nothing is {@linkplain VerdictSource#isComplete() missing}. It
 * is called while the JVM ends, when no shutdown hook can be added any more, and when the verdicts
 * of every directory are written: one that fails, with whatever it throws, is logged and left
 * behind.
 */
public interface VerdictFileListener {

  /**
   * A file was written.
   *
   * @param file the {@code verdicts.json}
   * @param settings those of the first verdict that this JVM wrote to its directory
   */
  void verdictsWritten(Path file, Settings settings);

  /**
   * The file is gone, as another run or another JVM of the run begins there: what was made of it is
   * no longer true.
   *
   * @param file where it was
   * @param settings those of the verdict that begins
   */
  default void verdictsRemoved(Path file, Settings settings) {}
}
