package dev.touchstone.evidence;

import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners of a session: the JSON file, those found by ServiceLoader, those added. */
public final class VerdictListeners {
  private final List<VerdictListener> listeners = new CopyOnWriteArrayList<>();

  private VerdictListeners() {
    listeners.add(new VerdictFile());
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

  /** Tells every listener, in the order in which they were added. */
  public void publish(Verdict verdict, RunContext context) {
    listeners.forEach(listener -> listener.verdictReached(verdict, context));
  }
}
