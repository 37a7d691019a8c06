package dev.touchstone.measuring;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Predicts rows by an ONNX file of a forest of 500 trees, beside ONNX Runtime called from Python on
 * all of them at once, in turn, and holds every probability to theirs. Both have answered a
 * thousand rows before, so that neither starts nor compiles anything. Ours goes to a process of its
 * own, in portions, and checks every answer.
 *
 * <p>Arguments: a Python with scikit-learn, skl2onnx and onnxruntime, a folder (made where it is
 * not there), the number of rows, of rounds, and of threads for theirs.
 */
final class ForestPeer {
  private static final String SCRIPT = "benchmarks/peers/forest.py";

  private ForestPeer() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 5) {
      throw new IllegalArgumentException("a Python, a folder, rows, rounds, and threads");
    }
    Path folder = Path.of(arguments[1]);
    if (!Files.exists(folder.resolve("labels.npy"))) {
      output(List.of(arguments[0], SCRIPT, "make", folder.toString(), arguments[2]));
    }
    Dataset data = data(folder, "labels.npy");
    Classifier model =
        Models.onnx(folder.resolve("forest.onnx").toString()).emittingProbabilities();
    long memory = RunContext.current().settings().memoryBytes();
    model.predictAll(data.first(1_000), memory);
    int rounds = Integer.parseInt(arguments[3]);
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    double difference = 0;
    for (int round = 0; round < rounds; round++) {
      theirs[round] =
          Double.parseDouble(
              output(List.of(arguments[0], SCRIPT, "ask", folder.toString(), arguments[4])));
      long start = System.nanoTime();
      Predictions said = model.predictAll(data, memory);
      ours[round] = (System.nanoTime() - start) / 1e9;
      Dataset expected =
          Datasets.npy(folder.resolve("theirs.npy").toString())
              .label(folder.resolve("labels.npy").toString(), "0", "1")
              .load();
      double[] one = new double[1];
      for (int i = 0; i < data.size(); i++) {
        expected.features().read(i, one, 0);
        difference = Math.max(difference, Math.abs(one[0] - said.probability(i, 1)));
      }
      System.out.printf("%.2f s beside %.2f s%n", ours[round], theirs[round]);
    }
    System.out.printf(
        "%d rows: %.2f s beside %.2f s (ratio %.2f); probabilities differ by at most %.1e%n",
        data.size(),
        Medians.of(ours),
        Medians.of(theirs),
        Medians.of(ours) / Medians.of(theirs),
        difference);
  }

  private static Dataset data(Path folder, String labels) {
    return Datasets.npy(folder.resolve("rows.npy").toString())
        .label(folder.resolve(labels).toString(), "0", "1")
        .load();
  }

  private static String output(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed");
    }
    return printed.strip();
  }
}
