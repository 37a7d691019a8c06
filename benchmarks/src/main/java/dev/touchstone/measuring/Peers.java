package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.ExpectedGradients;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.rule.Composite;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.attribution.rule.Lrp;
import dev.touchstone.attribution.rule.RelevanceRule;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Loss;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Touchstone and its Python peers in turn, on the same networks and images in one session: ratios
 * of seconds, since lone seconds say more about the machine than about the program, and of
 * processor time, which other programs disturb less; on one thread each, as threads wait for each
 * other there. The numbers are compared too, so that nothing is fast for having computed something
 * else.
 *
 * <p>Arguments: the Python with {@code benchmarks/peers/requirements.txt} installed, and the number
 * of rounds (7), and what the peer calls the works to run, such as {@code hessian_vector}, or
 * {@code errors} (all), and the batches (all).
 */
final class Peers {
  private static final int[] BATCHES = {1, 50, 256};

  /** As in {@code peer.py}. */
  private static final int STEPS = 50;

  private static final int FEWER_STEPS = 20;
  private static final String INTEGRATED_GRADIENTS = "integrated_gradients";
  private static final String SMOOTH_GRAD = "smooth_grad";
  private static final String GRADIENT_SHAP = "gradient_shap";

  /** At about the error of as many independent samples as the peer takes. */
  private static final SmoothGrad FEWER_SAMPLES = SmoothGrad.withDefaults().withSamples(36);

  /** The last images of those that the peer gets; as in {@code peer.py}. */
  private static final int BASELINES = 20;

  /** Of both networks. */
  private static final int CLASSES = 10;

  /** Images over which the error of Integrated Gradients is averaged. */
  private static final int IMAGES_FOR_ERRORS = 10;

  /** More of them, on a busy machine, leave time to compile before the first turn. */
  private static final double SECONDS_PER_TURN =
      Double.parseDouble(System.getProperty("touchstone-benchmarks.turn", "0.3"));

  /** As Zennit has it, where batch norms that stand behind rectifiers hand relevance on. */
  private static final Lrp EPSILON_PLUS =
      Lrp.composite(
          Composite.withDefaults()
              .withConvolutions(RelevanceRule.zPlus())
              .withNormalisations(RelevanceRule.pass()));

  private static final Gson GSON = new Gson();

  private Peers() {}

  /** Something that both sides compute; a row per example. */
  private interface Work {
    double[][] on(Loaded model, Tensor images, int[] labels);
  }

  private record Loaded(
      Classifier classifier, WhiteBox whiteBox, WeightDerivatives byWeights, Dataset background) {

    static Loaded of(Classifier classifier, Dataset data) {
      WhiteBox whiteBox = classifier.capability(WhiteBox.class).orElseThrow();
      int last = Arrays.stream(BATCHES).max().orElseThrow();
      int[] baselines = IntStream.range(last - BASELINES, last).toArray();
      return new Loaded(
          classifier,
          whiteBox,
          WeightDerivatives.of(whiteBox),
          data.select(baselines, "baselines"));
    }

    /** As in {@code peer.py}. */
    double[] direction() {
      double[] direction = new double[byWeights.parameters().size()];
      Arrays.setAll(direction, i -> Math.sin(i) / 100);
      return direction;
    }
  }

  /**
   * A work to compare.
   *
   * @param name in the table
   * @param request what the peer calls its side of it
   */
  private record Workload(String name, String request, List<Integer> batches, Work work) {}

  private static final List<Workload> WORKLOADS =
      List.of(
          new Workload(
              "forward",
              "forward",
              Arrays.stream(BATCHES).boxed().toList(),
              (model, images, labels) -> model.whiteBox().scores(images)),
          new Workload(
              "gradient",
              "gradient",
              Arrays.stream(BATCHES).boxed().toList(),
              (model, images, labels) ->
                  model
                      .whiteBox()
                      .inputGradients(
                          images, Quantity.ofClass(labels), BackwardRules.derivatives())),
          // At equal steps; Captum's quadrature is another, so that only its limit is the same.
          new Workload(
              "IG, 50 : 50 steps",
              INTEGRATED_GRADIENTS,
              List.of(1, 50),
              (model, images, labels) -> integratedGradients(model, images, labels, STEPS)),
          // At about equal error, which is printed below the times.
          new Workload(
              "IG, 20 : 50 steps",
              INTEGRATED_GRADIENTS,
              List.of(1, 50),
              (model, images, labels) -> integratedGradients(model, images, labels, FEWER_STEPS)),
          new Workload(
              "SmoothGrad, 50 : 50",
              SMOOTH_GRAD,
              List.of(1, 50),
              (model, images, labels) ->
                  explained(SmoothGrad.withDefaults(), model, images, labels)),
          // At about equal error, as above.
          new Workload(
              "SmoothGrad, 36 : 50",
              SMOOTH_GRAD,
              List.of(1, 50),
              (model, images, labels) -> explained(FEWER_SAMPLES, model, images, labels)),
          new Workload(
              "Expected, 20 x 4 : 500",
              GRADIENT_SHAP,
              List.of(1, 10),
              (model, images, labels) ->
                  explained(ExpectedGradients.against(model.background()), model, images, labels)),
          // At about the error of as many points at random as the peer takes.
          new Workload(
              "Expected, 20 x 2 : 500",
              GRADIENT_SHAP,
              List.of(1, 10),
              (model, images, labels) ->
                  explained(
                      ExpectedGradients.against(model.background()).withSteps(2),
                      model,
                      images,
                      labels)),
          new Workload(
              "Guided Backprop",
              "guided_backprop",
              Arrays.stream(BATCHES).boxed().toList(),
              (model, images, labels) ->
                  explained(GuidedBackprop.withDefaults(), model, images, labels)),
          new Workload(
              "LRP EpsilonPlus",
              "epsilon_plus",
              Arrays.stream(BATCHES).boxed().toList(),
              (model, images, labels) -> explained(EPSILON_PLUS, model, images, labels)),
          new Workload(
              "gradient by weights",
              "weight_gradient",
              List.of(50, 256),
              (model, images, labels) ->
                  new double[][] {model.byWeights().gradient(images, loss(labels))}),
          new Workload(
              "Hessian-vector",
              "hessian_vector",
              List.of(50, 256),
              (model, images, labels) ->
                  new double[][] {
                    model.byWeights().hessianVector(images, loss(labels), model.direction())
                  }),
          new Workload(
              "Gauss-Newton-vector",
              "gauss_newton_vector",
              List.of(50, 256),
              (model, images, labels) ->
                  new double[][] {
                    model.byWeights().gaussNewtonVector(images, loss(labels), model.direction())
                  }),
          new Workload(
              "gradients' products",
              "gradient_products",
              List.of(50, 256),
              (model, images, labels) ->
                  model.byWeights().gradientProducts(images, loss(labels), model.direction())),
          new Workload(
              "gradients' norms",
              "gradient_norms",
              List.of(50, 256),
              (model, images, labels) ->
                  new double[][] {model.byWeights().squaredGradientNorms(images, loss(labels))}));

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("give the Python that has the peers installed");
    }
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    List<String> only =
        Arrays.stream(arguments).skip(2).filter(word -> !word.matches("\\d+")).toList();
    List<String> batches =
        Arrays.stream(arguments).skip(2).filter(word -> word.matches("\\d+")).toList();
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/peer.py")) {
      System.out.printf(
          "%-17s %-22s %5s  %9s  %9s  %-22s %-22s %s%n",
          "model",
          "work",
          "batch",
          "ours",
          "theirs",
          "theirs / ours",
          "in processor time",
          "largest difference");
      for (String model : List.of("digits", "fashion-healthy")) {
        Dataset data = Samples.images(model);
        System.out.println(peer.ask(load(model, data)));
        Classifier classifier = Samples.model(model);
        Loaded loaded = Loaded.of(classifier, data);
        for (Workload workload : WORKLOADS) {
          if (!only.isEmpty() && !only.contains(workload.request())) {
            continue;
          }
          for (int batch : workload.batches()) {
            if (!batches.isEmpty() && !batches.contains(Integer.toString(batch))) {
              continue;
            }
            compare(peer, model, loaded, data, workload, batch, rounds);
          }
        }
        if (only.isEmpty() || only.contains("errors")) {
          compareErrors(peer, model, loaded, data);
        }
        Models.release(classifier);
      }
    }
  }

  /** Of the class after each label's: the sample networks' losses at the labels are next to 0. */
  private static Loss loss(int[] labels) {
    return Loss.crossEntropy(Arrays.stream(labels).map(label -> (label + 1) % CLASSES).toArray());
  }

  /** How far both sides' attributions lie from the integral, taken in so many steps by the peer. */
  private static void compareErrors(Peer peer, String model, Loaded loaded, Dataset data)
      throws IOException {
    Tensor images = data.batch(0, IMAGES_FOR_ERRORS);
    int[] labels = Arrays.copyOf(data.labels(), IMAGES_FOR_ERRORS);
    double[][] integral = all(peer, "integral");
    System.out.printf(
        "%-17s IG, relative L2 error: ours at %d steps %.1e, at %d %.1e; theirs at %d %.1e%n",
        model,
        FEWER_STEPS,
        error(integratedGradients(loaded, images, labels, FEWER_STEPS), integral),
        STEPS,
        error(integratedGradients(loaded, images, labels, STEPS), integral),
        STEPS,
        error(all(peer, INTEGRATED_GRADIENTS), integral));
    double[][] smooth = all(peer, "limit_of_" + SMOOTH_GRAD);
    System.out.printf(
        "%-17s SmoothGrad, relative L2 error: ours of 36 samples %.3f, of 50 %.3f; theirs of 50"
            + " %.3f%n",
        model,
        error(explained(FEWER_SAMPLES, loaded, images, labels), smooth),
        error(explained(SmoothGrad.withDefaults(), loaded, images, labels), smooth),
        error(all(peer, SMOOTH_GRAD), smooth));
    double[][] expected = all(peer, "limit_of_" + GRADIENT_SHAP);
    ExpectedGradients few = ExpectedGradients.against(loaded.background());
    System.out.printf(
        "%-17s Expected Gradients, relative L2 error: ours of 20 x 1 %.4f, x 2 %.4f, x 4 %.4f;"
            + " theirs of 500 %.4f%n",
        model,
        error(explained(few.withSteps(1), loaded, images, labels), expected),
        error(explained(few.withSteps(2), loaded, images, labels), expected),
        error(explained(few, loaded, images, labels), expected),
        error(all(peer, GRADIENT_SHAP), expected));
  }

  private static double[][] all(Peer peer, String work) throws IOException {
    JsonObject request = new JsonObject();
    request.addProperty("all", work);
    request.addProperty("batch", IMAGES_FOR_ERRORS);
    return GSON.fromJson(peer.ask(request).get("values"), double[][].class);
  }

  /** The mean over the images of ‖a − b‖ / ‖b‖. */
  private static double error(double[][] attributions, double[][] integral) {
    double sum = 0;
    for (int i = 0; i < integral.length; i++) {
      double distance = 0;
      double norm = 0;
      for (int j = 0; j < integral[i].length; j++) {
        distance += Math.pow(attributions[i][j] - integral[i][j], 2);
        norm += Math.pow(integral[i][j], 2);
      }
      sum += Math.sqrt(distance / norm) / integral.length;
    }
    return sum;
  }

  private static double[][] integratedGradients(
      Loaded model, Tensor images, int[] labels, int steps) {
    return explained(IntegratedGradients.withDefaults().withSteps(steps), model, images, labels);
  }

  private static double[][] explained(
      AttributionMethod method, Loaded model, Tensor images, int[] labels) {
    return method
        .attribute(model.classifier(), images, Quantity.ofClass(labels), RunContext.current())
        .maps();
  }

  private static JsonObject load(String model, Dataset data) throws IOException {
    int most = Arrays.stream(BATCHES).max().orElseThrow();
    Tensor images = data.batch(0, most);
    Path folder = Files.createTempDirectory("touchstone-peers");
    Path onnx = folder.resolve("model.onnx");
    Files.write(onnx, Location.of(Samples.onnx(model)).read(1 << 24));
    JsonObject request = new JsonObject();
    request.addProperty("load", onnx.toString());
    request.addProperty("images", Peer.written(images).toString());
    request.add("shape", Peer.array(images.shape()));
    request.add("labels", Peer.array(Arrays.copyOf(data.labels(), most)));
    return request;
  }

  private static void compare(
      Peer peer,
      String model,
      Loaded loaded,
      Dataset data,
      Workload workload,
      int batch,
      int rounds)
      throws IOException {
    Tensor images = data.batch(0, batch);
    int[] labels = Arrays.copyOf(data.labels(), batch);
    int repeat = warmUp(() -> workload.work().on(loaded, images, labels));
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ratios = new double[rounds];
    double[] processor = new double[rounds];
    double difference = 0;
    ask(peer, workload, batch, repeat);
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      double before = ProcessorTime.seconds();
      double[][] values = new double[0][];
      for (int i = 0; i < repeat; i++) {
        values = workload.work().on(loaded, images, labels);
      }
      double busy = (ProcessorTime.seconds() - before) / repeat;
      ours[round] = (System.nanoTime() - start) / 1e9 / repeat;
      JsonObject answer = ask(peer, workload, batch, repeat);
      theirs[round] = answer.get("seconds").getAsDouble();
      ratios[round] = theirs[round] / ours[round];
      processor[round] = answer.get("processor").getAsDouble() / busy;
      difference = largestDifference(values[0], answer.getAsJsonArray("values"));
    }
    Arrays.sort(ratios);
    Arrays.sort(processor);
    System.out.printf(
        "%-17s %-22s %5d  %6.2f ms  %6.2f ms  %5.2f (%.2f to %.2f)   %5.2f (%.2f to %.2f)   %.1e%n",
        model,
        workload.name(),
        batch,
        Medians.of(ours) * 1e3,
        Medians.of(theirs) * 1e3,
        Medians.of(ratios),
        ratios[0],
        ratios[rounds - 1],
        Medians.of(processor),
        processor[0],
        processor[rounds - 1],
        difference);
  }

  /** Runs something until it is compiled; how often it fits into a turn. */
  private static int warmUp(Runnable work) {
    long start = System.nanoTime();
    int times = 0;
    while (System.nanoTime() - start < 3e9 * SECONDS_PER_TURN) {
      work.run();
      times++;
    }
    return Math.max(1, times / 3);
  }

  private static JsonObject ask(Peer peer, Workload workload, int batch, int repeat)
      throws IOException {
    JsonObject request = new JsonObject();
    request.addProperty("run", workload.request());
    request.addProperty("batch", batch);
    request.addProperty("repeat", repeat);
    return peer.ask(request);
  }

  /** Of the first example's numbers, relative to the largest of them. */
  private static double largestDifference(double[] ours, JsonArray theirs) {
    if (ours.length != theirs.size()) {
      throw new IllegalStateException(ours.length + " numbers, the peer has " + theirs.size());
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(ours[i]));
      difference = Math.max(difference, Math.abs(ours[i] - theirs.get(i).getAsDouble()));
    }
    return difference / largest;
  }
}
