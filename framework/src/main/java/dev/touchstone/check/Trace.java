package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times an evaluation and writes down where its evidence comes from. */
final class Trace {
  private final Instant startedAt = Instant.now();
  private final RunContext context;
  private final Map<String, String> settings = new LinkedHashMap<>();

  private Trace(RunContext context) {
    this.context = context;
  }

  static Trace start(RunContext context) {
    return new Trace(context);
  }

  /** Adds a setting of the check. */
  Trace with(String setting, Object value) {
    settings.put(setting, value.toString());
    return this;
  }

  Provenance end(Model model, Dataset data) {
    Map<String, String> dataFacts = new LinkedHashMap<>();
    dataFacts.put("name", data.name());
    dataFacts.put("sha256", data.sha256());
    dataFacts.put("examples", Integer.toString(data.size()));
    dataFacts.putAll(data.preparation());
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("device", context.settings().device());
    environment.put("memory budget", Long.toString(context.settings().memoryBytes()));
    environment.putAll(Torch.environment());
    environment.put("java", System.getProperty("java.version"));
    return new Provenance(
        model.provenance(),
        dataFacts,
        settings,
        context.settings().seed(),
        environment,
        startedAt,
        Duration.between(startedAt, Instant.now()).toNanos() / 1e9);
  }
}
