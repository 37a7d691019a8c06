package dev.touchstone.evidence;

import dev.touchstone.runtime.Settings;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears at the end of a run that its verdicts are in one file. Found by {@link ServiceLoader}.
 *
 * <p>A run of several JVMs tells it once per JVM, each time with all that is there; the JVM that
 * ends last tells of a file in which nothing is {@linkplain VerdictSource#isComplete() missing}. It
 * is called while the JVM ends, when no shutdown hook can be added any more.
 */
public interface VerdictFileListener {

  /**
   * A file was written.
   *
   * @param file the {@code verdicts.json}
   * @param settings those of the first verdict that this JVM wrote to its directory
   */
  void verdictsWritten(Path file, Settings settings);

  /** One that fails is logged and left behind: the verdicts are what counts. */
  static void tellAll(Path file, Settings settings) {
    Logger log = LoggerFactory.getLogger(VerdictFileListener.class);
    Iterator<VerdictFileListener> listeners =
        ServiceLoader.load(VerdictFileListener.class, VerdictFileListener.class.getClassLoader())
            .iterator();
    try {
      while (listeners.hasNext()) {
        VerdictFileListener listener = listeners.next();
        try {
          listener.verdictsWritten(file, settings);
        } catch (RuntimeException e) {
          log.warn("{} failed on {}: {}", listener.getClass().getName(), file, e.toString(), e);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      log.warn("what should be made of {} could not be loaded: {}", file, e.toString(), e);
    }
  }
}
