package dev.touchstone.jupiter;

import dev.touchstone.model.Trainer;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** {@link TrainerUnderTest}: a trainer, always from Java. */
final class InjectedTrainer implements Injectable<TrainerUnderTest> {

  @Override
  public Class<TrainerUnderTest> annotation() {
    return TrainerUnderTest.class;
  }

  @Override
  public List<Class<?>> types() {
    return List.of(Trainer.class);
  }

  @Override
  public boolean leavesSourceToJava(TrainerUnderTest annotation) {
    return true;
  }

  @Override
  public String initialiser() {
    return "LogisticRegressionTrainer.withDefaults()";
  }

  @Override
  public Lifetime lifetime(TrainerUnderTest annotation) {
    return Lifetime.DECLARATION;
  }

  @Override
  public Object load(
      TrainerUnderTest annotation,
      Declaration<TrainerUnderTest> declaration,
      ExtensionContext context) {
    for (Class<?> type = context.getRequiredTestClass();
        type != null;
        type = type.getEnclosingClass()) {
      List<Member> sources = sources(type, annotation.value());
      if (sources.size() > 1) {
        throw declaration.misuse(
            "can mean " + sources.stream().map(Member::getName).toList(),
            "say which, such as @TrainerUnderTest(\"" + sources.get(0).getName() + "\")");
      }
      if (sources.size() == 1) {
        return trainer(sources.get(0), declaration);
      }
    }
    throw declaration.misuse(
        annotation.value().isEmpty()
            ? "finds no trainer"
            : "finds no static method or field \"" + annotation.value() + "\"",
        "annotate a static method without parameters, or a static field, with @TrainerUnderTest:"
            + " @TrainerUnderTest static Trainer trainer() { … }");
  }

  private static List<Member> sources(Class<?> type, String name) {
    List<Member> sources = new ArrayList<>();
    sources.addAll(
        AnnotationSupport.findAnnotatedMethods(
            type, TrainerUnderTest.class, HierarchyTraversalMode.BOTTOM_UP));
    sources.addAll(
        AnnotationSupport.findAnnotatedFields(
            type,
            TrainerUnderTest.class,
            field -> Modifier.isStatic(field.getModifiers()),
            HierarchyTraversalMode.BOTTOM_UP));
    sources.removeIf(source -> !name.isEmpty() && !source.getName().equals(name));
    return sources;
  }

  private static Trainer trainer(Member source, Declaration<TrainerUnderTest> declaration) {
    @Nullable Object value =
        source instanceof Method method ? invoke(method, declaration) : read((Field) source);
    if (value instanceof Trainer trainer) {
      return trainer;
    }
    throw declaration.misuse(
        "is given "
            + (value == null ? "null" : "a " + value.getClass().getName())
            + " by "
            + source.getName(),
        "give a " + Trainer.class.getName());
  }

  private static @Nullable Object invoke(Method method, Declaration<TrainerUnderTest> declaration) {
    if (!Modifier.isStatic(method.getModifiers()) || method.getParameterCount() > 0) {
      throw declaration.misuse(
          "finds the method " + method.getName() + ", which is not static or has parameters",
          "make it static, without parameters");
    }
    return ReflectionSupport.invokeMethod(method, null);
  }

  private static @Nullable Object read(Field field) {
    try {
      field.setAccessible(true);
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new ExtensionConfigurationException(field + " cannot be read", e);
    }
  }
}
