package dev.touchstone.jupiter;

import dev.touchstone.runtime.RunContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;

/**
 * Injects models and data, binds the run's context around every invocation, and ends what it began.
 * Registered by {@link ModelTest}, or by {@code @RegisterExtension}.
 *
 * <p>Fields are injected as early as JUnit allows, and looked at again before each test, because an
 * extension registered on an instance field sees neither {@code beforeAll} nor the instance being
 * made.
 */
public final class TouchstoneExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestInstancePostProcessor,
        ParameterResolver,
        InvocationInterceptor {

  /** What belongs to an instance lives as long as its test, not as long as the class. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    try (RunContext.Binding binding = Invocations.contextOf(context).bind()) {
      Injection.injectStaticFields(context, context.getRequiredTestClass());
    }
  }

  @Override
  public void postProcessTestInstance(Object testInstance, ExtensionContext context) {
    try (RunContext.Binding binding = Invocations.contextOf(context).bind()) {
      Injection.injectInstanceFields(context, testInstance);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    try (RunContext.Binding binding = Invocations.contextOf(context).bind()) {
      for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
        Injection.injectStaticFields(context, instance.getClass());
        Injection.injectInstanceFields(context, instance);
        Injection.ownParameterFields(instance, context);
      }
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Invocations.refuseUnfinishedClaims(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Invocations.refuseUnfinishedClaims(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Declaration.on(parameter).isPresent();
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    try (RunContext.Binding binding = Invocations.contextOf(context).bind()) {
      return Injection.resolve(Declaration.on(parameter).orElseThrow(), context);
    }
  }

  @Override
  public <T> T interceptTestClassConstructor(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Constructor<T>> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Injection.ownArguments(invocationContext, context);
    return Invocations.proceed(invocation, context);
  }

  @Override
  public void interceptBeforeAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Invocations.proceed(invocation, context);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Invocations.proceed(invocation, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Invocations.proceed(invocation, context);
  }

  @Override
  public <T> T interceptTestFactoryMethod(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    return Invocations.proceed(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Injection.ownArguments(invocationContext, context);
    Invocations.proceed(invocation, context);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext invocationContext,
      ExtensionContext context)
      throws Throwable {
    Invocations.proceed(invocation, context);
    // Nothing comes after a dynamic test.
    Invocations.refuseUnfinishedClaims(context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Invocations.proceed(invocation, context);
  }

  @Override
  public void interceptAfterAllMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext context)
      throws Throwable {
    Invocations.proceed(invocation, context);
  }
}
