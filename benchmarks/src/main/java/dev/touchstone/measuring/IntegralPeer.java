package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Integrated Gradients at equal error, beside Captum's: of five networks the relative L2 error of
 * 20 and of 50 secant steps here, and how many of Captum's steps, by the better one of its two best
 * rules, have it; then both in turn at these numbers. The truth are midpoint steps of Captum's in
 * double precision.
 *
 * <p>Arguments: the Python with {@code benchmarks/peers/requirements.txt} installed, the number of
 * rounds (7), that of images (10), the steps that are the truth (5,000), and the networks to run
 * (all).
 */
final class IntegralPeer {
  private static final List<String> RULES = List.of("gausslegendre", "riemann_middle");
  private static final int[] OURS = {20, 50};
  private static final int[] THEIRS = {5, 10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640};
  private static final Gson GSON = new Gson();

  private IntegralPeer() {}

  /** Some examples of a network, and the classes that are explained. */
  private record Examples(Tensor batch, int[] labels) {

    static Examples of(Dataset data, int count) {
      return new Examples(data.batch(0, count), Arrays.copyOf(data.labels(), count));
    }
  }

  /**
   * So many of Captum's steps, by one of its rules.
   *
   * @param reached whether they have the error that was wanted; else it is the most that was tried
   */
  private record Equal(String rule, int steps, boolean reached) {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("give the Python that has the peers installed");
    }
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    int images = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
    int truth = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5000;
    List<String> only = Arrays.stream(arguments).skip(4).toList();
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/integrals.py")) {
      for (Map.Entry<String, Examples> network : networks(images).entrySet()) {
        if (only.isEmpty() || only.contains(network.getKey())) {
          compare(peer, network.getKey(), network.getValue(), rounds, truth);
        }
      }
    }
  }

  private static Map<String, Examples> networks(int images) {
    String data = "sample-tests/src/test/resources/data/";
    Map<String, Examples> networks = new LinkedHashMap<>();
    for (String model : List.of("digits", "fashion-healthy")) {
      networks.put(model, Examples.of(Samples.images(model), images));
    }
    networks.put(
        "digit-birds",
        Examples.of(
            Datasets.npz(data + "digitbirds/test.npz")
                .features("x")
                .label("bird", "angular", "round")
                .load()
                .scaledBy(1 / 255.0),
            images));
    networks.put(
        "digits-defended",
        Examples.of(Datasets.csv(data + "digits/train.csv.gz").label("digit").load(), images));
    // Its weights are random, and so are its images.
    SplittableRandom random = new SplittableRandom(5);
    float[] pixels = new float[images * 3 * 32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    networks.put(
        "resnet18-narrow",
        new Examples(Tensor.of(pixels, images, 3, 32, 32), random.ints(images, 0, 10).toArray()));
    return networks;
  }

  private static void compare(Peer peer, String name, Examples examples, int rounds, int truth)
      throws IOException {
    peer.ask(load(name, examples));
    Classifier model = Samples.model(name);
    JsonObject request = new JsonObject();
    request.addProperty("integral", truth);
    double[][] integral = values(peer.ask(request));
    for (int steps : OURS) {
      double error = error(ours(model, examples, steps), integral);
      Equal equal = equal(peer, integral, error);
      System.out.printf(
          "%-16s %d secant steps: error %.1e, %s %d of Captum's (%s)%n",
          name, steps, error, equal.reached() ? "as" : "less than", equal.steps(), equal.rule());
      for (int batch : new int[] {1, examples.batch().rows()}) {
        race(peer, model, examples, steps, equal, batch, rounds);
      }
    }
    Models.release(model);
  }

  /** The number of steps is read off between those that were tried, in logarithms. */
  private static Equal equal(Peer peer, double[][] integral, double wanted) throws IOException {
    int most = THEIRS[THEIRS.length - 1];
    Equal least = new Equal(RULES.get(1), most, false);
    for (String rule : RULES) {
      double before = Double.NaN;
      for (int i = 0; i < THEIRS.length; i++) {
        if (i > 0 && THEIRS[i - 1] >= least.steps()) {
          break;
        }
        JsonObject request = new JsonObject();
        request.addProperty("maps", rule);
        request.addProperty("steps", THEIRS[i]);
        double error = error(values(peer.ask(request)), integral);
        if (error <= wanted) {
          double from = THEIRS[Math.max(0, i - 1)];
          double share = i == 0 ? 0 : Math.log(before / wanted) / Math.log(before / error);
          int steps = (int) Math.ceil(from * Math.pow(THEIRS[i] / from, share));
          least = least.reached() && least.steps() <= steps ? least : new Equal(rule, steps, true);
          break;
        }
        before = error;
      }
    }
    return least;
  }

  private static void race(
      Peer peer, Classifier model, Examples examples, int steps, Equal equal, int batch, int rounds)
      throws IOException {
    int[] first = new int[batch];
    Arrays.setAll(first, i -> i);
    Examples some =
        new Examples(examples.batch().select(first), Arrays.copyOf(examples.labels(), batch));
    int repeat = 0;
    for (long start = System.nanoTime(); System.nanoTime() - start < 600_000_000L; repeat++) {
      ours(model, some, steps);
    }
    repeat = Math.max(1, repeat / 2);
    JsonObject request = new JsonObject();
    request.addProperty("time", equal.rule());
    request.addProperty("steps", equal.steps());
    request.addProperty("batch", batch);
    request.addProperty("repeat", repeat);
    peer.ask(request);
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < repeat; i++) {
        ours(model, some, steps);
      }
      double seconds = (System.nanoTime() - start) / 1e9 / repeat;
      ratios[round] = seconds / peer.ask(request).get("seconds").getAsDouble();
    }
    Arrays.sort(ratios);
    System.out.printf(
        "  batch %d: ours / theirs %.2f (%.2f to %.2f)%n",
        batch, Medians.of(ratios), ratios[0], ratios[rounds - 1]);
  }

  private static double[][] ours(Classifier model, Examples examples, int steps) {
    return IntegratedGradients.withDefaults()
        .withSteps(steps)
        .attribute(
            model, examples.batch(), Quantity.ofClass(examples.labels()), RunContext.current())
        .maps();
  }

  /** The mean over the images of ‖a − b‖ / ‖b‖. */
  private static double error(double[][] maps, double[][] integral) {
    double sum = 0;
    for (int i = 0; i < integral.length; i++) {
      double distance = 0;
      double norm = 0;
      for (int j = 0; j < integral[i].length; j++) {
        distance += Math.pow(maps[i][j] - integral[i][j], 2);
        norm += Math.pow(integral[i][j], 2);
      }
      sum += Math.sqrt(distance / norm) / integral.length;
    }
    return sum;
  }

  private static double[][] values(JsonObject answer) {
    return GSON.fromJson(answer.get("values"), double[][].class);
  }

  private static JsonObject load(String model, Examples examples) throws IOException {
    Path onnx = Files.createTempDirectory("touchstone-peers").resolve("model.onnx");
    Files.write(onnx, Location.of(Samples.onnx(model)).read(1 << 24));
    JsonObject request = new JsonObject();
    request.addProperty("load", onnx.toString());
    request.addProperty("images", Peer.written(examples.batch()).toString());
    request.add("shape", Peer.array(examples.batch().shape()));
    request.add("labels", Peer.array(examples.labels()));
    return request;
  }
}
