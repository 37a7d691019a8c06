package dev.touchstone.model;

import dev.touchstone.data.LabelNames;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A model whose output has yet to be declared: what it means is never guessed. */
public final class ModelSource {
  private final Function<OutputKind, Classifier> make;

  /** What is around the model, and comes before it sees its inputs. */
  private final UnaryOperator<Classifier> around;

  ModelSource(Function<OutputKind, Classifier> make) {
    this(make, UnaryOperator.identity());
  }

  private ModelSource(Function<OutputKind, Classifier> make, UnaryOperator<Classifier> around) {
    this.make = make;
    this.around = around;
  }

  /**
   * Returns the model expects normalised inputs, (x - mean)/std. It then takes inputs as they come,
   * and gradients are with respect to these. Part of the model's provenance.
   *
   * <pre>{@code
   * Models.onnx("models/bone-age.onnx")
   *     .normalising(new double[] {.485, .456, .406}, new double[] {.229, .224, .225})
   *     .emittingLogits();
   * }</pre>
   *
   * @param mean one per channel of images, one per feature of tables, or one for all
   * @param std standard deviations, as many
   * @throws dev.touchstone.runtime.TouchstoneException if they differ in number, are not finite, or
   *     a standard deviation is not positive
   */
  public ModelSource normalising(double[] mean, double[] std) {
    Normalisation normalisation = new Normalisation(mean, std);
    return new ModelSource(
        make, model -> new NormalisedClassifier(around.apply(model), normalisation));
  }

  /**
   * Says that the model takes images with channels last, {@code [n, height, width, channels]}, as
   * TensorFlow and Keras do. Data have them first everywhere: they are put last before the model
   * sees them and behind every normalisation, and gradients are of images as the data have them.
   * Part of the model's provenance.
   *
   * <pre>{@code
   * Models.onnx("models/mobilenet-keras.onnx").channelsLast().emittingProbabilities();
   * }</pre>
   */
  public ModelSource channelsLast() {
    return new ModelSource(kind -> new ChannelsLastClassifier(make.apply(kind)), around);
  }

  /**
   * Says from which probability on the model's class 1, the second of the data's classes, is
   * predicted, where that is not one half: the rate at which a loan is refused or an alarm raised.
   * It takes the place of a class that the file names itself. Rates of predicted classes follow it;
   * claims about probabilities do not change. Part of the model's provenance.
   *
   * <pre>{@code
   * Models.onnx("models/fraud.onnx").decidingAt(0.2).emittingProbabilities();
   * }</pre>
   *
   * @param probability in (0, 1); a probability that equals it is class 1
   * @throws TouchstoneException for another number; when the model is asked, if it has more than
   *     two classes
   */
  public ModelSource decidingAt(double probability) {
    if (!(probability > 0 && probability < 1)) {
      throw new TouchstoneException(
          "decidingAt(%s): give the probability from which on class 1 is predicted, above 0 and below 1"
              .formatted(probability));
    }
    return new ModelSource(
        make,
        model -> {
          if (model.outputs().isOfRegressor()) {
            throw new TouchstoneException(
                "decidingAt(%s) is for classifiers, and a regressor emits %s: leave it out"
                    .formatted(probability, model.outputs()));
          }
          return new DecidingClassifier(around.apply(model), probability);
        });
  }

  /**
   * Says that the model answers by its batch, as one does that normalises over it or compares its
   * examples with each other, and that it is served in batches of a size. It is asked in these, in
   * the data's order, the last one smaller; without it such a model is refused. One that draws at
   * random is refused all the same. Part of the model's provenance.
   *
   * @param examples of a batch as it is served, whatever the memory budget
   * @throws TouchstoneException for fewer than one
   */
  public ModelSource answersDependOnTheirBatch(int examples) {
    if (examples < 1) {
      throw new TouchstoneException(
          "answersDependOnTheirBatch(%d): give how many examples are served together"
              .formatted(examples));
    }
    return new ModelSource(make, model -> new BatchedClassifier(around.apply(model), examples));
  }

  /**
   * Makes a classifier of two classes of one label of a model that gives several, each yes or no
   * for itself, as a sigmoid a label does. What it emits is said of the label: a probability that
   * it is there, or the score of that. The data are of the same label. {@link
   * #emittingProbabilitiesOf} claims of all labels at once.
   *
   * <pre>{@code
   * Models.onnx("models/comments.onnx").ofLabel(2, 6).emittingProbabilities();
   * }</pre>
   *
   * @param label its place among the model's outputs, 0-based
   * @param labels how many there are, at least two
   * @throws TouchstoneException for a place that is none; when the model is asked, if it makes
   *     another number of outputs, or ends in a softmax, whose outputs are one decision
   */
  public ModelSource ofLabel(int label, int labels) {
    if (labels < 2 || label < 0 || label >= labels) {
      throw new TouchstoneException(
          "ofLabel(%d, %d): give the label's place, from 0 on, and how many labels there are, two or more"
              .formatted(label, labels));
    }
    return new ModelSource(
        kind -> {
          if (kind.isOfRegressor()) {
            throw new TouchstoneException(
                "ofLabel(%d, %d) is for classifiers, and a regressor emits %s: leave it out"
                    .formatted(label, labels, kind));
          }
          return new LabelClassifier(make.apply(kind), label, labels, kind);
        },
        around);
  }

  /**
   * Says that the model emits the probabilities of several labels, each there or not for itself, as
   * a sigmoid a label does. What was declared of it, such as {@link #decidingAt}, holds for each
   * label.
   *
   * <pre>{@code
   * MultiLabelModel comments =
   *     Models.onnx("models/comments.onnx").emittingProbabilitiesOf("toxic", "obscene", "threat");
   * }</pre>
   *
   * @param labels their names, in the order of the model's outputs
   * @throws TouchstoneException for fewer than two labels, or a name twice; when the model is
   *     asked, as of {@link #ofLabel one label}
   */
  public MultiLabelModel emittingProbabilitiesOf(String... labels) {
    return of(OutputKind.PROBABILITIES, List.of(labels));
  }

  /** Says the same of the labels' scores, of each the logit of its probability. */
  public MultiLabelModel emittingLogitsOf(String... labels) {
    return of(OutputKind.LOGITS, List.of(labels));
  }

  private MultiLabelModel of(OutputKind kind, List<String> labels) {
    Classifier whole = make.apply(kind);
    LabelNames.require(whole.name(), labels);
    int many = labels.size();
    return new MultiLabelModel(
        labels,
        whole,
        (model, all) ->
            IntStream.range(0, many)
                .mapToObj(i -> around.apply(new LabelClassifier(model, i, many, kind, all)))
                .toList());
  }

  /**
   * Says that the model's file stands in place of another, such as the one that a suite of tests
   * names. Part of the model's provenance.
   *
   * @param declared the file whose place it takes, as it was written
   */
  public ModelSource inPlaceOf(String declared) {
    return new ModelSource(make, model -> new StandIn(around.apply(model), declared));
  }

  /** Says that the model emits logits. */
  public Classifier emittingLogits() {
    return emitting(OutputKind.LOGITS);
  }

  /**
   * Says that the model emits one real number for each example, the score of class 1 of two, and is
   * no regressor: what {@link #emittingLogits} of one output asks about where it could be either.
   */
  public Classifier emittingMargin() {
    return emitting(OutputKind.MARGIN);
  }

  /** Says that the model emits probabilities. */
  public Classifier emittingProbabilities() {
    return emitting(OutputKind.PROBABILITIES);
  }

  /** Says that the model emits logarithms of probabilities. */
  public Classifier emittingLogProbabilities() {
    return emitting(OutputKind.LOG_PROBABILITIES);
  }

  /**
   * Says that the model emits what is given.
   *
   * @throws TouchstoneException for what {@link OutputKind#isOfRegressor() regressors} emit
   */
  public Classifier emitting(OutputKind kind) {
    if (kind.isOfRegressor()) {
      throw new TouchstoneException(
          "a classifier emits no %s; declare a Regressor: .%s() in Java, or a field of that type"
              .formatted(kind, kind == OutputKind.VALUES ? "emittingValues" : "emittingIntervals"));
    }
    return of(kind);
  }

  /** Makes the model, whose kind of outputs may be a regressor's. */
  Classifier of(OutputKind kind) {
    return around.apply(make.apply(kind));
  }

  /** Says that the model emits one value for each example, and is a regressor. */
  public Regressor emittingValues() {
    return new OutputRegressor(of(OutputKind.VALUES), false);
  }

  /**
   * Makes a regressor of a model that emits three numbers for each example: the lower end of an
   * interval, the value and the upper end, as a quantile regression of three quantiles does.
   */
  public Regressor emittingIntervals() {
    return new OutputRegressor(of(OutputKind.VALUES), true);
  }
}
