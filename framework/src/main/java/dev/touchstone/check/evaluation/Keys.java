package dev.touchstone.check.evaluation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.metric.OwnWords;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.ResolvedDevice;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import dev.touchstone.surrogate.Surrogate;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * What stands for models, data and methods in the keys of shared results: records that are equal
 * only where the results are. Where a user's class does not say what it is made of, the object
 * stands for itself. What metrics, heads, targets and trainers are, they say by {@code equals}.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Keys {
  private Keys() {}

  /**
   * A model: name and facts are shown with results, the identity is what it computes.
   *
   * @param identity as {@link Model#identity}
   */
  public record OfModel(String name, ModelFacts facts, Object identity) {}

  /** Data with what they are called, and with the groups and clusters that claims are about. */
  public record OfData(DataFacts facts, List<String> featureNames, List<String> grouping) {}

  /** What is learnt from data: a trainer of one's own may look at groups, too. */
  public record OfLearning(String sha256, List<String> featureNames, Map<String, String> merges) {}

  /** What is fitted to a model's answers to examples. */
  record OfSurrogate(Record surrogate, OfLearning training) {}

  /** What says what it is made of: its class, what it is called and its settings. */
  record Stated(Class<?> type, String name, Map<String, String> settings) {}

  /** What does not say what it is made of, or says it by {@code equals}. */
  record Itself(String name, Object object) {}

  /** What the run's settings have to do with results. */
  public record OfRun(ResolvedDevice device, long seed, long memoryBytes) {}

  public static OfModel of(Model model) {
    return new OfModel(model.name(), model.facts(), model.identity());
  }

  public static OfData of(Dataset data) {
    return new OfData(data.facts(), data.featureNames(), data.grouping());
  }

  public static OfLearning learntFrom(Dataset data) {
    return new OfLearning(data.sha256(), data.featureNames(), data.facts().merges());
  }

  /** A method by its class, name and settings. */
  public static Record of(AttributionMethod method) {
    return stated(method, method.name(), method.settings());
  }

  /** A surrogate by its class, name and settings, and by what it is fitted on. */
  public static Record of(Surrogate surrogate) {
    return new OfSurrogate(
        stated(surrogate, surrogate.name(), surrogate.settings()),
        learntFrom(surrogate.training()));
  }

  /** A detector by its class, name and settings. */
  public static Record of(MislabelDetector detector) {
    return stated(detector, detector.name(), detector.settings());
  }

  /** A signal by its class and description, and by what it holds if it is a record. */
  public static Record of(SpuriousSignal signal) {
    return signal.getClass().isRecord()
        ? new Itself(signal.describe(), signal)
        : new Stated(signal.getClass(), signal.describe(), Map.of());
  }

  public static OfRun of(RunContext context) {
    return new OfRun(
        Torch.resolved(context.settings().device()),
        context.settings().seed(),
        context.settings().memoryBytes());
  }

  /** An object by its class and {@code toString()}, if its class has one of its own. */
  public static Record inWords(Object object) {
    return OwnWords.of(object)
        .<Record>map(words -> new Stated(object.getClass(), words, Map.of()))
        .orElseGet(() -> new Itself("", object));
  }

  /**
   * What says of itself what it is made of, by its class, name and settings; an object without
   * settings and with fields has not said what these hold, and stands for itself.
   */
  public static Record stated(Object object, String name, Map<String, String> settings) {
    return settings.isEmpty() && hasFields(object.getClass())
        ? new Itself(name, object)
        : new Stated(object.getClass(), name, Map.copyOf(settings));
  }

  private static boolean hasFields(Class<?> type) {
    for (Class<?> part = type; part != null; part = part.getSuperclass()) {
      if (Arrays.stream(part.getDeclaredFields())
          .anyMatch(field -> !Modifier.isStatic(field.getModifiers()))) {
        return true;
      }
    }
    return false;
  }
}
