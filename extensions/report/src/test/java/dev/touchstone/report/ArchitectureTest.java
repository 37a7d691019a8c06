package dev.touchstone.report;

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
          .importPackages("dev.touchstone.report");

  @Test
  void theRulesReadTheWholeModule() {
    assertThat(CLASSES.size()).isGreaterThan(20);
  }

  @Test
  void theReportKnowsVerdictsAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.touchstone.assertions..",
            "dev.touchstone.jupiter..",
            "dev.touchstone.gate..",
            "dev.touchstone.check..",
            "dev.touchstone.metric..",
            "dev.touchstone.model..",
            "dev.touchstone.data..",
            "org.junit..",
            "org.assertj..",
            "com.google.gson..")
        .because("it shows what was recorded, and reads it through the evidence package alone")
        .check(CLASSES);
  }

  @Test
  void theReportComputesNoStatistic() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.commons.statistics..", "org.apache.commons.rng..")
        .because("a number in two places may become two numbers")
        .check(CLASSES);
  }
}
