package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.assertGreen;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is injected where, seen by suites that the real engine runs. */
class InjectionTest {

  @BeforeAll
  static void writeFiles() {
    TinyFiles.write();
  }

  /** softmax(9, 1 + 0.5): the first image is of class 0, the second of class 1. */
  static void assertWorks(Classifier model, Dataset data) {
    Predictions predictions = model.predictAll(data, 1 << 20);
    assertThat(predictions.size()).isEqualTo(4);
    assertThat(predictions.predicted(0)).isZero();
    assertThat(predictions.predicted(1)).isEqualTo(1);
    assertThat(predictions.probability(0, 0)).isCloseTo(1 / (1 + Math.exp(-7.5)), offset());
  }

  private static org.assertj.core.data.Offset<Double> offset() {
    return org.assertj.core.data.Offset.offset(1e-6);
  }

  @Test
  void aStaticFieldIsSharedByTheTestsOfAClass() {
    StaticFields.SEEN.clear();
    assertGreen(2, StaticFields.class);
    assertThat(StaticFields.SEEN).hasSize(1);
    assertThat(StaticFields.model).as("emptied when the class has ended").isNull();
  }

  @ModelTest
  static class StaticFields {
    static final Set<Classifier> SEEN = ConcurrentHashMap.newKeySet();

    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    static Dataset data;

    @BeforeAll
    static void isThereBeforeAll() {
      assertWorks(model, data);
    }

    @Test
    void one() {
      SEEN.add(model);
    }

    @Test
    void two() {
      SEEN.add(model);
    }
  }

  @Test
  void aSuiteThatIsRunAgainInTheSameProcessIsInjectedAgain() {
    assertGreen(2, StaticFields.class);
    assertGreen(2, StaticFields.class);
  }

  @Test
  void theComponentsOfARecordAreInjectedByItsConstructor() {
    assertGreen(1, Components.class);
  }

  @ModelTest
  record Components(
      @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model,
      @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) Dataset data) {

    @Test
    void test() {
      assertWorks(model, data);
    }
  }

  @Test
  void anInstanceFieldIsTheTestsOwn() {
    InstanceFields.SEEN.clear();
    assertGreen(2, InstanceFields.class);
    assertThat(InstanceFields.SEEN).hasSize(2);
  }

  @ModelTest
  static class InstanceFields {
    static final Set<Classifier> SEEN = ConcurrentHashMap.newKeySet();

    @ModelUnderTest(value = TinyFiles.RELATIVE_MODEL, outputs = LOGITS)
    private Classifier model;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    private Dataset data;

    @BeforeEach
    void isThereBeforeEach() {
      assertWorks(model, data);
    }

    @Test
    void one() {
      SEEN.add(model);
    }

    @Test
    void two() {
      SEEN.add(model);
    }
  }

  @Test
  void parametersOfTestsLifecycleMethodsAndConstructorsAreInjected() {
    assertGreen(1, Parameters.class);
    assertThat(Parameters.seen).isEqualTo(6);
  }

  @ModelTest
  static class Parameters {
    static int seen;
    private final Classifier ofConstructor;

    Parameters(
        @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model,
        TestInfo info) {
      assertThat(info).isNotNull();
      ofConstructor = model;
      seen++;
    }

    @BeforeAll
    static void before(
        @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model,
        @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) Dataset data) {
      assertWorks(model, data);
      seen++;
    }

    @BeforeEach
    void beforeEach(@ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model) {
      assertThat(model).isNotNull();
      seen++;
    }

    @Test
    void test(
        @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model,
        @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) Dataset data) {
      assertWorks(model, data);
      assertWorks(ofConstructor, data);
      seen++;
    }

    @AfterEach
    void afterEach(@ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model) {
      assertThat(model).isNotNull();
      seen++;
    }

    @AfterAll
    static void after(@ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier model) {
      assertThat(model).isNotNull();
      seen++;
    }
  }

  @Test
  void theWholeRunSharesAModelOfLifetimeRun() {
    RunWide.SEEN.clear();
    assertGreen(4, RunWide.class);
    assertThat(RunWide.SEEN).hasSize(1);
  }

  @ModelTest
  static class RunWide {
    static final Set<Classifier> SEEN = ConcurrentHashMap.newKeySet();

    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, lifetime = Lifetime.RUN)
    static Classifier model;

    @Test
    void fieldAndParameter(
        @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, lifetime = Lifetime.RUN)
            Classifier parameter) {
      SEEN.add(model);
      SEEN.add(parameter);
    }

    @RepeatedTest(2)
    void repeatedly() {
      SEEN.add(model);
    }

    @Nested
    class Inside {
      @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, lifetime = Lifetime.RUN)
      Classifier own;

      @Test
      void sees() {
        SEEN.add(own);
      }
    }
  }

  @Test
  void nestedClassesSeeTheFieldsAroundThemAndTheirOwn() {
    assertGreen(2, Outer.class);
  }

  @ModelTest
  static class Outer {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier shared;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    Dataset data;

    @Nested
    class Inner {
      @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
      Classifier own;

      @Test
      void sees() {
        assertWorks(shared, data);
        assertWorks(own, data);
      }

      @Nested
      class Innermost {
        @Test
        void sees(@ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier parameter) {
          assertWorks(own, data);
          assertWorks(parameter, data);
        }
      }
    }
  }

  @Test
  void fieldsOfASuperclassAreInjected() {
    assertGreen(2, Heir.class);
    assertGreen(2, SecondHeir.class);
  }

  @ModelTest
  abstract static class Ancestor {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier shared;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    private Dataset data;

    @Test
    void inherited() {
      assertWorks(shared, data);
    }

    Dataset data() {
      return data;
    }
  }

  static class Heir extends Ancestor {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    Classifier own;

    @Test
    void declared() {
      assertWorks(own, data());
      assertThat(own).isNotSameAs(shared);
    }
  }

  static class SecondHeir extends Heir {}

  @Test
  void anInstancePerClassKeepsItsFieldsOverAllTests() {
    PerClass.SEEN.clear();
    assertGreen(2, PerClass.class);
    assertThat(PerClass.SEEN).hasSize(1);
  }

  @ModelTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class PerClass {
    static final Set<Classifier> SEEN = ConcurrentHashMap.newKeySet();

    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    Classifier model;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    Dataset data;

    @BeforeAll
    void isThereBeforeAll() {
      assertWorks(model, data);
    }

    @Test
    void one() {
      SEEN.add(model);
    }

    @Test
    void two() {
      SEEN.add(model);
    }
  }

  @Test
  void anExtensionInAStaticFieldInjects() {
    assertGreen(1, RegisteredOnClass.class);
  }

  static class RegisteredOnClass {
    @RegisterExtension static final TouchstoneExtension TOUCHSTONE = new TouchstoneExtension();

    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    Dataset data;

    @Test
    void works() {
      assertWorks(model, data);
    }
  }

  @Test
  void anExtensionInAnInstanceFieldInjectsBeforeEachTest() {
    assertGreen(2, RegisteredOnInstance.class);
  }

  static class RegisteredOnInstance {
    @RegisterExtension final TouchstoneExtension touchstone = new TouchstoneExtension();

    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model;

    @DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS)
    Dataset data;

    @BeforeEach
    void isThere() {
      assertWorks(model, data);
    }

    @Test
    void works(@ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier parameter) {
      assertWorks(parameter, data);
    }

    @Test
    void worksAgain() {
      assertWorks(model, data);
    }
  }

  @Test
  void parametersWithoutAnAnnotationAreLeftToOtherResolvers() {
    assertGreen(1, TwoResolvers.class);
  }

  @ModelTest
  @ExtendWith(OtherResolver.class)
  static class TwoResolvers {
    @Test
    void works(
        Classifier theirs,
        @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS) Classifier ours) {
      assertThat(theirs.name()).isEqualTo("theirs");
      assertThat(ours.name()).isEqualTo("linear.onnx");
    }
  }

  /** Greedy about its type, as many are. */
  static final class OtherResolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Classifier.class
          && parameter.getParameter().getAnnotations().length == 0;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new CountingModel("theirs", new java.util.ArrayList<>());
    }
  }

  @Test
  void aTrainerComesFromTheClassesStaticMethodOrField() {
    assertGreen(3, WithTrainer.class);
  }

  @ModelTest
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class WithTrainer {
    @TrainerUnderTest static final Trainer FIELD = new NamedTrainer("field");

    @TrainerUnderTest
    static Trainer method() {
      return new NamedTrainer("method");
    }

    @Test
    void namedField(@TrainerUnderTest("FIELD") Trainer trainer) {
      assertThat(trainer.name()).isEqualTo("field");
    }

    @Test
    void namedMethod(@TrainerUnderTest("method") Trainer trainer) {
      assertThat(trainer.name()).isEqualTo("method");
    }

    @Nested
    class Inside {
      @TrainerUnderTest
      static Trainer nearest() {
        return new NamedTrainer("nearest");
      }

      @Test
      void theNearestClassComesFirst(@TrainerUnderTest Trainer trainer) {
        assertThat(trainer.name()).isEqualTo("nearest");
      }
    }
  }

  record NamedTrainer(String name) implements Trainer {
    @Override
    public TrainerFacts facts() {
      return TrainerFacts.of(name);
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext context) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void auditSetsComeFromFilesAndFromJava() {
    assertGreen(1, WithAuditSet.class);
  }

  @ModelTest
  static class WithAuditSet {
    @AuditData(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS, scale = 0.5f)
    static AuditSet ofFile;

    @AuditData
    static AuditSet ofJava =
        AuditSet.of(Datasets.idx(TinyFiles.IMAGES, TinyFiles.LABELS).load().first(3));

    @Test
    void areThere(
        @AuditData(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) AuditSet parameter) {
      assertThat(ofFile.data().batch(0).values()[0]).isEqualTo(4.5f);
      assertThat(ofJava.data().size()).isEqualTo(3);
      assertThat(parameter.data().size()).isEqualTo(4);
    }
  }

  @Test
  void whatAnExpertSaysComesFromColumnsOrFromAnotherTable() {
    assertGreen(1, WithAnnotations.class);
  }

  @ModelTest
  static class WithAnnotations {
    @AuditData(
        value = TinyFiles.IMAGES,
        labels = TinyFiles.LABELS,
        annotations = TinyFiles.CONCEPTS,
        annotationsId = "image",
        concepts = "left",
        globalImportances = 0)
    static AuditSet images;

    @Test
    void areThere(
        @AuditData(
                value = TinyFiles.AUDIT,
                label = "y",
                classes = {"0", "1"},
                concepts = "left",
                importances = "matters",
                confidence = "sure")
            AuditSet table,
        @AuditData(value = TinyFiles.AUDIT, schema = TinyFiles.AUDIT_SCHEMA) AuditSet bySchema) {
      assertThat(bySchema.sha256()).isEqualTo(table.sha256());
      assertThat(images.conceptValues()).isDeepEqualTo(new double[][] {{1}, {0}, {1}, {0}});
      assertThat(images.importances()).isDeepEqualTo(new int[][] {{0}, {0}, {0}, {0}});
      assertThat(table.data().featureNames()).containsExactly("a", "b");
      assertThat(table.conceptValues()).isDeepEqualTo(new double[][] {{1}, {0}});
      assertThat(table.importances()).isDeepEqualTo(new int[][] {{-1}, {-1}});
      assertThat(table.confidence()).containsExactly(1, 0.5);
    }
  }
}
