package dev.touchstone.measuring;

import dev.touchstone.data.Dataset;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.guiding.repair.GroupDro;
import dev.touchstone.guiding.repair.GuidedBottleneck;
import dev.touchstone.guiding.repair.GuidedErasure;
import dev.touchstone.guiding.repair.LastLayerRetraining;
import dev.touchstone.guiding.repair.RepairTask;
import dev.touchstone.guiding.repair.SpreadSpuriousAttribute;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The thesis's Table 5.4 of some models: worst-group accuracy as they are, and after each repair.
 */
final class RepairTable {
  private interface Made {
    Classifier by(RepairTask task, RunContext context);
  }

  private static final Map<String, Made> ROWS = new LinkedHashMap<>();

  static {
    ROWS.put("as trained", (task, context) -> task.model());
    ROWS.put(
        "last layer, group DRO",
        (task, context) -> GroupDro.withDefaults().repair(task, context).model());
    ROWS.put(
        "last layer, SSA",
        (task, context) -> SpreadSpuriousAttribute.withDefaults().repair(task, context).model());
    ROWS.put(
        "last layer, retrained by groups",
        (task, context) -> LastLayerRetraining.withDefaults().repair(task, context).model());
    ROWS.put(
        "bottleneck, not guided",
        (task, context) ->
            Carving.withDefaults()
                .fittedToLabels()
                .carve(task.model(), task.training(), task.concepts(), context));
    ROWS.put(
        "bottleneck, guided",
        (task, context) -> GuidedBottleneck.withDefaults().repair(task, context).model());
    ROWS.put(
        "guided with erasure",
        (task, context) -> GuidedErasure.withDefaults().repair(task, context).model());
  }

  private RepairTable() {}

  /**
   * What of a model is tested.
   *
   * @param task with one ignored concept, after which columns of training, audit and test data are
   *     called
   */
  record Sick(RepairTask task, Dataset test, RunContext context) {}

  /** Accuracy in the worst group, of those that labels and the ignored concept make, and in all. */
  private static double[] accuracies(Sick sick, Classifier model) {
    Dataset test = sick.test();
    Predictions answers =
        CheckedAnswers.ofSome(model, test, sick.context().settings().memoryBytes());
    String column = sick.task().ignored().get(0);
    Map<String, double[]> groups = new LinkedHashMap<>();
    double right = 0;
    for (int i = 0; i < test.size(); i++) {
      double[] counts =
          groups.computeIfAbsent(
              test.label(i) + " & " + test.value(column, i), none -> new double[2]);
      int hit = answers.predicted(i) == test.label(i) ? 1 : 0;
      counts[0] += hit;
      counts[1]++;
      right += hit;
    }
    double worst =
        groups.values().stream().mapToDouble(group -> group[0] / group[1]).min().orElseThrow();
    return new double[] {worst, right / test.size()};
  }

  /** Prints the table of models of several seeds. */
  static void print(List<Sick> models) {
    System.out.println(
        "| method | worst group | of each seed | accuracy of all |\n|---|---|---|---|");
    ROWS.forEach(
        (name, made) -> {
          double[][] accuracies =
              models.stream()
                  .map(sick -> accuracies(sick, made.by(sick.task(), sick.context())))
                  .toArray(double[][]::new);
          double[] worst = Arrays.stream(accuracies).mapToDouble(pair -> pair[0]).toArray();
          System.out.printf(
              "| %s | %s | %s | %s |%n",
              name,
              RelianceResults.mean(worst),
              Arrays.stream(worst)
                  .mapToObj(one -> String.format(Locale.ROOT, "%.2f", one))
                  .collect(Collectors.joining(" ")),
              RelianceResults.mean(
                  Arrays.stream(accuracies).mapToDouble(pair -> pair[1]).toArray()));
        });
  }
}
