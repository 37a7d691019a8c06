package dev.touchstone.measuring;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.ExpectedGradients;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.LayerConductance;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import java.util.Arrays;

/**
 * The most memory that a process is resident with which explains 50 images of clothes by a method
 * of so many steps or samples: one line, so that runs of 10, 100 and 1,000 can be compared. It
 * explains them by 1,000 steps less often than by 10, so that all compile alike.
 *
 * <p>Arguments: {@code IntegratedGradients}, {@code LayerConductance}, {@code SmoothGrad} or {@code
 * ExpectedGradients}, and the number.
 */
final class StepsMemory {
  private static final int IMAGES = 50;

  /** Points of paths, or samples, over all repetitions. */
  private static final int POINTS = 3000;

  private StepsMemory() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    int steps = Integer.parseInt(arguments[1]);
    Classifier model = Samples.model("fashion-healthy");
    Dataset data = Samples.images("fashion-healthy");
    AttributionMethod method = method(arguments[0], steps, model, data);
    int[] labels = Arrays.copyOf(data.labels(), IMAGES);
    for (int done = 0; done < POINTS; done += steps) {
      method.attribute(model, data.batch(0, IMAGES), Quantity.ofClass(labels), Samples.context());
    }
    long peak = ResidentMemory.peakOf(ProcessHandle.current().pid()).orElseThrow();
    System.out.println(method + ": " + ResidentMemory.mebibytes(peak));
  }

  private static AttributionMethod method(String name, int steps, Classifier model, Dataset data) {
    return switch (name) {
      case "IntegratedGradients" -> IntegratedGradients.withDefaults().withSteps(steps);
      case "LayerConductance" -> LayerConductance.at(firstRectifier(model)).withSteps(steps);
      case "SmoothGrad" -> SmoothGrad.withDefaults().withSamples(steps);
      case "ExpectedGradients" ->
          ExpectedGradients.against(data.first(2 * IMAGES))
              .withSamples(IMAGES)
              .withSteps(steps / 10);
      default -> throw new IllegalArgumentException("no method " + name);
    };
  }

  private static String firstRectifier(Classifier model) {
    WhiteBox box = model.capability(WhiteBox.class).orElseThrow();
    return box.taps().stream()
        .filter(tap -> tap.type().equals("Relu"))
        .findFirst()
        .orElseThrow()
        .name();
  }
}
