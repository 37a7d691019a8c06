package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceFunctions;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.measuring.HeadPeer.Data;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Influences of all training examples on single test losses beside dattri's conjugate gradients, in
 * turn: the same images, weights, ridge and two threads, of a logistic regression that is fitted
 * before. Each side says the largest relative residual of its inverse products; dattri has a fixed
 * number of steps and no tolerance.
 *
 * <p>Arguments: a Python with dattri, the number of rounds, how many training images
 * (Fashion-MNIST's, and copies of them shifted), how many test images, dattri's steps, of which its
 * default is 10, our tolerance, and how many of the test images dattri is given: it solves for one
 * after the other, so that its time for all is as many times as long. With {@code mnist} in the
 * place of the last three: dattri's errors over an inverse in double precision, and ours, on a
 * damped Hessian.
 */
final class InfluencePeer {
  private static final double RIDGE = 0.01;
  private static final int ROWS_SHOWN = 200;
  private static final int TESTS_SHOWN = 5;

  private InfluencePeer() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 5 && arguments.length != 7) {
      throw new IllegalArgumentException(
          "a Python with dattri, rounds, training images, test images, and mnist or dattri's steps,"
              + " our tolerance and dattri's test images");
    }
    int rounds = Integer.parseInt(arguments[1]);
    int n = Integer.parseInt(arguments[2]);
    int m = Integer.parseInt(arguments[3]);
    Data all = HeadPeer.read(Integer.toString(n + m));
    InfluenceContext context =
        InfluenceContext.ofFeatures(
            data(all, 0, n), LogisticHead.withDefaults().withRidge(RIDGE), Samples.context());
    context.head();
    Dataset test = data(all, n, n + m);
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/influence.py")) {
      JsonObject request = HeadPeer.described(all);
      request.addProperty("rows", n);
      request.addProperty("tests", m);
      request.addProperty("ridge", RIDGE);
      request.add("weights", rows(context.head().weights()));
      System.out.println("beside " + peer.ask(request));
      if (arguments[4].equals("mnist")) {
        errors(peer, context, test);
      } else {
        race(peer, context, test, Arrays.asList(arguments).subList(4, 7), rounds);
      }
    }
    System.out.println(
        "this JVM's peak: "
            + ResidentMemory.mebibytes(
                ResidentMemory.peakOf(ProcessHandle.current().pid()).orElse(0)));
    System.exit(0);
  }

  private static void race(
      Peer peer, InfluenceContext context, Dataset test, List<String> settings, int rounds)
      throws IOException {
    int theirTests = Integer.parseInt(settings.get(2));
    double times = test.size() / (double) theirTests;
    InfluenceFunctions estimator =
        InfluenceFunctions.withDefaults().withTolerance(Double.parseDouble(settings.get(1)));
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ourProcessor = new double[rounds];
    double[] theirProcessor = new double[rounds];
    Solved solved = Solved.NONE;
    JsonObject answer = new JsonObject();
    for (int round = 0; round < rounds; round++) {
      JsonObject request = new JsonObject();
      request.addProperty("steps", Integer.parseInt(settings.get(0)));
      request.addProperty("tests", theirTests);
      JsonArray shown = new JsonArray();
      shown.add(ROWS_SHOWN);
      shown.add(Math.min(TESTS_SHOWN, theirTests));
      request.add("shown", shown);
      answer = peer.ask(request);
      theirs[round] = answer.get("seconds").getAsDouble() * times;
      theirProcessor[round] = answer.get("processor").getAsDouble() * times;
      double processor = HeadPeer.processorSeconds();
      long start = System.nanoTime();
      solved = Solved.of(estimator.scores(context, test));
      ours[round] = (System.nanoTime() - start) / 1e9;
      ourProcessor[round] = HeadPeer.processorSeconds() - processor;
    }
    System.out.printf(
        "%d training, %d test examples: ours / theirs %.3f (of medians; %s; of processor time"
            + " %.3f); ours %.2f s, residual %.1e, %d steps in all; theirs %.2f s, residual %.1e;"
            + " scores apart %.1e%n",
        context.training().size(),
        test.size(),
        Medians.of(ours) / Medians.of(theirs),
        Medians.listed(HeadPeer.ratios(ours, theirs)),
        Medians.of(ourProcessor) / Medians.of(theirProcessor),
        Medians.of(ours),
        solved.residual(),
        solved.steps(),
        Medians.of(theirs),
        answer.get("residual").getAsDouble(),
        apart(solved.shown(), new Gson().fromJson(answer.get("scores"), double[][].class)));
  }

  private static void errors(Peer peer, InfluenceContext context, Dataset test) throws IOException {
    JsonObject request = new JsonObject();
    JsonArray ways = new JsonArray();
    ways.add("cg");
    ways.add("arnoldi");
    ways.add("lissa");
    ways.add("explicit");
    request.add("inverse", ways);
    request.addProperty("tests", test.size());
    request.addProperty("damping", RIDGE);
    JsonObject answer = peer.ask(request);
    double[][] exact = new Gson().fromJson(answer.remove("exact"), double[][].class);
    Matrix ours = InfluenceFunctions.withDefaults().scores(context, test).toMatrix();
    double[][] all = IntStream.range(0, ours.rows()).mapToObj(ours::row).toArray(double[][]::new);
    System.out.printf("error of all scores: ours %.1e; dattri's %s%n", apart(all, exact), answer);
  }

  /** What the scores rest on, and the first of them. */
  private record Solved(double residual, int steps, double[][] shown) {
    private static final Solved NONE = new Solved(0, 0, new double[0][]);

    static Solved of(InfluenceScores scores) {
      double[] residual = new double[1];
      int[] steps = new int[1];
      double[][] shown =
          new double[Math.min(ROWS_SHOWN, scores.training())][Math.min(TESTS_SHOWN, scores.test())];
      scores.forEach(
          block -> {
            residual[0] = Math.max(residual[0], block.largestResidual());
            steps[0] += block.steps();
            for (int i = 0; i < shown.length; i++) {
              for (int j = 0; j < block.scores().columns(); j++) {
                if (block.from() + j < shown[i].length) {
                  shown[i][block.from() + j] = block.scores().get(i, j);
                }
              }
            }
          });
      return new Solved(residual[0], steps[0], shown);
    }
  }

  /** The norm of the difference over that of the second. */
  private static double apart(double[][] actual, double[][] expected) {
    double gap = 0;
    double square = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        gap += Math.pow(actual[i][j] - expected[i][j], 2);
        square += expected[i][j] * expected[i][j];
      }
    }
    return Math.sqrt(gap / square);
  }

  private static JsonArray rows(Matrix matrix) {
    return new Gson()
        .toJsonTree(IntStream.range(0, matrix.rows()).mapToObj(matrix::row).toList())
        .getAsJsonArray();
  }

  private static Dataset data(Data all, int from, int to) {
    int d = all.columns();
    return Dataset.named("images " + from)
        .features(FeatureStore.inMemory(Arrays.copyOfRange(all.features(), from * d, to * d), d))
        .labels(Arrays.copyOfRange(all.labels(), from, to))
        .classNames(IntStream.range(0, all.classes()).mapToObj(Integer::toString).toList())
        .build();
  }
}
