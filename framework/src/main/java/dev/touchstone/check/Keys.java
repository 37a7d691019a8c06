package dev.touchstone.check;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.OwnWords;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What stands for models, data and methods in the keys of shared results: equal only where the
 * results are. Where a user's class does not say what it is made of, the object stands for itself.
 */
final class Keys {
  private Keys() {}

  /** A model: name and provenance are shown with results, the identity is what it computes. */
  static List<?> of(Model model) {
    return List.of(model.name(), model.facts(), model.identity());
  }

  /** Data with what they are called, and with the slices and clusters that claims are about. */
  static List<?> of(Dataset data) {
    return List.of(
        data.name(),
        data.sha256(),
        data.featureNames(),
        data.grouping(),
        data.facts().merges(),
        data.clustering(),
        data.largestCluster());
  }

  /** What is learnt from data: a trainer of one's own may look at groups, too. */
  static List<?> learntFrom(Dataset data) {
    return List.of(data.sha256(), data.featureNames(), data.facts().merges());
  }

  /** A method by its class, name and settings. */
  static List<?> of(AttributionMethod method) {
    return stated(method, method.name(), method.settings());
  }

  /** A detector by its class, name and settings. */
  static List<?> of(MislabelDetector detector) {
    return stated(detector, detector.name(), detector.settings());
  }

  /** A signal by its class and description. */
  static List<?> of(SpuriousSignal signal) {
    return List.of(signal.getClass(), signal.describe());
  }

  /** A metric by itself: metrics say by {@code equals} whether they measure alike. */
  static List<?> of(Metric metric) {
    return List.of(metric);
  }

  /** What the run's settings have to do with results. */
  static List<?> of(RunContext context) {
    return List.of(
        context.settings().device(), context.settings().seed(), context.settings().memoryBytes());
  }

  /** A metric with its settings, for people and policies; its quantity if it does not say them. */
  static String described(Metric metric) {
    return OwnWords.of(metric).orElse(metric.quantity());
  }

  /** An object by its class and {@code toString()}, if its class has one of its own. */
  static List<?> inWords(Object object) {
    return OwnWords.of(object)
        .<List<?>>map(words -> List.of(object.getClass(), words))
        .orElse(List.of(object));
  }

  /** An object without settings and with fields has not said what these hold. */
  private static List<?> stated(Object object, String name, Map<String, String> settings) {
    return settings.isEmpty() && hasFields(object.getClass())
        ? List.of(name, object)
        : List.of(object.getClass(), name, settings);
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
