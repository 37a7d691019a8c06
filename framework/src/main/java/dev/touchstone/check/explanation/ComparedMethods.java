package dev.touchstone.check.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Methods whose maps stand beside each other.
 *
 * @param methods in their order
 */
record ComparedMethods(List<AttributionMethod> methods) {
  /** Methods that a person compares at one look. */
  private static final int MOST = 12;

  ComparedMethods {
    methods = List.copyOf(methods);
  }

  /**
   * Returns these and more.
   *
   * @throws TouchstoneException for more than 12 together, or for a method that was given already
   */
  ComparedMethods and(AttributionMethod... more) {
    List<AttributionMethod> all = new ArrayList<>(methods);
    all.addAll(List.of(more));
    if (all.size() > MOST) {
      throw new TouchstoneException(
          "%d methods on one panel, of which at most %d can be looked at; make several panels"
              .formatted(all.size(), MOST));
    }
    ComparedMethods compared = new ComparedMethods(all);
    Set<String> labels = new LinkedHashSet<>(compared.labels());
    if (labels.size() < all.size()) {
      throw new TouchstoneException(
          "the methods %s are not all different; give each once, or with other settings"
              .formatted(compared.labels()));
    }
    return compared;
  }

  /** Notes which methods these are, with their settings. */
  void addTo(Trace trace) {
    List<String> labels = labels();
    for (int m = 0; m < methods.size(); m++) {
      trace.with(labels.get(m), methods.get(m).name() + methods.get(m).settings());
    }
  }

  /** The names of the methods, with those settings by which two of one name differ. */
  List<String> labels() {
    return methods.stream()
        .map(
            method -> {
              List<AttributionMethod> namesakes =
                  methods.stream().filter(other -> other.name().equals(method.name())).toList();
              String own =
                  method.settings().entrySet().stream()
                      .filter(
                          setting ->
                              namesakes.stream()
                                  .anyMatch(
                                      other ->
                                          !setting
                                              .getValue()
                                              .equals(other.settings().get(setting.getKey()))))
                      .map(setting -> setting.getKey() + " " + setting.getValue())
                      .sorted()
                      .collect(Collectors.joining(", "));
              return own.isEmpty() ? method.name() : "%s (%s)".formatted(method.name(), own);
            })
        .toList();
  }
}
