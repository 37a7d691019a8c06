package dev.touchstone.jupiter;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.facts.SubjectFacts;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.NearestName;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The files that stand in place of those which the tests name: {@code touchstone.model} for the
 * only candidate, {@code touchstone.model.<name>} for one of several. One object per run.
 *
 * <p>No run may look as if it had judged a candidate that it has not: a file takes the place of one
 * declared model and never of two, a test fails that judged a file which nobody declared, and so
 * does a run that judged a model which a file could have replaced, and replaced none. All of this
 * is held within a JVM; where a run has several, the verdicts' provenance says in place of what a
 * file was judged.
 */
final class Replacements implements AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(Replacements.class);

  /** The formats of models that are read from files, as their provenance tells them. */
  private static final Set<String> READ_FROM_FILES =
      Set.of("ONNX", "TorchScript", ModelFacts.SERVED);

  private static final int MOST_OF_A_NAME = 80;

  /** The key under which the run publishes which files replaced nothing. */
  private static final String UNUSED = "touchstone.unused";

  private final ExtensionContext root;
  private final Function<String, Optional<String>> parameters;
  private final Map<String, String> given;
  private final Path reportDirectory;

  /** What the candidates of the run are called, whether a file is given for them or not. */
  private final Set<String> candidates = new TreeSet<>();

  /** The given files that were used, and the declared file whose place each took; by key. */
  private final Map<String, String> used = new TreeMap<>();

  private final Map<String, String> replaced = new TreeMap<>();

  /** Whether another file may take the place of a model that was declared. */
  private final Map<Model, Boolean> declared = new IdentityHashMap<>();

  /** What a test judged although nobody declared it; by the test's id. */
  private final Map<String, String> undeclared = new ConcurrentHashMap<>();

  /** Whether a test judged what a file could have replaced, or what nobody declared. */
  private volatile boolean judged;

  /** Whether a test judged a model that was read from any file. */
  private volatile boolean judgedFile;

  private Replacements(ExtensionContext root) {
    this.root = root;
    this.parameters = root::getConfigurationParameter;
    Settings settings = Settings.from(parameters);
    this.given = settings.models();
    this.reportDirectory = settings.reportDirectory();
  }

  /**
   * A model as it is declared.
   *
   * @param candidate whether another file may take its place
   * @param name what {@code touchstone.model.<name>} calls it
   * @param file the declared file or, where there is none, the declaration in words
   */
  record Declared(boolean candidate, String name, String file, Place place) {

    /** A model without a name of its own is called as its file, without the ending. */
    static Declared of(boolean candidate, String name, String file, Place place) {
      String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
      last = last.substring(last.lastIndexOf(':') + 1);
      int dot = last.lastIndexOf('.');
      String ofFile = dot > 0 ? last.substring(0, dot) : last;
      return new Declared(candidate, name.isEmpty() ? ofFile : name, file, place);
    }

    /** Several that one file can take the place of, since each of them is a candidate. */
    static Declared anyOf(List<Declared> several) {
      String files = several.stream().map(Declared::file).collect(Collectors.joining(", "));
      Declared first = several.get(0);
      return new Declared(first.candidate(), first.name(), files, first.place());
    }
  }

  /** Those of a test's run. */
  static Replacements of(ExtensionContext context) {
    ExtensionContext root = context.getRoot();
    return Objects.requireNonNull(
        root.getStore(NAMESPACE)
            .getOrComputeIfAbsent(
                Replacements.class, key -> new Replacements(root), Replacements.class));
  }

  /** The files that were used so far, by key: what it takes to see a verdict again. */
  synchronized Map<String, String> used() {
    return Map.copyOf(used);
  }

  /** Whether a file is given for the only candidate, whatever it is called. */
  boolean isGivenForAny() {
    return given.containsKey(Settings.MODEL);
  }

  /** Whether a file is given for the model of a name. */
  boolean isGivenFor(String name) {
    return givenFor(Settings.MODEL + "." + name).isPresent();
  }

  private Optional<String> givenFor(String key) {
    return Optional.ofNullable(given.get(key))
        .or(() -> parameters.apply(key).map(String::strip).filter(file -> !file.isEmpty()));
  }

  /**
   * The model that is tested where one is declared.
   *
   * @param own makes the declared one
   * @param other makes the one of the file that takes its place
   */
  Model choose(Declared model, Supplier<Model> own, Function<String, Model> other) {
    if (model.candidate()) {
      synchronized (this) {
        candidates.add(model.name());
      }
    }
    Model chosen = key(model).map(key -> replaced(key, model, other)).orElseGet(own);
    synchronized (this) {
      declared.merge(chosen, model.candidate(), Boolean::logicalOr);
    }
    return chosen;
  }

  private Optional<String> key(Declared model) {
    if (!model.candidate()) {
      return Optional.empty();
    }
    return isGivenFor(model.name())
        ? Optional.of(Settings.MODEL + "." + model.name())
        : isGivenForAny() ? Optional.of(Settings.MODEL) : Optional.empty();
  }

  private Model replaced(String key, Declared model, Function<String, Model> other) {
    String file = givenFor(key).orElseThrow();
    synchronized (this) {
      String first = replaced.putIfAbsent(key, model.file());
      if (first != null && !first.equals(model.file())) {
        throw model
            .place()
            .misuse(
                "is the second model that "
                    + key
                    + " would replace: \""
                    + first
                    + "\" and \""
                    + model.file()
                    + "\"",
                "say candidate = false on the one that is not to be replaced, or give both a name"
                    + " and set "
                    + Settings.MODEL
                    + ".<name>");
      }
      used.put(key, file);
    }
    try {
      return other.apply(file);
    } catch (TouchstoneException e) {
      throw new TouchstoneException(key + " = \"" + file + "\": " + e.getMessage(), e);
    }
  }

  /** Hears a verdict of a test that is under way. */
  void judged(Verdict verdict, ExtensionContext test) {
    Provenance provenance = verdict.evidence().provenance();
    String sha256 = provenance.modelSha256().or(provenance::sourceSha256).orElse(null);
    if (sha256 == null || !READ_FROM_FILES.contains(format(provenance.subject()))) {
      return;
    }
    judgedFile = true;
    boolean isDeclared = isDeclared(sha256, false);
    // What no file can take the place of may well be all that one of several JVMs judges.
    judged |= !isDeclared || isDeclared(sha256, true);
    if (isGivenForAny() && !isDeclared) {
      undeclared.put(test.getUniqueId(), called(provenance, sha256));
    }
  }

  /** A trainer reads no file, unless it is a model's frozen representation, and data are none. */
  private static String format(SubjectFacts subject) {
    if (subject instanceof ModelFacts model) {
      return model.format();
    }
    return subject instanceof TrainerFacts trainer
        ? trainer.frozen().map(ModelFacts::format).orElse("")
        : "";
  }

  private static String called(Provenance provenance, String sha256) {
    String name = provenance.subject().name();
    return name.isEmpty() ? sha256 : name;
  }

  private synchronized boolean isDeclared(String sha256, boolean asCandidate) {
    return declared.entrySet().stream()
        .filter(model -> model.getValue() || !asCandidate)
        .anyMatch(model -> model.getKey().sha256().equals(sha256));
  }

  /**
   * Refuses a test that was green about a file that could not be replaced.
   *
   * @throws ExtensionConfigurationException saying how to declare it
   */
  void refuseUndeclared(ExtensionContext test) {
    String model = undeclared.remove(test.getUniqueId());
    if (model != null) {
      throw new ExtensionConfigurationException(
          "this test judged "
              + PlainText.of(model, MOST_OF_A_NAME)
              + ", which "
              + Settings.MODEL
              + " could not replace; declare it by @ModelUnderTest or @ModelsUnderTest, with"
              + " candidate = false if it is not to be replaced");
    }
  }

  /**
   * Ends with the run: tells of files that replaced nothing. Where others did, that is no error,
   * since the suite of another module or JVM may have the model, unless the name is nearly that of
   * a candidate which was left without a file.
   */
  @Override
  public synchronized void close() {
    Set<String> unused = new TreeSet<>(given.keySet());
    unused.removeAll(used.keySet());
    if (unused.isEmpty() || !(judgedFile || !candidates.isEmpty())) {
      return;
    }
    String told = told(unused);
    root.publishReportEntry(UNUSED, told);
    if (judged && used.isEmpty()) {
      throw new ExtensionConfigurationException(
          given
              + " replaced no model of this run, so that its verdicts are not about it; declare the"
              + " candidate by @ModelUnderTest or @ModelsUnderTest, under the name that is given; "
              + existing());
    }
    unused.forEach(this::refuseMistyped);
    RunSummary.OF_THIS_PROCESS.warn(told, reportDirectory);
  }

  /** A name that is nearly that of a candidate which no file is given for. */
  private void refuseMistyped(String key) {
    if (key.equals(Settings.MODEL)) {
      return;
    }
    Set<String> without = new TreeSet<>(candidates);
    without.removeIf(this::isGivenFor);
    NearestName.of(key.substring(Settings.MODEL.length() + 1), without)
        .ifPresent(
            near -> {
              throw new ExtensionConfigurationException(
                  "%s replaced no model of this run; write %s.%s, which is a candidate's name"
                      .formatted(PlainText.of(key, MOST_OF_A_NAME), Settings.MODEL, near));
            });
  }

  private String told(Set<String> unused) {
    return unused.stream()
            .map(key -> PlainText.of(key, MOST_OF_A_NAME))
            .collect(Collectors.joining(", "))
        + " replaced no model of this run; "
        + existing()
        + ": correct the name, or leave the setting out";
  }

  private String existing() {
    return candidates.isEmpty()
        ? "the run has no candidate"
        : "the candidates of this run are "
            + candidates.stream()
                .map(name -> PlainText.of(name, MOST_OF_A_NAME))
                .collect(Collectors.joining(", "));
  }
}
