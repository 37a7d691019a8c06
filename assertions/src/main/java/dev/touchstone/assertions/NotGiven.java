package dev.touchstone.assertions;

import dev.touchstone.runtime.TouchstoneException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says why an assertion is given null: most often because the field's class lacks
 * {@code @ModelTest}, so that nothing injects it.
 *
 * <p>The annotations are known by their names, since this library does without the extension.
 */
final class NotGiven {
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final String EXTENSION = "dev.touchstone.jupiter.";
  private static final String MODEL_TEST = EXTENSION + "ModelTest";

  /** What is injected, and by which annotations. */
  private static final Map<String, List<String>> INJECTED =
      Map.of(
          "model", List.of(EXTENSION + "ModelUnderTest"),
          "data set", List.of(EXTENSION + "DatasetUnderTest", EXTENSION + "AuditData"),
          "audit set", List.of(EXTENSION + "AuditData"),
          "trainer", List.of(EXTENSION + "TrainerUnderTest"));

  private NotGiven() {}

  /**
   * What to throw.
   *
   * @param what what is null: {@code model}, {@code data set}, {@code trainer} or another
   */
  static TouchstoneException of(String what) {
    List<String> annotations = INJECTED.getOrDefault(what, List.of());
    Set<Class<?>> callers =
        STACK.walk(
            frames -> {
              Set<Class<?>> classes = new LinkedHashSet<>();
              frames.map(StackWalker.StackFrame::getDeclaringClass).forEach(classes::add);
              return classes;
            });
    return callers.stream()
        .filter(type -> !type.getPackageName().startsWith("java."))
        .flatMap(NotGiven::withSurrounding)
        .filter(type -> !isInjected(type))
        .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
        .flatMap(field -> annotation(field, annotations).stream().map(a -> notInjected(field, a)))
        .findFirst()
        .map(why -> new TouchstoneException("the %s is null: %s".formatted(what, why)))
        .orElseGet(
            () ->
                new TouchstoneException(
                    "the %s is null; give the one that the claim is about".formatted(what)));
  }

  private static String notInjected(Field field, Annotation annotation) {
    String type = field.getDeclaringClass().getSimpleName();
    return "@%s stands on the field %s.%s, but the class %s has no @ModelTest, so that nothing"
            .formatted(annotation.annotationType().getSimpleName(), type, field.getName(), type)
        + " injects it; write @ModelTest (of dev.touchstone.jupiter) on the class";
  }

  /** A class, what it inherits, and the classes around it, whose fields a test sees. */
  private static Stream<Class<?>> withSurrounding(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> around = type; around != null; around = around.getEnclosingClass()) {
      for (Class<?> own = around; own != null && own != Object.class; own = own.getSuperclass()) {
        all.add(own);
      }
    }
    return all.stream();
  }

  /** Whether the extension looks after a class: by its annotation, or that of one around it. */
  private static boolean isInjected(Class<?> type) {
    for (Class<?> around = type; around != null; around = around.getEnclosingClass()) {
      if (annotation(around, List.of(MODEL_TEST)).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Annotation> annotation(AnnotatedElement element, List<String> names) {
    return Arrays.stream(element.getAnnotations())
        .filter(annotation -> names.contains(annotation.annotationType().getName()))
        .findFirst();
  }
}
