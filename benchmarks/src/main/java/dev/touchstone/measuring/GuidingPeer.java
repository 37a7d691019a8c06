package dev.touchstone.measuring;

import com.sun.management.OperatingSystemMXBean;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.guiding.BilevelResult;
import dev.touchstone.guiding.GuidingSettings;
import dev.touchstone.guiding.ModelGuiding;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Model guiding with settings given beside {@code peers/guiding.py}, the same in NumPy, in turn on
 * the same data: n = 10,000 examples, d = 512 features, k = 10 classes, m = 100 audit examples, a
 * fifth of the labels flipped. Prints seconds of wall and processor time, the peak of the heap, the
 * ratio, and how alike the suspicions are.
 *
 * <p>Arguments: a Python with NumPy ({@code -} for ours alone), and the number of rounds; if wished
 * n and k in the place of these. Set {@code OMP_NUM_THREADS=1} for one thread each.
 */
final class GuidingPeer {
  private static int n = 10_000;
  private static final int D = 512;
  private static int k = 10;
  private static final int M = 100;
  private static final GuidingSettings SETTINGS = GuidingSettings.of(0.01, 0.5, 1, 0.3);

  private GuidingPeer() {}

  private record Drawn(float[] features, int[] labels) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String python = arguments[0];
    int rounds = Integer.parseInt(arguments[1]);
    if (arguments.length > 2) {
      n = Integer.parseInt(arguments[2]);
      k = Integer.parseInt(arguments[3]);
    }
    boolean alone = python.equals("-");
    SplittableRandom random = new SplittableRandom(3);
    double[][] centres = new double[k][D];
    for (double[] centre : centres) {
      Arrays.setAll(centre, j -> 0.2 * random.nextGaussian());
    }
    Drawn train = draw(n, centres, random);
    Drawn audit = draw(M, centres, random);
    int[] given = train.labels().clone();
    for (int i = 0; i < n / 5; i++) {
      given[i] = (given[i] + random.nextInt(1, k)) % k;
    }
    Path folder = Files.createTempDirectory("guiding");
    write(folder.resolve("x.bin"), train.features());
    write(folder.resolve("audit.bin"), audit.features());
    write(folder.resolve("labels.bin"), given);
    write(folder.resolve("audit-labels.bin"), audit.labels());
    Dataset data = data("train", train.features(), given);
    AuditSet trusted = AuditSet.of(data("audit", audit.features(), audit.labels()));
    InfluenceContext context =
        new InfluenceContext(
            data,
            LogisticHead.withDefaults()
                .withRidge(10)
                .withTolerance(1e-2)
                .fit(HeadData.of(rows(data), given, k)),
            GuidingPeer::rows,
            List.of(),
            RunContext.current());
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (int round = 0; round < rounds; round++) {
      String[] theirs = alone ? new String[] {"1", "1", "-", "-"} : run(python, folder);
      System.gc();
      for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
        pool.resetPeakUsage();
      }
      long wall = System.nanoTime();
      long processor = system.getProcessCpuTime();
      BilevelResult result = ModelGuiding.with(trusted).using(SETTINGS).update(context);
      double seconds = (System.nanoTime() - wall) / 1e9;
      double busy = (system.getProcessCpuTime() - processor) / 1e9;
      long heap = 0;
      for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
        if (pool.getType() == java.lang.management.MemoryType.HEAP) {
          heap += pool.getPeakUsage().getUsed();
        }
      }
      System.out.printf(
          Locale.ROOT,
          "ours %.2f s (processor %.2f), heap %d MB; theirs %s s (processor %s), %s iterations, %s"
              + " steps; ratio %.3f (processor %.3f); correlation %.6f%n  %s%n",
          seconds,
          busy,
          heap >> 20,
          theirs[0],
          theirs[1],
          theirs[2],
          theirs[3],
          seconds / Double.parseDouble(theirs[0]),
          busy / Double.parseDouble(theirs[1]),
          alone ? Double.NaN : correlation(result.suspicion(), margins(folder)),
          result.describe());
    }
  }

  /** Features of decreasing scale, as those of representations are. */
  private static Drawn draw(int count, double[][] centres, SplittableRandom random) {
    float[] features = new float[count * D];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(k);
      double common = random.nextGaussian();
      for (int j = 0; j < D; j++) {
        double noise = random.nextGaussian() * (2 - 1.8 * j / D) + common;
        features[i * D + j] = (float) (centres[labels[i]][j] + noise);
      }
    }
    return new Drawn(features, labels);
  }

  private static Dataset data(String name, float[] features, int[] labels) {
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, D))
        .labels(labels)
        .classNames(IntStream.range(0, k).mapToObj(Integer::toString).toList())
        .build();
  }

  private static RowSource rows(Dataset data) {
    return new RowSource() {
      @Override
      public int rows() {
        return data.size();
      }

      @Override
      public int columns() {
        return D;
      }

      @Override
      public void read(int from, int to, double[] into) {
        float[] values = data.batch(from, to).values();
        for (int i = 0; i < values.length; i++) {
          into[i] = values[i];
        }
      }
    };
  }

  private static String[] run(String python, Path folder) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(python, "benchmarks/peers/guiding.py", folder.toString()));
    for (Number argument :
        new Number[] {
          n,
          D,
          k,
          M,
          SETTINGS.ridge(),
          SETTINGS.costShare(),
          SETTINGS.upperAudit(),
          SETTINGS.lowerAudit()
        }) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    return said.strip().split(" ");
  }

  private static void write(Path file, float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Double.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putDouble(value);
    }
    Files.write(file, bytes.array());
  }

  private static void write(Path file, int[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    Files.write(file, bytes.array());
  }

  private static double[] margins(Path folder) throws IOException {
    double[] margins = new double[n];
    ByteBuffer.wrap(Files.readAllBytes(folder.resolve("margins.bin")))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(margins);
    return margins;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
