package dev.touchstone.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.jspecify.annotations.Nullable;

/** One training of one block; owns the native memory until closed. */
final class Training implements AutoCloseable {
  private final Block block;
  private final String model;
  private final Dataset data;
  private final double @Nullable [] exampleWeights;
  private final @Nullable Learnt start;
  private final int[] labels;
  private final int classes;
  private final DjlTrainer.Settings settings;
  private final UniformRandomProvider initialWeights;
  private final UniformRandomProvider order;
  private final UniformRandomProvider engineSeeds;
  private final Progress progress;
  private final NDManager manager;
  private final List<Followed> weights = new ArrayList<>();

  /** A weight that learns. */
  private record Followed(NDArray weight, Optimiser.Steps steps) {}

  Training(
      Block block,
      String trainer,
      TrainingTask task,
      @Nullable Learnt start,
      DjlTrainer.Settings settings) {
    this.block = block;
    this.data = task.data();
    this.model = trainer + " trained on " + data.name();
    this.exampleWeights = task.weights().orElse(null);
    this.start = start;
    this.labels = data.labels();
    this.classes = data.classNames().size();
    this.settings = settings;
    RunContext context = task.context();
    String stream = task.stream();
    RandomStreams random = context.random();
    this.initialWeights = random.of("training", trainer, stream, "weights");
    this.order = random.of("training", trainer, stream, "order");
    this.engineSeeds = random.of("training", trainer, stream, "engine");
    this.progress = context.progress();
    this.manager = Torch.manager(context.settings().device());
  }

  /** Hears of every epoch that has ended. */
  interface EpochListener {
    void ended(int epoch, double learningRate);
  }

  void run(EpochListener listener) {
    Torch.evaluate(
        () -> {
          initialise();
          return true;
        });
    int[] examples = PermutationSampler.natural(data.size());
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      double factor = Math.pow(settings.decayFactor(), epoch / settings.decayEvery());
      PermutationSampler.shuffle(order, examples);
      double loss = 0;
      for (int[] batch : batches(examples)) {
        loss += step(batch, factor, engineSeeds.nextLong()) * batch.length;
      }
      if (!Double.isFinite(loss)) {
        throw new TouchstoneException(
            model
                + " diverged in epoch "
                + (epoch + 1)
                + ": the loss is "
                + loss
                + "; lower the learning rate of "
                + settings.optimiser().facts());
      }
      listener.ended(epoch + 1, factor * settings.optimiser().learningRate());
      progress.step("epochs of " + model, epoch + 1, settings.epochs());
    }
  }

  /** The weights as they are now. */
  Learnt learnt() {
    return Torch.evaluate(() -> Learnt.of(block));
  }

  /** Consecutive pieces; a last piece of one joins its neighbour, as batch norm needs two. */
  private List<int[]> batches(int[] examples) {
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    while (from < examples.length) {
      int to = Math.min(examples.length, from + settings.batchSize());
      to = examples.length - to == 1 ? examples.length : to;
      batches.add(Arrays.copyOfRange(examples, from, to));
      from = to;
    }
    return batches;
  }

  /** Gives the block its shapes, its weights, and every weight its optimiser. */
  private void initialise() {
    Shape input = shape(settings.batchSize());
    // Initialisers other than ours, of the user's own blocks, draw from the engine's generator.
    Torch.seed(engineSeeds.nextLong());
    ZigguratSampler.NormalizedGaussian normal =
        ZigguratSampler.NormalizedGaussian.of(initialWeights);
    block.setInitializer(
        (to, shape, type) ->
            NativeArrays.of(to, heNormal(shape, normal), shape).toType(type, false),
        Parameter.Type.WEIGHT);
    try {
      block.initialize(manager, DataType.FLOAT32, input);
    } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
      throw new TouchstoneException(
          model
              + ": the architecture does not fit examples of shape "
              + Arrays.toString(data.shape())
              + ": "
              + e.getMessage(),
          e);
    }
    checkOutput(block.getOutputShapes(new Shape[] {input}));
    if (start != null) {
      start.into(block, model);
    }
    for (Pair<String, Parameter> entry : block.getParameters()) {
      Parameter parameter = entry.getValue();
      if (parameter.requiresGradient()) {
        NDArray array = parameter.getArray();
        weights.add(new Followed(array, settings.optimiser().follow(array)));
      }
    }
  }

  /** He et al., "Delving Deep into Rectifiers", ICCV 2015, eq. 10: variance 2 / fan-in. */
  private static float[] heNormal(Shape shape, ZigguratSampler.NormalizedGaussian normal) {
    float[] values = new float[Math.toIntExact(shape.size())];
    long fanIn = shape.dimension() < 2 ? shape.size() : shape.slice(1).size();
    double deviation = Math.sqrt(2.0 / fanIn);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * normal.sample());
    }
    return values;
  }

  private void checkOutput(Shape[] outputs) {
    long[] expected = {settings.batchSize(), classes};
    if (outputs.length != 1 || !Arrays.equals(outputs[0].getShape(), expected)) {
      throw new TouchstoneException(
          model
              + ": the architecture makes "
              + Arrays.toString(outputs)
              + " from a batch of "
              + settings.batchSize()
              + "; it has to make one logit for each of the "
              + classes
              + " classes "
              + data.classNames());
    }
  }

  /** One step; returns the batch's mean loss before it. */
  private double step(int[] examples, double factor, long engineSeed) {
    Tensor batch = data.batch(examples);
    float[] oneHot = new float[examples.length * classes];
    for (int i = 0; i < examples.length; i++) {
      float weight = exampleWeights == null ? 1f : (float) exampleWeights[examples[i]];
      oneHot[i * classes + labels[examples[i]]] = -weight / examples.length;
    }
    return Torch.differentiateOnOneThread(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            Torch.seed(engineSeed); // for dropout
            NDArray x = NativeArrays.of(scope, batch.values(), shape(examples.length));
            NDArray logits =
                block
                    .forward(new ParameterStore(scope, false), new NDList(x), true)
                    .singletonOrThrow();
            // mean cross-entropy: -1/n Σᵢ sᵢ log p(yᵢ | xᵢ)
            NDArray loss =
                logits
                    .logSoftmax(1)
                    .mul(NativeArrays.of(scope, oneHot, new Shape(examples.length, classes)))
                    .sum();
            Torch.backward(loss, loss.onesLike(), false);
            Torch.detached(
                () -> {
                  weights.forEach(w -> follow(w, factor));
                  return true;
                });
            return (double) loss.getFloat();
          }
        });
  }

  private void follow(Followed followed, double factor) {
    NDArray weight = followed.weight();
    if (!weight.hasGradient()) {
      return;
    }
    try (NDArray gradient = weight.getGradient()) {
      if (settings.weightDecay() > 0) {
        try (NDArray decay = weight.mul(settings.weightDecay())) {
          gradient.addi(decay);
        }
      }
      followed.steps().step(gradient, factor);
      gradient.subi(gradient); // the next backward pass adds to it
    }
  }

  private Shape shape(int examples) {
    long[] shape = new long[data.shape().length + 1];
    shape[0] = examples;
    for (int axis = 1; axis < shape.length; axis++) {
      shape[axis] = data.shape()[axis - 1];
    }
    return new Shape(shape);
  }

  @Override
  public void close() {
    Torch.evaluate(
        () -> {
          manager.close();
          return true;
        });
  }
}
