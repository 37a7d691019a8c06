package dev.touchstone.jupiter;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * An annotated field or parameter: what the user wants, and where.
 *
 * @param kind what the annotation injects
 * @param annotation the annotation
 * @param type the field's or parameter's type
 * @param place where it stands
 */
record Declaration<A extends Annotation>(
    Injectable<A> kind, A annotation, Class<?> type, Place place) {

  /** Everything that can be injected. */
  static final List<Injectable<?>> KINDS =
      List.of(
          new InjectedModel(),
          new InjectedDataset(),
          new InjectedAuditData(),
          new InjectedTrainer());

  static Optional<Declaration<?>> on(Field field) {
    String where = "field " + field.getDeclaringClass().getSimpleName() + "." + field.getName();
    Optional<Declaration<?>> declaration = on(field, field.getType(), where);
    declaration.ifPresent(
        found -> {
          if (Modifier.isFinal(field.getModifiers()) && !found.leavesSourceToJava()) {
            throw found.misuse("is final", "remove final, so that it can be injected");
          }
        });
    return declaration;
  }

  static Optional<Declaration<?>> on(ParameterContext context) {
    Parameter parameter = context.getParameter();
    Executable executable = context.getDeclaringExecutable();
    String owner = executable.getDeclaringClass().getSimpleName();
    String name = executable instanceof Method ? "." + executable.getName() : "";
    return on(
        parameter, parameter.getType(), "parameter " + parameter.getName() + " of " + owner + name);
  }

  /** Whether an element asks for anything, rightly or not. */
  static boolean annotates(AnnotatedElement element) {
    return KINDS.stream()
        .anyMatch(kind -> AnnotationSupport.isAnnotated(element, kind.annotation()));
  }

  private static Optional<Declaration<?>> on(
      AnnotatedElement element, Class<?> type, String where) {
    List<Declaration<?>> found =
        KINDS.stream().<Declaration<?>>flatMap(kind -> on(kind, element, type, where)).toList();
    if (found.size() > 1) {
      throw found
          .get(0)
          .misuse(
              "is annotated with @" + found.get(1).kind.annotation().getSimpleName() + " too",
              "keep one of the two");
    }
    found.forEach(Declaration::check);
    return found.stream().findFirst();
  }

  private static <A extends Annotation> Stream<Declaration<A>> on(
      Injectable<A> kind, AnnotatedElement element, Class<?> type, String where) {
    return AnnotationSupport.findAnnotation(element, kind.annotation()).stream()
        .map(
            annotation ->
                new Declaration<>(kind, annotation, type, new Place(kind.annotation(), where)));
  }

  private void check() {
    if (!kind.types().contains(type)) {
      throw misuse(
          "is of type " + type.getName(),
          "declare it as "
              + kind.types().stream().map(Class::getName).collect(Collectors.joining(" or ")));
    }
    kind.check(annotation, this);
  }

  /** Whether a source is written in Java, so that there is nothing to load. */
  boolean leavesSourceToJava() {
    return kind.leavesSourceToJava(annotation);
  }

  Lifetime lifetime() {
    return kind.lifetime(annotation);
  }

  /** Makes what is declared; files are looked for at once. */
  Object load(ExtensionContext context) {
    return kind.load(annotation, this, context);
  }

  /** What is tested where the field's initialiser gave something. */
  Object given(Object initial, ExtensionContext context) {
    return kind.given(annotation, this, initial, context);
  }

  ExtensionConfigurationException misuse(String what, String cure) {
    return place.misuse(what, cure);
  }
}
