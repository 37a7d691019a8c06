package dev.touchstone.measuring;

import dev.touchstone.benchmarks.Samples;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.graph.Quantity;
import dev.touchstone.metric.Calibration;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Evaluates a model thousands of times in one JVM, each time as an assertion does (predictions,
 * estimate, verdict, every listener) and with input gradients besides, and prints the resident
 * memory on the way. A leak of native arrays, of evidence or of figures shows as growth after the
 * first tenth.
 *
 * <p>Arguments: the number of evaluations (5000), and the examples of each (100).
 */
final class LoopMemory {
  private LoopMemory() {}

  public static void main(String[] arguments) throws IOException {
    int evaluations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5000;
    int examples = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    Path reports = Files.createTempDirectory("touchstone-loop");
    Classifier model = Samples.model("digits");
    InputGradients gradients = model.capability(InputGradients.class).orElseThrow();
    Dataset data = Samples.images("digits").first(examples);
    Claim claim = Claim.of("the calibration error is at most 0.05", Bound.upper(0.05));
    int settled = evaluations / 10;
    long afterFirst = 0;
    long afterLast = 0;
    System.out.println("evaluations  resident     heap in use after collection");
    for (int i = 1; i <= evaluations; i++) {
      // Another seed each time: the cache of evaluations would answer otherwise.
      RunContext context =
          RunContext.of(new Settings("cpu", i, Policy.LENIENT, 512L << 20, reports));
      Verdict verdict =
          claim.judge(
              MetricValue.of(Calibration.withDefaults()).evaluate(model, data, context),
              Policy.LENIENT);
      VerdictListeners.of(context.session()).publish(verdict, context);
      gradients.inputGradients(data.batch(0, examples), Quantity.ofClass(data.labels()));
      if (i % settled == 0) {
        // Collected first, so that what is garbage does not count as growth.
        System.gc();
        long resident = ResidentMemory.now();
        afterLast = resident;
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        System.out.printf(
            "%11d  %-11s  %s%n",
            i, ResidentMemory.mebibytes(resident), ResidentMemory.mebibytes(heap));
        afterFirst = i == settled ? resident : afterFirst;
      }
    }
    long growth = afterLast - afterFirst;
    System.out.printf(
        "growth after the first %d: %s (aim: at most 50 MiB)%n",
        settled, ResidentMemory.mebibytes(growth));
  }
}
