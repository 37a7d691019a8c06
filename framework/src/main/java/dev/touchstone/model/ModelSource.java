package dev.touchstone.model;

import dev.touchstone.runtime.TouchstoneException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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
