package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Fits of the logistic head beside scikit-learn's lbfgs, in turn: scikit-learn to a tolerance,
 * Touchstone to the gradient that scikit-learn then really had. Theirs begins with z-scored
 * features in double, ours with the raw ones in single precision. At the end, for digits, a whole
 * detection of mislabelled points beside five-fold out-of-fold confidences of as many plantings.
 *
 * <p>Arguments: a Python with scikit-learn, the number of rounds, and any of {@code digits}, {@code
 * detection}, a number of images (Fashion-MNIST's 4,000 training images, and copies of them shifted
 * by up to three pixels), or a CSV file whose first column is the class, such as the UCI's letters.
 */
final class HeadPeer {
  private static final double RIDGE = 0.01;
  private static final double[] TOLERANCES = {1e-4, 1e-6};
  private static final int SHIFT = 3;
  private static final int PLANTINGS = 6;
  private static final int WARM_UP = 10;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private HeadPeer() {}

  /** Features in single precision, row-major. */
  record Data(String name, float[] features, int[] labels) {
    int columns() {
      return features.length / labels.length;
    }

    int classes() {
      return Arrays.stream(labels).max().orElseThrow() + 1;
    }

    RowSource rows() {
      int d = columns();
      return new RowSource() {
        @Override
        public int rows() {
          return labels.length;
        }

        @Override
        public int columns() {
          return d;
        }

        @Override
        public void read(int from, int to, double[] into) {
          for (int i = 0; i < (to - from) * d; i++) {
            into[i] = features[from * d + i];
          }
        }
      };
    }
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 3) {
      throw new IllegalArgumentException("a Python with scikit-learn, rounds, and data sets");
    }
    int rounds = Integer.parseInt(arguments[1]);
    for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
      try (Peer peer = new Peer(arguments[0], "benchmarks/peers/heads.py")) {
        Data data = read(name);
        System.out.println(name + " beside " + peer.ask(described(data)));
        if (name.equals("detection")) {
          detection(peer, data, rounds);
        } else {
          for (double tolerance : TOLERANCES) {
            fits(peer, data, tolerance, rounds);
          }
        }
      }
    }
    System.out.println(
        "this JVM's peak: "
            + ResidentMemory.mebibytes(
                ResidentMemory.peakOf(ProcessHandle.current().pid()).orElse(0)));
    System.exit(0);
  }

  private static void fits(Peer peer, Data data, double tolerance, int rounds) throws IOException {
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    FittedHead fitted = null;
    JsonObject answer = new JsonObject();
    for (int round = -1; round < rounds; round++) { // one to warm up
      JsonObject request = new JsonObject();
      request.addProperty("fit", tolerance);
      request.addProperty("ridge", RIDGE);
      answer = peer.ask(request);
      LogisticHead head =
          LogisticHead.withDefaults()
              .withRidge(RIDGE)
              .withTolerance(answer.get("gradient").getAsDouble());
      int repeats = data.labels().length <= 2000 && round < 0 ? 30 : 1;
      double seconds = 0;
      for (int repeat = 0; repeat < repeats; repeat++) {
        long start = System.nanoTime();
        fitted = head.fit(HeadData.of(data.rows(), data.labels(), data.classes()));
        seconds = (System.nanoTime() - start) / 1e9;
      }
      if (round >= 0) {
        ours[round] = seconds;
        theirs[round] = answer.get("seconds").getAsDouble();
      }
    }
    if (fitted == null) {
      throw new IllegalStateException("no round was run");
    }
    System.out.printf(
        "%s %d x %d x %d, tolerance %.0e: ours / theirs %.2f (of medians; %s); ours %.3f s, %d"
            + " steps, gradient %.1e; theirs %.3f s, %d iterations, gradient %.1e%n",
        data.name(),
        data.labels().length,
        data.columns(),
        data.classes(),
        tolerance,
        Medians.of(ours) / Medians.of(theirs),
        Medians.listed(ratios(ours, theirs)),
        Medians.of(ours),
        fitted.steps(),
        fitted.largestGradient(),
        Medians.of(theirs),
        answer.get("iterations").getAsInt(),
        answer.get("gradient").getAsDouble());
  }

  private static void detection(Peer peer, Data data, int rounds) throws IOException {
    Dataset clean =
        Dataset.named("digits")
            .features(FeatureStore.inMemory(data.features(), data.columns()))
            .labels(data.labels())
            .build();
    PlantedErrors planted = LabelNoise.uniform(0.2).plantedIn(clean).withPlantings(PLANTINGS);
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ourProcessor = new double[rounds];
    double[] theirProcessor = new double[rounds];
    String found = "";
    for (int round = -WARM_UP; round < rounds; round++) {
      RunContext context = Samples.context();
      JsonArray plantings = new JsonArray();
      planted
          .draw(context.random())
          .forEach(planting -> plantings.add(Peer.array(planting.data().labels())));
      JsonObject request = new JsonObject();
      request.addProperty("folds", 5);
      request.addProperty("ridge", RIDGE);
      request.add("plantings", plantings);
      JsonObject answer = peer.ask(request);
      double processor = processorSeconds();
      long start = System.nanoTime();
      Evidence evidence =
          MislabelledDetection.withDefaults()
              .evaluate(
                  LogisticRegressionTrainer.withDefaults(),
                  planted,
                  LeaveOneOutConfidence.withDefaults(),
                  context);
      double seconds = (System.nanoTime() - start) / 1e9;
      found =
          evidence.measurements().get(0).estimate() + " ours, " + answer.get("auroc") + " theirs";
      if (round >= 0) {
        ours[round] = seconds;
        theirs[round] = answer.get("seconds").getAsDouble();
        ourProcessor[round] = processorSeconds() - processor;
        theirProcessor[round] = answer.get("processor").getAsDouble();
      }
    }
    System.out.printf(
        "detection, %d plantings, processor time: ours / theirs %.2f (of medians; %s); ours %.2f s,"
            + " theirs %.2f s%n",
        PLANTINGS,
        Medians.of(ourProcessor) / Medians.of(theirProcessor),
        Medians.listed(ratios(ourProcessor, theirProcessor)),
        Medians.of(ourProcessor),
        Medians.of(theirProcessor));
    System.out.printf(
        "detection, %d plantings: ours / theirs %.2f (of medians; %s); ours %.2f s, theirs %.2f s;"
            + " AUROC %s%n",
        PLANTINGS,
        Medians.of(ours) / Medians.of(theirs),
        Medians.listed(ratios(ours, theirs)),
        Medians.of(ours),
        Medians.of(theirs),
        found);
  }

  /** Of all of this JVM's threads: waiting for a busy machine does not count, compiling does. */
  static double processorSeconds() {
    return PROCESS.getProcessCpuTime() / 1e9;
  }

  static double[] ratios(double[] ours, double[] theirs) {
    double[] ratios = new double[ours.length];
    Arrays.setAll(ratios, i -> ours[i] / theirs[i]);
    return ratios;
  }

  /** Data by their name, as the program's arguments give it. */
  static Data read(String name) throws IOException {
    if (name.equals("digits") || name.equals("detection")) {
      Path file = Path.of("framework/src/test/resources/reference/digits.csv.gz");
      return table("digits", new GZIPInputStream(Files.newInputStream(file)), 1200);
    }
    if (name.matches("[0-9]+")) {
      return images(Integer.parseInt(name));
    }
    Path file = Path.of(name);
    return table(String.valueOf(file.getFileName()), Files.newInputStream(file), Integer.MAX_VALUE);
  }

  private static Data table(String name, InputStream in, int most) throws IOException {
    List<float[]> rows = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine();
          line != null && rows.size() < most;
          line = reader.readLine()) {
        String[] cells = line.split(",");
        if (cells[1].matches("[-+.0-9eE]+")) {
          if (!classes.contains(cells[0])) {
            classes.add(cells[0]);
          }
          labels.add(classes.indexOf(cells[0]));
          float[] row = new float[cells.length - 1];
          for (int j = 0; j < row.length; j++) {
            row[j] = Float.parseFloat(cells[j + 1]);
          }
          rows.add(row);
        }
      }
    }
    int d = rows.get(0).length;
    float[] features = new float[rows.size() * d];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, features, i * d, d);
    }
    return new Data(name, features, labels.stream().mapToInt(Integer::intValue).toArray());
  }

  private static Data images(int count) {
    Dataset all = Samples.fashionTraining();
    float[] pixels = all.batch(0, all.size()).values();
    int side = all.shape()[all.shape().length - 1];
    int d = side * side;
    float[] features = new float[Math.multiplyExact(count, d)];
    int[] labels = new int[count];
    int width = 2 * SHIFT + 1;
    for (int i = 0; i < count; i++) {
      int image = i % all.size();
      int shift = i / all.size();
      int down = shift / width % width - (shift == 0 ? 0 : SHIFT);
      int right = shift % width - (shift == 0 ? 0 : SHIFT);
      labels[i] = all.label(image);
      for (int row = 0; row < side; row++) {
        for (int column = 0; column < side; column++) {
          int from = Math.floorMod(row + down, side) * side + Math.floorMod(column + right, side);
          features[i * d + row * side + column] = pixels[image * d + from];
        }
      }
    }
    return new Data("images", features, labels);
  }

  /** What a peer is told of them. */
  static JsonObject described(Data data) throws IOException {
    JsonObject request = new JsonObject();
    Path file = Peer.written(Tensor.of(data.features(), data.labels().length, data.columns()));
    request.addProperty("features", file.toString());
    request.addProperty("rows", data.labels().length);
    request.addProperty("columns", data.columns());
    request.add("labels", Peer.array(data.labels()));
    return request;
  }
}
