package dev.touchstone.jupiter;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.jupiter.Replacements.Declared;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.ModelSource;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Regressor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/** {@link ModelUnderTest}: a classifier or a regressor from a file. */
final class InjectedModel implements Injectable<ModelUnderTest> {

  @Override
  public Class<ModelUnderTest> annotation() {
    return ModelUnderTest.class;
  }

  @Override
  public List<Class<?>> types() {
    return List.of(Classifier.class, Regressor.class, MultiLabelModel.class);
  }

  @Override
  public boolean leavesSourceToJava(ModelUnderTest annotation) {
    return annotation.value().isEmpty();
  }

  @Override
  public String initialiser() {
    return "Models.onnx(\"…\").emittingLogits()";
  }

  @Override
  public Lifetime lifetime(ModelUnderTest annotation) {
    return annotation.lifetime();
  }

  @Override
  public void check(ModelUnderTest annotation, Declaration<ModelUnderTest> declaration) {
    if (annotation.outputs().length > 0 && annotation.value().isEmpty()) {
      throw declaration.misuse(
          "declares outputs but names no file",
          "write value = \"classpath:….onnx\", or leave outputs to the initialiser");
    }
    if (isGiven(annotation.decidingAt()) && annotation.value().isEmpty()) {
      throw declaration.misuse(
          "says decidingAt = %s but names no file".formatted(annotation.decidingAt()),
          "write .decidingAt(%s) in the initialiser, before what it emits"
              .formatted(annotation.decidingAt()));
    }
    if (!annotation.candidate() && !annotation.name().isEmpty()) {
      throw declaration.misuse(
          "has the name \"" + annotation.name() + "\" and is no candidate",
          "leave the name out: it is what touchstone.model.<name> puts another file in place of,"
              + " and nothing takes the place of a model with candidate = false");
    }
    if (!annotation.value().isEmpty()) {
      checkFile(annotation.value(), annotation.outputs(), declaration.place());
      if (declaration.type() == MultiLabelModel.class) {
        throw declaration.misuse(
            "is of several labels, which an annotation does not name",
            "write the source in Java as the field's initialiser,"
                + " Models.onnx(\"…\").emittingProbabilitiesOf(\"…\", \"…\")");
      }
      boolean values = annotation.outputs()[0].isOfRegressor();
      if (values != (declaration.type() == Regressor.class)) {
        throw declaration.misuse(
            "is a %s that emits %s"
                .formatted(declaration.type().getSimpleName(), annotation.outputs()[0]),
            values
                ? "declare it as a Regressor"
                : "say outputs = VALUES or INTERVALS, or declare it as a Classifier");
      }
    }
  }

  @Override
  public Object load(
      ModelUnderTest annotation,
      Declaration<ModelUnderTest> declaration,
      ExtensionContext context) {
    if (annotation.value().isEmpty()) {
      throw declaration.misuse(
          "names no file",
          "write value = \"classpath:….onnx\", outputs = LOGITS; a source in Java goes into a"
              + " field's initialiser or an arguments provider");
    }
    return load(
        Declared.of(
            annotation.candidate(), annotation.name(), annotation.value(), declaration.place()),
        annotation.outputs(),
        annotation.decidingAt(),
        context);
  }

  /**
   * Makes the model of a file, or of the one in its place, for every annotation that names some.
   */
  static Model load(
      Declared model, OutputKind[] outputs, double decidingAt, ExtensionContext context) {
    checkFile(model.file(), outputs, model.place());
    return Replacements.of(context)
        .choose(
            model,
            () -> emitting(deciding(Models.file(model.file()), decidingAt), outputs[0]),
            other ->
                emitting(
                    deciding(Models.file(other).inPlaceOf(model.file()), decidingAt), outputs[0]));
  }

  private static boolean isGiven(double decidingAt) {
    return !Double.isNaN(decidingAt);
  }

  private static ModelSource deciding(ModelSource source, double decidingAt) {
    return isGiven(decidingAt) ? source.decidingAt(decidingAt) : source;
  }

  private static Model emitting(ModelSource source, OutputKind outputs) {
    return switch (outputs) {
      case VALUES -> source.emittingValues();
      case INTERVALS -> source.emittingIntervals();
      case LOGITS, MARGIN, PROBABILITIES, LOG_PROBABILITIES -> source.emitting(outputs);
    };
  }

  @Override
  public Object given(
      ModelUnderTest annotation,
      Declaration<ModelUnderTest> declaration,
      Object initial,
      ExtensionContext context) {
    if (!(initial instanceof Model model)) {
      throw new IllegalStateException("the field's type was checked");
    }
    Optional<String> file = Models.fileOf(model);
    Place place = declaration.place();
    return Replacements.of(context)
        .choose(
            Declared.of(
                annotation.candidate(), annotation.name(), file.orElse(place.where()), place),
            () -> model,
            other -> {
              if (file.isEmpty()) {
                throw place.misuse(
                    "holds "
                        + PlainText.of(model.name(), 80)
                        + ", which was not read from a file, so that \""
                        + other
                        + "\" cannot take its place",
                    "give a file, as in "
                        + initialiser()
                        + ", or say candidate = false if it is not the candidate");
              }
              if (model instanceof MultiLabelModel labels) {
                return Models.withFile(labels, other);
              }
              return model instanceof Regressor regressor
                  ? Models.withFile(regressor, other)
                  : Models.withFile((Classifier) model, other);
            });
  }

  private static boolean hasEnding(String file, String ending) {
    return file.toLowerCase(Locale.ROOT).endsWith(ending);
  }

  static void checkFile(String file, OutputKind[] outputs, Place place) {
    if (outputs.length != 1) {
      throw place.misuse(
          outputs.length == 0
              ? "does not say what the model emits"
              : "declares " + outputs.length + " kinds of outputs",
          "say outputs = LOGITS, PROBABILITIES, LOG_PROBABILITIES or, of a Regressor, VALUES or"
              + " INTERVALS; it is never guessed");
    }
    if (Stream.of(".onnx", ".pt", ".ubj").noneMatch(ending -> hasEnding(file, ending))) {
      throw place.misuse(
          "names \"" + file + "\", whose format is not known by its ending",
          "give an .onnx, a .pt (TorchScript) or a .ubj (XGBoost) file, or write the source in Java"
              + " as a field's initialiser, such as Models.lightgbm(\"…\") or Models.served(…)");
    }
  }
}
