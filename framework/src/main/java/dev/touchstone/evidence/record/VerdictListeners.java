package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a session: the JSON file, those found by ServiceLoader, those added. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class VerdictListeners {
  private static final Logger LOG = LoggerFactory.getLogger(VerdictListeners.class);

  private static final int MOST_BROKEN = 100;

  private final List<VerdictListener> listeners = new CopyOnWriteArrayList<>();

  private VerdictListeners(VerdictFile file) {
    listeners.add(file);
    listeners.addAll(found(VerdictListeners.class.getClassLoader()));
  }

  /** The listeners that can be loaded: one that cannot keeps no other from hearing. */
  static List<VerdictListener> found(@Nullable ClassLoader loader) {
    List<VerdictListener> found = new ArrayList<>();
    Iterator<VerdictListener> providers =
        ServiceLoader.load(VerdictListener.class, loader).iterator();
    // Where the class path itself cannot be read, every attempt fails.
    for (int broken = 0; broken < MOST_BROKEN; ) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        found.add(providers.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        broken++;
        LOG.warn("a verdict listener could not be loaded: {}", e.toString(), e);
      }
    }
    return found;
  }

  /** Returns the session's listeners. */
  public static VerdictListeners of(RunSession session) {
    VerdictFile file = VerdictFile.of(session);
    return session.get(VerdictListeners.class, () -> new VerdictListeners(file));
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
   * and left behind, whatever it throws but exhausted memory (as JUnit does): neither a full disk
   * nor a machine without fonts, which is an {@link InternalError}, may hide a verdict or turn it.
   */
  public void publish(Verdict verdict, RunContext context) {
    tell("a verdict", listener -> listener.verdictReached(verdict, context));
  }

  /** Tells every listener what a test shows without a claim, as {@link #publish} does. */
  public void show(Shown shown, RunContext context) {
    tell("a figure", listener -> listener.figureShown(shown, context));
  }

  private void tell(String what, Consumer<VerdictListener> hearing) {
    for (VerdictListener listener : listeners) {
      try {
        hearing.accept(listener);
      } catch (OutOfMemoryError e) {
        throw e;
      } catch (Throwable e) {
        LOG.warn("{} failed on {}: {}", listener.getClass().getName(), what, e.toString(), e);
      }
    }
  }
}
