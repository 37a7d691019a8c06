package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.concept.Tcav;
import dev.touchstone.concept.TcavScore;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * TCAV of ten concepts at the ends of ResNet-50's four stages, with 100 vectors each, on 200
 * images, beside Captum's in one run. Images are noise and gratings, weights are initial ones:
 * neither changes the time.
 *
 * <p>Ours is run whole: 50 images a concept, a pool of 200, 100 vectors from halves and 799 random
 * sets, with intervals and ranks. Captum keeps a list of Python's numbers of every vector, 800,000
 * each at the first stage, and differentiates all images at once, for which 1,000 vectors and 200
 * images find no memory here; so it is asked for one concept, 20 images and two numbers of random
 * sets, and what a set costs is that difference. Its whole is then the gradients ten times, 1,000
 * sets less the activations of the random images that nine concepts need not compute again, and the
 * activations of ten concepts. Prints wall and processor time.
 *
 * <p>Arguments: a Python with Captum and torchvision ({@code -} for ours alone, of the network that
 * lies in the folder), the two numbers of random sets, and a folder for the network and the images
 * (0.4 GB; Captum keeps 0.3 GB there of each set).
 */
final class TcavResNetPeer {
  private static final int SIDE = 224;
  private static final int ROW = 3 * SIDE * SIDE;
  private static final int CONCEPTS = 10;
  private static final int HAVING = 50;
  private static final int POOL = 200;
  private static final int TESTED = 200;
  private static final int VECTORS = 100;
  private static final int PART = 20;
  private static final List<String> NODES =
      IntStream.rangeClosed(1, 4)
          .mapToObj(
              s ->
                  "/layer%d/layer%1$d.%d/relu_2/Relu"
                      .formatted(s, s == 1 || s == 4 ? 2 : s == 2 ? 3 : 5))
          .toList();

  private TcavResNetPeer() {}

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Seconds by the clock and of the processor. */
  private record Time(double wall, double busy) {
    static Time of(JsonObject answer, String prefix) {
      return new Time(
          answer.get(prefix + "seconds").getAsDouble(),
          answer.get(prefix + "processor").getAsDouble());
    }

    Time plus(double factor, Time other) {
      return new Time(wall + factor * other.wall, busy + factor * other.busy);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.1f s (processor %.1f)", wall, busy);
    }
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "a Python with Captum, two numbers of random sets, and a folder");
    }
    int few = Integer.parseInt(arguments[1]);
    int more = Integer.parseInt(arguments[2]);
    Path folder = Files.createDirectories(Path.of(arguments[3]));
    Path network = folder.resolve("resnet50.onnx");
    Path images = folder.resolve("images.bin");
    Dataset first = images("concept 0", HAVING, 0);
    Dataset pool = images("pool", POOL, -1);
    Dataset tested = images("tested", TESTED, -2);
    if (arguments[0].equals("-")) {
      ours(network, first, pool, tested);
      System.exit(0);
    }
    write(images, first, pool, tested);
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/tcav_resnet.py")) {
      JsonObject export = new JsonObject();
      export.addProperty("export", network.toString());
      System.out.println("beside " + peer.ask(export));
      JsonObject little = peer.ask(asked(images, few));
      JsonObject larger = peer.ask(asked(images, more));
      Time ofFew = Time.of(little, "");
      Time ofMore = Time.of(larger, "");
      Time activation = Time.of(larger, "activation ");
      Time set = ofMore.plus(-1, ofFew).plus(1.0 / (more - few) - 1, ofMore.plus(-1, ofFew));
      Time gradients = ofFew.plus(-few, set).plus(-1, activation);
      Time theirs =
          gradients
              .plus((double) TESTED / PART - 1, gradients)
              .plus(CONCEPTS * VECTORS, set)
              .plus(CONCEPTS - (CONCEPTS - 1) * (double) VECTORS, activation);
      System.out.printf(
          "theirs: %d sets %s, %d sets %s; a set %s, of which activations %s; gradients of %d"
              + " images %s; whole %s; scores %s%n",
          few, ofFew, more, ofMore, set, activation, PART, gradients, theirs, larger.get("scores"));
      Time ours = ours(network, first, pool, tested);
      System.out.printf(
          Locale.ROOT,
          "ours / theirs %.3f (processor %.3f)%n",
          ours.wall() / theirs.wall(),
          ours.busy() / theirs.busy());
    } finally {
      Files.deleteIfExists(images);
      Files.deleteIfExists(network);
    }
    System.exit(0);
  }

  private static Time ours(Path network, Dataset first, Dataset pool, Dataset tested) {
    Classifier model = Models.onnx(network.toString()).emittingLogits();
    List<ConceptExamples> concepts = new ArrayList<>();
    for (int c = 0; c < CONCEPTS; c++) {
      concepts.add(
          ConceptExamples.of("grating " + c, c == 0 ? first : images("concept " + c, HAVING, c))
              .againstRandomSetsOf(pool));
    }
    long start = System.nanoTime();
    long busy = SYSTEM.getProcessCpuTime();
    List<TcavScore> scores =
        Tcav.withDefaults()
            .withVectors(VECTORS)
            .scores(model, tested, concepts, NODES, List.of("0"), RunContext.of(settings()));
    Time ours =
        new Time((System.nanoTime() - start) / 1e9, (SYSTEM.getProcessCpuTime() - busy) / 1e9);
    System.out.printf(
        "ours: %s, %d random sets; scores of concept 0 %s%n",
        ours,
        scores.get(0).risingOfRandom().size(),
        scores.subList(0, NODES.size()).stream()
            .map(score -> Arrays.stream(score.scoresOfHalves()).average().orElseThrow())
            .toList());
    return ours;
  }

  private static JsonObject asked(Path images, int sets) {
    return new Gson()
        .toJsonTree(
            Map.of(
                "images",
                images.toString(),
                "having",
                HAVING,
                "random",
                POOL,
                "sets",
                sets,
                "tested",
                PART))
        .getAsJsonObject();
  }

  /** Noise, and if it is a concept a grating of its own. */
  private static Dataset images(String name, int count, int concept) {
    return Dataset.named(name)
        .features(
            new FeatureStore() {
              @Override
              public int size() {
                return count;
              }

              @Override
              public int[] shape() {
                return new int[] {3, SIDE, SIDE};
              }

              @Override
              public void read(int index, float[] into, int offset) {
                SplittableRandom random = new SplittableRandom(1000L * concept + index);
                double phase = random.nextDouble();
                for (int p = 0; p < ROW; p++) {
                  double grating =
                      concept < 0
                          ? 0
                          : Math.sin(
                              2 * Math.PI * ((concept + 2) * (p % SIDE) / (double) SIDE + phase));
                  into[offset + p] = (float) (0.3 + 0.5 * random.nextDouble() + 0.2 * grating);
                }
              }
            })
        .labels(new int[count])
        .classNames(IntStream.range(0, 1000).mapToObj(Integer::toString).toList())
        .ids(IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList())
        .build();
  }

  private static void write(Path file, Dataset... parts) throws IOException {
    float[] row = new float[ROW];
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (Dataset part : parts) {
        for (int i = 0; i < part.size(); i++) {
          part.features().read(i, row, 0);
          for (float value : row) {
            out.writeFloat(value);
          }
        }
      }
    }
  }

  private static Settings settings() {
    return Settings.from(
        key -> key.equals("touchstone.memory") ? Optional.of("1500m") : Optional.empty());
  }
}
