package dev.touchstone.jupiter;

import dev.touchstone.data.CsvSource;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * An annotated field or parameter: what the user wants, and where.
 *
 * @param annotation {@link ModelUnderTest} or {@link DatasetUnderTest}
 * @param type the field's or parameter's type
 * @param where the field or parameter, in words
 */
record Declaration(Annotation annotation, Class<?> type, String where) {

  static Optional<Declaration> on(Field field) {
    return on(
        field,
        field.getType(),
        "field " + field.getDeclaringClass().getSimpleName() + "." + field.getName());
  }

  static Optional<Declaration> on(ParameterContext context) {
    Parameter parameter = context.getParameter();
    return on(
        parameter,
        parameter.getType(),
        "parameter "
            + parameter.getName()
            + " of "
            + context.getDeclaringExecutable().getDeclaringClass().getSimpleName()
            + "."
            + context.getDeclaringExecutable().getName());
  }

  private static Optional<Declaration> on(AnnotatedElement element, Class<?> type, String where) {
    return AnnotationSupport.findAnnotation(element, ModelUnderTest.class)
        .<Annotation>map(a -> a)
        .or(() -> AnnotationSupport.findAnnotation(element, DatasetUnderTest.class))
        .map(annotation -> new Declaration(annotation, type, where));
  }

  /** Whether a source is written in Java, so that there is nothing to load. */
  boolean leavesSourceToJava() {
    return annotation instanceof ModelUnderTest model
        ? model.value().isEmpty()
        : ((DatasetUnderTest) annotation).value().isEmpty();
  }

  Lifetime lifetime() {
    return annotation instanceof ModelUnderTest model
        ? model.lifetime()
        : ((DatasetUnderTest) annotation).lifetime();
  }

  /** Makes what is declared; files are looked for at once. */
  Object load() {
    return annotation instanceof ModelUnderTest model
        ? load(model)
        : load((DatasetUnderTest) annotation);
  }

  private Object load(ModelUnderTest model) {
    if (!type.isAssignableFrom(Classifier.class) || !Model.class.isAssignableFrom(type)) {
      throw misuse("is of type " + type.getName(), "declare it as " + Classifier.class.getName());
    }
    String file = model.value();
    if (file.isEmpty()) {
      throw misuse("names no model", "write value = \"classpath:….onnx\", outputs = LOGITS");
    }
    if (model.outputs().length != 1) {
      throw misuse(
          "does not say what the model emits",
          "add outputs = LOGITS, PROBABILITIES or LOG_PROBABILITIES; it is never guessed");
    }
    if (file.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return Models.onnx(file).emitting(model.outputs()[0]);
    }
    throw misuse(
        "names \"" + file + "\", whose format is not known by its ending",
        "give an .onnx file, or write the source in Java as the field's initialiser");
  }

  private Object load(DatasetUnderTest data) {
    if (type != Dataset.class) {
      throw misuse("is of type " + type.getName(), "declare it as " + Dataset.class.getName());
    }
    if (data.value().isEmpty()) {
      throw misuse("names no data", "write value = \"classpath:…\"");
    }
    if (!data.labels().isEmpty()) {
      return Datasets.idx(data.value(), data.labels()).scaledBy(data.scale()).load();
    }
    if (isTable(data.value())) {
      return table(data).load();
    }
    throw misuse(
        "names \"" + data.value() + "\" without its labels",
        "add labels = \"…\" for IDX images, schema = \"….json\" or label = \"column\" for a .csv or"
            + " .csv.gz table, or write the source in Java");
  }

  private static boolean isTable(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  private CsvSource table(DatasetUnderTest data) {
    if (data.schema().isEmpty() == data.label().isEmpty()) {
      throw misuse(
          "gives "
              + (data.label().isEmpty() ? "neither a schema nor a label" : "a schema and a label"),
          "give one: schema = \"….json\", or label = \"column\"");
    }
    CsvSource table = Datasets.csv(data.value());
    table = data.schema().isEmpty() ? table.label(data.label()) : table.schema(data.schema());
    if (!data.id().isEmpty()) {
      table = table.id(data.id());
    }
    return data.groups().length == 0 ? table : table.groups(data.groups());
  }

  ExtensionConfigurationException misuse(String what, String cure) {
    return new ExtensionConfigurationException(
        "@" + annotation.annotationType().getSimpleName() + " " + where + " " + what + "; " + cure);
  }
}
