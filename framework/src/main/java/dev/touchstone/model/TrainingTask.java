package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be learnt, and from where: by default from scratch, each example as much as its
 * {@linkplain Dataset#trainingWeights() training weight} says, keeping only the result. Immutable.
 */
public final class TrainingTask {
  private final Dataset data;
  private final String stream;
  private final RunContext context;
  private final double @Nullable [] weights;
  private final @Nullable TrainedModel start;
  private final int checkpointsEvery;

  private TrainingTask(
      Dataset data,
      String stream,
      RunContext context,
      double @Nullable [] weights,
      @Nullable TrainedModel start,
      int checkpointsEvery) {
    this.data = data;
    this.stream = stream;
    this.context = context;
    this.weights = weights;
    this.start = start;
    this.checkpointsEvery = checkpointsEvery;
  }

  /**
   * Starts from scratch, with the weights that the data carry.
   *
   * @param data the training data, taken as they are
   * @param stream distinguishes repeated trainings of one run
   * @throws TouchstoneException if every example has the weight 0
   */
  public static TrainingTask of(Dataset data, String stream, RunContext context) {
    TrainingTask task = new TrainingTask(data, stream, context, null, null, 0);
    return data.trainingWeights().map(task::weightedBy).orElse(task);
  }

  /**
   * Multiplies every example's loss by a weight, in the place of those that the data carry; the
   * mean is still over all examples, so that weight 0 leaves an example out and changes no other's
   * share.
   *
   * @throws TouchstoneException unless there is one for each example, finite, none negative and one
   *     positive
   */
  public TrainingTask weightedBy(double... exampleWeights) {
    if (exampleWeights.length != data.size()) {
      throw new TouchstoneException(
          "%d weights for the %d examples of %s; give one for each"
              .formatted(exampleWeights.length, data.size(), data.name()));
    }
    boolean one = false;
    for (int i = 0; i < exampleWeights.length; i++) {
      double weight = exampleWeights[i];
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new TouchstoneException(
            "the weight of example %s is %s; give 0 or a positive number"
                .formatted(data.id(i), weight));
      }
      one |= weight > 0;
    }
    if (!one) {
      throw new TouchstoneException("every example of " + data.name() + " has the weight 0");
    }
    return new TrainingTask(data, stream, context, exampleWeights.clone(), start, checkpointsEvery);
  }

  /** Returns the same task in which all examples count alike, whatever weights the data carry. */
  public TrainingTask unweighted() {
    return new TrainingTask(data, stream, context, null, start, checkpointsEvery);
  }

  /** Starts at what an equal trainer has learnt, not at random weights. */
  public TrainingTask startingAt(TrainedModel trained) {
    return new TrainingTask(data, stream, context, weights, trained, checkpointsEvery);
  }

  /**
   * Keeps the model as it is after every so many epochs.
   *
   * @throws TouchstoneException for less than one
   */
  public TrainingTask keepingCheckpoints(int everyEpochs) {
    if (everyEpochs < 1) {
      throw new TouchstoneException(
          "checkpoints every " + everyEpochs + " epochs; give a positive number");
    }
    return new TrainingTask(data, stream, context, weights, start, everyEpochs);
  }

  /** Returns the training data. */
  public Dataset data() {
    return data;
  }

  /**
   * Returns the training data for a trainer that learns from features alone.
   *
   * @param trainer what to call it
   * @throws TouchstoneException if the examples have inputs besides
   */
  public Dataset dataOfFeatures(String trainer) {
    data.inputs().onlyFeatures(trainer);
    return data;
  }

  /** Returns what distinguishes repeated trainings of one run. */
  public String stream() {
    return stream;
  }

  /** Returns settings, random streams and progress. */
  public RunContext context() {
    return context;
  }

  /** Returns a weight for every example; empty if all are 1. A copy. */
  public Optional<double[]> weights() {
    return Optional.ofNullable(weights).map(double[]::clone);
  }

  /** Returns where to start; empty for a start from scratch. */
  public Optional<TrainedModel> start() {
    return Optional.ofNullable(start);
  }

  /** Returns every how many epochs a checkpoint is kept; 0 for never. */
  public int checkpointsEvery() {
    return checkpointsEvery;
  }

  /** What is asked for beyond a training from scratch, in words; empty if nothing. */
  List<String> wishes() {
    List<String> wishes = new ArrayList<>();
    if (weights != null) {
      wishes.add("example weights");
    }
    if (start != null) {
      wishes.add("a warm start");
    }
    if (checkpointsEvery > 0) {
      wishes.add("checkpoints");
    }
    return wishes;
  }
}
