package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TracIn by checkpoints (Pruthi, Liu, Kale and Sundararajan 2020, section 3.2): how much steps of
 * gradient descent on a training example lowered the test loss, to first order,
 *
 * <pre>Σ_c η_c ∇ℓ(test, θ_c)ᵀ ∇ℓ(i, θ_c)</pre>
 *
 * <p>over the checkpoints c with their learning rates η. Without the example the loss had stayed
 * that much higher, so this is the score. Its unit is that of the paper: what one step on the
 * example alone does at each checkpoint, whatever the batches and epochs between them; only ratios
 * of scores mean something.
 */
public final class TracIn implements InfluenceEstimator {
  private final Gradients gradients;
  private final int everyEpochs;

  private TracIn(Gradients gradients, int everyEpochs) {
    this.gradients = gradients;
    this.everyEpochs = everyEpochs;
  }

  /** Returns the estimator by the last layer's gradients, with a checkpoint every second epoch. */
  public static TracIn withDefaults() {
    return new TracIn(Gradients.ofLastLayer(), 2);
  }

  /** Returns a copy that takes other gradients, such as {@code Gradients.projectedTo(1000)}. */
  public TracIn using(Gradients other) {
    return new TracIn(other, everyEpochs);
  }

  /**
   * Returns a copy that asks for a checkpoint after every so many epochs.
   *
   * @throws IllegalArgumentException for less than one
   */
  public TracIn withCheckpointsEvery(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("checkpoints every " + epochs + " epochs");
    }
    return new TracIn(gradients, epochs);
  }

  @Override
  public String name() {
    return "TracIn";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("gradients by", gradients.toString());
    settings.put("checkpoints every", everyEpochs + " epochs");
    return settings;
  }

  @Override
  public int checkpointsEvery() {
    return everyEpochs;
  }

  private List<Checkpoint> checkpoints(InfluenceContext context) {
    if (context.checkpoints().isEmpty()) {
      throw new TouchstoneException(
          "TracIn needs checkpoints of the training on %s, and none were kept; train with TrainingTask.keepingCheckpoints(epochs), by a DjlTrainer, and pass TrainedModel.checkpoints() on"
              .formatted(context.training().name()));
    }
    return context.checkpoints();
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    List<Checkpoint> checkpoints = checkpoints(context);
    Dataset training = context.training();
    WhiteBox last = whiteBox(checkpoints.get(checkpoints.size() - 1));
    int atOnce = Networks.columns(context.run(), training.size(), gradients.size(last));
    return new ScoresInBlocks(training, test, atOnce) {
      @Override
      void addScores(int from, int to, Matrix sums) {
        for (Checkpoint checkpoint : checkpoints) {
          gradients
              .each(whiteBox(checkpoint), test, from, to, context.run())
              .addProducts(training, checkpoint.learningRate(), sums);
        }
        Networks.weigh(training, sums);
      }

      @Override
      public double[] mean() {
        // Scores are linear in the test loss's gradient.
        Matrix sums = Matrix.zeros(training(), 1);
        for (Checkpoint checkpoint : checkpoints) {
          gradients
              .mean(whiteBox(checkpoint), test, context.run())
              .addProducts(training, checkpoint.learningRate(), sums);
        }
        Networks.weigh(training, sums);
        return sums.values();
      }
    };
  }

  /** Σ_c η_c ‖∇ℓ(i, θ_c)‖² (section 4.1). */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    Matrix influence = Matrix.zeros(context.training().size(), 1);
    for (Checkpoint checkpoint : checkpoints(context)) {
      double[] squared =
          gradients.squaredNorms(whiteBox(checkpoint), context.training(), context.run());
      for (int i = 0; i < squared.length; i++) {
        influence.values()[i] += checkpoint.learningRate() * squared[i];
      }
    }
    Networks.weigh(context.training(), influence);
    return influence.values();
  }

  private WhiteBox whiteBox(Checkpoint checkpoint) {
    return Networks.whiteBox(checkpoint.model(), name());
  }

  @Override
  public String toString() {
    return name();
  }
}
