package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads a folder of 2,000 photographs of 500 × 375 to 224 × 224 beside Pillow and torchvision, in
 * turn, and holds every grey level against theirs.
 *
 * <p>Arguments: a Python with pillow and torchvision, a folder (made where it is not there), and
 * the number of rounds.
 */
final class ImagePeer {
  private static final int IMAGES = 2000;
  private static final int SIDE = 224;
  private static final int CHANNELS = 3;
  private static final int BATCH = 64;

  private ImagePeer() {}

  /** What one pass gives. */
  private record Pass(double load, double read, double processor, long[] sums, float[] first) {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("a Python with torchvision, a folder, and rounds");
    }
    String folder = arguments[1];
    int rounds = Integer.parseInt(arguments[2]);
    int processors = Runtime.getRuntime().availableProcessors();
    double[] load = new double[rounds];
    double[] read = new double[rounds];
    double[] alone = new double[rounds];
    double[] ourProcessor = new double[rounds];
    double[] theirProcessor = new double[rounds];
    double[] together = new double[rounds];
    try (Peer peer = new Peer(arguments[0], "benchmarks/peers/images.py")) {
      JsonObject make = new JsonObject();
      make.addProperty("make", folder);
      make.addProperty("count", IMAGES);
      peer.ask(make);
      for (int round = -1; round < rounds; round++) { // one to warm up
        JsonObject one = peer.ask(reading(folder, 0));
        JsonObject all = peer.ask(reading(folder, processors));
        Pass ours = pass(folder);
        requireEqual(one, ours);
        if (round >= 0) {
          load[round] = ours.load();
          read[round] = ours.read();
          ourProcessor[round] = ours.processor();
          theirProcessor[round] = one.get("processor").getAsDouble();
          alone[round] = one.get("seconds").getAsDouble();
          together[round] = all.get("seconds").getAsDouble();
        }
      }
    }
    print("read a batch", read, alone, together);
    print("load: decode, check and hash", load, alone, together);
    System.out.printf(
        "processor time of reading: %.2f s; in one process of theirs %.2f s (ratio %.2f)%n",
        Medians.of(ourProcessor),
        Medians.of(theirProcessor),
        Medians.of(ourProcessor) / Medians.of(theirProcessor));
    System.out.printf(
        "this JVM's peak: %s, of which a heap of %s%n",
        ResidentMemory.mebibytes(ResidentMemory.peakOf(ProcessHandle.current().pid()).orElse(0)),
        ResidentMemory.mebibytes(Runtime.getRuntime().totalMemory()));
    System.exit(0);
  }

  private static void print(String what, double[] ours, double[] alone, double[] together) {
    System.out.printf(
        "%s, %d images: %.2f s; Pillow and torchvision %.2f s in one process (ratio %.2f), %.2f s"
            + " with a worker for each processor (ratio %.2f)%n",
        what,
        IMAGES,
        Medians.of(ours),
        Medians.of(alone),
        Medians.of(ours) / Medians.of(alone),
        Medians.of(together),
        Medians.of(ours) / Medians.of(together));
  }

  private static JsonObject reading(String folder, int workers) {
    JsonObject request = new JsonObject();
    request.addProperty("read", folder);
    request.addProperty("workers", workers);
    return request;
  }

  private static Pass pass(String folder) {
    long start = System.nanoTime();
    Dataset data = Datasets.imageFolder(folder).resizedTo(SIDE, SIDE).load();
    double load = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    double processor = ProcessorTime.seconds();
    long[] sums = new long[CHANNELS];
    float[] first = {};
    for (int from = 0; from < data.size(); from += BATCH) {
      float[] values = data.batch(from, Math.min(data.size(), from + BATCH)).values();
      if (from == 0) {
        first = Arrays.copyOf(values, CHANNELS * SIDE * SIDE);
      }
      int plane = SIDE * SIDE;
      for (int at = 0; at < values.length; at += plane) {
        float sum = 0; // whole, and below 2^24
        for (int i = at; i < at + plane; i++) {
          sum += values[i];
        }
        sums[at / plane % CHANNELS] += (long) sum;
      }
    }
    double read = (System.nanoTime() - start) / 1e9;
    return new Pass(load, read, ProcessorTime.seconds() - processor, sums, first);
  }

  private static void requireEqual(JsonObject theirs, Pass ours) {
    JsonArray sums = theirs.getAsJsonArray("sum");
    for (int c = 0; c < CHANNELS; c++) {
      if (sums.get(c).getAsLong() != ours.sums()[c]) {
        throw new IllegalStateException("the images differ in channel " + c);
      }
    }
    JsonArray first = theirs.getAsJsonArray("first");
    for (int i = 0; i < ours.first().length; i++) {
      if (first.get(i).getAsFloat() != ours.first()[i]) {
        throw new IllegalStateException("the first image differs at " + i);
      }
    }
  }
}
