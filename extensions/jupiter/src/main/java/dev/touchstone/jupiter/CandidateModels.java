package dev.touchstone.jupiter;

import dev.touchstone.model.Classifier;
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
    // All of them first: a missing last candidate is said before the first one is tested.
    List<Classifier> models =
        Arrays.stream(asked.value())
            .map(file -> InjectedModel.load(file, asked.outputs(), place))
            .toList();
    return models.stream().map(model -> Arguments.of(Injection.owned(model, context)));
  }

  private static String element(ExtensionContext context) {
    String type = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> type + "." + method.getName()).orElse(type);
  }
}
