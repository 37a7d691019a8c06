package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.model.Model;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times an evaluation and writes down where its evidence comes from; for checks, also a user's own:
 *
 * <pre>{@code
 * Trace trace = Trace.start(context).with("bins", 10);
 * Evidence.Builder evidence = Evidence.of("my check", model.name() + " on " + data.name());
 * …
 * return evidence.from(trace.end(model, data));
 * }</pre>
 */
public final class Trace {
  private final Instant startedAt = Instant.now();
  private final RunContext context;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, String> circumstances = new LinkedHashMap<>();

  private Trace(RunContext context) {
    this.context = context;
  }

  /** Starts the clock. */
  public static Trace start(RunContext context) {
    return new Trace(context);
  }

  /** Adds a setting of the check. */
  public Trace with(String setting, Object value) {
    settings.put(setting, value.toString());
    return this;
  }

  /** Adds a fact of how it was evaluated that is no setting: no policy holds a claim to it. */
  Trace under(String circumstance, Object value) {
    circumstances.put(circumstance, value.toString());
    return this;
  }

  /** Adds by what, and how largely, the data are clustered. */
  Trace clusteringOf(Dataset data) {
    data.clustering().ifPresent(column -> with("clustered by", column));
    data.largestCluster().ifPresent(most -> with("clusters of at most", most));
    return this;
  }

  /** Stops the clock and says what was evaluated, with what settings and where. */
  public Provenance end(Model model, Dataset data) {
    return end(model.provenance(), data);
  }

  /**
   * The same of a trainer: its name, its digest and its own facts.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the trainer's digest is none, or its
   *     facts would pass for a model file's
   */
  public Provenance end(Trainer trainer, Dataset data) {
    return end(TrainerFacts.of(trainer), data);
  }

  /** The same of any subject, with its facts. */
  public Provenance end(Map<String, String> subjectFacts, Dataset data) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("device", context.settings().device());
    environment.put("memory budget", Long.toString(context.settings().memoryBytes()));
    environment.putAll(Torch.environment());
    environment.put("java", System.getProperty("java.version"));
    environment.putAll(circumstances);
    return new Provenance(
        subjectFacts,
        facts(data),
        settings,
        context.settings().seed(),
        environment,
        startedAt,
        Duration.between(startedAt, Instant.now()).toNanos() / 1e9);
  }

  /** Facts about data. */
  static Map<String, String> facts(Dataset data) {
    Map<String, String> dataFacts = new LinkedHashMap<>();
    dataFacts.put("name", data.name());
    dataFacts.put("sha256", data.sha256());
    dataFacts.put("examples", Integer.toString(data.size()));
    dataFacts.putAll(data.preparation());
    data.merges().forEach((column, merged) -> dataFacts.put(Provenance.MERGED + column, merged));
    return dataFacts;
  }
}
