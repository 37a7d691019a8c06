package dev.touchstone.robustness;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Proves or refutes of sums of trees, exactly: which leaves are reached by what changes within the
 * threat model (Kantchelian, Tygar and Joseph 2016; the boxes of leaves of Chen et al. 2019). Each
 * tree's least leaf bounds the margin; where that leaves a box open, it is cut in two at a split
 * that some tree makes in it, until the bound proves the half or every tree has one leaf there,
 * which is a counterexample. For L∞ and trees that split by order; what the search does not finish
 * within its boxes stays open. Immutable.
 */
public final class TreeVerification implements Certifier {
  private static final int BOXES = 20_000;

  /** Examples of which it is tried whether the model answers as the sums of its trees say. */
  private static final int TRIED = 256;

  private final ThreatModel threat;
  private final int boxes;

  private TreeVerification(ThreatModel threat, int boxes) {
    this.threat = threat;
    this.boxes = boxes;
  }

  /**
   * Looks for what changes within a threat model do, in 20,000 boxes for each example and class.
   *
   * @throws TouchstoneException for another norm than L∞
   */
  public static TreeVerification within(ThreatModel threat) {
    if (threat.norm() != ThreatModel.Norm.LINF) {
      throw new TouchstoneException(
          "trees are verified in L∞, and the threat model is %s; write ThreatModel.linf(…), or RandomisedSmoothing for L2"
              .formatted(threat.inWords()));
    }
    return new TreeVerification(threat, BOXES);
  }

  /**
   * Looks at another number of boxes at most, for each example and other class.
   *
   * @throws TouchstoneException for none
   */
  public TreeVerification withBoxes(int most) {
    if (most < 1) {
      throw new TouchstoneException(
          "a search looks at one box at least, was %d; write withBoxes(20_000)".formatted(most));
    }
    return new TreeVerification(threat, most);
  }

  @Override
  public String name() {
    return "verification of trees";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("boxes", boxes);
    return Settings.of(threat, own);
  }

  @Override
  public ThreatModel threat() {
    return threat;
  }

  @Override
  public boolean provesTheModelItself() {
    return true;
  }

  @Override
  public String restsOn() {
    return "a proof has to leave as much to spare as single precision can move sums of leaves, and"
        + " what is refuted was answered wrongly by the model itself";
  }

  @Override
  public void check(Classifier model, Dataset data) {
    threat.check(data);
    DecisionTrees trees =
        model.require(
            DecisionTrees.class,
            name(),
            "give a file of XGBoost or LightGBM, or an ONNX file that is one ensemble of trees;"
                + " LinearBounds prove of networks, and RandomisedSmoothing of any model");
    TreeEnsemble ensemble = trees.ensemble();
    for (Tree tree : ensemble.trees()) {
      for (int node = 0; node < tree.size(); node++) {
        if (!tree.isLeaf(node) && (tree.isByCategory(node) || tree.singledOut(node).length > 0)) {
          throw new TouchstoneException(
              "%s splits column \"%s\" by single values or categories, and small changes of these mean nothing; give a model whose columns are numbers, or RandomisedSmoothing, which asks any model"
                  .formatted(model.name(), ensemble.columns().get(tree.column(node)).name()));
        }
      }
    }
    refuseOtherDecisions(model, data, trees);
  }

  /** The sums have to decide, up to rounding, on examples as they are. */
  private void refuseOtherDecisions(Classifier model, Dataset data, DecisionTrees trees) {
    int[] few = IntStream.range(0, Math.min(TRIED, data.size())).toArray();
    Predictions predictions = CheckedAnswers.of(model, data.inputs(few));
    if (predictions.threshold().isPresent()) {
      throw new TouchstoneException(
          "%s decides by a threshold of its own, and %s asks which sum of leaves is the largest; leave decidingAt(%s) out, or use RandomisedSmoothing, which asks any model"
              .formatted(model.name(), name(), predictions.threshold().getAsDouble()));
    }
    double[][] rows = trees.rows(data.inputs(few));
    for (int i : few) {
      int answer = predictions.predicted(i);
      Margins margins = new Margins(trees.ensemble(), model);
      for (int other = 0; other < margins.classes(); other++) {
        if (other != answer
            && margins.of(trees.ensemble().sums(rows[i]), answer, other) < -margins.slack()) {
          throw new TouchstoneException(
              "%s answers %s for example %s, and the sums of its leaves say %s: something else than its trees decides; use RandomisedSmoothing, which asks any model"
                  .formatted(
                      model.name(),
                      data.classNames().get(answer),
                      data.id(i),
                      data.classNames().get(other)));
        }
      }
    }
  }

  @Override
  public Status[] certify(Classifier model, Dataset data, int[] examples, RunContext context) {
    return Arrays.stream(find(model, data, examples, context))
        .map(Found::status)
        .toArray(Status[]::new);
  }

  @Override
  public Found[] find(Classifier model, Dataset data, int[] examples, RunContext context) {
    DecisionTrees trees = model.require(DecisionTrees.class, name(), "give trees");
    int[] places = trees.places(data.inputs(examples[0]));
    double[][] rows = trees.rows(data.inputs(examples));
    Margins margins = new Margins(trees.ensemble(), model);
    Found[] searched =
        IntStream.range(0, examples.length)
            .parallel()
            .mapToObj(
                i -> {
                  float[] x = data.batch(examples[i]).values();
                  return search(trees.ensemble(), margins, places, rows[i], x, data, examples[i]);
                })
            .toArray(Found[]::new);
    for (int i = 0; i < searched.length; i++) {
      float[] changed = searched[i].counterexample();
      if (changed != null) {
        int[] shape = data.batch(examples[i]).shape();
        int answer = CheckedAnswers.of(model, Inputs.of(Tensor.of(changed, shape))).predicted(0);
        if (answer == data.label(examples[i])) {
          // Rounding decides there, and the model is right.
          searched[i] = Found.of(Status.OPEN);
        }
      }
    }
    return searched;
  }

  private Found search(
      TreeEnsemble ensemble,
      Margins margins,
      int[] places,
      double[] row,
      float[] x,
      Dataset data,
      int example) {
    boolean open = false;
    int label = data.label(example);
    for (int other = 0; other < margins.classes(); other++) {
      if (other == label) {
        continue;
      }
      LeafBoxes search =
          new LeafBoxes(
              ensemble,
              margins.signs(label, other),
              margins.start(label, other),
              margins.slack(),
              boxes);
      double[][] ends = ends(ensemble, row);
      LeafBoxes.Outcome outcome = search.run(ends[0], ends[1]);
      if (outcome == LeafBoxes.Outcome.BELOW) {
        float[] changed = changed(x, places, row, search.foundLower(), search.foundUpper());
        if (changed.length > 0) {
          return new Found(Status.REFUTED, changed);
        }
      }
      open |= outcome != LeafBoxes.Outcome.ABOVE;
    }
    return Found.of(open ? Status.OPEN : Status.PROVEN);
  }

  /** The least and the largest that a tree may see of each column. */
  private double[][] ends(TreeEnsemble ensemble, double[] row) {
    double[] lower = new double[row.length];
    double[] upper = new double[row.length];
    for (int c = 0; c < row.length; c++) {
      lower[c] = Math.max(row[c] - threat.epsilon(), threat.lowest());
      upper[c] = Math.min(row[c] + threat.epsilon(), threat.highest());
    }
    return new double[][] {ensemble.asCompared(lower), ensemble.asCompared(upper)};
  }

  /** The example moved into a box as little as single precision allows; empty where it cannot. */
  private float[] changed(float[] x, int[] places, double[] row, double[] lower, double[] upper) {
    float[] changed = x.clone();
    for (int c = 0; c < row.length; c++) {
      double nearest = Math.min(Math.max(row[c], lower[c]), upper[c]);
      float value = (float) nearest;
      value =
          value < lower[c] ? Math.nextUp(value) : value > upper[c] ? Math.nextDown(value) : value;
      if (value < lower[c] || value > upper[c]) {
        return new float[0];
      }
      changed[places[c]] = value;
    }
    return changed;
  }

  /** What sums of leaves say of two classes. */
  private static final class Margins {
    private final TreeEnsemble ensemble;
    private final int classes;
    private final double middle;
    private final double slack;

    private Margins(TreeEnsemble ensemble, Classifier model) {
      this.ensemble = ensemble;
      this.classes = ensemble.outputs() == 1 ? 2 : ensemble.outputs();
      boolean probability =
          ensemble.link() == TreeEnsemble.Link.IDENTITY
              && model.outputs() == OutputKind.PROBABILITIES;
      this.middle = ensemble.outputs() == 1 && probability ? .5 : 0;
      double sizes = 1;
      for (int t = 0; t < ensemble.trees().size(); t++) {
        sizes += Math.abs(ensemble.weight(t)) * largest(ensemble.trees().get(t));
      }
      for (int o = 0; o < ensemble.outputs(); o++) {
        sizes += Math.abs(ensemble.base(o));
      }
      // Sums of single precision in any order, of both classes, and what a link makes of them.
      this.slack = 2 * (ensemble.trees().size() + 8) * Math.scalb(1.0, -24) * sizes;
    }

    private static double largest(Tree tree) {
      double largest = 0;
      for (int node = 0; node < tree.size(); node++) {
        for (double value : tree.values(node)) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
      return largest;
    }

    int classes() {
      return classes;
    }

    double slack() {
      return slack;
    }

    /** By how much each sum raises the margin of a class before another. */
    double[] signs(int label, int other) {
      if (ensemble.outputs() == 1) {
        return new double[] {label == 1 ? 1 : -1};
      }
      double[] signs = new double[ensemble.outputs()];
      signs[label] = 1;
      signs[other] = -1;
      return signs;
    }

    double start(int label, int other) {
      double[] signs = signs(label, other);
      double start = ensemble.outputs() == 1 ? -signs[0] * middle : 0;
      for (int o = 0; o < signs.length; o++) {
        start += signs[o] * ensemble.base(o);
      }
      return start;
    }

    /** Of sums that begin with their bases. */
    double of(double[] sums, int label, int other) {
      double[] signs = signs(label, other);
      double margin = ensemble.outputs() == 1 ? -signs[0] * middle : 0;
      for (int o = 0; o < signs.length; o++) {
        margin += signs[o] * sums[o];
      }
      return margin;
    }
  }

  @Override
  public String toString() {
    return name() + " " + settings();
  }
}
