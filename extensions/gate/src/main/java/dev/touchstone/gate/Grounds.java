package dev.touchstone.gate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects reasons: each is said once, with all groups that it is about. */
final class Grounds {
  private final Map<Key, Set<String>> groups = new LinkedHashMap<>();

  private record Key(String model, String claim, Reason reason) {}

  void add(String model, String claim, Reason reason) {
    groups.computeIfAbsent(new Key(model, claim, reason), key -> new LinkedHashSet<>());
  }

  void add(String model, String claim, String group, Reason reason) {
    groups.computeIfAbsent(new Key(model, claim, reason), key -> new LinkedHashSet<>()).add(group);
  }

  /** What was collected, in order; what forbids shipping before what is missing. */
  List<Ground> merged() {
    List<Ground> merged = new ArrayList<>();
    groups.forEach(
        (key, of) ->
            merged.add(new Ground(key.model(), key.claim(), List.copyOf(of), key.reason())));
    merged.sort(
        (a, b) -> Integer.compare(a.reason().ruling().exitCode(), b.reason().ruling().exitCode()));
    return merged;
  }
}
