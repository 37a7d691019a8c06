package dev.touchstone.evidence;

import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a session: the JSON file, those found by ServiceLoader, those added. */
public final class VerdictListeners {
  private static final Logger LOG = LoggerFactory.getLogger(VerdictListeners.class);

  private final List<VerdictListener> listeners = new CopyOnWriteArrayList<>();

  private VerdictListeners() {
    listeners.add(VerdictFile.ofThisProcess());
    ServiceLoader.load(VerdictListener.class, VerdictListeners.class.getClassLoader())
        .forEach(listeners::add);
  }

  /** The session's listeners. */
  public static VerdictListeners of(RunSession session) {
    return session.get(VerdictListeners.class, VerdictListeners::new);
  }

  /** Adds a listener for the rest of the session. */
  public void add(VerdictListener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  public void remove(VerdictListener listener) {
    listeners.remove(listener);
  }

  /**
   * Tells every listener, in the order in which they were added. A listener that fails is logged
   * and left behind: a full disk must neither hide a verdict nor turn it.
   */
  public void publish(Verdict verdict, RunContext context) {
    for (VerdictListener listener : listeners) {
      try {
        listener.verdictReached(verdict, context);
      } catch (RuntimeException e) {
        LOG.warn("{} failed on a verdict: {}", listener.getClass().getName(), e.toString(), e);
      }
    }
  }
}
