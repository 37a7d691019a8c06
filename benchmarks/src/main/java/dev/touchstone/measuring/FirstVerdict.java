package dev.touchstone.measuring;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a user waits from the JVM's start to the calibration verdict of the digits network: the
 * whole process of a JUnit launcher that runs that one test, pictures drawn and {@code
 * verdicts.json} written, natives extracted before.
 *
 * <p>Arguments: the number of processes (5), and options for their JVMs.
 */
final class FirstVerdict {
  private static final String TEST = "dev.touchstone.samples.DigitsModelTest#isCalibrated";

  private FirstVerdict() {}

  public static void main(String[] arguments) throws IOException {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    List<String> options = new ArrayList<>(List.of(arguments));
    if (!options.isEmpty()) {
      options.remove(0);
    }
    options.add("-Dtouchstone.report.dir=" + Files.createTempDirectory("touchstone-first"));
    String last = "";
    double[] seconds = new double[runs];
    Children.java(SuiteRun.class, options, List.of(TEST)).orFail();
    for (int run = 0; run < runs; run++) {
      Children.Ended ended = Children.java(SuiteRun.class, options, List.of(TEST)).orFail();
      seconds[run] = ended.seconds();
      last = ended.output();
    }
    System.out.println("the last run, seconds since its JVM began:\n" + last.strip());
    System.out.printf(
        "from process start to its end: median %.2f s of %s (aim: under 6 s)%n",
        Medians.of(seconds), Medians.listed(seconds));
  }
}
