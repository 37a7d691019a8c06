package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model with its preprocessing: it takes inputs as they come, and its gradients are with respect
 * to these. Serves models of every format.
 */
final class NormalisedClassifier extends WrappedClassifier
    implements Scores, InputGradients, Representation {
  private final Normalisation normalisation;
  private @Nullable WhiteBox whiteBox;

  NormalisedClassifier(Classifier model, Normalisation normalisation) {
    super(model);
    this.normalisation = normalisation;
  }

  @Override
  public Classifier withFile(String location) {
    return new NormalisedClassifier(Models.withFile(model, location), normalisation);
  }

  @Override
  public ModelFacts facts() {
    return model.facts().normalisedBy(normalisation.toString());
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == WhiteBox.class) {
      return model.capability(WhiteBox.class).map(this::normalising).map(type::cast);
    }
    if (type == BatchDependence.class || type == StatedClasses.class) {
      return model.capability(type);
    }
    // Any other capability would see inputs that are not normalised, so only these pass.
    boolean passes =
        type == Scores.class || type == InputGradients.class || type == Representation.class;
    return passes && model.capability(type).isPresent()
        ? Optional.of(type.cast(this))
        : Optional.empty();
  }

  private synchronized WhiteBox normalising(WhiteBox raw) {
    WhiteBox present = whiteBox;
    if (present == null || !present.sharesMemoryWith(raw)) {
      present = raw.normalising(normalisation.mean(), normalisation.std());
      whiteBox = present;
    }
    return present;
  }

  @Override
  public Predictions predict(Tensor batch) {
    return model.predict(normalisation.apply(batch));
  }

  @Override
  public Predictions predict(Inputs batch) {
    return model.predict(normalisation.apply(batch));
  }

  @Override
  public Scored scores(Tensor batch) {
    return shown().scores(normalisation.apply(batch));
  }

  @Override
  public Scored scores(Inputs batch) {
    return shown().scores(normalisation.apply(batch));
  }

  private Scores shown() {
    return model.require(Scores.class, "the scores", "use a model that shows its scores");
  }

  @Override
  public double[][] inputGradients(Tensor batch, Quantity quantity) {
    return normalisation.backward(
        gradients().inputGradients(normalisation.apply(batch), quantity), batch);
  }

  @Override
  public int gradientBatchSize(long budgetBytes) {
    return gradients().gradientBatchSize(budgetBytes);
  }

  private InputGradients gradients() {
    return model.require(InputGradients.class, "the gradient", "use a model with gradients");
  }

  @Override
  public double[][] representation(Tensor batch) {
    return model
        .require(Representation.class, "the representation", "use a model with a linear head")
        .representation(normalisation.apply(batch));
  }

  @Override
  public synchronized void release() {
    whiteBox = null;
    super.release();
  }
}
