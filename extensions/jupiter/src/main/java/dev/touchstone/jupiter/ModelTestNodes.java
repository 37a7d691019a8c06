package dev.touchstone.jupiter;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Which tests of a plan are model tests, and what stands on them. */
final class ModelTestNodes {
  private static final String AUTODETECTION = "junit.jupiter.extensions.autodetection.enabled";
  private static final int LONGEST_CONDITION = 200;

  private final boolean detected;

  private ModelTestNodes(boolean detected) {
    this.detected = detected;
  }

  static ModelTestNodes of(TestPlan plan) {
    return new ModelTestNodes(
        plan.getConfigurationParameters().getBoolean(AUTODETECTION).orElse(false)
            && ServiceLoader.load(Extension.class).stream()
                .anyMatch(provider -> provider.type() == TouchstoneExtension.class));
  }

  /** Whether Touchstone's extension looks after a test or its class, or should. */
  boolean isModelTest(TestIdentifier node) {
    try {
      return method(node).filter(ModelTestNodes::isMarked).isPresent()
          || type(node).filter(this::isModelTestClass).isPresent();
    } catch (LinkageError | RuntimeException e) {
      // What cannot be looked at is nobody's model test; if it is one, it fails by itself.
      return false;
    }
  }

  private boolean isModelTestClass(Class<?> type) {
    for (Class<?> around = type; around != null; around = around.getEnclosingClass()) {
      if (detected || isMarked(around) || hasOurField(around)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMarked(AnnotatedElement element) {
    return AnnotationSupport.findRepeatableAnnotations(element, ExtendWith.class).stream()
        .flatMap(extension -> Arrays.stream(extension.value()))
        .anyMatch(TouchstoneExtension.class::equals);
  }

  /** The extension itself, or something that it should inject. */
  private static boolean hasOurField(Class<?> type) {
    return !ReflectionSupport.findFields(
            type, ModelTestNodes::isOurs, HierarchyTraversalMode.TOP_DOWN)
        .isEmpty();
  }

  private static boolean isOurs(Field field) {
    return TouchstoneExtension.class.isAssignableFrom(field.getType())
        || Declaration.annotates(field);
  }

  static String className(TestIdentifier node) {
    TestSource source = node.getSource().orElse(null);
    return source instanceof MethodSource method
        ? method.getClassName()
        : source instanceof ClassSource type ? type.getClassName() : "";
  }

  static String methodName(TestIdentifier node) {
    return node.getSource().orElse(null) instanceof MethodSource method
        ? method.getMethodName()
        : "";
  }

  private static Optional<Method> method(TestIdentifier node) {
    return node.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod());
  }

  private static Optional<Class<?>> type(TestIdentifier node) {
    TestSource source = node.getSource().orElse(null);
    return source instanceof MethodSource method
        ? Optional.of(method.getJavaClass())
        : source instanceof ClassSource type ? Optional.of(type.getJavaClass()) : Optional.empty();
  }

  /** The annotated conditions of a test or class that was skipped, as they stand in the code. */
  static String conditions(TestIdentifier node) {
    try {
      return Stream.concat(
              method(node).stream(),
              method(node).isPresent() ? Stream.empty() : type(node).stream())
          .flatMap(element -> Arrays.stream(element.getAnnotations()))
          .filter(ModelTestNodes::isCondition)
          .map(ModelTestNodes::asWritten)
          .collect(Collectors.joining(", "));
    } catch (LinkageError | RuntimeException e) {
      return "";
    }
  }

  private static boolean isCondition(Annotation annotation) {
    return AnnotationSupport.findRepeatableAnnotations(
            annotation.annotationType(), ExtendWith.class)
        .stream()
        .flatMap(extension -> Arrays.stream(extension.value()))
        .anyMatch(ExecutionCondition.class::isAssignableFrom);
  }

  /** Without the package: {@code @EnabledIfDevice("gpu")}. */
  private static String asWritten(Annotation annotation) {
    String name = annotation.annotationType().getSimpleName();
    String whole = annotation.toString();
    int values = whole.indexOf('(');
    String written = "@" + name + (values < 0 ? "" : whole.substring(values));
    return written.length() <= LONGEST_CONDITION
        ? written
        : written.substring(0, LONGEST_CONDITION) + "…";
  }
}
