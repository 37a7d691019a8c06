package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.DataSubjectFacts;
import dev.touchstone.facts.Environment;
import dev.touchstone.facts.Fact;
import dev.touchstone.facts.FactText;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.facts.SubjectFacts;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.model.Model;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.ResolvedDevice;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;

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
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Instant startedAt = Instant.now();
  private final RunContext context;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<Fact> circumstances = new ArrayList<>();

  private Trace(RunContext context) {
    this.context = context;
  }

  /** Starts the clock. */
  public static Trace start(RunContext context) {
    return new Trace(context);
  }

  /**
   * Adds a setting of the check.
   *
   * @throws TouchstoneException for a name under which verdicts record how data are clustered, or
   *     by what the model is known that another is compared with
   */
  public Trace with(String setting, Object value) {
    if (FactText.isReservedOfSettings(setting)) {
      throw new TouchstoneException(
          "a check's setting cannot be called \"%s\", which is recorded of the data, or of a model that another is compared with; give it another name"
              .formatted(setting));
    }
    settings.put(setting, value.toString());
    return this;
  }

  /** Adds the model that the subject is compared with. */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Trace comparingWith(Comparison comparison) {
    comparisons.add(comparison);
    return this;
  }

  /** Adds a fact of how it was evaluated that is no setting: no policy holds a claim to it. */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Trace under(String circumstance, Object value) {
    circumstances.add(Fact.of(circumstance, value));
    return this;
  }

  /**
   * Stops the clock and says what was evaluated, with what settings and where.
   *
   * @throws TouchstoneException if facts of the model's author's own would pass for others, or if
   *     the data carry training weights, by which no claim about a model weighs
   */
  public Provenance end(Model model, Dataset data) {
    TrainingWeights.refuse(data);
    return end(model.facts().requiringOwn(), data);
  }

  /**
   * Stops the clock and says which trainer was evaluated: its name, its digest and its own facts.
   *
   * @throws TouchstoneException if the trainer's digest is none, or its facts would pass for a
   *     model file's
   */
  public Provenance end(Trainer trainer, Dataset data) {
    return end(facts(trainer), data);
  }

  /**
   * Stops the clock and says which data's labels were evaluated, of no model; they are known by the
   * data's digest.
   */
  public Provenance end(Dataset data) {
    return end("labels of " + data.name(), data);
  }

  /**
   * Stops the clock and says what was evaluated of data, of no model, such as the answers of a
   * study.
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Provenance end(String what, Dataset data) {
    return end(DataSubjectFacts.of(what, data.sha256()), data);
  }

  /** Returns a trainer's facts under the name and the digest that it states. */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public static TrainerFacts facts(Trainer trainer) {
    String digest = trainer.sha256().orElse("");
    if (!digest.isEmpty() && trainer.retrains() && !SHA256.matcher(digest).matches()) {
      throw new TouchstoneException(
          "the trainer \"%s\" gives \"%s\" as its SHA-256, which has 64 digits of 0-9 and a-f; give Digest.sha256().add(…).hex() over what decides what is trained, or Optional.empty()"
              .formatted(PlainText.of(trainer.name(), 100), PlainText.of(digest, 80)));
    }
    return trainer.facts().named(trainer.name()).knownBy(digest).requiringOwn();
  }

  private Provenance end(SubjectFacts subject, Dataset data) {
    ResolvedDevice device = Torch.resolved(context.settings().device());
    return new Provenance(
        subject,
        comparisons,
        data.facts(),
        settings,
        context.settings().seed(),
        environment(device, context.settings())
            .with(circumstances)
            .with(elsewhere(device, subject, comparisons)),
        startedAt,
        Duration.between(startedAt, Instant.now()).toNanos() / 1e9);
  }

  /** What was computed on the processor though the run's device is another one. */
  static List<Fact> elsewhere(
      ResolvedDevice device, SubjectFacts subject, List<Comparison> comparisons) {
    boolean runtime =
        Stream.concat(Stream.of(subject), comparisons.stream().map(Comparison::model))
            .anyMatch(Trace::needsOnnxRuntime);
    return runtime && !device.equals(ResolvedDevice.cpu())
        ? List.of(Fact.of("ONNX Runtime device", ResolvedDevice.cpu().id()))
        : List.of();
  }

  /** For its scores, or for the class that it names. */
  private static boolean needsOnnxRuntime(SubjectFacts subject) {
    return subject instanceof ModelFacts model
        && (model.runtimeThreads().isPresent() || model.labelOutput().isPresent());
  }

  private static Environment environment(ResolvedDevice device, Settings settings) {
    return new Environment(
        device.id(),
        device.details(),
        OptionalLong.of(settings.memoryBytes()),
        Torch.version(),
        OptionalInt.of(Torch.nativeThreads()),
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        List.of());
  }
}
