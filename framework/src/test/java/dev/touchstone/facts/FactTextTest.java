package dev.touchstone.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.facts.DataFacts.Clustering;
import dev.touchstone.facts.FactText.Parts;
import dev.touchstone.facts.FactText.Texts;
import dev.touchstone.runtime.TouchstoneException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactTextTest {
  private static final Environment NOWHERE =
      new Environment("", "", OptionalLong.empty(), "", OptionalInt.empty(), "", "", List.of());

  private static final ModelFacts MODEL = ModelFacts.of("m.onnx", "ab", "ONNX", "LOGITS");
  private static final TrainerFacts TRAINER = TrainerFacts.of("a trainer").knownBy("cd");
  private static final DataSubjectFacts LABELS = DataSubjectFacts.of("labels of t.csv", "ef");
  private static final DataFacts DATA = withEvery(DataFacts.none(), "x");

  private static Parts of(SubjectFacts subject) {
    return new Parts(subject, List.of(), DataFacts.none(), Map.of(), NOWHERE);
  }

  private static Parts of(Comparison comparison) {
    return new Parts(MODEL, List.of(comparison), DataFacts.none(), Map.of(), NOWHERE);
  }

  private static Parts of(DataFacts data) {
    return new Parts(MODEL, List.of(), data, Map.of(), NOWHERE);
  }

  private static Parts of(Environment environment) {
    return new Parts(MODEL, List.of(), DataFacts.none(), Map.of(), environment);
  }

  /** A value of a component's type that holds a text or a number. */
  private static Object value(Type type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == OptionalInt.class) {
      return OptionalInt.of(text.length() + 40);
    } else if (type == OptionalLong.class) {
      return OptionalLong.of(text.length() + 40_000_000_000L);
    } else if (type == Fact.class) {
      return new Fact("fact " + text, text);
    } else if (type == ModelFacts.class) {
      return ModelFacts.of("other.onnx", "ef", text, "");
    } else if (type == Clustering.class) {
      return new Clustering(text, OptionalInt.of(3));
    } else if (type == Role.class) {
      return text.length() > 1 ? Role.REFERENCE : Role.APPROVED;
    } else if (type instanceof ParameterizedType of) {
      Type[] arguments = of.getActualTypeArguments();
      if (of.getRawType() == Optional.class) {
        return Optional.of(value(arguments[0], text));
      } else if (of.getRawType() == List.class) {
        return List.of(value(arguments[0], text));
      } else if (of.getRawType() == Map.class) {
        return Map.of("column " + text, text);
      }
    }
    throw new AssertionError("say here what a value of a component of " + type + " is");
  }

  /** A record with another value in one component. */
  @SuppressWarnings("unchecked")
  private static <R extends Record> R with(R facts, RecordComponent changed, String text) {
    RecordComponent[] components = facts.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] =
            components[i].getName().equals(changed.getName())
                ? value(components[i].getGenericType(), text)
                : components[i].getAccessor().invoke(facts);
      }
      return (R)
          facts
              .getClass()
              .getDeclaredConstructor(
                  Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
              .newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static <R extends Record> R withEvery(R facts, String text) {
    R all = facts;
    for (RecordComponent component : facts.getClass().getRecordComponents()) {
      all = with(all, component, text);
    }
    return all;
  }

  /** The names of the components of which a change changes no text. */
  private static <R extends Record> List<String> untold(R facts, Function<R, Texts> texts) {
    List<String> untold = new ArrayList<>();
    for (RecordComponent component : facts.getClass().getRecordComponents()) {
      Texts one = texts.apply(with(facts, component, "p"));
      Texts other = texts.apply(with(facts, component, "qq"));
      if (one.equals(other)) {
        untold.add(component.getName());
      }
    }
    return untold;
  }

  @Test
  void everyComponentIsWritten() {
    assertThat(untold(MODEL, facts -> FactText.of(of(facts)))).isEmpty();
    assertThat(untold(TRAINER, facts -> FactText.of(of(facts)))).isEmpty();
    assertThat(untold(LABELS, facts -> FactText.of(of(facts)))).isEmpty();
    assertThat(untold(DATA, facts -> FactText.of(of(facts)))).isEmpty();
    assertThat(untold(NOWHERE, facts -> FactText.of(of(facts)))).isEmpty();
    assertThat(untold(Comparison.with(Role.APPROVED, MODEL), facts -> FactText.of(of(facts))))
        .isEmpty();
  }

  @Test
  void everyComponentIsReadAsItWas() {
    Parts model =
        new Parts(
            withEvery(ModelFacts.none(), "x"),
            List.of(new Comparison(Role.REFERENCE, "gh", withEvery(ModelFacts.none(), "y"))),
            DATA,
            Map.of("bins", "10"),
            withEvery(NOWHERE, "x"));
    assertThat(FactText.read(FactText.of(model))).isEqualTo(model);
    DataSubjectFacts labels = withEvery(LABELS, "x");
    assertThat(FactText.read(FactText.of(of(labels))).subject()).isEqualTo(labels);
    TrainerFacts own = with(TRAINER, component(TrainerFacts.class, "own"), "x");
    assertThat(FactText.read(FactText.of(of(own))).subject()).isEqualTo(own);
    TrainerFacts frozen =
        TrainerFacts.ofFrozen("frozen m", withEvery(ModelFacts.none(), "x")).knownBy("ab");
    assertThat(FactText.read(FactText.of(of(frozen))).subject()).isEqualTo(frozen);
  }

  private static RecordComponent component(Class<?> of, String name) {
    return Arrays.stream(of.getRecordComponents())
        .filter(component -> component.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** What a component that is added tomorrow has to be, or be named here with a reason. */
  @Test
  void everyComponentIsPinnedButThoseByWhichAReaderKnowsWhatItIsAbout() {
    assertThat(untold(MODEL, facts -> FactText.pinned(of(facts))))
        .containsExactly("name", "sha256", "inPlaceOf");
    assertThat(untold(TRAINER, facts -> FactText.pinned(of(facts))))
        .containsExactly("name", "sha256", "description");
    assertThat(untold(LABELS, facts -> FactText.pinned(of(facts))))
        .containsExactly("name", "sha256");
    // A policy says "merged" of data by themselves.
    assertThat(untold(DATA, facts -> FactText.pinned(of(facts))))
        .containsExactly("name", "sha256", "merges");
    assertThat(untold(Comparison.with(Role.APPROVED, MODEL), facts -> FactText.pinned(of(facts))))
        .isEmpty();
    // Where it ran is no claim's.
    assertThat(untold(NOWHERE, facts -> FactText.pinned(of(facts))))
        .hasSameSizeAs(Environment.class.getRecordComponents());
  }

  /** Names that components have, and others; values in their form, and in none. */
  private static Map<String, String> texts(Random random) {
    List<String> names =
        List.of(
            "name",
            "sha256",
            "format",
            "outputs",
            "not described",
            "normalisation",
            "normalisation (2)",
            "normalisation (3)",
            "quantised together",
            "ONNX Runtime threads",
            "trainer",
            "trainer sha256",
            "of the data",
            "representation",
            "frozen model",
            "frozen model sha256",
            "approved sha256",
            "approved name",
            "approved by",
            "reference sha256",
            "reference normalisation",
            "merged ",
            "merged race",
            "clustered by",
            "clusters of at most",
            "examples",
            "classes were taken",
            "device",
            "memory budget",
            "own",
            "");
    List<String> values =
        List.of("", "a", "a, b", ", ", "12", "012", "64 examples", "-1", "frozen", "9999999999");
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = random.nextInt(9); i > 0; i--) {
      texts.put(names.get(random.nextInt(names.size())), values.get(random.nextInt(values.size())));
    }
    return texts;
  }

  @Test
  void whateverAFileSaysIsWrittenAgainAsItWas() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      Texts texts = new Texts(texts(random), texts(random), texts(random), texts(random));
      assertThat(FactText.of(FactText.read(texts))).isEqualTo(texts);
    }
  }

  @Test
  void whatVersionTwoFilesSayIsFoundInComponents() {
    Parts read =
        FactText.read(
            new Texts(
                Map.of(
                    "name", "m.onnx",
                    "sha256", "ab",
                    "runs on", "ONNX Runtime",
                    "quantised together", "64 examples",
                    "normalisation (2)", "not a second step without a first",
                    "approved name", "old.onnx",
                    "approved sha256", "cd"),
                Map.of("merged race", "\"other\" for \"a\", \"b\"", "channels", "grey"),
                Map.of("approved sha256", "cd", "clustered by", "patient", "bins", "10"),
                Map.of("device", "auto", "asked again", "20 examples")));
    ModelFacts model = (ModelFacts) read.subject();
    assertThat(model.runsOn()).contains("ONNX Runtime");
    assertThat(model.quantisedTogether()).hasValue(64);
    assertThat(model.normalisations()).isEmpty();
    assertThat(read.comparisons())
        .containsExactly(
            new Comparison(Role.APPROVED, "cd", ModelFacts.of("old.onnx", "cd", "", "")));
    assertThat(read.data().merges()).containsEntry("race", "\"other\" for \"a\", \"b\"");
    assertThat(read.data().preparation()).containsExactly(new Fact("channels", "grey"));
    assertThat(read.data().clustering()).contains(new Clustering("patient", OptionalInt.empty()));
    assertThat(read.settings()).isEqualTo(Map.of("bins", "10"));
    assertThat(read.environment().circumstances())
        .containsExactly(new Fact("asked again", "20 examples"));
  }

  @Test
  void aFactOfTheAuthorsOwnNeedsNoComparisonToBeginLikeOne() {
    Parts read =
        FactText.read(
            new Texts(
                Map.of("sha256", "ab", "approved by", "A. Nurse"), Map.of(), Map.of(), Map.of()));
    assertThat(read.comparisons()).isEmpty();
    assertThat(((ModelFacts) read.subject()).own())
        .containsExactly(new Fact("approved by", "A. Nurse"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256",
        "name",
        "trainer",
        "trainer sha256",
        "of the data",
        "approved format",
        "reference sha256",
        "normalisation (7)",
        "label output",
        "merged weights"
      })
  void aModelsOwnFactsCannotPassForOthers(String name) {
    assertThatThrownBy(() -> MODEL.with(name, "f".repeat(64)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("\"" + name + "\"", "another name");
    ModelFacts roundabout = with(MODEL, component(ModelFacts.class, "own"), "x").with("fine", 1);
    assertThat(roundabout.requiringOwn().own()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256",
        "trainer",
        "trainer sha256",
        "of the data",
        "representation",
        "approved sha256"
      })
  void aTrainersOwnFactsCannotPassForOthers(String name) {
    assertThatThrownBy(() -> TRAINER.with(name, "f".repeat(64)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("\"" + name + "\"", "another name", "Trainer.sha256()");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "examples", "classes were taken", "merged race"})
  void aStepOfPreparationCannotPassForAnotherFactOfData(String name) {
    assertThatThrownBy(() -> DataFacts.refuseReserved(name))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("\"" + name + "\"");
  }

  @Test
  void dataWithoutAnythingToSayAreStillNoModel() {
    Parts data = of(DataSubjectFacts.of("", ""));
    assertThat(FactText.read(FactText.of(data)).subject()).isEqualTo(data.subject());
  }

  @Test
  void aTrainerWithoutAnythingToSayIsStillNoModel() {
    Parts trainer = of(TrainerFacts.of(""));
    assertThat(FactText.read(FactText.of(trainer)).subject()).isEqualTo(trainer.subject());
  }

  @Test
  void settingsOfDataAndOfComparedModelsAreNoChecksOwn() {
    assertThat(Set.of("clustered by", "clusters of at most", "approved sha256", "reference sha256"))
        .allMatch(FactText::isReservedOfSettings);
    assertThat(FactText.isReservedOfSettings("bins")).isFalse();
  }
}
