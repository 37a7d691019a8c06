package dev.touchstone.samples.library;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What users may rely on: every package says whether it is API, a public type in it may be taken
 * out of it by {@code @API(status = INTERNAL)}, and what an API type shows of itself is API.
 */
@Tag("library")
class PublicApiTest {
  private static final String OURS = "dev.touchstone.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.touchstone")
          .that(resideOutsideOfPackage("dev.touchstone.samples.."));

  @Test
  void theRulesReadEveryModuleThatTestsCanSee() {
    Map<String, Long> types =
        CLASSES.stream()
            .filter(PublicApiTest::isVisible)
            .collect(
                Collectors.groupingBy(
                    type -> type.getPackageName().substring(OURS.length()).split("\\.")[0],
                    TreeMap::new,
                    Collectors.counting()));
    assertThat(types)
        .containsKeys("assertions", "jupiter", "report", "gate", "evidence", "check", "metric");
    assertThat(CLASSES.stream().filter(PublicApiTest::isApi)).hasSizeGreaterThan(150);
    assertThat(CLASSES.stream().filter(PublicApiTest::isVisible).filter(type -> !isApi(type)))
        .hasSizeGreaterThan(80);
  }

  @Test
  void everyPackageSaysWhetherItIsApi() {
    assertThat(
            CLASSES.stream()
                .filter(PublicApiTest::isVisible)
                .filter(type -> !type.getPackage().isAnnotatedWith(API.class))
                .map(JavaClass::getPackageName)
                .distinct())
        .isEmpty();
  }

  @Test
  void whatAnApiTypeShowsIsApi() {
    classes()
        .that(DescribedPredicate.describe("are API", PublicApiTest::isApi))
        .should(showOnlyApi())
        .because("who may call a method may name what it takes and what it returns")
        .check(CLASSES);
  }

  /** Suites and extensions are written as a user writes them. */
  @Test
  void samplesDoWithWhatIsApi() {
    JavaClasses samples =
        new ClassFileImporter()
            .importPackages(
                "dev.touchstone.samples.defective",
                "dev.touchstone.samples.extending",
                "dev.touchstone.samples.release");
    assertThat(samples.size()).isGreaterThan(20);
    assertThat(
            samples.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(use -> CLASSES.contain(use.getTargetClass().getName()))
                .filter(use -> !isApi(CLASSES.get(use.getTargetClass().getName())))
                .map(
                    use ->
                        use.getOriginClass().getName() + " uses " + use.getTargetClass().getName())
                .distinct())
        .isEmpty();
  }

  /** An annotation that takes nothing out of the API would only be there to be read. */
  @Test
  void internalIsSaidOfPublicTypesOfApiPackagesOnly() {
    assertThat(
            CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(API.class))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(type -> !isVisible(type) || status(type) == packageStatus(type))
                .map(JavaClass::getName))
        .isEmpty();
  }

  private static ArchCondition<JavaClass> showOnlyApi() {
    return new ArchCondition<>("show only API") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaClass shown : shownBy(type)) {
          if (shown.getName().startsWith(OURS) && !isApi(shown)) {
            events.add(
                SimpleConditionEvent.violated(
                    type, "%s shows %s".formatted(type.getName(), shown.getName())));
          }
        }
      }
    };
  }

  /**
   * Everything of ours in a type's signatures. What a type inherits from a class or an interface
   * that is not public lends it methods, and is not seen itself.
   */
  private static Set<JavaClass> shownBy(JavaClass type) {
    Set<JavaClass> shown = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
    if (isVisible(type)) {
      variables(shown, type.getTypeParameters());
    }
    Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
        .forEach(
            parent -> {
              JavaClass erased = parent.toErasure();
              if (erased.getName().startsWith(OURS) && !isVisible(erased)) {
                Set<JavaClass> lent = shownBy(erased);
                // Where its methods return the type itself, by a parameter that is bound to it.
                lent.remove(erased);
                shown.addAll(lent);
              } else {
                addAll(shown, List.of(parent));
              }
            });
    if (!isVisible(type)) {
      // A variable for the type itself, as in Base<SELF extends Hidden<SELF>>, is nobody's to name.
      shown.remove(type);
    }
    for (JavaField field : type.getFields()) {
      if (isOpen(field.getModifiers())) {
        addAll(shown, List.of(field.getType()));
      }
    }
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      if (isOpen(unit.getModifiers())) {
        addAll(shown, List.of(unit.getReturnType()));
        addAll(shown, unit.getParameterTypes());
        variables(shown, unit.getTypeParameters());
        shown.addAll(unit.getThrowsClause().getTypes());
      }
    }
    return shown;
  }

  private static void variables(
      Set<JavaClass> shown, Collection<? extends JavaTypeVariable<?>> variables) {
    variables.forEach(variable -> addAll(shown, variable.getUpperBounds()));
  }

  private static void addAll(Set<JavaClass> shown, Collection<? extends JavaType> types) {
    types.stream()
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .forEach(shown::add);
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  /** Public, and so is everything around it. */
  private static boolean isVisible(JavaClass type) {
    return withSurrounding(type).allMatch(t -> t.getModifiers().contains(JavaModifier.PUBLIC))
        && !type.isAnonymousClass()
        && !type.isLocalClass();
  }

  private static boolean isApi(JavaClass type) {
    return isVisible(type) && status(type) != API.Status.INTERNAL;
  }

  /** What is said nearest to the type: of itself, of what it stands in, of its package. */
  private static API.Status status(JavaClass type) {
    return withSurrounding(type)
        .flatMap(t -> t.tryGetAnnotationOfType(API.class).stream())
        .map(API::status)
        .findFirst()
        .orElseGet(() -> packageStatus(type));
  }

  private static API.Status packageStatus(JavaClass type) {
    return type.getPackage()
        .tryGetAnnotationOfType(API.class)
        .map(API::status)
        .orElse(API.Status.INTERNAL);
  }

  private static Stream<JavaClass> withSurrounding(JavaClass type) {
    return Stream.iterate(
            Optional.of(type),
            Optional::isPresent,
            inner -> inner.flatMap(JavaClass::getEnclosingClass))
        .map(Optional::orElseThrow);
  }
}
