package dev.touchstone.gate.policy;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.runtime.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Facts that a policy pins, and those that it frees by name. There are no others: a fact that it
 * does not know may be the one that makes another model of the same file, such as a second
 * preprocessing step.
 *
 * @param pinned what has to be recorded, by name
 * @param freed the names of those that may be recorded and be anything
 */
public record PinnedFacts(Map<String, String> pinned, Set<String> freed) {
  /** What stands in a policy for a value that none can hold, before the SHA-256 of it. */
  private static final String DIGEST = "sha256 of the value: ";

  private static final int MOST_DIFFERENCES = 6;

  /** Copies both. */
  public PinnedFacts {
    pinned = Map.copyOf(pinned);
    freed = Set.copyOf(freed);
  }

  /** A value as a policy can hold it: by its digest where it is too long, or blank. */
  static String held(String value, int longest) {
    return value.isBlank() || value.length() > longest || value.startsWith(DIGEST)
        ? DIGEST + Digest.ofBytes(value.getBytes(StandardCharsets.UTF_8))
        : value;
  }

  /**
   * How what a verdict records differs from what is pinned, in words; empty if in nothing.
   *
   * @param recorded a section of {@link dev.touchstone.evidence.Provenance#pinned}
   */
  public List<String> differences(Map<String, String> recorded) {
    Set<String> names = new TreeSet<>(recorded.keySet());
    names.addAll(pinned.keySet());
    names.removeAll(freed);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String asked = pinned.get(name);
      String found = recorded.get(name);
      if (differences.size() == MOST_DIFFERENCES) {
        break;
      }
      if (asked == null) {
        differences.add(
            "%s was %s, which the policy neither pins nor frees"
                .formatted(PlainText.of(name, 60), shown(found)));
      } else if (found == null || !(asked.equals(found) || asked.equals(held(found, 0)))) {
        differences.add(
            "%s was %s, not %s"
                .formatted(
                    PlainText.of(name, 60),
                    found == null ? "not given" : shown(found),
                    shown(asked)));
      }
    }
    return List.copyOf(differences);
  }

  private static String shown(@Nullable String value) {
    return "\"" + PlainText.of(value == null ? "" : value, 100) + "\"";
  }
}
