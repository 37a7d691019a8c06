package dev.touchstone.jupiter;

import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Puts what is declared into fields and parameters, and ends its life with the right scope. */
final class Injection {
  private static final Namespace NAMESPACE = Namespace.create(TouchstoneExtension.class);

  private Injection() {}

  /** Something whose life the store ends. */
  private record Owned(Object value) implements AutoCloseable {
    @Override
    public void close() {
      if (value instanceof Model model) {
        Models.release(model);
      }
    }
  }

  /** Injects the static fields of a class and its superclasses, once per class. */
  static void injectStaticFields(ExtensionContext context, Class<?> testClass) {
    ExtensionContext classContext = contextOfClass(context, testClass);
    for (Field field : annotatedFields(testClass, true)) {
      // What a superclass declares is shared by its subclasses, so that no class may end it.
      boolean inherited = field.getDeclaringClass() != testClass;
      inject(field, null, inherited ? context.getRoot() : classContext);
    }
  }

  /** Injects the instance fields of an object, once per object. */
  static void injectInstanceFields(ExtensionContext context, Object instance) {
    for (Field field : annotatedFields(instance.getClass(), false)) {
      inject(field, instance, context);
    }
  }

  private static List<Field> annotatedFields(Class<?> testClass, boolean ofClass) {
    List<Field> fields = new ArrayList<>();
    for (Class<? extends Annotation> annotation :
        List.of(ModelUnderTest.class, DatasetUnderTest.class)) {
      fields.addAll(
          AnnotationSupport.findAnnotatedFields(
              testClass,
              annotation,
              field -> Modifier.isStatic(field.getModifiers()) == ofClass,
              HierarchyTraversalMode.TOP_DOWN));
    }
    return fields;
  }

  private static void inject(Field field, @Nullable Object instance, ExtensionContext scope) {
    Declaration declaration = Declaration.on(field).orElseThrow();
    Store store = scope.getStore(NAMESPACE);
    List<Object> key =
        instance == null ? List.of(field) : List.of(field, System.identityHashCode(instance));
    store.getOrComputeIfAbsent(
        key,
        k -> {
          if (declaration.leavesSourceToJava()) {
            return new Owned(given(declaration, field, instance));
          }
          if (declaration.lifetime() == Lifetime.RUN) {
            return new Injected(set(declaration, field, instance, shared(declaration, scope)));
          }
          return new Owned(set(declaration, field, instance, declaration.load()));
        });
  }

  /** Something injected whose life another store ends. */
  private record Injected(Object value) {}

  /** What a test's parameter gets. */
  static Object resolve(Declaration declaration, ExtensionContext context) {
    if (declaration.lifetime() == Lifetime.RUN) {
      return shared(declaration, context);
    }
    Owned owned = new Owned(declaration.load());
    context.getStore(NAMESPACE).put(owned, owned);
    return owned.value();
  }

  private static Object shared(Declaration declaration, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            declaration.annotation(), key -> new Owned(declaration.load()), Owned.class)
        .value();
  }

  private static Object given(Declaration declaration, Field field, @Nullable Object instance) {
    try {
      field.setAccessible(true);
      Object value = field.get(instance);
      if (value == null) {
        throw declaration.misuse(
            "names no file and has no initialiser",
            "give the annotation a value, or the field an initialiser such as"
                + " Models.onnx(…).emittingLogits()");
      }
      return value;
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException(declaration.where() + " cannot be read", e);
    }
  }

  private static Object set(
      Declaration declaration, Field field, @Nullable Object instance, Object value) {
    if (Modifier.isFinal(field.getModifiers())) {
      throw declaration.misuse("is final", "remove final, so that it can be injected");
    }
    try {
      field.setAccessible(true);
      field.set(instance, value);
      return value;
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException(declaration.where() + " cannot be set", e);
    }
  }

  /** The context that ends with a class; the given one if none does. */
  private static ExtensionContext contextOfClass(ExtensionContext context, Class<?> testClass) {
    ExtensionContext candidate = context;
    while (true) {
      boolean isTheClass = candidate.getElement().filter(testClass::equals).isPresent();
      if (isTheClass || candidate.getParent().isEmpty()) {
        return isTheClass ? candidate : context;
      }
      candidate = candidate.getParent().get();
    }
  }
}
