package dev.touchstone.measuring;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.concept.Tcav;
import dev.touchstone.concept.TcavScore;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * TCAV of a tag at three layers of a network of clothes beside Captum's, in turn: 100 images with
 * the tag, 200 shirts, so many vectors from halves and 59 of random sets, with their ranks, by
 * regressions at their optimum; of Captum as many by its default classifier, each of the concept
 * against random images.
 *
 * <p>Arguments: a Python with Captum, the number of vectors (at least 50), and the number of
 * rounds.
 */
final class TcavPeer {
  private static final String FASHION = "sample-tests/src/test/resources/data/fashion/";
  private static final String MODEL = "sample-tests/src/test/resources/models/fashion-tag-100.onnx";
  private static final List<String> NODES = List.of("/relu2/Relu", "/relu3/Relu", "/fc1/Gemm");

  /** The same nodes in the chain of modules that the peer makes of the file. */
  private static final int[] LAYERS = {5, 9, 13};

  private static final int HAVING = 100;
  private static final int POOL = 800;
  private static final int SHIRT = 6;
  private static final int RANDOM_SETS = 59;
  private static final int WARMING_UP = 5;

  private TcavPeer() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("a Python with Captum, vectors, and rounds");
    }
    int vectors = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    Dataset train = clothes("train");
    Dataset test = clothes("test");
    Dataset shirts = test.where(i -> test.label(i) == SHIRT, "shirts");
    Dataset plain = train.first(HAVING);
    Dataset pool = train.where(i -> i >= HAVING && i < HAVING + POOL, "pool");
    Dataset tagged =
        PatchTag.of(
                new float[][] {{1, 1, 1, 1, 1}, {0, 0, 1, 0, 0}, {0, 0, 1, 0, 0}, {0, 0, 1, 0, 0}})
            .at(Corner.BOTTOM_LEFT)
            .addedTo(plain);
    ConceptExamples tag = ConceptExamples.of("tag", tagged).againstRandomSetsOf(pool);
    Classifier model = Models.onnx(MODEL).emittingLogits();
    Path images = Files.createTempFile("tcav", ".bin");
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/tcav.py")) {
      write(images, tagged, pool, shirts);
      System.out.println("beside " + peer.ask(described(images, shirts)));
      double[] ratios = new double[rounds];
      for (int round = -1; round < rounds; round++) { // one to warm up
        JsonObject request = new JsonObject();
        request.addProperty("vectors", round < 0 ? WARMING_UP : vectors + RANDOM_SETS);
        request.addProperty("seed", round + 1);
        JsonObject theirs = peer.ask(request);
        long start = System.nanoTime();
        List<TcavScore> ours =
            Tcav.withDefaults()
                .withVectors(vectors)
                .withRandomSets(RANDOM_SETS)
                .scores(
                    model,
                    shirts,
                    List.of(tag),
                    NODES,
                    List.of(shirts.classNames().get(SHIRT)),
                    context(round + 1));
        double seconds = (System.nanoTime() - start) / 1e9;
        double their = theirs.get("seconds").getAsDouble();
        System.out.printf(
            "%s: ours %.2f s, theirs %.2f s, ours / theirs %.3f; scores %s and %s%n",
            round < 0 ? "warming up" : "round " + round,
            seconds,
            their,
            seconds / their,
            ours.stream()
                .map(score -> Arrays.stream(score.scoresOfHalves()).average().orElseThrow())
                .toList(),
            Arrays.toString(new Gson().fromJson(theirs.get("scores"), double[].class)));
        if (round >= 0) {
          ratios[round] = seconds / their;
        }
      }
      System.out.printf("median of ours / theirs: %.3f%n", Medians.of(ratios));
    } finally {
      Files.delete(images);
    }
    System.exit(0);
  }

  private static Dataset clothes(String part) {
    return Datasets.idx(
            FASHION + part + "-images-idx3-ubyte.gz", FASHION + part + "-labels-idx1-ubyte.gz")
        .load()
        .scaledBy(1 / 255.0);
  }

  private static void write(Path file, Dataset... parts) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (Dataset part : parts) {
        for (int i = 0; i < part.size(); i++) {
          for (float value : part.batch(i).values()) {
            out.writeFloat(value);
          }
        }
      }
    }
  }

  private static JsonObject described(Path images, Dataset tested) {
    JsonObject described = new JsonObject();
    described.addProperty("load", MODEL);
    described.addProperty("images", images.toString());
    described.addProperty("size", 28);
    described.addProperty("having", HAVING);
    described.addProperty("pool", POOL);
    described.addProperty("tested", tested.size());
    described.addProperty("label", SHIRT);
    JsonArray layers = new JsonArray();
    Arrays.stream(LAYERS).forEach(layers::add);
    described.add("layers", layers);
    return described;
  }

  private static RunContext context(int seed) {
    return RunContext.of(
        Settings.from(
            key ->
                key.equals("touchstone.seed")
                    ? Optional.of(Integer.toString(seed))
                    : Optional.empty()));
  }
}
