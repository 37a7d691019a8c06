package dev.touchstone.gate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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
          .importPackages("dev.touchstone.gate");

  @Test
  void theRulesReadTheWholeModule() {
    assertThat(CLASSES.size()).isGreaterThan(40);
  }

  @Test
  void arrowsPointFromTheCommandLineDownToThePolicy() {
    noClasses()
        .that()
        .resideInAPackage("dev.touchstone.gate.policy")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.touchstone.gate", "dev.touchstone.gate.handoff..", "dev.touchstone.gate.cli..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.touchstone.gate")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.touchstone.gate.handoff..", "dev.touchstone.gate.cli..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.touchstone.gate.handoff")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.touchstone.gate.cli..")
        .check(CLASSES);
  }

  @Test
  void whatRunsOnASuitesClassPathKnowsTheJdkAndThePlatformOnly() {
    classes()
        .that()
        .haveNameMatching(
            "dev\\.touchstone\\.gate\\.run\\.(SuiteMain|SuiteClasses|TestEvents|TestRecord)(\\$.*)?")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.junit.platform..", "org.jspecify..")
                .or(
                    nameMatching(
                        "(\\[L)?dev\\.touchstone\\.gate\\.run\\.(Suite|Test)(?!Runner).*")))
        .because("the suite decides which versions of everything else are there")
        .check(CLASSES);
  }

  @Test
  void decidingComputesNoStatisticAndStartsNoEngine() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.touchstone.gate", "dev.touchstone.gate.policy")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.commons.statistics..",
            "ai.djl..",
            "org.nd4j..",
            "dev.touchstone.check..",
            "dev.touchstone.metric..")
        .because("verdicts are judged where they are reached")
        .check(CLASSES);
  }

  @Test
  void yamlStaysBehindThePolicyAndThePolicyBehindYaml() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.touchstone.gate.policy")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.touchstone.gate.cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void theGateKnowsNoAssertions() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.touchstone.assertions..", "dev.touchstone.jupiter..", "org.assertj..")
        .check(CLASSES);
  }
}
