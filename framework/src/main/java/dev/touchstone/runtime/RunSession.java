package dev.touchstone.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What all tests of one JVM share: one object of a type, made when first asked for. Verdict
 * listeners and the evaluation cache live here, and this package knows neither.
 */
public final class RunSession {
  private static final RunSession SHARED = new RunSession();

  private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();

  private RunSession() {}

  /** Returns the session of this JVM. */
  public static RunSession shared() {
    return SHARED;
  }

  /** Returns a session of its own, for tests of Touchstone itself. */
  public static RunSession isolated() {
    return new RunSession();
  }

  /** Returns the session's object of a type, made by {@code make} when first asked for. */
  public <T> T get(Class<T> type, Supplier<? extends T> make) {
    return type.cast(shared.computeIfAbsent(type, key -> make.get()));
  }
}
