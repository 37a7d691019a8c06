package dev.touchstone.jupiter;

import dev.touchstone.jupiter.Replacements.Declared;
import dev.touchstone.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The models of {@link ModelsUnderTest}, one invocation each. */
final class CandidateModels implements ArgumentsProvider, AnnotationConsumer<ModelsUnderTest> {
  private @Nullable ModelsUnderTest annotation;

  @Override
  public void accept(ModelsUnderTest asked) {
    annotation = asked;
  }

  @Override
  public Stream<? extends Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    ModelsUnderTest asked = Objects.requireNonNull(annotation);
    Place place = new Place(ModelsUnderTest.class, "on " + element(context));
    if (asked.value().length == 0) {
      throw place.misuse("names no model", "write value = {\"a.onnx\", \"b.onnx\"}");
    }
    Arrays.stream(asked.value())
        .forEach(file -> InjectedModel.checkFile(file, asked.outputs(), place));
    // All of them first: a missing last candidate is said before the first one is tested.
    List<Model> models =
        declared(asked, place, Replacements.of(context)).stream()
            .map(model -> InjectedModel.load(model, asked.outputs(), asked.decidingAt(), context))
            .toList();
    return models.stream().map(model -> Arguments.of(Injection.owned(model, context)));
  }

  /** One candidate in place of all, if there is one without a name; else each of them. */
  private static List<Declared> declared(
      ModelsUnderTest asked, Place place, Replacements replacements) {
    List<Declared> each =
        Arrays.stream(asked.value())
            .map(file -> Declared.of(asked.candidate(), "", file, place))
            .toList();
    boolean named = each.stream().anyMatch(model -> replacements.isGivenFor(model.name()));
    return asked.candidate() && replacements.isGivenForAny() && !named
        ? List.of(Declared.anyOf(each))
        : each;
  }

  private static String element(ExtensionContext context) {
    String type = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> type + "." + method.getName()).orElse(type);
  }
}
