package dev.touchstone.training;

import ai.djl.nn.Block;
import dev.touchstone.data.Dataset;
import dev.touchstone.facts.Fact;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.graph.block.BlockDescription;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network of DJL blocks that emits logits, by mini-batches under cross-entropy.
 *
 * <pre>{@code
 * Trainer trainer = DjlTrainer.of("small CNN", () -> Cnn.small(10)).withEpochs(8);
 * }</pre>
 *
 * <p>Initial weights (He normal; biases zero) and the order of examples come from the run's seed,
 * the trainer's name and the stream; dropout masks too. So the same data, seed, stream and number
 * of native threads give the same weights, whatever else runs. Native evaluation is leased batch by
 * batch, so that a long training keeps no other test waiting.
 *
 * <p>Defaults: SGD with momentum 0.9 and a learning rate of 0.01 that falls to a tenth every 10
 * epochs (J. Adebayo, "Towards Effective Tools for Debugging Machine Learning Models", appendix
 * A.1), batches of 50, 10 epochs, no weight decay.
 */
public final class DjlTrainer implements Trainer {
  /**
   * Part of the digest: how weights start, batches are made and the loss is followed. The number
   * rises when the same settings give another model.
   */
  private static final String RECIPE = "DJL blocks, He normal, mini-batches, cross-entropy, 1";

  private final String name;
  private final Supplier<? extends Block> architecture;
  private final Description description;
  private final Settings settings;

  private DjlTrainer(
      String name,
      Supplier<? extends Block> architecture,
      Description description,
      Settings settings) {
    this.name = name;
    this.architecture = architecture;
    this.description = description;
    this.settings = settings;
  }

  /** How to train; the numbers are checked by the {@code with…} methods. */
  record Settings(
      Optimiser optimiser,
      int epochs,
      int batchSize,
      double weightDecay,
      double decayFactor,
      int decayEvery) {}

  /**
   * Returns a trainer with the defaults above.
   *
   * @param name what to call it
   * @param architecture makes a new block without weights, once per training and once to be
   *     described; its last layer has one output per class, without a softmax. A lambda in it is
   *     known by its name, {@code new LambdaBlock(function, "clamp")}; a nameless one is only said
   *     to be there
   */
  public static DjlTrainer of(String name, Supplier<? extends Block> architecture) {
    return new DjlTrainer(
        name,
        architecture,
        new Description(architecture),
        new Settings(Sgd.withDefaults(), 10, 50, 0, 0.1, 10));
  }

  /** The architecture in words, read when first asked for. */
  private static final class Description {
    private final Supplier<? extends Block> architecture;
    private @Nullable BlockDescription read;

    Description(Supplier<? extends Block> architecture) {
      this.architecture = architecture;
    }

    synchronized BlockDescription get() {
      if (read == null) {
        read = BlockDescription.ofLearning(architecture.get());
      }
      return read;
    }
  }

  /** Sets how often to go through the data. */
  public DjlTrainer withEpochs(int epochs) {
    Checks.positive("epochs", epochs);
    return with(
        new Settings(
            settings.optimiser,
            epochs,
            settings.batchSize,
            settings.weightDecay,
            settings.decayFactor,
            settings.decayEvery));
  }

  /** Sets how many examples make one step. */
  public DjlTrainer withBatchSize(int examples) {
    Checks.positive("batch size", examples);
    return with(
        new Settings(
            settings.optimiser,
            settings.epochs,
            examples,
            settings.weightDecay,
            settings.decayFactor,
            settings.decayEvery));
  }

  /** Sets how weights follow their gradients, such as {@code Adam.withDefaults()}. */
  public DjlTrainer withOptimiser(Optimiser optimiser) {
    return with(
        new Settings(
            optimiser,
            settings.epochs,
            settings.batchSize,
            settings.weightDecay,
            settings.decayFactor,
            settings.decayEvery));
  }

  /** Sets λ, of which λw is added to every weight's gradient. */
  public DjlTrainer withWeightDecay(double lambda) {
    Checks.between("weight decay", lambda, 0, 1);
    return with(
        new Settings(
            settings.optimiser,
            settings.epochs,
            settings.batchSize,
            lambda,
            settings.decayFactor,
            settings.decayEvery));
  }

  /** Multiplies the learning rate by a factor every so many epochs; factor 1 leaves it as it is. */
  public DjlTrainer withLearningRateDecay(double factor, int everyEpochs) {
    Checks.positive("learning rate decay", factor);
    Checks.positive("epochs between decays", everyEpochs);
    return with(
        new Settings(
            settings.optimiser,
            settings.epochs,
            settings.batchSize,
            settings.weightDecay,
            factor,
            everyEpochs));
  }

  private DjlTrainer with(Settings other) {
    return new DjlTrainer(name, architecture, description, other);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * The settings, and the architecture block by block: {@code architecture} in words, {@code
   * architecture sha256} of all of them, and {@code architecture, not described} where it holds
   * code without a name.
   */
  @Override
  public TrainerFacts facts() {
    BlockDescription blocks = description.get();
    TrainerFacts facts =
        TrainerFacts.of(name)
            .with("architecture", blocks.shortened())
            .with("architecture sha256", blocks.sha256());
    if (!blocks.opaque().isEmpty()) {
      facts = facts.with("architecture, not described", String.join(", ", blocks.opaque()));
    }
    for (Fact fact : settings.optimiser.facts()) {
      facts = facts.with(fact);
    }
    List<String> opaque = BlockDescription.ofPart(settings.optimiser, "optimiser").opaque();
    if (!opaque.isEmpty()) {
      facts = facts.with("optimiser, not described", String.join(", ", opaque));
    }
    return facts
        .with("epochs", settings.epochs)
        .with("batch size", settings.batchSize)
        .with("weight decay", settings.weightDecay)
        .with(
            "learning rate decay",
            "× %s every %d epochs".formatted(settings.decayFactor, settings.decayEvery));
  }

  /**
   * Over the architecture, the optimiser with its settings, and all other settings. Classes of your
   * own are known by their names and fields, and named lambdas by their names: another name says
   * that their code has changed. Empty where the architecture or the optimiser holds code without a
   * name, which {@link #facts} lists.
   */
  @Override
  public Optional<String> sha256() {
    BlockDescription blocks = description.get();
    BlockDescription optimiser = BlockDescription.ofPart(settings.optimiser, "optimiser");
    if (!blocks.opaque().isEmpty() || !optimiser.opaque().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Digest.sha256()
            .add(RECIPE)
            .add(blocks.text())
            .add(optimiser.text())
            .add(settings.epochs)
            .add(settings.batchSize)
            .add(Double.toString(settings.weightDecay))
            .add(Double.toString(settings.decayFactor))
            .add(settings.decayEvery)
            .hex());
  }

  /**
   * Trains a model from scratch.
   *
   * @throws TouchstoneException if there is nothing to learn, the architecture does not fit the
   *     data, or training diverges
   */
  @Override
  public Classifier train(Dataset data, String stream, RunContext context) {
    return train(TrainingTask.of(data, stream, context)).model();
  }

  /**
   * Trains a model, with example weights, from a warm start, keeping checkpoints, as the task says.
   * A warm start takes over the weights, not the optimiser's state.
   *
   * @throws TouchstoneException if there is nothing to learn, the architecture does not fit the
   *     data or the start, or training diverges
   */
  @Override
  public TrainedModel train(TrainingTask task) {
    Dataset data = task.dataOfFeatures(name);
    if (Arrays.stream(data.labels()).distinct().count() < 2) {
      throw new TouchstoneException(
          name
              + " has nothing to learn: "
              + data
              + " holds "
              + (data.size() == 0 ? "no examples" : "a single class")
              + "; give examples of at least two classes");
    }
    Block block = architecture.get();
    if (block.isInitialized()) {
      throw new TouchstoneException(
          name
              + " was given a block that already has weights; its supplier has to make a new block"
              + " for every training: () -> Cnn.small(10)");
    }
    List<Checkpoint> checkpoints = new ArrayList<>();
    try (Training training = new Training(block, name, task, learnt(task), settings)) {
      String trained = name + " trained on " + data.name();
      training.run(
          (epoch, learningRate) -> {
            if (task.checkpointsEvery() > 0 && epoch % task.checkpointsEvery() == 0) {
              checkpoints.add(
                  new Checkpoint(
                      epoch,
                      learningRate,
                      Models.block(trained + ", epoch " + epoch, block, data.shape())
                          .emittingLogits()));
            }
          });
      Classifier model = Models.block(trained, block, data.shape()).emittingLogits();
      return TrainedModel.of(model, this).withCheckpoints(checkpoints).withState(training.learnt());
    } catch (RuntimeException | Error failure) {
      checkpoints.forEach(checkpoint -> Models.release(checkpoint.model()));
      throw failure;
    }
  }

  private @Nullable Learnt learnt(TrainingTask task) {
    if (task.start().isEmpty()) {
      return null;
    }
    TrainedModel start = task.start().get();
    return start
        .state(Learnt.class)
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "%s cannot start at %s; give what a DjlTrainer of the same architecture has trained"
                        .formatted(name, start)));
  }

  /**
   * Trainers are equal if they train alike: same name, settings and architecture. An architecture
   * with code that has no name is equal only to itself.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DjlTrainer that
        && name.equals(that.name)
        && settings.equals(that.settings)
        && (description == that.description
            || (description.get().equals(that.description.get())
                && description.get().opaque().isEmpty()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, settings, description.get());
  }

  @Override
  public String toString() {
    return name;
  }
}
