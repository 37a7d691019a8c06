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

  /** Copies the maps, keeping their order. */
  public Provenance {
    model = Ordered.copyOf(model);
    data = Ordered.copyOf(data);
    settings = Ordered.copyOf(settings);
    environment = Ordered.copyOf(environment);
  }
}
