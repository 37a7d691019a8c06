package dev.touchstone.evidence;

import java.time.Instant;
import java.util.Map;

/**
 * Where evidence comes from, enough to make it again.
 *
 * @param model facts about the model: name, sha256, format, declared outputs, preprocessing
 * @param data facts about the data: name, sha256, examples, slices, preprocessing
 * @param settings the check's settings, such as the number of bins
 * @param seed the run's seed
 * @param environment device, versions, native threads; part of the fingerprint
 * @param startedAt when the evaluation began; not part of the fingerprint
 * @param seconds how long it took; not part of the fingerprint
 */
public record Provenance(
    Map<String, String> model,
    Map<String, String> data,
    Map<String, String> settings,
    long seed,
    Map<String, String> environment,
    Instant startedAt,
    double seconds) {

  /** The setting of a comparison that says, by its SHA-256, which model was the approved one. */
  public static final String APPROVED_SHA256 = "approved sha256";

  private static final String APPROVED = "approved ";

  /** Copies the maps, keeping their order. */
  public Provenance {
    model = Ordered.copyOf(model);
    data = Ordered.copyOf(data);
    settings = Ordered.copyOf(settings);
    environment = Ordered.copyOf(environment);
  }

  /**
   * Whether a model was compared with itself, of which nothing follows: the approved one is the
   * same file, and nothing that was recorded of it but its name is another than the model's.
   */
  public boolean comparesWithItself() {
    String approved = settings.get(APPROVED_SHA256);
    return approved != null
        && approved.equals(model.get("sha256"))
        && model.entrySet().stream()
            .filter(fact -> fact.getKey().startsWith(APPROVED))
            .filter(fact -> !fact.getKey().equals(APPROVED + "name"))
            .allMatch(
                fact ->
                    fact.getValue().equals(model.get(fact.getKey().substring(APPROVED.length()))));
  }
}
