package dev.touchstone.measuring;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.statistics.Estimate;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The calibration error's upper limit beside that of another build, on the same data in one run:
 * how often calibrated models of ten filled bins pass at 5 %, the mean limit, the time of an
 * estimate with its interval, and how often models exactly at the tolerance pass.
 *
 * <p>Arguments: the folder of the other build's {@code framework} classes, and the number of data
 * sets a line (200 by default). What that build needs besides comes from this class path.
 */
final class CalibrationSideBySide {
  private static final double TOLERANCE = 0.05;

  private CalibrationSideBySide() {}

  /** An estimate's upper limit at 95 %. */
  private interface Build {
    double upper(Confidences confidences) throws ReflectiveOperationException;
  }

  public static void main(String[] arguments) throws Exception {
    Build other = other(new File(arguments[0]));
    Build own = sample -> CalibrationError.of(sample, 10).interval(0.95).upper();
    int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    System.out.println("data,n,build,share within .05,mean limit,ms");
    for (int n : new int[] {500, 1_000, 2_000}) {
      SplittableRandom random = new SplittableRandom(n);
      List<Confidences> samples =
          IntStream.range(0, runs).mapToObj(i -> calibrated(n, random)).toList();
      line("calibrated, ten bins", n, "other", other, samples);
      line("calibrated, ten bins", n, "this", own, samples);
    }
    for (int n : new int[] {30, 50, 100, 500}) {
      for (var named : CalibrationLimits.populations(TOLERANCE).entrySet()) {
        SplittableRandom random = new SplittableRandom(n);
        List<Confidences> samples =
            IntStream.range(0, runs)
                .mapToObj(i -> named.getValue().draw(n, random).confidences())
                .toList();
        line(named.getKey(), n, "other", other, samples);
        line(named.getKey(), n, "this", own, samples);
      }
    }
  }

  private static Confidences calibrated(int n, SplittableRandom random) {
    double[] said = random.doubles(n).toArray();
    boolean[] cameTrue = new boolean[n];
    for (int i = 0; i < n; i++) {
      cameTrue[i] = random.nextDouble() < said[i];
    }
    return new Confidences(said, cameTrue);
  }

  private static void line(String data, int n, String name, Build build, List<Confidences> samples)
      throws ReflectiveOperationException {
    for (Confidences sample : samples.subList(0, Math.min(20, samples.size()))) {
      build.upper(sample);
    }
    long start = System.nanoTime();
    double[] limits = new double[samples.size()];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = build.upper(samples.get(i));
    }
    double milliseconds = (System.nanoTime() - start) / 1e6 / limits.length;
    System.out.printf(
        Locale.ROOT,
        "%s,%d,%s,%.4f,%.4f,%.2f%n",
        data,
        n,
        name,
        Arrays.stream(limits).filter(limit -> limit <= TOLERANCE).count() / (double) limits.length,
        Arrays.stream(limits).average().orElseThrow(),
        milliseconds);
  }

  /** The other build's estimate, which took a source of random numbers too. */
  private static Build other(File classes) throws Exception {
    ClassLoader own = CalibrationSideBySide.class.getClassLoader();
    URL[] urls = {classes.toURI().toURL()};
    @SuppressWarnings("resource") // as long as the program
    ClassLoader loader =
        new URLClassLoader(urls, own) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
              Class<?> known = findLoadedClass(name);
              return known != null
                  ? known
                  : name.startsWith("dev.touchstone.calibration.")
                          || name.startsWith("dev.touchstone.statistics.")
                      ? findClass(name)
                      : super.loadClass(name, resolve);
            }
          }
        };
    Class<?> pairs = loader.loadClass(Confidences.class.getName());
    Constructor<?> pair = pairs.getConstructor(double[].class, boolean[].class);
    Class<?> error = loader.loadClass(CalibrationError.class.getName());
    Method of =
        Arrays.stream(error.getMethods())
            .filter(method -> method.getName().equals("of") && method.getParameterCount() >= 2)
            .findFirst()
            .orElseThrow();
    Method interval =
        loader.loadClass(Estimate.class.getName()).getMethod("interval", double.class);
    RandomStreams streams = new RandomStreams(42);
    return sample -> {
      Object pairOfOther = pair.newInstance(sample.confidence(), sample.cameTrue());
      Object estimate =
          of.getParameterCount() == 2
              ? of.invoke(null, pairOfOther, 10)
              : of.invoke(null, pairOfOther, 10, streams.of("side by side"));
      Object limits = interval.invoke(estimate, 0.95);
      return (double) limits.getClass().getMethod("upper").invoke(limits);
    };
  }
}
