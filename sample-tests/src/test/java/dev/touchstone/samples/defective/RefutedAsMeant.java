package dev.touchstone.samples.defective;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.evidence.Outcome;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Lets a test pass where its claim is refuted, and only there. */
final class RefutedAsMeant implements InvocationInterceptor {
  @Override
  public void interceptTestMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
      throws Throwable {
    String name =
        "%s.%s"
            .formatted(
                context.getRequiredTestClass().getSimpleName(), method.getExecutable().getName());
    try {
      test.proceed();
    } catch (ModelAssertionError refuted) {
      if (refuted.verdict().outcome() != Outcome.FAIL) {
        throw refuted;
      }
      ClaimPages.hold(name, refuted.getMessage());
      return;
    }
    throw new AssertionError(
        "what is sick on purpose was not caught: every claim of %s passed".formatted(name));
  }
}
