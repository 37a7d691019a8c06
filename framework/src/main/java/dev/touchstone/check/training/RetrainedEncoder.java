package dev.touchstone.check.training;

import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.SharedResults;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.data.contamination.PlantedErrors.Planting;
import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.HeadData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows data as the last layer of a model sees them that was trained with one planting of errors.
 * Several detectors on the same planting share what it shows: the model is trained when a
 * representation is asked for that nobody has asked for yet, and freed when this encoder is closed.
 *
 * <p>What stands for a model is the {@linkplain Trainer trainer}, by {@code equals}, the training
 * data, the planting and the run's settings. The representations that are kept together take at
 * most an eighth of {@code touchstone.memory}, and so do the heads. A frozen model needs no
 * training, and its representations are not kept.
 */
final class RetrainedEncoder implements Encoder, AutoCloseable {
  private static final int SHARE_OF_MEMORY = 8;

  /** Stands for a representation that is too large to be kept. */
  private static final Matrix NOT_KEPT = Matrix.zeros(0, 0);

  private final Trainer trainer;
  private final PlantedErrors planted;
  private final Planting planting;
  private final RunContext context;
  private final int checkpointsEvery;
  private @Nullable TrainedModel trained;

  /**
   * For one planting of {@code planted}.
   *
   * @param checkpointsEvery how many epochs to keep a checkpoint of the training; 0 for none
   */
  RetrainedEncoder(
      Trainer trainer,
      PlantedErrors planted,
      Planting planting,
      int checkpointsEvery,
      RunContext context) {
    this.checkpointsEvery = checkpointsEvery;
    this.trainer = trainer;
    this.planted = planted;
    this.planting = planting;
    this.context = context;
  }

  /** The representations and the heads of a session. */
  private static final class Shared {
    private final SharedResults<Matrix> representations =
        new SharedResults<>(matrix -> (long) Double.BYTES * matrix.rows() * matrix.columns());
    private final SharedResults<FittedHead> heads = new SharedResults<>(FittedHead::bytes);
  }

  /**
   * The representation: kept and shared where it is small enough, and read from the model again and
   * again where it is not.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the trained model has none
   */
  @Override
  public RowSource encode(Dataset data) {
    if (!trainer.retrains()) {
      RowSource rows = represented(data);
      return isSmall(rows) ? RowSource.of(rows.toMatrix()) : rows;
    }
    Matrix kept =
        shared()
            .representations
            .get(
                key(data.sha256()),
                mostBytes(),
                () -> {
                  RowSource rows = represented(data);
                  return isSmall(rows) ? rows.toMatrix() : NOT_KEPT;
                });
    return kept == NOT_KEPT ? represented(data) : RowSource.of(kept);
  }

  private boolean isSmall(RowSource rows) {
    return (long) Double.BYTES * rows.rows() * rows.columns() <= mostBytes();
  }

  /**
   * The head on the representation of the planting's data. Several detectors share it, and a model
   * that is such a head itself is not fitted again.
   */
  FittedHead fitted(Head head) {
    return trainer.retrains()
        ? shared().heads.get(key(head), mostBytes(), () -> fit(head))
        : fit(head);
  }

  private FittedHead fit(Head head) {
    Dataset data = planting.data();
    RowSource representation = encode(data);
    // Nobody has trained here where the representation was kept.
    Optional<FittedHead> own =
        trainer.retrains() && trained != null
            ? trained.model().capability(FittedHead.class)
            : Optional.empty();
    return own.filter(fitted -> fitted.fittedBy().equals(head))
        .orElseGet(
            () ->
                head.fit(
                    weighted(
                            data,
                            HeadData.of(representation, data.labels(), data.classNames().size()))
                        .computedOn(context.settings().device())));
  }

  private static HeadData weighted(Dataset data, HeadData examples) {
    return data.trainingWeights().map(examples::weightedBy).orElse(examples);
  }

  private Shared shared() {
    return context.session().get(Shared.class, Shared::new);
  }

  private long mostBytes() {
    return context.settings().memoryBytes() / SHARE_OF_MEMORY;
  }

  /**
   * What was learnt, and what of it is kept.
   *
   * @param what the head, or the digest of the data that are represented
   */
  private record Key(
      Trainer trainer, int planting, Keys.OfLearning data, Object what, Keys.OfRun run) {}

  private Key key(Object what) {
    return new Key(
        trainer, planting.number(), Keys.learntFrom(planting.data()), what, Keys.of(context));
  }

  private RowSource represented(Dataset data) {
    return Represented.of(
        model(),
        data,
        "the detection of mislabelled examples",
        "train with LogisticRegressionTrainer or DjlTrainer, or give a model that implements"
            + " Representation",
        context);
  }

  /** The checkpoints of the training, which is done for them if nobody has trained here yet. */
  List<Checkpoint> checkpoints() {
    return checkpointsEvery == 0 ? List.of() : trained().checkpoints();
  }

  /** The trained model, which is trained if nobody has trained here yet. */
  Classifier model() {
    return trained().model();
  }

  private TrainedModel trained() {
    TrainedModel present = trained;
    if (present == null) {
      TrainingTask task =
          TrainingTask.of(planting.data(), "planting " + planting.number(), context);
      present =
          trainer.train(checkpointsEvery == 0 ? task : task.keepingCheckpoints(checkpointsEvery));
      trained = present;
    }
    return present;
  }

  /** Frees the model and its checkpoints, if one had to be trained here. */
  @Override
  public void close() {
    if (trained != null) {
      trained.release();
    }
  }
}
