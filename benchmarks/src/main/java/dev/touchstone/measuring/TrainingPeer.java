package dev.touchstone.measuring;

import com.google.gson.JsonObject;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.Sgd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One epoch of {@link DjlTrainer}, one of PyTorch on one thread, as DjlTrainer trains, and one on
 * two, in turn: the same small network, the same 2,000 images, batches of 50, gradient descent with
 * momentum. Initial weights and order are drawn by either side, so that what is compared besides
 * the time is the accuracy reached.
 *
 * <p>Arguments: a Python with PyTorch, and the number of rounds (7).
 */
final class TrainingPeer {
  private static final int BATCH = 50;
  private static final Sgd OPTIMISER = Sgd.withDefaults();

  private TrainingPeer() {}

  /** What one side did in one round. */
  private record Round(double seconds, double accuracy) {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("give a Python that has PyTorch installed");
    }
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    Dataset data = Samples.images("fashion-healthy");
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/training.py")) {
      System.out.println(peer.ask(images(data)));
      Round[] ours = new Round[rounds];
      Round[] onOneThread = new Round[rounds];
      Round[] onTwo = new Round[rounds];
      for (int round = -2; round < rounds; round++) { // two to warm up
        Round mine = ours(data, round);
        Round one = theirs(peer, round, 1);
        Round two = theirs(peer, round, 2);
        if (round >= 0) {
          ours[round] = mine;
          onOneThread[round] = one;
          onTwo[round] = two;
        }
      }
      print("one thread", ours, onOneThread);
      print("two threads", ours, onTwo);
    }
  }

  private static Round ours(Dataset data, int round) {
    DjlTrainer trainer =
        DjlTrainer.of("small network", () -> Cnn.small(data.classNames().size()))
            .withOptimiser(OPTIMISER)
            .withBatchSize(BATCH)
            .withEpochs(1);
    RunContext context = RunContext.current();
    long start = System.nanoTime();
    Classifier trained = trainer.train(data, "round " + round, context);
    double seconds = (System.nanoTime() - start) / 1e9;
    Predictions predictions = trained.predictAll(data, context.settings().memoryBytes());
    Models.release(trained);
    long right =
        IntStream.range(0, data.size())
            .filter(i -> predictions.predicted(i) == data.label(i))
            .count();
    return new Round(seconds, right / (double) data.size());
  }

  private static Round theirs(Peer peer, int round, int threads) throws IOException {
    JsonObject request = new JsonObject();
    request.addProperty("epochs", 1);
    request.addProperty("batch", BATCH);
    request.addProperty("rate", OPTIMISER.learningRate());
    request.addProperty("momentum", OPTIMISER.momentum());
    request.addProperty("threads", threads);
    request.addProperty("seed", round + 2);
    JsonObject answer = peer.ask(request);
    return new Round(answer.get("seconds").getAsDouble(), answer.get("accuracy").getAsDouble());
  }

  private static JsonObject images(Dataset data) throws IOException {
    Path pixels = Peer.written(data.batch(0, data.size()));
    JsonObject request = new JsonObject();
    request.addProperty("images", pixels.toString());
    request.addProperty("classes", data.classNames().size());
    request.add("shape", Peer.array(data.batch(0, data.size()).shape()));
    request.add("labels", Peer.array(data.labels()));
    return request;
  }

  private static void print(String peer, Round[] ours, Round[] theirs) {
    double[] ratios =
        IntStream.range(0, ours.length)
            .mapToDouble(i -> theirs[i].seconds() / ours[i].seconds())
            .sorted()
            .toArray();
    System.out.printf(
        "one epoch, PyTorch on %s: theirs / ours %.2f (of medians; rounds %.2f to %.2f); ours %.0f"
            + " ms, theirs %.0f ms; accuracy ours %.3f, theirs %.3f%n",
        peer,
        median(theirs) / median(ours),
        ratios[0],
        ratios[ratios.length - 1],
        median(ours) * 1e3,
        median(theirs) * 1e3,
        Arrays.stream(ours).mapToDouble(Round::accuracy).average().orElseThrow(),
        Arrays.stream(theirs).mapToDouble(Round::accuracy).average().orElseThrow());
  }

  private static double median(Round... rounds) {
    return Medians.of(Arrays.stream(rounds).mapToDouble(Round::seconds).toArray());
  }
}
