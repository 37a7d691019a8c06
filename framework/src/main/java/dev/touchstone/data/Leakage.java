package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Examples that are on both sides of a comparison that takes them apart. Where both data sets have
 * ids of their own, one id in both is one too many. Where they have none, examples are told by
 * their features, which tables repeat by nature: then one set has to be all in the other.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Leakage {
  private static final int MOST_NAMED = 5;

  private Leakage() {}

  /**
   * Refuses data that share examples.
   *
   * @param role of the first, such as {@code "training data"}
   * @param otherRole of the second
   * @throws TouchstoneException naming the first examples that are in both
   */
  public static void refuse(String role, Dataset data, String otherRole, Dataset other) {
    if (data.hasOwnIds() && other.hasOwnIds()) {
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < data.size(); i++) {
        ids.add(data.id(i));
      }
      List<String> shared =
          IntStream.range(0, other.size()).mapToObj(other::id).filter(ids::contains).toList();
      if (!shared.isEmpty()) {
        throw new TouchstoneException(
            "%d of the %d examples of the %s %s are in the %s %s, too, the first with the ids %s; take them out of one of both"
                .formatted(
                    shared.size(),
                    other.size(),
                    otherRole,
                    other.name(),
                    role,
                    data.name(),
                    shared.subList(0, Math.min(MOST_NAMED, shared.size()))));
      }
      return;
    }
    Set<String> features = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      features.add(hash(data, i));
    }
    if (IntStream.range(0, other.size()).allMatch(i -> features.contains(hash(other, i)))) {
      throw new TouchstoneException(
          "all %d examples of the %s %s are in the %s %s, by their features; take other examples"
              .formatted(other.size(), otherRole, other.name(), role, data.name()));
    }
  }

  private static String hash(Dataset of, int example) {
    return of.inputs(example).sha256();
  }
}
