package dev.touchstone.jupiter;

import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.runtime.TouchstoneException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/** Runs invocations with their context bound, and remembers which are under way. */
final class Invocations {
  private static final Namespace NAMESPACE = Namespace.create(Invocations.class);
  private static final Map<String, ExtensionContext> UNDER_WAY = new ConcurrentHashMap<>();

  /** Why no test of this JVM may run: by plan, where several run within each other. */
  private static final Map<Object, String> REFUSED = new ConcurrentHashMap<>();

  private Invocations() {}

  /** Fails every test of a plan, until that has ended. */
  static void refuse(Object plan, String why) {
    REFUSED.put(plan, why);
  }

  static void allow(Object plan) {
    REFUSED.remove(plan);
  }

  static <T> T proceed(Invocation<T> invocation, ExtensionContext context) throws Throwable {
    ExtensionContext outer = UNDER_WAY.put(context.getUniqueId(), context);
    try (RunContext.Binding binding = contextOf(context).bind()) {
      T result = invocation.proceed();
      Replacements.of(context).refuseUndeclared(context);
      return result;
    } finally {
      if (outer == null) {
        UNDER_WAY.remove(context.getUniqueId());
      } else {
        UNDER_WAY.put(context.getUniqueId(), outer);
      }
    }
  }

  /**
   * Fails a test that has begun to write down a claim and not finished it, unless it has failed
   * already.
   *
   * @throws TouchstoneException that says where, and what to write
   */
  static void refuseUnfinishedClaims(ExtensionContext context) {
    List<String> unfinished =
        OpenClaims.of(RunSession.shared()).of(context.getUniqueId()).unfinished();
    if (!unfinished.isEmpty() && context.getExecutionException().isEmpty()) {
      throw new TouchstoneException(unfinished.get(0));
    }
  }

  /** The run's context of a test: its settings from JUnit's configuration parameters first. */
  static RunContext contextOf(ExtensionContext context) {
    REFUSED.values().stream()
        .findFirst()
        .ifPresent(
            why -> {
              throw new TouchstoneException(why);
            });
    Settings settings =
        Settings.from(context::getConfigurationParameter)
            .replacing(Replacements.of(context).used());
    RunContext run = RunContext.of(settings);
    bindSession(run, context);
    Optional<Class<?>> testClass = nearest(context, ExtensionContext::getTestClass);
    return run.forTest(
        new TestIdentity(
            context.getUniqueId(),
            testClass.map(Class::getName).orElse(""),
            nearest(context, ExtensionContext::getTestMethod).map(Method::getName).orElse(""),
            context.getDisplayName(),
            testClass.map(type -> SuiteIdentity.of(type, settings))));
  }

  /**
   * Lets threads that a test starts, and streams of dynamic tests that JUnit reads between
   * invocations, see the run's settings: they have no binding of their own.
   */
  private static void bindSession(RunContext run, ExtensionContext context) {
    context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            SessionBinding.class,
            key -> new SessionBinding(run.bindToSession()),
            SessionBinding.class);
  }

  /** Ends with the run. */
  private record SessionBinding(RunContext.Binding binding) implements AutoCloseable {
    @Override
    public void close() {
      binding.close();
    }
  }

  /** A dynamic test has no class and method of its own; its factory has. */
  private static <T> Optional<T> nearest(
      ExtensionContext context, Function<ExtensionContext, Optional<T>> property) {
    Optional<ExtensionContext> candidate = Optional.of(context);
    while (candidate.isPresent()) {
      Optional<T> found = property.apply(candidate.get());
      if (found.isPresent()) {
        return found;
      }
      candidate = candidate.get().getParent();
    }
    return Optional.empty();
  }

  /** JUnit's context of a test that is under way. */
  static Optional<ExtensionContext> underWay(TestIdentity test) {
    return Optional.ofNullable(UNDER_WAY.get(test.id()));
  }
}
