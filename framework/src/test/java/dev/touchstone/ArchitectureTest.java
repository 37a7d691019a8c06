package dev.touchstone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Representation;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows of {@code docs/ARCHITECTURE.md}. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.touchstone");

  @Test
  void theRulesReadTheWholeFramework() {
    assertThat(CLASSES.size()).isGreaterThan(100);
    assertThat(CLASSES.contain("dev.touchstone.evidence.Verdict")).isTrue();
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.touchstone.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void packagesDependDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("check")
        .definedBy("dev.touchstone.check..")
        .layer("metric")
        .definedBy("dev.touchstone.metric..")
        .layer("guiding")
        .definedBy("dev.touchstone.guiding..")
        .layer("engines")
        .definedBy(
            "dev.touchstone.attribution..",
            "dev.touchstone.concept..",
            "dev.touchstone.surrogate..",
            "dev.touchstone.calibration..",
            "dev.touchstone.influence..",
            "dev.touchstone.robustness..",
            "dev.touchstone.training..",
            "dev.touchstone.similarity..")
        .layer("model")
        .definedBy("dev.touchstone.model..")
        .layer("graph")
        .definedBy("dev.touchstone.graph..")
        .layer("data")
        .definedBy("dev.touchstone.data..")
        .layer("evidence")
        .definedBy("dev.touchstone.evidence..")
        .layer("facts")
        .definedBy("dev.touchstone.facts..")
        .layer("statistics")
        .definedBy("dev.touchstone.statistics..", "dev.touchstone.linalg..")
        .layer("runtime")
        .definedBy("dev.touchstone.runtime..")
        .whereLayer("check")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("metric")
        .mayOnlyBeAccessedByLayers("check")
        .whereLayer("guiding")
        .mayOnlyBeAccessedByLayers("check")
        .whereLayer("engines")
        .mayOnlyBeAccessedByLayers("check", "metric", "guiding")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers("check", "metric", "guiding", "engines")
        .whereLayer("graph")
        .mayOnlyBeAccessedByLayers("check", "metric", "guiding", "engines", "model")
        .whereLayer("evidence")
        .mayOnlyBeAccessedByLayers("check", "metric")
        .whereLayer("facts")
        .mayOnlyBeAccessedByLayers(
            "check", "metric", "guiding", "engines", "model", "data", "evidence")
        .check(CLASSES);
  }

  @Test
  void whatReadsFilesKnowsTheGraphAndNotTheOtherWayRound() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("readers and rules")
        .definedBy(
            "dev.touchstone.graph.block..",
            "dev.touchstone.graph.onnx..",
            "dev.touchstone.graph.rule..",
            "dev.touchstone.graph.script..")
        .layer("graph")
        .definedBy("dev.touchstone.graph")
        .layer("operators")
        .definedBy("dev.touchstone.graph.operator..")
        .whereLayer("readers and rules")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("graph")
        .mayOnlyBeAccessedByLayers("readers and rules")
        .check(CLASSES);
    slices().matching("dev.touchstone.graph.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void whatStandsInFilesOfDataKnowsNoDataSet() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("contamination")
        .definedBy("dev.touchstone.data.contamination..")
        .layer("data")
        .definedBy("dev.touchstone.data")
        .layer("image")
        .definedBy("dev.touchstone.data.image..")
        .layer("format")
        .definedBy("dev.touchstone.data.format..")
        .whereLayer("contamination")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("data")
        .mayOnlyBeAccessedByLayers("contamination")
        .whereLayer("format")
        .mayOnlyBeAccessedByLayers("data")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.touchstone.data..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.touchstone.data.format..")
        .because("data are what everybody asks, whatever file they stood in")
        .check(CLASSES);
  }

  @Test
  void kindsOfChecksShareWhatIsInEvaluationAndKnowNotEachOther() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("comparison")
        .definedBy("dev.touchstone.check.comparison..")
        .layer("explanation")
        .definedBy("dev.touchstone.check.explanation..")
        .layer("signal")
        .definedBy("dev.touchstone.check.signal..")
        .layer("training")
        .definedBy("dev.touchstone.check.training..")
        .layer("privacy")
        .definedBy("dev.touchstone.check.privacy..")
        .layer("robustness")
        .definedBy("dev.touchstone.check.robustness..")
        .layer("study")
        .definedBy("dev.touchstone.check.study..")
        .layer("evaluation")
        .definedBy("dev.touchstone.check.evaluation..")
        .whereLayer("study")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("comparison")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("explanation")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("signal")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("training")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("privacy")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("robustness")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void evidenceKnowsNoFilesOfIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("record")
        .definedBy("dev.touchstone.evidence.record..")
        .layer("baseline")
        .definedBy("dev.touchstone.evidence.baseline..")
        .layer("evidence")
        .definedBy("dev.touchstone.evidence")
        .whereLayer("record")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("baseline")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void onlyTorchKnowsThePyTorchEngine() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Torch.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .because("its internals change between versions; one class follows them")
        .check(CLASSES);
  }

  @Test
  void onlyItsOwnProcessRunsOnnxRuntime() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.touchstone\\.model\\.RuntimeServer(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .because("its native code may end the process that it runs in")
        .check(CLASSES);
  }

  @Test
  void onlyLinalgKnowsNd4jAndLapack() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.touchstone.linalg..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .because("ND4J is good for bulk dense algebra and nothing else")
        .check(CLASSES);
  }

  @Test
  void resultsHoldNoNativeArrays() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.touchstone.data..",
            "dev.touchstone.statistics..",
            "dev.touchstone.evidence..",
            "dev.touchstone.calibration..",
            "dev.touchstone.concept..",
            "dev.touchstone.influence..",
            "dev.touchstone.similarity..",
            "dev.touchstone.metric..",
            "dev.touchstone.check..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .because("native arrays live in the engine room; what leaves it are plain Java values")
        .check(CLASSES);
  }

  @Test
  void theFrameworkKnowsNoTestLibrary() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "org.assertj..", "org.opentest4j..")
        .because("it serves any test framework, and none")
        .check(CLASSES);
  }

  @Test
  void theRunsContextIsReadOnlyWhereModelsAreLoaded() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.touchstone.model..", "dev.touchstone.runtime..")
        .should()
        .callMethod(RunContext.class, "current")
        .because("it is read once, where an assertion is entered, and passed from there")
        .check(CLASSES);
  }

  @Test
  void modelsAreAskedInOnePlaceThatChecksTheirAnswers() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.touchstone.model..")
        .should()
        .callMethodWhere(
            asks(Classifier.class, "predict")
                .or(asks(Classifier.class, "predictAll"))
                .or(asks(Scores.class, "scores"))
                .or(asks(InputGradients.class, "inputGradients"))
                .or(asks(Representation.class, "representation")))
        .because("what was not counted and checked by CheckedAnswers is believed, NaN included")
        .check(CLASSES);
  }

  @Test
  void arraysOfJavasNumbersAreMadeInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(NativeArrays.class.getName())
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "NDManager.create of values",
                call ->
                    call.getName().equals("create")
                        && call.getTargetOwner().isAssignableTo(NDManager.class)
                        && !call.getTarget()
                            .getRawParameterTypes()
                            .get(0)
                            .isEquivalentTo(Shape.class)))
        .because("an array over a buffer of Java's is freed while others still lie in it")
        .check(CLASSES);
  }

  @Test
  void whatIsRecordedKeepsTheNumbersThatItsDerivativeReads() {
    noClasses()
        .that()
        .resideInAPackage("dev.touchstone.graph.operator..")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "NDArray.mul, div, pow of a Number",
                call ->
                    Set.of("mul", "div", "pow", "muli", "divi", "powi", "mod")
                            .contains(call.getName())
                        && call.getTargetOwner().isAssignableTo(NDArray.class)
                        && call.getTarget()
                            .getRawParameterTypes()
                            .get(0)
                            .isEquivalentTo(Number.class)))
        .because("DJL frees such a number at once, and going back reads it: Scalars.mul")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaMethodCall> asks(Class<?> capability, String method) {
    return DescribedPredicate.describe(
        capability.getSimpleName() + "." + method,
        call -> call.getName().equals(method) && call.getTargetOwner().isAssignableTo(capability));
  }
}
