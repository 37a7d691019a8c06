package dev.touchstone.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation needs to know about the run: settings, random streams, the cache of
 * evaluations, and which test is asking.
 *
 * <p>{@link #current()} is read once, where an assertion is entered, and the context is passed
 * explicitly from there. A test framework's extension {@linkplain #bind() binds} a context to the
 * thread around every invocation. A thread that a test starts, such as that of JUnit's {@code
 * assertTimeoutPreemptively}, sees the test's for as long as it is the only one under way; threads
 * without one see the session's; outside any framework the {@code touchstone.*} system properties
 * make it.
 */
public final class RunContext {
  private static final ThreadLocal<Deque<RunContext>> BOUND =
      ThreadLocal.withInitial(ArrayDeque::new);
  private static final Deque<RunContext> OF_SESSION = new ConcurrentLinkedDeque<>();

  /** What the thread that started this one had bound then. */
  private static final InheritableThreadLocal<@Nullable RunContext> OF_STARTER =
      new InheritableThreadLocal<>();

  /** All that are bound to any thread. */
  private static final Deque<RunContext> UNDER_WAY = new ConcurrentLinkedDeque<>();

  private final Settings settings;
  private final RunSession runSession;
  private final @Nullable TestIdentity test;
  private final @Nullable Progress progress;

  private RunContext(
      Settings settings,
      RunSession runSession,
      @Nullable TestIdentity test,
      @Nullable Progress progress) {
    this.settings = settings;
    this.runSession = runSession;
    this.test = test;
    this.progress = progress;
  }

  /**
   * Returns the context of this thread, else of the test that started it, else of the session, else
   * one made from system properties.
   */
  public static RunContext current() {
    RunContext bound = BOUND.get().peek();
    if (bound != null) {
      return bound;
    }
    RunContext ofStarter = OF_STARTER.get();
    if (ofStarter != null && ofStarter.isAloneUnderWay()) {
      return ofStarter;
    }
    RunContext ofSession = OF_SESSION.peek();
    return ofSession != null ? ofSession : of(Settings.fromSystem());
  }

  /** Returns a context with a session of its own. */
  public static RunContext of(Settings settings, RunSession runSession) {
    return new RunContext(settings, runSession, null, null);
  }

  /** Returns a context with the process's shared session (its cache and its listeners). */
  public static RunContext of(Settings settings) {
    return of(settings, RunSession.shared());
  }

  /** Returns the same context, asked by a test. */
  public RunContext forTest(TestIdentity asking) {
    return new RunContext(settings, runSession, asking, progress);
  }

  /** Returns the same context with other settings. */
  public RunContext with(Settings other) {
    return new RunContext(other, runSession, test, progress);
  }

  /** Returns the same context, in which long work shows elsewhere how far it has come. */
  public RunContext with(Progress other) {
    return new RunContext(settings, runSession, test, other);
  }

  /** Makes this the context of threads that have none bound, until the binding is closed. */
  public Binding bindToSession() {
    OF_SESSION.push(this);
    return () -> OF_SESSION.remove(this);
  }

  /** A pool's thread, which one test started, may work for another: then nobody is named. */
  private boolean isAloneUnderWay() {
    return UNDER_WAY.contains(this)
        && UNDER_WAY.stream().allMatch(other -> Objects.equals(other.test, test));
  }

  /** Binds this context to the current thread until the binding is closed. */
  public Binding bind() {
    Deque<RunContext> stack = BOUND.get();
    RunContext ofStarter = OF_STARTER.get();
    stack.push(this);
    UNDER_WAY.push(this);
    OF_STARTER.set(this);
    return () -> {
      stack.remove(this);
      UNDER_WAY.removeFirstOccurrence(this);
      if (ofStarter == null) {
        OF_STARTER.remove();
      } else {
        OF_STARTER.set(ofStarter);
      }
      if (stack.isEmpty()) {
        BOUND.remove();
      }
    };
  }

  /** Returns what the user set. */
  public Settings settings() {
    return settings;
  }

  /** Returns random numbers of the run's seed. */
  public RandomStreams random() {
    return new RandomStreams(settings.seed());
  }

  /** Returns where long work shows how far it has come; quiet unless a person watches. */
  public Progress progress() {
    return progress == null ? Progress.of(settings) : progress;
  }

  /** Returns what the whole run shares. */
  public RunSession session() {
    return runSession;
  }

  /** Returns the test that is asking; empty outside a test framework. */
  public Optional<TestIdentity> test() {
    return Optional.ofNullable(test);
  }

  /** A binding that ends when closed. */
  public interface Binding extends AutoCloseable {
    @Override
    void close();
  }
}
