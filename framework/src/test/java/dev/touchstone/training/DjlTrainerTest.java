package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.Fact;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class DjlTrainerTest {
  private static final Dataset RINGS = rings(120);

  /** Inside or outside the unit circle: no line separates them, a hidden layer does. */
  private static Dataset rings(int n) {
    UniformRandomProvider random = new RandomStreams(3).of("rings");
    float[] points = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 2;
      double angle = 2 * Math.PI * random.nextDouble();
      double radius = labels[i] == 0 ? 0.7 * random.nextDouble() : 1.3 + 0.5 * random.nextDouble();
      points[2 * i] = (float) (radius * Math.cos(angle));
      points[2 * i + 1] = (float) (radius * Math.sin(angle));
    }
    return Dataset.named("rings").features(FeatureStore.inMemory(points, 2)).labels(labels).build();
  }

  private static Block network() {
    return new NamedBlocks()
        .add("fc1", Linear.builder().setUnits(12).build())
        .add("bn1", BatchNorm.builder().build())
        .add("relu1", Activation.reluBlock())
        .add("fc2", Linear.builder().setUnits(2).build());
  }

  private static DjlTrainer trainer() {
    return DjlTrainer.of("rings network", DjlTrainerTest::network)
        .withBatchSize(20)
        .withEpochs(3)
        .withOptimiser(Sgd.withDefaults().withLearningRate(0.1));
  }

  private static RunContext seeded(long seed) {
    return RunContext.of(new Settings("cpu", seed, Policy.STRICT, 64 << 20, Path.of("target")));
  }

  private static String hash(Trainer trainer, Dataset data, String stream, long seed) {
    Classifier model = trainer.train(data, stream, seeded(seed));
    Models.release(model);
    return model.sha256();
  }

  private static double accuracy(Classifier model, Dataset data) {
    Predictions predictions = model.predictAll(data, 1 << 20);
    return IntStream.range(0, data.size())
            .filter(i -> predictions.predicted(i) == data.label(i))
            .count()
        / (double) data.size();
  }

  @Test
  void aNetworkLearnsWhatNoLineSeparates() {
    Classifier model = trainer().withEpochs(15).train(RINGS, "first", seeded(1));
    assertThat(accuracy(model, rings(400))).isGreaterThan(0.95);
    Models.release(model);
  }

  @Test
  void adamLearnsToo() {
    Trainer adam =
        trainer().withEpochs(15).withOptimiser(Adam.withDefaults().withLearningRate(0.02));
    Classifier model = adam.train(RINGS, "first", seeded(1));
    assertThat(accuracy(model, rings(400))).isGreaterThan(0.95);
    Models.release(model);
  }

  @Test
  void aPersonSeesHowManyEpochsAreDone() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    RunContext watched =
        seeded(1).with(Progress.on(new PrintStream(terminal, true, StandardCharsets.UTF_8)));
    Models.release(trainer().train(RINGS, "a", watched));
    assertThat(terminal.toString(StandardCharsets.UTF_8))
        .startsWith("\repochs of rings network trained on rings 1/3");
  }

  @Test
  void theSameSeedAndStreamGiveTheSameWeights() {
    assertThat(hash(trainer(), RINGS, "a", 5)).isEqualTo(hash(trainer(), RINGS, "a", 5));
  }

  @Test
  void anotherStreamGivesOtherWeights() {
    assertThat(hash(trainer(), RINGS, "a", 5)).isNotEqualTo(hash(trainer(), RINGS, "b", 5));
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    assertThat(hash(trainer(), RINGS, "a", 5)).isNotEqualTo(hash(trainer(), RINGS, "a", 6));
  }

  @Test
  void otherLabelsGiveOtherWeights() {
    Dataset swapped =
        RINGS.withLabels(IntStream.of(RINGS.labels()).map(l -> 1 - l).toArray(), "swapped");
    assertThat(hash(trainer(), RINGS, "a", 5)).isNotEqualTo(hash(trainer(), swapped, "a", 5));
  }

  @Test
  void dropoutMasksComeFromTheRunsSeed() {
    Trainer dropping =
        DjlTrainer.of(
                "dropping",
                () ->
                    new NamedBlocks()
                        .add("fc1", Linear.builder().setUnits(12).build())
                        .add("relu1", Activation.reluBlock())
                        .add("drop1", Dropout.builder().optRate(0.5f).build())
                        .add("fc2", Linear.builder().setUnits(2).build()))
            .withEpochs(2);
    String first = hash(dropping, RINGS, "a", 5);
    Torch.differentiate(
        () -> {
          Torch.seed(99); // somebody else drew from the engine in between
          return true;
        });
    assertThat(hash(dropping, RINGS, "a", 5)).isEqualTo(first);
  }

  /**
   * Two epochs of one batch of two examples x = 1, 2 with labels 0, 1, from W = b = 0 by hand: p =
   * (½, ½), so the mean gradient is ∂L/∂W = ½[(½ - 1)·1 + ½·2, ½·1 + (½ - 1)·2] = (¼, -¼) and ∂L/∂b
   * = 0; W₁ = -η(¼, -¼). With momentum the second step is v₂ = μv₁ + g₂.
   */
  @Test
  void gradientDescentWithMomentumIsTheTextbooks() {
    double rate = 0.4;
    double mu = 0.5;
    // after step 1: W = (-0.1, 0.1), b = 0; class 0 has probability 1 / (1 + e^(0.2x)) at x
    double p1 = 1 / (1 + Math.exp(0.2));
    double p2 = 1 / (1 + Math.exp(0.4));
    double gradientW = ((p1 - 1) + p2 * 2) / 2;
    double gradientB = ((p1 - 1) + p2) / 2;
    double w = -0.1 - rate * (mu * 0.25 + gradientW);
    double b = -rate * gradientB;

    WhiteBox trained = trainedFromZero(new Sgd(rate, mu), 0);

    assertThat(trained.weight("fc.weight")[0]).isCloseTo((float) w, within(1e-6f));
    assertThat(trained.weight("fc.weight")[1]).isCloseTo((float) -w, within(1e-6f));
    assertThat(trained.weight("fc.bias")[0]).isCloseTo((float) b, within(1e-6f));
  }

  /** Adam's first steps are ±η each while the gradient keeps its sign and size nearly. */
  @Test
  void adamIsThePapers() {
    double rate = 0.1;
    double g1 = 0.25;
    double p1 = 1 / (1 + Math.exp(0.2)); // W = (-0.1, 0.1) after the first step of -η·sign(g)
    double p2 = 1 / (1 + Math.exp(0.4));
    double g2 = ((p1 - 1) + p2 * 2) / 2;
    double m = (0.9 * 0.1 * g1 + 0.1 * g2) / (1 - 0.81);
    double v = (0.999 * 0.001 * g1 * g1 + 0.001 * g2 * g2) / (1 - 0.999 * 0.999);
    double w = -rate - rate * m / Math.sqrt(v);

    WhiteBox trained = trainedFromZero(new Adam(rate, 0.9, 0.999), 0);

    assertThat(trained.weight("fc.weight")[0]).isCloseTo((float) w, within(1e-5f));
  }

  @Test
  void weightDecayAddsLambdaTimesTheWeight() {
    double rate = 0.4;
    double p1 = 1 / (1 + Math.exp(0.2));
    double p2 = 1 / (1 + Math.exp(0.4));
    double gradientW = ((p1 - 1) + p2 * 2) / 2;
    double w = -0.1 - rate * (gradientW + 0.3 * -0.1);

    WhiteBox trained = trainedFromZero(new Sgd(rate, 0), 0.3);

    assertThat(trained.weight("fc.weight")[0]).isCloseTo((float) w, within(1e-6f));
  }

  /** A linear layer over one feature, started at zero, after two steps. */
  private static WhiteBox trainedFromZero(Optimiser optimiser, double weightDecay) {
    Dataset two =
        Dataset.named("two")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(0, 1)
            .build();
    Optimiser fromZero =
        new Optimiser() {
          @Override
          public double learningRate() {
            return optimiser.learningRate();
          }

          @Override
          public List<Fact> facts() {
            return optimiser.facts();
          }

          @Override
          public Steps follow(NDArray weight) {
            Torch.detached(() -> weight.subi(weight)); // start at zero
            return optimiser.follow(weight);
          }
        };
    Classifier model =
        DjlTrainer.of(
                "line", () -> new NamedBlocks().add("fc", Linear.builder().setUnits(2).build()))
            .withOptimiser(fromZero)
            .withWeightDecay(weightDecay)
            .withEpochs(2)
            .train(two, "a", seeded(1));
    return model.require(WhiteBox.class, "this test", "none");
  }

  @Test
  void theLearningRateDecaysInSteps() {
    Trainer once = trainer().withEpochs(1);
    Trainer decayed = trainer().withEpochs(4).withLearningRateDecay(1e-30, 1);
    // only the first epoch moves the weights; the batch norm's statistics go on
    Classifier first = once.train(RINGS, "a", seeded(2));
    Classifier fourth = decayed.train(RINGS, "a", seeded(2));
    assertThat(weight(fourth, "fc1.weight")).containsExactly(weight(first, "fc1.weight"));
    assertThat(weight(fourth, "bn1.running_mean")).isNotEqualTo(weight(first, "bn1.running_mean"));
  }

  private static float[] weight(Classifier model, String name) {
    return model.require(WhiteBox.class, "this test", "none").weight(name);
  }

  @Test
  void aLastBatchOfOneExampleJoinsItsNeighbour() {
    Dataset oneMore = RINGS.first(41); // 20 + 20 + 1: batch norm over one example is undefined
    Classifier model = trainer().train(oneMore, "a", seeded(1));
    assertThat(model.predict(Tensor.of(new float[] {0, 0}, 1, 2)).classes()).isEqualTo(2);
    Models.release(model);
  }

  @Test
  void everyArrayIsFreedAgain() {
    Trainer trainer = trainer();
    Models.release(trainer.train(RINGS, "warm-up", seeded(1)));
    int before = managed();
    for (int i = 0; i < 5; i++) {
      Models.release(trainer.train(RINGS, "round " + i, seeded(1)));
    }
    assertThat(managed()).isEqualTo(before);
  }

  /** Native arrays held while training, as seen from the inside, do not grow with the epochs. */
  @Test
  void memoryDoesNotGrowWithTheEpochs() {
    assertThat(mostArraysWhileTraining(8)).isPositive().isEqualTo(mostArraysWhileTraining(2));
  }

  private static int mostArraysWhileTraining(int epochs) {
    AtomicInteger most = new AtomicInteger();
    Optimiser sgd = Sgd.withDefaults();
    Optimiser watching =
        new Optimiser() {
          @Override
          public double learningRate() {
            return sgd.learningRate();
          }

          @Override
          public List<Fact> facts() {
            return sgd.facts();
          }

          @Override
          public Steps follow(NDArray weight) {
            NDManager manager = weight.getManager();
            Steps steps = sgd.follow(weight);
            return (gradient, factor) -> {
              steps.step(gradient, factor);
              most.accumulateAndGet(arrays(manager), Math::max);
            };
          }
        };
    Models.release(
        trainer().withEpochs(epochs).withOptimiser(watching).train(RINGS, "a", seeded(1)));
    return most.get();
  }

  private static int arrays(NDManager manager) {
    return ((BaseNDManager) manager).getManagedArrays().size();
  }

  private static int managed() {
    try (NDManager any = Torch.manager("cpu")) {
      return ((BaseNDManager) any.getParentManager()).getManagedArrays().size();
    }
  }

  @Test
  void aTrainerTellsItsSettings() {
    assertThat(trainer().withWeightDecay(0.01).facts().texts())
        .containsEntry("trainer", "rings network")
        .containsEntry("optimiser", "SGD")
        .containsEntry("learning rate", "0.1")
        .containsEntry("epochs", "3")
        .containsEntry("batch size", "20")
        .containsEntry("weight decay", "0.01")
        .containsEntry("learning rate decay", "× 0.1 every 10 epochs");
  }

  @Test
  void aSingleClassTeachesNothing() {
    Dataset zeros = RINGS.where(i -> RINGS.label(i) == 0, "label 0");
    assertThatThrownBy(() -> trainer().train(zeros, "a", seeded(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "rings network has nothing to learn: rings, label 0 (n = 60) holds a single class; give"
                + " examples of at least two classes");
  }

  @Test
  void noExamplesTeachNothing() {
    assertThatThrownBy(() -> trainer().train(RINGS.first(0), "a", seeded(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("holds no examples");
  }

  @Test
  void anArchitectureOfOtherClassesIsRefused() {
    Trainer three =
        DjlTrainer.of(
            "three", () -> new NamedBlocks().add("fc", Linear.builder().setUnits(3).build()));
    assertThatThrownBy(() -> three.train(RINGS, "a", seeded(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "three trained on rings: the architecture makes [(50, 3)] from a batch of 50; it has to"
                + " make one logit for each of the 2 classes [0, 1]");
  }

  @Test
  void anArchitectureForImagesIsRefusedForTables() {
    assertThatThrownBy(() -> DjlTrainer.of("CNN", () -> Cnn.small(2)).train(RINGS, "a", seeded(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(
            "CNN trained on rings: the architecture does not fit examples of shape [2]");
  }

  @Test
  void aBlockThatIsUsedTwiceIsRefused() {
    Block once = network();
    DjlTrainer careless = DjlTrainer.of("careless", () -> once).withEpochs(1);
    Models.release(careless.train(RINGS, "a", seeded(1)));
    assertThatThrownBy(() -> careless.train(RINGS, "b", seeded(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "careless was given a block that already has weights; its supplier has to make a new"
                + " block for every training: () -> Cnn.small(10)");
  }

  @Test
  void divergenceIsSaidAndNotReturned() {
    Trainer wild = trainer().withOptimiser(new Sgd(1e30, 0.9));
    assertThatThrownBy(() -> wild.train(RINGS, "a", seeded(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageMatching(
            "rings network trained on rings diverged in epoch \\d+: the loss is .*");
  }

  @Test
  void settingsThatCannotWorkAreRefused() {
    assertThatThrownBy(() -> trainer().withEpochs(0)).hasMessageContaining("epochs 0.0");
    assertThatThrownBy(() -> trainer().withBatchSize(-1)).hasMessageContaining("batch size -1.0");
    assertThatThrownBy(() -> new Sgd(0, 0.9)).hasMessageContaining("learning rate 0.0");
    assertThatThrownBy(() -> new Sgd(0.1, 1)).hasMessageContaining("momentum 1.0 is outside [0.0");
    assertThatThrownBy(() -> trainer().withWeightDecay(Double.NaN))
        .hasMessageContaining("weight decay NaN");
  }
}
