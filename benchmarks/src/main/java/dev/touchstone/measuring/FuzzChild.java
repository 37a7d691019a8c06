package dev.touchstone.measuring;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The JVM in which {@link FileFuzzer}'s mutants are read and run, one after another; what it prints
 * says how far it came. Arguments: the repository's root, a folder for the mutants, the seed, the
 * first mutant and the one after the last, the only way of running or nothing, and {@code trace} or
 * nothing, which prints stack traces.
 */
final class FuzzChild {
  /** Before each line that is meant for the parent. */
  static final String MARK = "#fuzz ";

  /** What a mutant of other weights predicts is not looked at; that it ends is. */
  private static final int SCRIPTS_IN_TEN = 1;

  private FuzzChild() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    Path folder = Path.of(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    int from = Integer.parseInt(arguments[3]);
    int to = Integer.parseInt(arguments[4]);
    String only = arguments[5];
    boolean traces = arguments[6].equals("trace");
    List<FuzzSeed> seeds = FuzzSeed.all(root);
    List<ModelProto> donors = new ArrayList<>();
    for (FuzzSeed one : seeds) {
      if (one.path() != FuzzSeed.Way.TORCHSCRIPT) {
        donors.add(ModelProto.parseFrom(one.file()));
      }
    }
    Map<Long, Memory> before = memory();
    for (int i = from; i < to; i++) {
      Random random = new Random(seed * 1_000_003 + i);
      random.nextLong();
      FuzzSeed chosen = chosen(seeds, random);
      if (!only.isEmpty() && !chosen.path().name().equals(only)) {
        say("start " + i + " " + chosen.path() + " " + chosen.name());
        say("done " + i + " 0 skipped");
        continue;
      }
      byte[] mutant = new FuzzMutator(random, donors).mutant(chosen);
      boolean script = chosen.path() == FuzzSeed.Way.TORCHSCRIPT;
      Path file = folder.resolve("mutant" + (script ? ".pt" : ".onnx"));
      Files.write(file, mutant);
      say("start " + i + " " + chosen.path() + " " + chosen.name());
      String outcome = outcome(file, chosen, random, traces);
      long grown = 0;
      Map<Long, Memory> now = memory();
      for (Map.Entry<Long, Memory> process : now.entrySet()) {
        Memory was = before.getOrDefault(process.getKey(), new Memory(0, 0));
        grown += Math.max(0, process.getValue().peak() - was.now());
        forgetPeak(process.getKey());
      }
      before = now;
      say("done " + i + " " + (grown >> 20) + " " + outcome);
    }
  }

  private static FuzzSeed chosen(List<FuzzSeed> seeds, Random random) {
    List<FuzzSeed.Way> ways = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ways.add(
          i < SCRIPTS_IN_TEN
              ? FuzzSeed.Way.TORCHSCRIPT
              : i % 2 == 0 ? FuzzSeed.Way.WHITE_BOX : FuzzSeed.Way.ONNX_RUNTIME);
    }
    FuzzSeed.Way way = ways.get(random.nextInt(ways.size()));
    List<FuzzSeed> possible = seeds.stream().filter(s -> s.path() == way).toList();
    return possible.get(random.nextInt(possible.size()));
  }

  private static String outcome(Path file, FuzzSeed seed, Random random, boolean traces) {
    float[] values = new float[size(seed.shape())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    try {
      Classifier model = Models.file(file.toString()).emittingLogits();
      try {
        Tensor batch = Tensor.of(values, seed.shape());
        model.sha256();
        model.predict(batch);
        if (model.capability(InputGradients.class).isPresent()) {
          model
              .capability(InputGradients.class)
              .orElseThrow()
              .inputGradients(batch, Quantity.ofClass(0));
        }
        return "answered";
      } finally {
        Models.release(model);
      }
    } catch (TouchstoneException e) {
      if (traces) {
        e.printStackTrace(System.out);
      }
      // The process that ends is not the one that tests run in, and the test is told.
      boolean contained =
          String.valueOf(e.getMessage()).contains("ended the process in which ONNX Runtime");
      return (contained ? "contained " : "refused ")
          + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    } catch (Throwable e) {
      if (traces) {
        e.printStackTrace(System.out);
      }
      return "other " + e.getClass().getName() + " at " + place(e);
    }
  }

  private static int size(int[] shape) {
    int size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    return size;
  }

  private static String place(Throwable e) {
    for (StackTraceElement frame : e.getStackTrace()) {
      if (frame.getClassName().startsWith("dev.touchstone")
          && !frame.getClassName().startsWith("dev.touchstone.measuring")) {
        return frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber();
      }
    }
    return "nowhere";
  }

  private static void say(String line) {
    System.out.println();
    System.out.println(MARK + line);
    System.out.flush();
  }

  /** Bytes of a process, and the most that they were since they were last asked for. */
  private record Memory(long now, long peak) {}

  /** As Linux counts it, of this process and ONNX Runtime's; none elsewhere. */
  private static Map<Long, Memory> memory() {
    Map<Long, Memory> memory = new HashMap<>();
    ProcessHandle self = ProcessHandle.current();
    for (ProcessHandle process : Stream.concat(Stream.of(self), self.children()).toList()) {
      try {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        List<String> lines = Files.readAllLines(status);
        memory.put(process.pid(), new Memory(bytes(lines, "VmRSS:"), bytes(lines, "VmHWM:")));
      } catch (IOException e) {
        // It ended meanwhile, or this is no Linux.
      }
    }
    return memory;
  }

  private static long bytes(List<String> lines, String what) {
    return lines.stream()
        .filter(line -> line.startsWith(what))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  private static void forgetPeak(long process) {
    Path reset = Path.of("/proc", Long.toString(process), "clear_refs");
    try {
      Files.writeString(reset, String.format(Locale.ROOT, "5"));
    } catch (IOException e) {
      // It ended meanwhile, or this is no Linux.
    }
  }
}
