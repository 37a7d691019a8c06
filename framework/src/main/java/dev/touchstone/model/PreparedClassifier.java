package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model with something that is done to its inputs before it sees them: it takes them as they
 * come, and its gradients are with respect to these. Serves models of every format.
 */
abstract class PreparedClassifier extends WrappedClassifier
    implements Scores, InputGradients, Representation {
  private @Nullable WhiteBox whiteBox;

  PreparedClassifier(Classifier model) {
    super(model);
  }

  /** What the model takes for a batch as it comes. */
  abstract Tensor prepared(Tensor batch);

  /** The same of examples as models take them, in the precision that they have. */
  abstract Inputs prepared(Inputs batch);

  /** The chain rule: gradients with respect to what the model takes become those to the batch. */
  abstract double[][] backward(double[][] gradients, Tensor batch);

  /** A white box that does it first. */
  abstract WhiteBox around(WhiteBox raw);

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == WhiteBox.class) {
      return model.capability(WhiteBox.class).map(this::preparing).map(type::cast);
    }
    if (type == BatchDependence.class
        || type == StatedClasses.class
        || type == LabelOfLargest.class) {
      return model.capability(type);
    }
    // Any other capability would see inputs that are not prepared, so only these pass.
    boolean passes =
        type == Scores.class || type == InputGradients.class || type == Representation.class;
    return passes && model.capability(type).isPresent()
        ? Optional.of(type.cast(this))
        : Optional.empty();
  }

  private synchronized WhiteBox preparing(WhiteBox raw) {
    WhiteBox present = whiteBox;
    if (present == null || !present.sharesMemoryWith(raw)) {
      present = around(raw);
      whiteBox = present;
    }
    return present;
  }

  @Override
  public Predictions predict(Tensor batch) {
    return model.predict(prepared(batch));
  }

  @Override
  public Predictions predict(Inputs batch) {
    return model.predict(prepared(batch));
  }

  @Override
  public Scored scores(Tensor batch) {
    return shown().scores(prepared(batch));
  }

  @Override
  public Scored scores(Inputs batch) {
    return shown().scores(prepared(batch));
  }

  private Scores shown() {
    return model.require(Scores.class, "the scores", "use a model that shows its scores");
  }

  @Override
  public double[][] inputGradients(Tensor batch, Quantity quantity) {
    return backward(gradients().inputGradients(prepared(batch), quantity), batch);
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
        .representation(prepared(batch));
  }

  @Override
  public synchronized void release() {
    whiteBox = null;
    super.release();
  }
}
