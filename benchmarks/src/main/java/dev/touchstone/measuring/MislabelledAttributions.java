package dev.touchstone.measuring;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.gradient.VarGrad;
import dev.touchstone.attribution.rule.Deconvnet;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.attribution.rule.Lrp;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.similarity.Ssim;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Do attributions tell mislabelled training examples (thesis, section 4.3 and Figure 4-6)? A
 * network is trained on clothes with right labels and, from the same weights in the same order,
 * with a tenth of them flipped. For each method: how alike the maps of the right class of flipped
 * examples are (SSIM, Spearman), beside those of examples whose label stayed, and of two networks
 * of right labels from other weights; and the AUROC with which a map's change tells flipped
 * examples from the others. Writes a table of docs/results/training-data.md.
 *
 * <p>Arguments: the number of seeds, from 10 on, and of training images.
 */
final class MislabelledAttributions {
  private static final int FIRST_SEED = 10;
  private static final int EXAMPLES = 60;
  private static final int EPOCHS = 5;
  private static final double FLIPS = 0.1;

  private MislabelledAttributions() {}

  public static void main(String[] arguments) {
    int seeds = Integer.parseInt(arguments[0]);
    Dataset all = Samples.fashionTraining().first(Integer.parseInt(arguments[1]));
    Map<String, List<double[]>> figures = new LinkedHashMap<>();
    for (int seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      seed(all, seed, figures);
    }
    figures.forEach(
        (method, rows) -> {
          StringBuilder line = new StringBuilder("| " + method);
          for (int f = 0; f < rows.get(0).length; f++) {
            int figure = f;
            line.append(" | ")
                .append(MeanAndError.of(rows.stream().mapToDouble(r -> r[figure]).toArray()));
          }
          System.out.println(line + " |");
        });
    System.exit(0);
  }

  private static void seed(Dataset clean, int seed, Map<String, List<double[]>> figures) {
    RunContext context =
        RunContext.of(
            new Settings("cpu", seed, Policy.STRICT, 512L << 20, Path.of("target")),
            RunSession.isolated());
    int[] labels = LabelNoise.uniform(FLIPS).relabelled(clean, new RandomStreams(seed).of("noise"));
    Dataset noisy = clean.withLabels(labels, "with errors");
    DjlTrainer trainer = DjlTrainer.of("small CNN", () -> Cnn.small(10)).withEpochs(EPOCHS);
    Classifier right = trainer.train(clean, "one", context);
    Classifier wrong = trainer.train(noisy, "one", context);
    Classifier other = trainer.train(clean, "other", context);
    int[] flipped = examples(clean, labels, true);
    int[] kept = examples(clean, labels, false);
    for (Map.Entry<String, AttributionMethod> method : methods().entrySet()) {
      double[][] changed = alike(method.getValue(), right, wrong, clean, flipped, context);
      double[][] same = alike(method.getValue(), right, wrong, clean, kept, context);
      double[][] seeds = alike(method.getValue(), right, other, clean, flipped, context);
      figures
          .computeIfAbsent(method.getKey(), key -> new ArrayList<>())
          .add(
              new double[] {
                mean(changed[0]), mean(same[0]), mean(seeds[0]),
                mean(changed[1]), mean(same[1]), mean(seeds[1]),
                told(changed[0], same[0]), told(changed[1], same[1])
              });
    }
    double[] losses = losses(wrong, noisy, flipped);
    double none = Double.NaN;
    figures
        .computeIfAbsent("(the loss of the given label)", key -> new ArrayList<>())
        .add(
            new double[] {
              none,
              none,
              none,
              none,
              none,
              none,
              told(negated(losses), negated(losses(wrong, noisy, kept))),
              none
            });
    for (Classifier model : List.of(right, wrong, other)) {
      Models.release(model);
    }
  }

  /** The first whose label was flipped, or the first whose label was not. */
  private static int[] examples(Dataset clean, int[] labels, boolean flipped) {
    return IntStream.range(0, labels.length)
        .filter(i -> labels[i] != clean.label(i) == flipped)
        .limit(EXAMPLES)
        .toArray();
  }

  private static Map<String, AttributionMethod> methods() {
    Map<String, AttributionMethod> methods = new LinkedHashMap<>();
    methods.put("gradient", Gradient.withDefaults());
    methods.put("SmoothGrad", SmoothGrad.withDefaults());
    methods.put("VarGrad", VarGrad.withDefaults());
    methods.put("input × gradient", InputTimesGradient.withDefaults());
    methods.put("integrated gradients", IntegratedGradients.withDefaults());
    methods.put("guided backpropagation", GuidedBackprop.withDefaults());
    methods.put("deconvnet", Deconvnet.withDefaults());
    methods.put("LRP, ε", Lrp.epsilon(1e-6));
    return methods;
  }

  /** SSIM and Spearman of two models' maps of the right class, for each example. */
  private static double[][] alike(
      AttributionMethod method,
      Classifier one,
      Classifier other,
      Dataset data,
      int[] examples,
      RunContext context) {
    Quantity quantity = Quantity.ofClass(Arrays.stream(examples).map(data::label).toArray());
    double[][] first = method.attribute(one, data.batch(examples), quantity, context).maps();
    double[][] second = method.attribute(other, data.batch(examples), quantity, context).maps();
    double[][] alike = new double[2][examples.length];
    for (int e = 0; e < examples.length; e++) {
      alike[0][e] = Ssim.of(Ssim.image(first[e], 1), Ssim.image(second[e], 1), 28, 28);
      alike[1][e] = Spearman.of(first[e], second[e]);
    }
    return alike;
  }

  private static double[] losses(Classifier model, Dataset data, int... examples) {
    Predictions told = model.predict(data.batch(examples));
    return IntStream.range(0, examples.length)
        .mapToDouble(e -> -Math.log(Math.max(1e-12, told.probability(e, data.label(examples[e])))))
        .toArray();
  }

  private static double[] negated(double... values) {
    return Arrays.stream(values).map(v -> -v).toArray();
  }

  /** How often a flipped example's maps are less alike than another's. */
  private static double told(double[] flipped, double[] kept) {
    double[] change = new double[flipped.length + kept.length];
    boolean[] wrong = new boolean[change.length];
    for (int i = 0; i < change.length; i++) {
      wrong[i] = i < flipped.length;
      change[i] = -(wrong[i] ? flipped[i] : kept[i - flipped.length]);
    }
    return Auroc.of(change, wrong).value();
  }

  private static double mean(double... values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
