package dev.touchstone.evidence;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where evidence comes from, enough to make it again.
 *
 * <p>Most evidence is about a model, known by its {@code sha256}. Some is about a trainer: it has a
 * fact {@code trainer}, no {@code sha256}, and {@code trainer sha256} where the trainer has a
 * digest, so that no verdict about a trainer can be taken for one about a file.
 *
 * @param model facts about the model: name, sha256, format, declared outputs, preprocessing; or
 *     about the trainer
 * @param data facts about the data: name, sha256, examples, slices, preprocessing
 * @param settings the check's settings, such as the number of bins
 * @param seed the run's seed
 * @param environment device, versions, native threads, how the model was asked; part of the
 *     fingerprint
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
  /** The fact by which the file of a model is known, or data are. */
  public static final String SHA256 = "sha256";

  /** The fact that evidence about a trainer has. */
  public static final String TRAINER = "trainer";

  /** The fact by which a trainer is known. */
  public static final String TRAINER_SHA256 = "trainer sha256";

  /** The setting of a comparison that says, by its SHA-256, which model was the approved one. */
  public static final String APPROVED_SHA256 = "approved sha256";

  /** The setting of a check that says which column's values are clusters. */
  private static final String CLUSTERED_BY = "clustered by";

  /** The setting of a comparison that says, by its SHA-256, which model was the reference. */
  public static final String REFERENCE_SHA256 = "reference sha256";

  /** What facts begin with that are those of the model that another is compared with. */
  public static final String APPROVED = "approved ";

  /** What facts begin with that are those of the model that another is to agree with. */
  public static final String REFERENCE = "reference ";

  /**
   * The fact about the data that says how the order of classes was guessed which nobody declared; a
   * model of another order is wrong on every example.
   */
  public static final String CLASSES_TAKEN = "classes were taken";

  private static final String NAME = "name";

  /** The file that a model of another name was given for; the model is the same. */
  private static final String IN_PLACE_OF = "in place of";

  /** What a fact about the data begins with that says which values of a group became one. */
  public static final String MERGED = "merged ";

  /** Copies the maps, keeping their order. */
  public Provenance {
    model = Ordered.copyOf(model);
    data = Ordered.copyOf(data);
    settings = Ordered.copyOf(settings);
    environment = Ordered.copyOf(environment);
  }

  /**
   * Whether two models are one, by their facts: the same file and the same way to run it, whatever
   * it is called and whatever file it was given in place of. The same file on another runtime, or
   * behind other preprocessing, is another model.
   *
   * @param facts of the one, as in {@link #model()}
   * @param others those of the other
   */
  public static boolean isSameModel(Map<String, String> facts, Map<String, String> others) {
    return differences(facts, others).isEmpty();
  }

  /** In which facts two models differ, sorted; what they are called aside. */
  public static SortedSet<String> differences(
      Map<String, String> facts, Map<String, String> others) {
    SortedSet<String> differences = new TreeSet<>(facts.keySet());
    differences.addAll(others.keySet());
    differences.removeIf(fact -> Objects.equals(facts.get(fact), others.get(fact)));
    differences.removeAll(Set.of(NAME, IN_PLACE_OF));
    return differences;
  }

  /**
   * Whether a model was compared with itself, of which nothing follows: the approved one, or the
   * reference, is the {@linkplain #isSameModel same}. A baseline knows no more of the approved one
   * than its name and its hash; then the hash decides.
   */
  public boolean comparesWithItself() {
    return isItsOwn(APPROVED, APPROVED_SHA256) || isItsOwn(REFERENCE, REFERENCE_SHA256);
  }

  private boolean isItsOwn(String prefix, String sha256) {
    String digest = settings.get(sha256);
    if (digest == null || !digest.equals(model.get(SHA256))) {
      return false;
    }
    Map<String, String> own = new HashMap<>();
    Map<String, String> other = new HashMap<>();
    model.forEach(
        (fact, value) -> {
          if (fact.startsWith(prefix)) {
            other.put(fact.substring(prefix.length()), value);
          } else {
            own.put(fact, value);
          }
        });
    other.put(SHA256, digest);
    return Set.of(NAME, SHA256).containsAll(other.keySet()) || isSameModel(own, other);
  }

  /**
   * What was taken together in the group columns that a slice such as {@code race=other} depends
   * on, as {@link #data} says it, by column; empty where it depends on no merged column.
   */
  public Map<String, String> mergesOf(String slice) {
    Map<String, String> columns = new TreeMap<>();
    data.forEach(
        (fact, values) -> {
          String column = fact.startsWith(MERGED) ? fact.substring(MERGED.length()) : null;
          if (column != null && dependsOn(slice, column)) {
            columns.put(column, values);
          }
        });
    return columns;
  }

  /**
   * Whether what was measured on a slice depends on the values of a group column: the slice is of
   * it, or its values say which examples depend on each other. A column's name may hold an equals
   * sign; where the slice's name can be read in several ways, it depends on all of them.
   */
  public boolean dependsOn(String slice, String column) {
    return slice.startsWith(column + "=") || column.equals(settings.get(CLUSTERED_BY));
  }

  /** Whether this is about a trainer and not about a model. */
  public boolean isAboutTrainer() {
    return model.containsKey(TRAINER) && !model.containsKey(SHA256);
  }

  /** The SHA-256 of the model; empty for a trainer, and for models that are no file. */
  public Optional<String> modelSha256() {
    return Optional.ofNullable(model.get(SHA256)).filter(digest -> !digest.isEmpty());
  }

  /** The SHA-256 of the trainer; empty for a model, and for trainers that are not described. */
  public Optional<String> trainerSha256() {
    return isAboutTrainer() ? Optional.ofNullable(model.get(TRAINER_SHA256)) : Optional.empty();
  }
}
