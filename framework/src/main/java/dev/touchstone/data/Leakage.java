package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * Examples that are on both sides of a comparison that takes them apart. Where both data sets have
 * ids of their own, one id in both is one too many. Where they have none, examples are told by
 * their features, which tables repeat by nature: rows that are in the data more than once say
 * nothing, and of those that are there once as many are met by chance as are met within the data.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Leakage {
  private static final int MOST_NAMED = 5;

  /** Of the other data, beyond what chance explains: images that came twice into a collection. */
  private static final double TOLERATED = 0.05;

  private Leakage() {}

  /**
   * Refuses data that share examples: by their ids, where both have some of their own, and else by
   * their features, where more of the other data are found than chance explains and 5 %.
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
    Map<String, Integer> copies = new HashMap<>();
    for (int i = 0; i < data.size(); i++) {
      copies.merge(hash(data, i), 1, Integer::sum);
    }
    // Once in the data by chance are as many of others as are once among the rest of the data.
    double byChance =
        2.0 * copies.values().stream().filter(n -> n == 2).count() / Math.max(1, data.size());
    Set<String> met = new HashSet<>();
    List<String> shared =
        IntStream.range(0, other.size())
            .filter(
                i -> {
                  String hash = hash(other, i);
                  return copies.getOrDefault(hash, 0) == 1 && met.add(hash);
                })
            .mapToObj(other::id)
            .toList();
    if (data.sha256().equals(other.sha256())
        || shared.size() > (byChance + TOLERATED) * other.size()) {
      throw new TouchstoneException(
          "%s of the %s %s are in the %s %s, by their features, the first %s; take them out of one of both"
              .formatted(
                  shared.size() == other.size() || shared.isEmpty()
                      ? "all %d examples".formatted(other.size())
                      : "%d of the %d examples".formatted(shared.size(), other.size()),
                  otherRole,
                  other.name(),
                  role,
                  data.name(),
                  shared.isEmpty()
                      ? other.id(0)
                      : shared.subList(0, Math.min(MOST_NAMED, shared.size()))));
    }
  }

  private static String hash(Dataset of, int example) {
    return of.inputs(example).sha256();
  }
}
