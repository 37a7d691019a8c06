package dev.touchstone.jupiter;

import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

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

  /** A field that was set; a static one is as before when what it holds has ended. */
  private record Filled(
      Field field, @Nullable Object instance, @Nullable Object before, @Nullable Owned owned)
      implements AutoCloseable {
    @Override
    public void close() throws IllegalAccessException {
      if (Modifier.isStatic(field.getModifiers())) {
        field.set(null, before);
      }
      if (owned != null) {
        owned.close();
      }
    }
  }

  /** A field of one object; equal objects are different owners. */
  private record Slot(Field field, @Nullable Object instance) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Slot slot && slot.field.equals(field) && slot.instance == instance;
    }

    @Override
    public int hashCode() {
      return 31 * field.hashCode() + System.identityHashCode(instance);
    }
  }

  /** A model that a test was given, whoever made it; two equal ones are two. */
  private record Given(Model model) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Given given && given.model == model;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(model);
    }
  }

  /**
   * A static field, whose class and subclasses may run at the same time: it is filled for the first
   * of them and emptied after the last.
   */
  private static final class SharedField implements AutoCloseable {
    private final Field field;
    private int users;
    private @Nullable AutoCloseable content;

    private SharedField(Field field) {
      this.field = field;
    }

    private synchronized void use(ExtensionContext scope) {
      if (content == null) {
        content = fill(field, null, scope);
      }
      users++;
    }

    private synchronized void release() throws Exception {
      if (--users == 0) {
        close();
      }
    }

    /** Ends with the run what a subclass has kept. */
    @Override
    public synchronized void close() throws Exception {
      AutoCloseable ended = content;
      content = null;
      if (ended != null) {
        ended.close();
      }
    }
  }

  /** That a class uses a static field; a parent's use is a nested class's too. */
  private record Use(SharedField shared, boolean kept) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      if (!kept) {
        shared.release();
      }
    }
  }

  /** The key of a {@link Use}. */
  private record UseOf(Field field) {}

  /** Injects the static fields of a class and its superclasses, once per class. */
  static void injectStaticFields(ExtensionContext context, Class<?> testClass) {
    ExtensionContext classContext = contextOfClass(context, testClass);
    for (Field field : annotatedFields(testClass, true)) {
      SharedField shared =
          Objects.requireNonNull(
              context
                  .getRoot()
                  .getStore(NAMESPACE)
                  .getOrComputeIfAbsent(
                      new Slot(field, null), slot -> new SharedField(field), SharedField.class));
      // What a superclass declares stays for its next subclass, so that no subclass may end it.
      boolean inherited = field.getDeclaringClass() != testClass;
      classContext
          .getStore(NAMESPACE)
          .getOrComputeIfAbsent(
              new UseOf(field),
              key -> {
                shared.use(classContext);
                return new Use(shared, inherited);
              });
    }
  }

  /** Injects the instance fields of an object, once per object. */
  static void injectInstanceFields(ExtensionContext context, Object instance) {
    for (Field field : annotatedFields(instance.getClass(), false)) {
      inject(field, instance, context);
    }
  }

  private static List<Field> annotatedFields(Class<?> testClass, boolean ofClass) {
    // A field with two of the annotations is found once, and refused where it is looked at.
    Set<Field> fields = new LinkedHashSet<>();
    for (Injectable<?> kind : Declaration.KINDS) {
      fields.addAll(
          AnnotationSupport.findAnnotatedFields(
              testClass,
              kind.annotation(),
              field -> Modifier.isStatic(field.getModifiers()) == ofClass && !isComponent(field),
              HierarchyTraversalMode.TOP_DOWN));
    }
    return new ArrayList<>(fields);
  }

  /**
   * A record's component hands its annotation to the constructor's parameter, which is resolved.
   */
  private static boolean isComponent(Field field) {
    return field.getDeclaringClass().isRecord() && !Modifier.isStatic(field.getModifiers());
  }

  private static void inject(Field field, Object instance, ExtensionContext scope) {
    scope
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(new Slot(field, instance), slot -> fill(field, instance, scope));
  }

  /** Sets a field, where its initialiser has not; the result ends what it holds. */
  private static AutoCloseable fill(
      Field field, @Nullable Object instance, ExtensionContext scope) {
    Declaration<?> declaration = Declaration.on(field).orElseThrow();
    Object initial = read(field, instance);
    if (declaration.leavesSourceToJava()) {
      Object given = given(declaration, initial);
      Object tested = declaration.given(given, scope);
      if (tested == given) {
        return new Owned(given);
      }
      replace(declaration, field, instance, tested);
      return new Filled(field, instance, given, new Owned(tested));
    }
    if (initial != null) {
      throw declaration.misuse("names a file and has an initialiser", "keep one of the two");
    }
    boolean shared = declaration.lifetime() == Lifetime.RUN;
    Object value = shared ? shared(declaration, scope) : declaration.load(scope);
    set(declaration, field, instance, value);
    return new Filled(field, instance, null, shared ? null : new Owned(value));
  }

  /** What a test's parameter gets. */
  static Object resolve(Declaration<?> declaration, ExtensionContext context) {
    if (declaration.lifetime() == Lifetime.RUN) {
      return shared(declaration, context);
    }
    return owned(declaration.load(context), context);
  }

  /** Ends something's life with a context. */
  static <T> T owned(T value, ExtensionContext context) {
    Owned owned = new Owned(value);
    context.getStore(NAMESPACE).put(new Object(), owned);
    return value;
  }

  /**
   * Ends the life of the models among an invocation's arguments that someone else gave, such as a
   * method source, when all invocations have ended.
   */
  static void ownArguments(
      ReflectiveInvocationContext<? extends Executable> invocation, ExtensionContext context) {
    Parameter[] parameters = invocation.getExecutable().getParameters();
    List<Object> arguments = invocation.getArguments();
    for (int i = 0; i < arguments.size(); i++) {
      boolean ours = i < parameters.length && Declaration.annotates(parameters[i]);
      if (!ours && arguments.get(i) instanceof Model model) {
        ownGiven(model, context);
      }
    }
  }

  /** Likewise for the fields of a parameterized class. */
  static void ownParameterFields(Object instance, ExtensionContext context) {
    for (Field field :
        ReflectionSupport.findFields(
            instance.getClass(), Injection::isParameter, HierarchyTraversalMode.TOP_DOWN)) {
      if (read(field, instance) instanceof Model model) {
        ownGiven(model, context);
      }
    }
  }

  /** By name, because {@code junit-jupiter-params} need not be there. */
  private static boolean isParameter(Field field) {
    return Arrays.stream(field.getAnnotations())
        .anyMatch(a -> a.annotationType().getName().equals("org.junit.jupiter.params.Parameter"));
  }

  private static void ownGiven(Model model, ExtensionContext context) {
    contextOfTemplate(context)
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(new Given(model), given -> new Owned(model), Owned.class);
  }

  /** The context that ends when the last invocation of a method or class template has ended. */
  private static ExtensionContext contextOfTemplate(ExtensionContext context) {
    return context
        .getTestClass()
        .map(testClass -> contextOfClass(context, testClass))
        .orElse(context);
  }

  private static Object shared(Declaration<?> declaration, ExtensionContext context) {
    Owned owned =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                declaration.annotation(), key -> new Owned(declaration.load(context)), Owned.class);
    return Objects.requireNonNull(owned).value();
  }

  private static Object given(Declaration<?> declaration, @Nullable Object initial) {
    return Optional.ofNullable(initial)
        .orElseThrow(
            () ->
                declaration.misuse(
                    "names no source and has no initialiser",
                    "give the annotation a value, or the field an initialiser such as "
                        + declaration.kind().initialiser()));
  }

  private static @Nullable Object read(Field field, @Nullable Object instance) {
    try {
      field.setAccessible(true);
      return field.get(instance);
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException(field + " cannot be read", e);
    }
  }

  private static void replace(
      Declaration<?> declaration, Field field, @Nullable Object instance, Object value) {
    if (Modifier.isFinal(field.getModifiers())) {
      throw declaration.misuse(
          "is final, so that nothing can take its initial value's place", "remove final");
    }
    set(declaration, field, instance, value);
  }

  private static void set(
      Declaration<?> declaration, Field field, @Nullable Object instance, Object value) {
    try {
      field.set(instance, value);
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException(declaration.place().where() + " cannot be set", e);
    }
  }

  /**
   * The context that ends with a class, the outermost where a class template has one per
   * invocation; the given one if none does.
   */
  private static ExtensionContext contextOfClass(ExtensionContext context, Class<?> testClass) {
    ExtensionContext found = context;
    Optional<ExtensionContext> candidate = Optional.of(context);
    while (candidate.isPresent()) {
      if (candidate.get().getElement().filter(testClass::equals).isPresent()) {
        found = candidate.get();
      }
      candidate = candidate.get().getParent();
    }
    return found;
  }
}
