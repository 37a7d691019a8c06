package dev.touchstone.evidence;

import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.DataSubjectFacts;
import dev.touchstone.facts.Environment;
import dev.touchstone.facts.FactText;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.facts.SubjectFacts;
import dev.touchstone.facts.TrainerFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where evidence comes from, enough to make it again.
 *
 * <p>Most evidence is about a model, known by its SHA-256. Some is about a trainer, which has no
 * such hash, but one of its own, so that no verdict about a trainer can be taken for one about a
 * file.
 *
 * @param subject the model that it is about, or the trainer
 * @param comparisons the models that it was compared with: none, or one
 * @param data on which it was evaluated, with what a suite set about their groups
 * @param settings the check's settings, such as the number of bins
 * @param seed the run's seed
 * @param environment device, versions, native threads, how the model was asked; part of the
 *     fingerprint
 * @param startedAt when the evaluation began; not part of the fingerprint
 * @param seconds how long it took; not part of the fingerprint
 */
public record Provenance(
    SubjectFacts subject,
    List<Comparison> comparisons,
    DataFacts data,
    Map<String, String> settings,
    long seed,
    Environment environment,
    Instant startedAt,
    double seconds) {

  /** Copies list and map, keeping their order. */
  public Provenance {
    comparisons = List.copyOf(comparisons);
    settings = Ordered.copyOf(settings);
  }

  /** Returns the provenance that texts of a verdict file say. */
  public static Provenance read(
      FactText.Texts texts, long seed, Instant startedAt, double seconds) {
    FactText.Parts parts = FactText.read(texts);
    return new Provenance(
        parts.subject(),
        parts.comparisons(),
        parts.data(),
        parts.settings(),
        seed,
        parts.environment(),
        startedAt,
        seconds);
  }

  private FactText.Parts parts() {
    return new FactText.Parts(subject, comparisons, data, settings, environment);
  }

  /** Returns all facts by name, as files and people read them. */
  public FactText.Texts texts() {
    return FactText.of(parts());
  }

  /** Returns the facts that a release policy pins, by name, whether or not it has heard of them. */
  public FactText.Texts pinned() {
    return FactText.pinned(parts());
  }

  /**
   * Returns whether a model was compared with itself, of which nothing follows: the approved one,
   * or the reference, is the {@linkplain Comparison#isWithItself same}.
   */
  public boolean comparesWithItself() {
    return subject instanceof ModelFacts model
        && comparisons.stream().anyMatch(comparison -> comparison.isWithItself(model));
  }

  /**
   * Returns what was taken together in the group columns that a slice such as {@code race=other}
   * depends on, by column; empty where it depends on no merged column.
   */
  public Map<String, String> mergesOf(String slice) {
    Map<String, String> columns = new TreeMap<>(data.merges());
    columns.keySet().removeIf(column -> !data.dependOn(slice, column));
    return columns;
  }

  /** Returns whether this is about a trainer and not about a model. */
  public boolean isAboutTrainer() {
    return subject instanceof TrainerFacts;
  }

  /** Returns whether this is about data and not about a model, such as labels. */
  public boolean isAboutData() {
    return subject instanceof DataSubjectFacts;
  }

  /**
   * Returns the SHA-256 by which a trainer or data are known that this is about; empty for a model,
   * and where there is none.
   */
  public Optional<String> sourceSha256() {
    return subject instanceof DataSubjectFacts about
        ? Optional.of(about.sha256()).filter(digest -> !digest.isEmpty())
        : trainerSha256();
  }

  /** Returns the SHA-256 of the model; empty for others, and for models that are no file. */
  public Optional<String> modelSha256() {
    return subject instanceof ModelFacts model
        ? Optional.of(model.sha256()).filter(digest -> !digest.isEmpty())
        : Optional.empty();
  }

  /**
   * Returns the SHA-256 of the trainer; empty for others, and for trainers that are not described.
   */
  public Optional<String> trainerSha256() {
    return subject instanceof TrainerFacts trainer
        ? Optional.of(trainer.sha256()).filter(digest -> !digest.isEmpty())
        : Optional.empty();
  }

  /** Returns which detector was checked; empty where the check is of none. */
  public Optional<String> detector() {
    return Optional.ofNullable(settings.get(FactText.DETECTOR));
  }
}
