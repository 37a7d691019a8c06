package dev.touchstone.jupiter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.touchstone.jupiter");

  @Test
  void theRulesReadTheWholeModule() {
    assertThat(CLASSES.size()).isGreaterThan(8);
  }

  @Test
  void theExtensionKnowsNoAssertions() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.touchstone.assertions..", "org.assertj..")
        .because("injection and claims are two doors to one framework")
        .check(CLASSES);
  }

  @Test
  void theExtensionUsesOnlyWhatJUnitExports() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit.jupiter.engine..", "org.junit.platform.commons.util..")
        .because("it has to run on JUnit 5.13 and on 6")
        .check(CLASSES);
  }
}
