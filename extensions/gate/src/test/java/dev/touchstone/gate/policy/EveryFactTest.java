package dev.touchstone.gate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.DataFacts.Clustering;
import dev.touchstone.facts.Fact;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Gate;
import dev.touchstone.gate.Judged;
import dev.touchstone.gate.Ruling;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What {@code policy init} writes pins every component of the facts that a verdict rests on. */
class EveryFactTest {
  private static final ModelFacts MODEL =
      with(withEvery(ModelFacts.none(), "x"), Map.of("name", "m.onnx", "sha256", Judged.MODEL));
  private static final DataFacts DATA =
      with(withEvery(DataFacts.none(), "x"), Map.of("name", "test.csv", "sha256", Judged.DATA));

  private static final ReleasePolicy POLICY =
      PolicyReader.read(
          PolicyWriter.write("p", run(MODEL, DATA)).getBytes(StandardCharsets.UTF_8),
          "policy.yaml",
          LocalDate.of(2026, 11, 22));

  private static RecordedVerdicts run(ModelFacts model, DataFacts data) {
    return Judged.run(Judged.passing().restingOn(model, data));
  }

  private static Ruling ruling(ModelFacts model, DataFacts data) {
    return Gate.withDefaults()
        .at(Clock.fixed(Judged.NOW, ZoneOffset.UTC))
        .decide(
            new PolicyFile(Path.of("policy.yaml"), Judged.digest("p"), POLICY),
            List.of(new Candidate("m.onnx", Path.of("m.onnx"), Judged.MODEL)),
            run(model, data))
        .ruling();
  }

  private static Object value(Type type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == OptionalInt.class) {
      return OptionalInt.of(text.length());
    } else if (type == Fact.class) {
      return new Fact("of one's own", text);
    } else if (type == Clustering.class) {
      return new Clustering("site", OptionalInt.of(text.length()));
    } else if (type instanceof ParameterizedType of) {
      Type[] arguments = of.getActualTypeArguments();
      if (of.getRawType() == Optional.class) {
        return Optional.of(value(arguments[0], text));
      } else if (of.getRawType() == List.class) {
        return List.of(value(arguments[0], text));
      } else if (of.getRawType() == Map.class) {
        // Of the column whose values are clusters, on which every group depends.
        return Map.of("site", text);
      }
    }
    throw new AssertionError("say here what a value of a component of " + type + " is");
  }

  /** A record with other values of some components. */
  @SuppressWarnings("unchecked")
  private static <R extends Record> R with(R facts, Map<String, ?> changed) {
    RecordComponent[] components = facts.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < values.length; i++) {
        Object other = changed.get(components[i].getName());
        values[i] = other == null ? components[i].getAccessor().invoke(facts) : other;
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
      all = with(all, Map.of(component.getName(), value(component.getGenericType(), text)));
    }
    return all;
  }

  /** The components of which another value ships under the policy all the same. */
  private static <R extends Record> List<String> free(R facts, Function<R, Ruling> ruling) {
    List<String> free = new ArrayList<>();
    for (RecordComponent component : facts.getClass().getRecordComponents()) {
      Object other = value(component.getGenericType(), "another");
      if (ruling.apply(with(facts, Map.of(component.getName(), other))) == Ruling.SHIP) {
        free.add(component.getName());
      }
    }
    return free;
  }

  @Test
  void aModelWithEveryFactThatThereIsShipsUnderThePolicyThatItsRunWrote() {
    assertThat(ruling(MODEL, DATA)).isEqualTo(Ruling.SHIP);
  }

  @Test
  void anyOtherFactAboutTheModelIsAnotherModelButWhatItIsCalled() {
    assertThat(free(MODEL, model -> ruling(model, DATA))).containsExactly("name", "inPlaceOf");
  }

  @Test
  void anyOtherFactAboutTheDataIsOtherDataButWhatTheyAreCalled() {
    assertThat(free(DATA, data -> ruling(MODEL, data))).containsExactly("name");
  }
}
