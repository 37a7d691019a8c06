package dev.touchstone.model;

import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * A model of several labels, each there or not for itself: for each label it is a classifier of two
 * classes, absent and present. {@link ModelSource#emittingProbabilitiesOf} makes one. A claim of
 * all labels asks it once.
 */
public final class MultiLabelModel implements Model, LoadedModel, FromFile {
  /** Of the working memory, for answers about all labels. */
  private static final int SHARE_OF_MEMORY = 8;

  private final List<String> labels;
  private final Classifier whole;
  private final BiFunction<Classifier, AnswersOfAllLabels, List<Classifier>> ofEach;
  private final AnswersOfAllLabels all;
  private final List<Classifier> classifiers;

  /**
   * A model of several labels.
   *
   * @param whole answers for all of them
   * @param ofEach makes a classifier of each label of it, and of what it was asked
   */
  MultiLabelModel(
      List<String> labels,
      Classifier whole,
      BiFunction<Classifier, AnswersOfAllLabels, List<Classifier>> ofEach) {
    this.labels = labels;
    this.whole = whole;
    this.ofEach = ofEach;
    this.all = new AnswersOfAllLabels(whole, labels.size());
    this.classifiers = ofEach.apply(whole, all);
  }

  private Classifier first() {
    return classifiers.get(0);
  }

  @Override
  public String name() {
    return first().name();
  }

  @Override
  public String sha256() {
    return first().sha256();
  }

  @Override
  public Object identity() {
    return first().identity();
  }

  @Override
  public ModelFacts facts() {
    return first()
        .facts()
        .with(
            LabelClassifier.FACT,
            "each of %d: %s".formatted(labels.size(), String.join(", ", labels)));
  }

  /** Returns the names of the labels, in the order of the model's outputs. */
  public List<String> labels() {
    return labels;
  }

  /**
   * Returns the model as a classifier of one label.
   *
   * @throws TouchstoneException for a label that there is not
   */
  public Classifier ofLabel(String label) {
    int at = labels.indexOf(label);
    if (at < 0) {
      throw new TouchstoneException(
          "%s has no label \"%s\"; it was declared to have %s".formatted(name(), label, labels));
    }
    return classifiers.get(at);
  }

  /**
   * Asks the model once for all labels while something asks about one after the other. What does
   * not fit an eighth of the working memory is asked again.
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public <T> T askedOnceWhile(Supplier<T> work) {
    long memory = RunContext.current().settings().memoryBytes();
    return all.keepingWhile(memory / SHARE_OF_MEMORY, work);
  }

  /**
   * Refuses data of other labels.
   *
   * @throws TouchstoneException naming those that one of both lacks
   */
  public void requireLabelsOf(MultiLabelDataset data) {
    List<String> unknown = data.labels().stream().filter(l -> !labels.contains(l)).toList();
    List<String> absent = labels.stream().filter(l -> !data.labels().contains(l)).toList();
    if (!unknown.isEmpty() || !absent.isEmpty()) {
      throw new TouchstoneException(
          "%s has the labels %s, and %s has %s; name the same of both, those of the model in the order of its outputs, or claim of one label: assertThatModel(model.ofLabel(\"…\")).on(data.ofLabel(\"…\"))"
              .formatted(name(), labels, data.name(), data.labels()));
    }
  }

  /** Returns nothing: what a model can do, it can do of one label. */
  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return "is of several labels: ask it for one, .ofLabel(\"%s\")".formatted(labels.get(0));
  }

  @Override
  public Optional<Location> location() {
    return first() instanceof FromFile fromFile ? fromFile.location() : Optional.empty();
  }

  MultiLabelModel withFile(String location) {
    return new MultiLabelModel(labels, Models.withFile(whole, location), ofEach);
  }

  @Override
  public void release() {
    classifiers.forEach(Models::release);
  }

  @Override
  public String toString() {
    return name();
  }
}
