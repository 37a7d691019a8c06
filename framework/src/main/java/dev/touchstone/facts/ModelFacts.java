package dev.touchstone.facts;

import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What is said of a model: what it is called, by what it is known, and all that makes its answers
 * other ones from the same file. Immutable.
 *
 * <p>A release policy pins every component but those by which it knows the model ({@code name},
 * {@code sha256}, {@code inPlaceOf}), whether or not it has heard of it.
 *
 * @param name what messages call it, by default the file's name
 * @param sha256 of the file or of all that it computes, in hexadecimal; empty where there is none
 * @param format such as {@code "ONNX"}
 * @param outputs what its raw outputs mean, such as {@code "LOGITS"}
 * @param notDescribed the places of code that the hash does not cover
 * @param encoder the method that shows the last layer's input
 * @param ownOperators operators that the test's author defines
 * @param runsOn {@code "white box"}, {@code "ONNX Runtime"}, or the library that serves the file
 * @param runtimeThreads how many threads ONNX Runtime has
 * @param quantisedTogether how many examples share one scale of dynamic quantisation
 * @param labelOutput the output that names the class, and whether it decides
 * @param normalisations what is done to inputs before the model sees them, in this order
 * @param inPlaceOf the file that the suite names, where another one was given
 * @param own further facts, in the words of the model's author
 */
public record ModelFacts(
    String name,
    String sha256,
    String format,
    String outputs,
    List<String> notDescribed,
    Optional<String> encoder,
    List<String> ownOperators,
    Optional<String> runsOn,
    OptionalInt runtimeThreads,
    OptionalInt quantisedTogether,
    Optional<String> labelOutput,
    List<String> normalisations,
    Optional<String> inPlaceOf,
    List<Fact> own)
    implements SubjectFacts {
  /** The format of a file that another library reads and answers for. */
  public static final String SERVED = "served";

  private static final ModelFacts NONE =
      new ModelFacts(
          "",
          "",
          "",
          "",
          List.of(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of());

  /** Copies the lists. */
  public ModelFacts {
    notDescribed = List.copyOf(notDescribed);
    ownOperators = List.copyOf(ownOperators);
    normalisations = List.copyOf(normalisations);
    own = List.copyOf(own);
  }

  /** Returns no facts at all. */
  public static ModelFacts none() {
    return NONE;
  }

  /**
   * Returns what is said of every model.
   *
   * @param sha256 in hexadecimal; empty where there is none
   * @param format such as {@code "ONNX"}
   * @param outputs such as {@code "LOGITS"}; empty where the model is no classifier
   */
  public static ModelFacts of(String name, String sha256, String format, String outputs) {
    return NONE.edited(
        e -> {
          e.name = name;
          e.sha256 = sha256;
          e.format = format;
          e.outputs = outputs;
        });
  }

  /**
   * Returns the facts with one of the author's own, in the place of that of its name.
   *
   * @throws TouchstoneException for a name by which verdicts say something else, such as {@code
   *     sha256}, {@code trainer} or {@code approved format}: it would pass for a fact that the
   *     model's author does not state
   */
  public ModelFacts with(String fact, Object value) {
    return edited(e -> e.own = Fact.with(own, Fact.of(fact, value))).requiringOwn();
  }

  /**
   * Returns the facts if those that are the author's own cannot be taken for others.
   *
   * @throws TouchstoneException naming the one that can, as {@link #with} does
   */
  public ModelFacts requiringOwn() {
    for (Fact fact : own) {
      if (FactText.isReservedOfModels(fact.name())) {
        throw new TouchstoneException(
            "the model \"%s\" has a fact \"%s\" of its own, by which verdicts say something else; give the fact another name"
                .formatted(name, fact.name()));
      }
    }
    return this;
  }

  /** Returns the facts with the places of code that the hash does not cover. */
  public ModelFacts withNotDescribed(List<String> places) {
    return edited(e -> e.notDescribed = places);
  }

  /** Returns the facts with the method that shows the last layer's input. */
  public ModelFacts withEncoder(String method) {
    return edited(e -> e.encoder = Optional.of(method));
  }

  /** Returns the facts with the operators that the test's author defines. */
  public ModelFacts withOwnOperators(List<String> operators) {
    return edited(e -> e.ownOperators = operators);
  }

  /** Returns the facts with what computes the model. */
  public ModelFacts runningOn(String engine) {
    return edited(e -> e.runsOn = Optional.of(engine));
  }

  /** Returns the facts with the number of ONNX Runtime's threads. */
  public ModelFacts withRuntimeThreads(int threads) {
    return edited(e -> e.runtimeThreads = OptionalInt.of(threads));
  }

  /** Returns the facts with the number of examples that share one scale, if they do. */
  public ModelFacts withQuantisedTogether(OptionalInt examples) {
    return edited(e -> e.quantisedTogether = examples);
  }

  /** Returns the facts with the output that names the class. */
  public ModelFacts withLabelOutput(String output) {
    return edited(e -> e.labelOutput = Optional.of(output));
  }

  /** Returns the facts with one more normalisation of the inputs, before the others. */
  public ModelFacts normalisedBy(String normalisation) {
    List<String> steps = new ArrayList<>(normalisations);
    steps.add(0, normalisation);
    return edited(e -> e.normalisations = steps);
  }

  /** Returns the facts of the model given in place of another file. */
  public ModelFacts standingInFor(String file) {
    return edited(e -> e.inPlaceOf = Optional.of(file));
  }

  /** Returns the facts under another hash. */
  ModelFacts identifiedBy(String digest) {
    return edited(e -> e.sha256 = digest);
  }

  /** Returns the facts under another name. */
  ModelFacts called(String other) {
    return edited(e -> e.name = other);
  }

  /** Returns the facts without those by which a reader knows which model they are about. */
  @Override
  public ModelFacts withoutIdentity() {
    return anonymous().identifiedBy("");
  }

  private ModelFacts anonymous() {
    return edited(
        e -> {
          e.name = "";
          e.inPlaceOf = Optional.empty();
        });
  }

  /**
   * Returns in which facts two models differ, sorted, under the names that files give them; what
   * they are called, and in place of what they were given, aside.
   */
  public SortedSet<String> differencesFrom(ModelFacts other) {
    Map<String, String> mine = anonymous().texts();
    Map<String, String> theirs = other.anonymous().texts();
    SortedSet<String> differences = new TreeSet<>(mine.keySet());
    differences.addAll(theirs.keySet());
    differences.removeIf(fact -> Objects.equals(mine.get(fact), theirs.get(fact)));
    return differences;
  }

  /**
   * Returns whether two models are one: the same file and the same way to run it, whatever it is
   * called and whatever file it was given in place of. The same file on another runtime, or behind
   * other preprocessing, is another model.
   */
  public boolean isSameModelAs(ModelFacts other) {
    return differencesFrom(other).isEmpty();
  }

  private ModelFacts edited(Consumer<Editor> change) {
    Editor editor = new Editor(this);
    change.accept(editor);
    return editor.facts();
  }

  /** The components one by one, so that a change names what it changes. */
  private static final class Editor {
    private String name;
    private String sha256;
    private String format;
    private String outputs;
    private List<String> notDescribed;
    private Optional<String> encoder;
    private List<String> ownOperators;
    private Optional<String> runsOn;
    private OptionalInt runtimeThreads;
    private OptionalInt quantisedTogether;
    private Optional<String> labelOutput;
    private List<String> normalisations;
    private Optional<String> inPlaceOf;
    private List<Fact> own;

    Editor(ModelFacts facts) {
      name = facts.name;
      sha256 = facts.sha256;
      format = facts.format;
      outputs = facts.outputs;
      notDescribed = facts.notDescribed;
      encoder = facts.encoder;
      ownOperators = facts.ownOperators;
      runsOn = facts.runsOn;
      runtimeThreads = facts.runtimeThreads;
      quantisedTogether = facts.quantisedTogether;
      labelOutput = facts.labelOutput;
      normalisations = facts.normalisations;
      inPlaceOf = facts.inPlaceOf;
      own = facts.own;
    }

    ModelFacts facts() {
      return new ModelFacts(
          name,
          sha256,
          format,
          outputs,
          notDescribed,
          encoder,
          ownOperators,
          runsOn,
          runtimeThreads,
          quantisedTogether,
          labelOutput,
          normalisations,
          inPlaceOf,
          own);
    }
  }
}
