package dev.touchstone.facts;

import dev.touchstone.facts.Comparison.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Facts as files and people read them, by name: the only place that knows under which name a
 * component is written. Verdict files, baselines, policies, reports and model cards all go through
 * it.
 *
 * <p>Reading is total and loses nothing: what stands under a name in another form than is written
 * there stays a fact of its own, so that writing it again gives the same texts.
 */
public final class FactText {
  /** The setting of a check that says which detector was checked. */
  public static final String DETECTOR = "detector";

  private static final String SHA256 = "sha256";

  private static final String NAME = "name";
  private static final String FORMAT = "format";
  private static final String OUTPUTS = "outputs";
  private static final String NOT_DESCRIBED = "not described";
  private static final String ENCODER = "encoder";
  private static final String OWN_OPERATORS = "own operators";
  private static final String RUNS_ON = "runs on";
  private static final String RUNTIME_THREADS = "ONNX Runtime threads";
  private static final String QUANTISED_TOGETHER = "quantised together";
  private static final String EXAMPLES_UNIT = " examples";
  private static final String LABEL_OUTPUT = "label output";
  private static final String NORMALISATION = "normalisation";
  private static final String IN_PLACE_OF = "in place of";

  private static final String TRAINER = "trainer";
  private static final String TRAINER_SHA256 = "trainer sha256";
  private static final String REPRESENTATION = "representation";
  private static final String FROZEN = "frozen";
  private static final String FROZEN_MODEL = "frozen model";
  private static final String FROZEN_MODEL_SHA256 = "frozen model sha256";

  /** The digest of data that evidence is about in a model's place. */
  private static final String OF_THE_DATA = "of the data";

  private static final String EXAMPLES = "examples";
  private static final String CLASSES_TAKEN = "classes were taken";
  private static final String MERGED = "merged ";
  private static final String CLUSTERED_BY = "clustered by";
  private static final String CLUSTERS_OF_AT_MOST = "clusters of at most";

  private static final String DEVICE = "device";
  private static final String DEVICE_DETAILS = "device details";
  private static final String MEMORY_BUDGET = "memory budget";
  private static final String ENGINE = "engine";
  private static final String NATIVE_THREADS = "native threads";
  private static final String PROCESSOR = "processor";
  private static final String JAVA = "java";

  private static final String SEPARATOR = ", ";

  /** By these readers know what something is about; a policy says them elsewhere. */
  private static final Set<String> IDENTITY =
      Set.of(NAME, IN_PLACE_OF, TRAINER, SHA256, TRAINER_SHA256, OF_THE_DATA);

  private static final Set<String> OF_MODELS =
      Set.of(
          NAME,
          SHA256,
          FORMAT,
          OUTPUTS,
          NOT_DESCRIBED,
          ENCODER,
          OWN_OPERATORS,
          RUNS_ON,
          RUNTIME_THREADS,
          QUANTISED_TOGETHER,
          LABEL_OUTPUT,
          NORMALISATION,
          IN_PLACE_OF);

  private static final Set<String> OF_TRAINERS =
      Set.of(
          NAME,
          SHA256,
          TRAINER,
          TRAINER_SHA256,
          REPRESENTATION,
          FROZEN_MODEL,
          FROZEN_MODEL_SHA256,
          OF_THE_DATA);

  private static final Set<String> OF_DATA = Set.of(NAME, SHA256, EXAMPLES, CLASSES_TAKEN);

  private static final Set<String> OF_SETTINGS = Set.of(CLUSTERED_BY, CLUSTERS_OF_AT_MOST);

  private FactText() {}

  /**
   * The texts of what evidence rests on, as a verdict file holds them.
   *
   * @param model of the subject, and of the models that it was compared with
   * @param data of the data
   * @param settings of the check, with how the data are clustered and by what the compared model is
   *     known
   * @param environment of where it ran
   */
  public record Texts(
      Map<String, String> model,
      Map<String, String> data,
      Map<String, String> settings,
      Map<String, String> environment) {}

  /**
   * What evidence rests on, in components.
   *
   * @param comparisons the models that the subject was compared with: none, or one
   * @param settings the check's own
   */
  public record Parts(
      SubjectFacts subject,
      List<Comparison> comparisons,
      DataFacts data,
      Map<String, String> settings,
      Environment environment) {}

  /** Returns the texts of all parts. */
  public static Texts of(Parts parts) {
    Map<String, String> model = new LinkedHashMap<>(of(parts.subject()));
    Map<String, String> settings = new LinkedHashMap<>(parts.settings());
    for (Comparison comparison : parts.comparisons()) {
      String prefix = prefix(comparison.role());
      of(comparison.model()).forEach((name, value) -> model.put(prefix + name, value));
      if (!comparison.sha256().isEmpty()) {
        settings.put(digestOf(comparison.role()), comparison.sha256());
      }
    }
    parts
        .data()
        .clustering()
        .ifPresent(
            clustering -> {
              settings.put(CLUSTERED_BY, clustering.column());
              clustering
                  .atMost()
                  .ifPresent(most -> settings.put(CLUSTERS_OF_AT_MOST, Integer.toString(most)));
            });
    return new Texts(model, of(parts.data()), settings, of(parts.environment()));
  }

  /** Returns all parts of their texts. */
  public static Parts read(Texts texts) {
    Names model = new Names(texts.model());
    Names settings = new Names(texts.settings());
    List<Comparison> comparisons =
        Arrays.stream(Role.values())
            .flatMap(role -> comparison(role, model, settings).stream())
            .toList();
    Optional<DataFacts.Clustering> clustering =
        settings
            .optional(CLUSTERED_BY)
            .map(column -> new DataFacts.Clustering(column, settings.whole(CLUSTERS_OF_AT_MOST)));
    return new Parts(
        subject(model),
        comparisons,
        data(new Names(texts.data()), clustering),
        settings.rest(),
        environment(new Names(texts.environment())));
  }

  private static String prefix(Role role) {
    return role.name().toLowerCase(Locale.ROOT) + " ";
  }

  /** Facts with a role's prefix are the compared model's only where that model is known. */
  private static Optional<Comparison> comparison(Role role, Names model, Names settings) {
    String prefix = prefix(role);
    if (!settings.holds(digestOf(role)) && !model.holds(digestOf(role))) {
      return Optional.empty();
    }
    return Optional.of(
        new Comparison(role, settings.text(digestOf(role)), model(new Names(model.under(prefix)))));
  }

  static Map<String, String> of(SubjectFacts subject) {
    if (subject instanceof TrainerFacts trainer) {
      return of(trainer);
    }
    return subject instanceof DataSubjectFacts data ? of(data) : of((ModelFacts) subject);
  }

  private static SubjectFacts subject(Names texts) {
    if (texts.holds(SHA256)) {
      return model(texts);
    }
    if (texts.holds(TRAINER)) {
      return trainer(texts);
    }
    return texts.holds(OF_THE_DATA)
        ? new DataSubjectFacts(texts.text(NAME), texts.orEmpty(OF_THE_DATA), texts.own())
        : model(texts);
  }

  private static Map<String, String> of(DataSubjectFacts facts) {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, NAME, facts.name());
    facts.own().forEach(fact -> texts.put(fact.name(), fact.value()));
    // Always, even where it is not known: by it a reader tells data from a model.
    texts.put(OF_THE_DATA, facts.sha256());
    return texts;
  }

  static Map<String, String> of(ModelFacts facts) {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, NAME, facts.name());
    put(texts, SHA256, facts.sha256());
    put(texts, FORMAT, facts.format());
    put(texts, OUTPUTS, facts.outputs());
    put(texts, NOT_DESCRIBED, String.join(SEPARATOR, facts.notDescribed()));
    facts.encoder().ifPresent(method -> put(texts, ENCODER, method));
    put(texts, OWN_OPERATORS, String.join(SEPARATOR, facts.ownOperators()));
    facts.runsOn().ifPresent(engine -> put(texts, RUNS_ON, engine));
    facts.runtimeThreads().ifPresent(n -> put(texts, RUNTIME_THREADS, Integer.toString(n)));
    facts.quantisedTogether().ifPresent(n -> put(texts, QUANTISED_TOGETHER, n + EXAMPLES_UNIT));
    facts.labelOutput().ifPresent(output -> put(texts, LABEL_OUTPUT, output));
    for (int i = 0; i < facts.normalisations().size(); i++) {
      put(texts, step(NORMALISATION, i), facts.normalisations().get(i));
    }
    facts.inPlaceOf().ifPresent(file -> put(texts, IN_PLACE_OF, file));
    facts.own().forEach(fact -> texts.put(fact.name(), fact.value()));
    return texts;
  }

  private static ModelFacts model(Names texts) {
    return new ModelFacts(
        texts.text(NAME),
        texts.text(SHA256),
        texts.text(FORMAT),
        texts.text(OUTPUTS),
        texts.list(NOT_DESCRIBED),
        texts.optional(ENCODER),
        texts.list(OWN_OPERATORS),
        texts.optional(RUNS_ON),
        texts.whole(RUNTIME_THREADS),
        texts.whole(QUANTISED_TOGETHER, EXAMPLES_UNIT),
        texts.optional(LABEL_OUTPUT),
        texts.steps(NORMALISATION),
        texts.optional(IN_PLACE_OF),
        texts.own());
  }

  private static String step(String name, int step) {
    return step == 0 ? name : name + " (" + (step + 1) + ")";
  }

  private static Map<String, String> of(TrainerFacts facts) {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, NAME, facts.name());
    put(texts, TRAINER_SHA256, facts.sha256());
    facts
        .frozen()
        .ifPresent(
            model -> {
              texts.putAll(of(model.identifiedBy("").called("")));
              texts.put(REPRESENTATION, FROZEN);
              put(texts, FROZEN_MODEL, model.name());
              put(texts, FROZEN_MODEL_SHA256, model.sha256());
            });
    facts.own().forEach(fact -> texts.put(fact.name(), fact.value()));
    // Always, even where nothing is said: by it a reader tells a trainer from a model.
    texts.put(TRAINER, facts.description());
    return texts;
  }

  private static TrainerFacts trainer(Names texts) {
    String name = texts.text(NAME);
    String digest = texts.text(TRAINER_SHA256);
    String description = texts.orEmpty(TRAINER);
    if (!texts.takes(REPRESENTATION, FROZEN)) {
      return new TrainerFacts(name, digest, description, Optional.empty(), texts.own());
    }
    String modelName = texts.text(FROZEN_MODEL);
    String modelDigest = texts.text(FROZEN_MODEL_SHA256);
    // What nobody knows is the model's own: the trainer in its place does nothing.
    ModelFacts frozen = model(texts).identifiedBy(modelDigest).called(modelName);
    return new TrainerFacts(name, digest, description, Optional.of(frozen), List.of());
  }

  static Map<String, String> of(DataFacts facts) {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, NAME, facts.name());
    put(texts, SHA256, facts.sha256());
    facts.examples().ifPresent(n -> put(texts, EXAMPLES, Integer.toString(n)));
    facts.preparation().forEach(step -> texts.put(step.name(), step.value()));
    facts.classesTaken().ifPresent(how -> put(texts, CLASSES_TAKEN, how));
    facts.merges().forEach((column, values) -> texts.put(MERGED + column, values));
    return texts;
  }

  /**
   * Returns what was taken together in groups, by the name of the fact, sorted: what a baseline's
   * digest of data is made over.
   */
  public static SortedMap<String, String> ofMerges(DataFacts facts) {
    SortedMap<String, String> texts = new TreeMap<>();
    facts.merges().forEach((column, values) -> texts.put(MERGED + column, values));
    return texts;
  }

  private static DataFacts data(Names texts, Optional<DataFacts.Clustering> clustering) {
    String name = texts.text(NAME);
    String sha256 = texts.text(SHA256);
    OptionalInt examples = texts.whole(EXAMPLES);
    Optional<String> classesTaken = texts.optional(CLASSES_TAKEN);
    Map<String, String> merges = texts.under(MERGED);
    return new DataFacts(name, sha256, examples, texts.own(), classesTaken, merges, clustering);
  }

  private static Map<String, String> of(Environment environment) {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, DEVICE, environment.device());
    put(texts, DEVICE_DETAILS, environment.deviceDetails());
    environment.memoryBudget().ifPresent(n -> put(texts, MEMORY_BUDGET, Long.toString(n)));
    put(texts, ENGINE, environment.engine());
    environment.nativeThreads().ifPresent(n -> put(texts, NATIVE_THREADS, Integer.toString(n)));
    put(texts, PROCESSOR, environment.processor());
    put(texts, JAVA, environment.java());
    environment.circumstances().forEach(fact -> texts.put(fact.name(), fact.value()));
    return texts;
  }

  private static Environment environment(Names texts) {
    return new Environment(
        texts.text(DEVICE),
        texts.text(DEVICE_DETAILS),
        texts.wholeLong(MEMORY_BUDGET),
        texts.text(ENGINE),
        texts.whole(NATIVE_THREADS),
        texts.text(PROCESSOR),
        texts.text(JAVA),
        texts.own());
  }

  /**
   * Returns the texts of all that a policy pins: whatever is said of subject, data and settings,
   * but by what a reader knows which subject and data they are, what was taken together in groups,
   * and where it ran. A component that is added to the records is pinned without being named here.
   */
  public static Texts pinned(Parts parts) {
    Texts all =
        of(
            new Parts(
                parts.subject().withoutIdentity(),
                parts.comparisons(),
                parts.data(),
                parts.settings(),
                parts.environment()));
    Map<String, String> model = all.model();
    model.keySet().removeAll(IDENTITY);
    Map<String, String> data = of(parts.data().withoutIdentity());
    data.keySet().removeAll(IDENTITY);
    return new Texts(model, data, all.settings(), Map.of());
  }

  /** Returns whether a fact is one that a policy pins or frees, and does not say elsewhere. */
  public static boolean isPinned(String name) {
    return !IDENTITY.contains(name) && !name.startsWith(MERGED);
  }

  /** Returns the name of the setting that says by which digest a compared model is known. */
  public static String digestOf(Role role) {
    return prefix(role) + SHA256;
  }

  /** Returns whether a fact is the digest by which a model file is known. */
  public static boolean isModelDigest(String name) {
    return name.equals(SHA256);
  }

  /** Returns whether a fact is the digest by which a trainer, or data in its place, are known. */
  public static boolean isSourceDigest(String name) {
    return Set.of(TRAINER_SHA256, OF_THE_DATA).contains(name);
  }

  /** Returns whether a fact is a digest of something else: of an architecture, a frozen model, … */
  public static boolean isOtherDigest(String name) {
    return name.endsWith(" " + SHA256);
  }

  static boolean isReservedOfModels(String name) {
    return OF_MODELS.contains(name)
        || name.startsWith(NORMALISATION + " (")
        || Set.of(TRAINER, TRAINER_SHA256, OF_THE_DATA).contains(name)
        || isOfOthers(name);
  }

  static boolean isReservedOfTrainers(String name) {
    return OF_TRAINERS.contains(name) || isOfOthers(name);
  }

  static boolean isReservedOfData(String name) {
    return OF_DATA.contains(name) || name.startsWith(MERGED);
  }

  /** Returns whether a setting of a check is one that is recorded of data or a compared model. */
  public static boolean isReservedOfSettings(String name) {
    return OF_SETTINGS.contains(name)
        || Arrays.stream(Role.values()).anyMatch(role -> name.equals(digestOf(role)));
  }

  private static boolean isOfOthers(String name) {
    return name.startsWith(MERGED)
        || Arrays.stream(Role.values()).anyMatch(role -> name.startsWith(prefix(role)));
  }

  private static void put(Map<String, String> texts, String name, String value) {
    if (!value.isEmpty()) {
      texts.put(name, value);
    }
  }

  /** Texts by name, of which components take theirs and leave the rest as facts of its own. */
  private static final class Names {
    private final Map<String, String> texts;

    Names(Map<String, String> texts) {
      this.texts = new LinkedHashMap<>(texts);
    }

    boolean holds(String name) {
      return texts.containsKey(name);
    }

    /** An empty text is not written, and stays. */
    Optional<String> optional(String name) {
      String value = texts.getOrDefault(name, "");
      if (value.isEmpty()) {
        return Optional.empty();
      }
      texts.remove(name);
      return Optional.of(value);
    }

    String text(String name) {
      return optional(name).orElse("");
    }

    String orEmpty(String name) {
      String value = texts.remove(name);
      return value == null ? "" : value;
    }

    boolean takes(String name, String value) {
      return texts.remove(name, value);
    }

    List<String> list(String name) {
      return optional(name).map(joined -> List.of(joined.split(SEPARATOR, -1))).orElse(List.of());
    }

    List<String> steps(String name) {
      List<String> steps = new ArrayList<>();
      for (Optional<String> next = optional(name);
          next.isPresent();
          next = optional(step(name, steps.size()))) {
        steps.add(next.get());
      }
      return steps;
    }

    OptionalInt whole(String name) {
      return whole(name, "");
    }

    OptionalInt whole(String name, String unit) {
      OptionalLong found = number(name, unit, 9);
      return found.isPresent() ? OptionalInt.of((int) found.getAsLong()) : OptionalInt.empty();
    }

    OptionalLong wholeLong(String name) {
      return number(name, "", 18);
    }

    /** A number as it is written, and of no more digits than fit. */
    private OptionalLong number(String name, String unit, int digits) {
      String value = texts.getOrDefault(name, "");
      String number =
          value.endsWith(unit) ? value.substring(0, value.length() - unit.length()) : "";
      if (number.length() > digits || !number.matches("0|[1-9][0-9]*")) {
        return OptionalLong.empty();
      }
      texts.remove(name);
      return OptionalLong.of(Long.parseLong(number));
    }

    /** Takes what stands under a prefix, without it. */
    Map<String, String> under(String prefix) {
      Map<String, String> found = new LinkedHashMap<>();
      texts.forEach(
          (name, value) -> {
            if (name.startsWith(prefix)) {
              found.put(name.substring(prefix.length()), value);
            }
          });
      found.keySet().forEach(name -> texts.remove(prefix + name));
      return found;
    }

    List<Fact> own() {
      return texts.entrySet().stream()
          .map(entry -> new Fact(entry.getKey(), entry.getValue()))
          .collect(Collectors.toUnmodifiableList());
    }

    Map<String, String> rest() {
      return new LinkedHashMap<>(texts);
    }
  }
}
