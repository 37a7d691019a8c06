package dev.touchstone.jupiter;

import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor.Invocation;

/** Runs invocations with their context bound, and remembers which are under way. */
final class Invocations {
  private static final Map<String, ExtensionContext> UNDER_WAY = new ConcurrentHashMap<>();

  private Invocations() {}

  static <T> T proceed(Invocation<T> invocation, ExtensionContext context) throws Throwable {
    ExtensionContext outer = UNDER_WAY.put(context.getUniqueId(), context);
    try (RunContext.Binding binding = contextOf(context).bind()) {
      return invocation.proceed();
    } finally {
      if (outer == null) {
        UNDER_WAY.remove(context.getUniqueId());
      } else {
        UNDER_WAY.put(context.getUniqueId(), outer);
      }
    }
  }

  /** The run's context of a test: its settings from JUnit's configuration parameters first. */
  static RunContext contextOf(ExtensionContext context) {
    Settings settings = Settings.from(context::getConfigurationParameter);
    return RunContext.of(settings)
        .forTest(
            new TestIdentity(
                context.getUniqueId(),
                context.getTestClass().map(Class::getName).orElse(""),
                context.getTestMethod().map(Method::getName).orElse(""),
                context.getDisplayName()));
  }

  /** JUnit's context of a test that is under way. */
  static Optional<ExtensionContext> underWay(TestIdentity test) {
    return Optional.ofNullable(UNDER_WAY.get(test.id()));
  }
}
