package dev.touchstone.assertions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.touchstone.evidence.Bound;
import dev.touchstone.runtime.RunContext;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.touchstone.assertions");

  @Test
  void theRulesReadTheWholeModule() {
    assertThat(CLASSES.size()).isGreaterThan(5);
  }

  @Test
  void theRunsContextIsReadInOnePlace() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Judge.class)
        .should()
        .callMethod(RunContext.class, "current")
        .because("an assertion is entered in one place, and passes the context on")
        .check(CLASSES);
  }

  @Test
  void assertionsKnowNoTestEngine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "dev.touchstone.jupiter..")
        .check(CLASSES);
  }

  /** All of them are imported with {@code *} in one test class; a clash would not compile there. */
  @Test
  void noStaticNameClashesWithAssertJOrJUnitOrBounds() {
    Set<String> ours = staticNames(ModelAssertions.class);
    assertThat(ours).isNotEmpty().contains("assertCalibrationWithin");
    assertThat(ours).doesNotContainAnyElementsOf(staticNames(Assertions.class));
    assertThat(ours)
        .doesNotContainAnyElementsOf(staticNames(org.junit.jupiter.api.Assertions.class));
    assertThat(ours).doesNotContainAnyElementsOf(staticNames(Bound.class));
  }

  private static Set<String> staticNames(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(m -> Modifier.isStatic(m.getModifiers()))
        .map(m -> m.getName())
        .collect(Collectors.toSet());
  }
}
