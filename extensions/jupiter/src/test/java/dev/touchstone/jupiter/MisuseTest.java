package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.failures;
import static dev.touchstone.model.OutputKind.LOGITS;
import static dev.touchstone.model.OutputKind.PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each misuse says what was given, what was expected and what to write instead. */
class MisuseTest {

  @BeforeAll
  static void writeFiles() {
    TinyFiles.write();
  }

  private static void assertRefused(Class<?> suite, String message) {
    assertThat(failures(suite)).singleElement(STRING).contains(message);
  }

  @ModelTest
  static class WrongFieldType {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static String model;

    @Test
    void test() {}
  }

  @Test
  void aFieldOfAWrongTypeIsRefused() {
    assertRefused(
        WrongFieldType.class,
        "@ModelUnderTest field WrongFieldType.model is of type java.lang.String; declare it as"
            + " dev.touchstone.model.Classifier or dev.touchstone.model.Regressor or"
            + " dev.touchstone.model.MultiLabelModel");
  }

  @ModelTest
  static class RegressorOfLogits {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Regressor model;

    @Test
    void test() {}
  }

  @ModelTest
  static class ClassifierOfValues {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = OutputKind.VALUES)
    static Classifier model;

    @Test
    void test() {}
  }

  @ModelTest
  static class SeveralLabelsOfAnAnnotation {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static MultiLabelModel model;

    @Test
    void test() {}
  }

  @Test
  void severalLabelsAreNamedInJava() {
    assertRefused(
        SeveralLabelsOfAnAnnotation.class,
        "is of several labels, which an annotation does not name; write the source in Java as the"
            + " field's initialiser, Models.onnx(\"…\").emittingProbabilitiesOf(\"…\", \"…\")");
  }

  @Test
  void whatIsEmittedHasToBeOfTheFieldsKind() {
    assertRefused(
        RegressorOfLogits.class,
        "is a Regressor that emits LOGITS; say outputs = VALUES or INTERVALS, or declare it as a"
            + " Classifier");
    assertRefused(
        ClassifierOfValues.class, "is a Classifier that emits VALUES; declare it as a Regressor");
  }

  @ModelTest
  static class WrongParameterType {
    @Test
    void test(@DatasetUnderTest(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS) Object data) {}
  }

  @Test
  void aParameterOfAWrongTypeIsRefused() {
    assertRefused(
        WrongParameterType.class,
        "@DatasetUnderTest parameter data of WrongParameterType.test is of type java.lang.Object;"
            + " declare it as dev.touchstone.data.Dataset");
  }

  @ModelTest
  static class NoOutputs {
    @ModelUnderTest(TinyFiles.MODEL)
    static Classifier model;

    @Test
    void test() {}
  }

  @Test
  void outputsThatAreNotDeclaredAreRefused() {
    assertRefused(
        NoOutputs.class,
        "@ModelUnderTest field NoOutputs.model does not say what the model emits; say outputs ="
            + " LOGITS, PROBABILITIES, LOG_PROBABILITIES or, of a Regressor, VALUES or INTERVALS;"
            + " it is never guessed");
  }

  @ModelTest
  static class TwoOutputs {
    @ModelUnderTest(
        value = TinyFiles.MODEL,
        outputs = {LOGITS, PROBABILITIES})
    static Classifier model;

    @Test
    void test() {}
  }

  @Test
  void outputsThatAreDeclaredTwiceAreRefused() {
    assertRefused(TwoOutputs.class, "field TwoOutputs.model declares 2 kinds of outputs; say");
  }

  @ModelTest
  static class UnknownEnding {
    @ModelUnderTest(value = "model.h5", outputs = LOGITS)
    static Classifier model;

    @Test
    void test() {}
  }

  @Test
  void anUnknownFileEndingIsRefused() {
    assertRefused(
        UnknownEnding.class,
        "@ModelUnderTest field UnknownEnding.model names \"model.h5\", whose format is not known by"
            + " its ending; give");
  }

  @ModelTest
  static class FinalField {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    final Classifier model = null;

    @Test
    void test() {}
  }

  @Test
  void aFinalFieldThatWouldHaveToBeSetIsRefused() {
    assertRefused(
        FinalField.class,
        "@ModelUnderTest field FinalField.model is final; remove final, so that it can be"
            + " injected");
  }

  @ModelTest
  static class NoSource {
    @ModelUnderTest static Classifier model;

    @Test
    void test() {}
  }

  @Test
  void anAnnotationWithoutSourceOnAFieldWithoutInitialiserIsRefused() {
    assertRefused(
        NoSource.class,
        "@ModelUnderTest field NoSource.model names no source and has no initialiser; give the"
            + " annotation a value, or the field an initialiser such as"
            + " Models.onnx(\"…\").emittingLogits()");
  }

  @ModelTest
  static class TwoSources {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    static Classifier model = Models.onnx(TinyFiles.RELATIVE_MODEL).emittingLogits();

    @Test
    void test() {}
  }

  @Test
  void aFileAndAnInitialiserAreRefused() {
    assertRefused(
        TwoSources.class,
        "@ModelUnderTest field TwoSources.model names a file and has an initialiser; keep one of"
            + " the two");
  }

  @ModelTest
  static class OutputsWithoutFile {
    @ModelUnderTest(outputs = LOGITS)
    static Classifier model = Models.onnx(TinyFiles.RELATIVE_MODEL).emittingLogits();

    @Test
    void test() {}
  }

  @Test
  void outputsWithoutAFileAreRefused() {
    assertRefused(
        OutputsWithoutFile.class,
        "@ModelUnderTest field OutputsWithoutFile.model declares outputs but names no file;");
  }

  @ModelTest
  static class ParameterWithoutSource {
    @Test
    void test(@ModelUnderTest Classifier model) {}
  }

  @Test
  void aParameterWithoutSourceIsRefused() {
    assertRefused(
        ParameterWithoutSource.class,
        "@ModelUnderTest parameter model of ParameterWithoutSource.test names no file; write value"
            + " = \"classpath:….onnx\", outputs = LOGITS; a source in Java goes into a field's"
            + " initialiser or an arguments provider");
  }

  @ModelTest
  static class DataWithoutSource {
    @Test
    void test(@DatasetUnderTest Dataset data) {}
  }

  @Test
  void aDataParameterWithoutSourceIsRefused() {
    assertRefused(
        DataWithoutSource.class,
        "@DatasetUnderTest parameter data of DataWithoutSource.test names no file; write");
  }

  @ModelTest
  static class TwoAnnotations {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS)
    @TrainerUnderTest
    static Classifier model;

    @Test
    void test() {}
  }

  @Test
  void twoAnnotationsOnOneFieldAreRefused() {
    assertRefused(
        TwoAnnotations.class,
        "@ModelUnderTest field TwoAnnotations.model is annotated with @TrainerUnderTest too; keep"
            + " one of the two");
  }

  @ModelTest
  static class MissingFile {
    @Test
    void test(@ModelUnderTest(value = "models/absent.onnx", outputs = LOGITS) Classifier model) {}
  }

  @Test
  void aMissingFileIsRefusedWithThePlaceWhereItWasLookedFor() {
    assertThat(failures(MissingFile.class))
        .singleElement(STRING)
        .contains("no readable file \"models/absent.onnx\"; looked at /")
        .contains("extensions/jupiter/models/absent.onnx");
  }

  @ModelTest
  static class ForgottenPrefix {
    @Test
    void test(@ModelUnderTest(value = "tiny/linear.onnx", outputs = LOGITS) Classifier model) {}
  }

  @Test
  void aForgottenClassPathPrefixIsRecognised() {
    assertRefused(
        ForgottenPrefix.class, "the class path has it: write \"classpath:tiny/linear.onnx\"");
  }

  @ModelTest
  static class NoTrainer {
    @Test
    void test(@TrainerUnderTest Trainer trainer) {}
  }

  @Test
  void aTrainerFromNowhereIsRefused() {
    assertRefused(
        NoTrainer.class,
        "@TrainerUnderTest parameter trainer of NoTrainer.test finds no trainer; annotate a static"
            + " method without parameters, or a static field, with @TrainerUnderTest");
  }

  @ModelTest
  static class TwoTrainers {
    @TrainerUnderTest
    static Trainer one() {
      return new InjectionTest.NamedTrainer("one");
    }

    @TrainerUnderTest
    static Trainer two() {
      return new InjectionTest.NamedTrainer("two");
    }

    @Test
    void test(@TrainerUnderTest Trainer trainer) {}
  }

  @Test
  void aTrainerThatCouldBeOneOfTwoIsRefused() {
    assertThat(failures(TwoTrainers.class))
        .singleElement(STRING)
        .contains("can mean [one, two]; say which, such as @TrainerUnderTest(\"one\")");
  }

  @ModelTest
  static class TrainerOfInstance {
    @TrainerUnderTest
    Trainer trainer() {
      return new InjectionTest.NamedTrainer("one");
    }

    @Test
    void test(@TrainerUnderTest Trainer trainer) {}
  }

  @Test
  void aTrainersMethodThatIsNotStaticIsRefused() {
    assertRefused(
        TrainerOfInstance.class,
        "finds the method trainer, which is not static or has parameters; make it static, without"
            + " parameters");
  }

  @ModelTest
  static class TrainerOfWrongType {
    @TrainerUnderTest
    static String trainer() {
      return "no trainer";
    }

    @Test
    void test(@TrainerUnderTest Trainer trainer) {}
  }

  @Test
  void aTrainersMethodOfAWrongTypeIsRefused() {
    assertRefused(
        TrainerOfWrongType.class,
        "is given a java.lang.String by trainer; give a dev.touchstone.model.Trainer");
  }

  @ModelTest
  static class TableWithoutLabel {
    @DatasetUnderTest("data/test.csv")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void aTableWithoutLabelIsRefused() {
    assertRefused(
        TableWithoutLabel.class,
        "@DatasetUnderTest field TableWithoutLabel.data gives neither a schema nor a label; give"
            + " one: schema = \"….json\", or label = \"column\"");
  }

  @ModelTest
  static class TableWithLabelAndSchema {
    @DatasetUnderTest(value = "data/test.csv", label = "stage", schema = "data/schema.json")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void aTableWithLabelAndSchemaIsRefused() {
    assertRefused(TableWithLabelAndSchema.class, "gives a schema and a label; give one:");
  }

  @ModelTest
  static class TableWithLabelFile {
    @DatasetUnderTest(value = "data/test.csv", label = "stage", labels = "data/labels.idx")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void aTableWithAFileOfLabelsIsRefused() {
    assertRefused(
        TableWithLabelFile.class,
        "names a file of labels beside a table; say label = \"column\" for a table's labels");
  }

  @ModelTest
  static class ScaledTable {
    @DatasetUnderTest(value = "data/test.csv", label = "stage", scale = 1 / 255f)
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void aScaleOfATableIsRefused() {
    assertRefused(
        ScaledTable.class,
        "gives scale, of no meaning since it is a table; leave it out;"
            + " Dataset.scaledBy(…) in Java scales features");
  }

  @ModelTest
  static class GroupedImages {
    @DatasetUnderTest(
        value = TinyFiles.IMAGES,
        labels = TinyFiles.LABELS,
        id = "key",
        groups = "sex")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void columnsOfImagesAreRefused() {
    assertRefused(
        GroupedImages.class,
        "gives id and groups, of no meaning since it is a file of images; leave it out");
  }

  @ModelTest
  static class SemicolonImages {
    @DatasetUnderTest(
        value = TinyFiles.IMAGES,
        labels = TinyFiles.LABELS,
        delimiter = ';',
        quote = '\'',
        decimalComma = true,
        thousands = ".",
        missing = "",
        classes = {"a", "b"},
        features = "x",
        without = "z")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void theFormatOfATableSaysNothingOfImages() {
    assertRefused(
        SemicolonImages.class,
        "gives classes and features and without and missing and delimiter and quote and"
            + " decimalComma and thousands, of no meaning since it is a file of images;");
  }

  @ModelTest
  static class ClassesBesideASchema {
    @DatasetUnderTest(
        value = "a.csv",
        schema = "s.json",
        classes = {"a", "b"})
    static Dataset data;

    @Test
    void test() {}
  }

  @ModelTest
  static class FeaturesBesideASchema {
    @DatasetUnderTest(value = "a.csv", schema = "s.json", features = "x")
    static Dataset data;

    @Test
    void test() {}
  }

  @ModelTest
  static class FeaturesAndTheOthers {
    @DatasetUnderTest(value = "a.csv", label = "y", features = "x", without = "z")
    static Dataset data;

    @Test
    void test() {}
  }

  @ModelTest
  static class LongThousands {
    @DatasetUnderTest(value = "a.csv", label = "y", thousands = "' ")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void whatASchemaSaysIsSaidThere() {
    assertRefused(
        ClassesBesideASchema.class,
        "gives a schema and classes; write \"classes\": […] in the schema, beside its label");
    assertRefused(
        FeaturesBesideASchema.class,
        "gives a schema and features; write them in the schema, where each has a type");
  }

  @Test
  void attributesOfATableThatContradictEachOtherAreRefused() {
    assertRefused(
        FeaturesAndTheOthers.class,
        "gives features and without, of which the second says nothing beside the first; give one");
    assertRefused(
        LongThousands.class, "gives thousands = \"' \", which is more than one character; give");
  }

  @ModelTest
  static class DelimitedJson {
    @DatasetUnderTest(value = "a.jsonl", label = "y", delimiter = ';')
    static Dataset data;

    @Test
    void test() {}
  }

  @ModelTest
  static class ArrayWithoutLabels {
    @DatasetUnderTest("x.npy")
    static Dataset data;

    @Test
    void test() {}
  }

  @ModelTest
  static class ArchiveWithoutNames {
    @DatasetUnderTest("data.npz")
    static Dataset data;

    @Test
    void test() {}
  }

  @ModelTest
  static class ArchiveWithWords {
    @AuditData(value = "data.npz", features = "x", label = "y", missing = "NA")
    static AuditSet data;

    @Test
    void test() {}
  }

  @Test
  void attributesOfAnotherFormatAreRefused() {
    assertRefused(
        DelimitedJson.class,
        "gives delimiter, of no meaning since it is a table of JSON lines; leave it out");
    assertRefused(
        ArrayWithoutLabels.class,
        "names \"x.npy\" without its labels; add labels = \"….npy\", or save features and labels");
    assertRefused(
        ArchiveWithoutNames.class,
        "names 0 arrays of features and none of labels; give features = \"array\" and label =");
    assertRefused(
        ArchiveWithWords.class,
        "gives words for what is missing, [NA], and arrays hold NaN for it; write missing = \"\"");
  }

  @ModelTest
  static class LabelWithoutFile {
    @DatasetUnderTest(label = "stage")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void columnsWithoutAFileAreRefused() {
    assertRefused(
        LabelWithoutFile.class,
        "gives label, of no meaning since it names no file; write value = ");
  }

  @ModelTest
  static class NamedApproved {
    @ModelUnderTest(value = TinyFiles.MODEL, outputs = LOGITS, name = "old", candidate = false)
    static Classifier model;

    @Test
    void test() {}
  }

  @Test
  void aNameOfAModelThatNothingReplacesIsRefused() {
    assertRefused(
        NamedApproved.class,
        "has the name \"old\" and is no candidate; leave the name out: it is what");
  }

  @ModelTest
  static class ImagesWithoutLabels {
    @DatasetUnderTest(TinyFiles.IMAGES)
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void imagesWithoutLabelsAreRefused() {
    assertRefused(
        ImagesWithoutLabels.class,
        "names \"classpath:tiny/images.idx\" without its labels; add labels = \"…\"");
  }

  @ModelTest
  static class AuditDataAsDataset {
    @AuditData("data/audit.csv")
    static Dataset data;

    @Test
    void test() {}
  }

  @Test
  void auditDataThatAreNoAuditSetAreRefused() {
    assertRefused(
        AuditDataAsDataset.class,
        "@AuditData field AuditDataAsDataset.data is of type dev.touchstone.data.Dataset; declare"
            + " it as dev.touchstone.data.AuditSet");
  }

  @ModelTest
  static class ConfidenceWithoutConcepts {
    @AuditData(value = TinyFiles.AUDIT, label = "y", confidence = "sure")
    static AuditSet data;

    @Test
    void test() {}
  }

  @ModelTest
  static class ConceptsOfImages {
    @AuditData(value = TinyFiles.IMAGES, labels = TinyFiles.LABELS, concepts = "left")
    static AuditSet data;

    @Test
    void test() {}
  }

  @ModelTest
  static class TwoSortsOfImportances {
    @AuditData(
        value = TinyFiles.AUDIT,
        label = "y",
        concepts = "left",
        importances = "matters",
        globalImportances = 1)
    static AuditSet data;

    @Test
    void test() {}
  }

  @ModelTest
  static class ImportancesOfNone {
    @AuditData(
        value = TinyFiles.AUDIT,
        label = "y",
        concepts = "left",
        globalImportances = {1, 2})
    static AuditSet data;

    @Test
    void test() {}
  }

  @ModelTest
  static class AnnotationsInImages {
    @AuditData(
        value = TinyFiles.IMAGES,
        labels = TinyFiles.LABELS,
        annotations = TinyFiles.LABELS,
        concepts = "left")
    static AuditSet data;

    @Test
    void test() {}
  }

  @ModelTest
  static class IdsOfNoAnnotations {
    @AuditData(value = TinyFiles.AUDIT, label = "y", annotationsId = "k", concepts = "left")
    static AuditSet data;

    @Test
    void test() {}
  }

  @ModelTest
  static class OneWord {
    @AuditData(value = TinyFiles.AUDIT, label = "y", concepts = "left", conceptWords = "yes")
    static AuditSet data;

    @Test
    void test() {}
  }

  @Test
  void annotationsThatCannotBeMeantAreRefused() {
    assertRefused(
        OneWord.class,
        "gives 1 conceptWords, [yes]; give the word for a concept that is absent and the one for");
    assertRefused(
        ConfidenceWithoutConcepts.class,
        "gives confidence and no concepts that they are of; add concepts = {\"column\", …}");
    assertRefused(
        ConceptsOfImages.class,
        "names concepts of \"classpath:tiny/images.idx\", which is no table; add annotations =");
    assertRefused(
        TwoSortsOfImportances.class,
        "gives importances of each example and globalImportances; give one of them");
    assertRefused(
        ImportancesOfNone.class,
        "names annotations that cannot be: 2 importances for all examples were given for the 1"
            + " concepts [left]");
    assertRefused(
        AnnotationsInImages.class,
        "names annotations in \"classpath:tiny/labels.idx\", which is no table; write them into");
    assertRefused(
        IdsOfNoAnnotations.class,
        "gives annotationsId and no file of annotations; say id = \"k\" for the ids of a table");
  }
}
