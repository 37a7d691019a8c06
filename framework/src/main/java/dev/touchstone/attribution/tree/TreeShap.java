package dev.touchstone.attribution.tree;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Model;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Exact Shapley values of the columns of a sum of trees (Lundberg et al. 2020), signed: for each
 * column its share of what the trees say of the example beyond what they say where every column is
 * absent. They add up to that difference.
 *
 * <p>What is explained are the sums before the link, of which the quantity has to be a weighted
 * sum, such as the score of a class or a difference of two; {@link #ofProbabilities} explains what
 * the model answers. An absent column is
 *
 * <ul>
 *   <li>that of an example of a {@linkplain #against background}, in turn: interventional values,
 *       which see the model alone,
 *   <li>or sends the example both ways at a split, in the shares in which {@linkplain
 *       #pathDependent data came there}: values that see how columns depend on each other, as far
 *       as the trees do.
 * </ul>
 *
 * <p>A leaf's share depends on which columns of its path a row passes. For paths of few distinct
 * columns it is computed for all 2ᵐ sets at once and looked up for each row; for longer paths, and
 * for few rows, path-dependent values are found in one walk, in time proportional to leaves and
 * depth, and interventional ones pair by pair.
 */
public final class TreeShap implements AttributionMethod {
  private static final String CURE =
      "use it on boosted trees or forests that Models.xgboost, Models.lightgbm or Models.onnx"
          + " reads, or KernelShap on any model";

  private final @Nullable Dataset data;
  private final boolean interventional;
  private final boolean probabilities;

  private TreeShap(@Nullable Dataset data, boolean interventional, boolean probabilities) {
    this.data = data;
    this.interventional = interventional;
    this.probabilities = probabilities;
  }

  /**
   * Puts examples of a background in the place of absent columns: what a model does when columns
   * are set from outside.
   *
   * @param background of the columns that the model takes; a hundred examples usually do, and cost
   *     hardly grows with their number
   * @throws TouchstoneException if there are no examples
   */
  public static TreeShap against(Dataset background) {
    return new TreeShap(filled(background, "a background"), true, false);
  }

  /**
   * Sends examples both ways where a column is absent, in the shares that the model's file holds:
   * sums of hessians in XGBoost's, numbers of training examples in LightGBM's. ONNX files hold none
   * mostly.
   */
  public static TreeShap pathDependent() {
    return new TreeShap(null, false, false);
  }

  /**
   * Sends examples both ways where a column is absent, in the shares in which these data come to a
   * split.
   *
   * @param data such as those of the training, of the columns that the model takes
   * @throws TouchstoneException if there are no examples
   */
  public static TreeShap pathDependent(Dataset data) {
    return new TreeShap(filled(data, "data"), false, false);
  }

  private static Dataset filled(Dataset data, String what) {
    if (data.size() == 0) {
      throw new TouchstoneException(
          "TreeShap was given %s without examples, \"%s\"; give at least one, such as .first(100)"
              .formatted(what, data.name()));
    }
    return data;
  }

  /**
   * Explains what the model answers, after the link, such as a probability: for each example of the
   * background the values of the sum, times how much the answer changes for each unit of it (as
   * shap's {@code model_output="probability"}); of a softmax, which makes its answers of several
   * sums together, the values of each sum, times the mean of the answer's derivative by it on the
   * straight way between the two. They add up to the difference of the answers. The cost grows with
   * the size of the background.
   *
   * @throws TouchstoneException without a background: what a link makes of shares of leaves is no
   *     answer of the model
   */
  public TreeShap ofProbabilities() {
    if (!interventional) {
      throw new TouchstoneException(
          "TreeShap explains probabilities against a background, and path-dependent values are of"
              + " the sums before the link; write TreeShap.against(background).ofProbabilities()");
    }
    return new TreeShap(data, true, true);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("absent columns", interventional ? "of the background" : "by the path");
    settings.put("explained", probabilities ? "answers" : "sums before the link");
    if (data != null) {
      settings.put(
          interventional ? "background" : "covers", data.name() + ", sha256 " + data.sha256());
    }
    return settings;
  }

  @Override
  public void require(Model model) {
    trees(model);
  }

  private DecisionTrees trees(Model model) {
    DecisionTrees trees = model.require(DecisionTrees.class, name(), CURE);
    if (data == null && !Covers.areIn(trees.ensemble())) {
      throw new TouchstoneException(
          "%s holds no covers (how much of the training data came to each node), which path-dependent values are made of; write TreeShap.pathDependent(data), or TreeShap.against(background)"
              .formatted(model.name()));
    }
    return trees;
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    DecisionTrees trees = trees(model);
    requireLinear(quantity);
    TreeEnsemble ensemble = trees.ensemble();
    double[][] rows = compared(trees, batch);
    double[][] gradients = gradients(ensemble, quantity, rows.length);
    AbsentColumns absent = absent(trees);
    List<RowBlock> blocks =
        absent instanceof Background background
                && probabilities
                && ensemble.link() != TreeEnsemble.Link.IDENTITY
            ? new AnswerShares(ensemble, background, context).of(rows, gradients)
            : new ShapleySum(ensemble, absent, context).of(rows, gradients);
    return attribution(blocks, trees.places(batch), batch, quantity, absent.rule());
  }

  /**
   * Explains how columns act together ({@link ShapleyInteractions}), of sums before the link.
   *
   * @param batch n examples of d columns
   * @param quantity a weighted sum of the trees' sums
   * @throws dev.touchstone.model.MissingCapabilityException if the model is none of trees
   * @throws TouchstoneException of probabilities, of a quantity that is no weighted sum, and if n ×
   *     d × d numbers take more than half of the memory budget
   */
  public ShapleyInteractions interactions(
      Model model, Inputs batch, Quantity quantity, RunContext context) {
    if (probabilities) {
      throw new TouchstoneException(
          "TreeShap explains how columns act together of the sums before the link, and was asked"
              + " for probabilities; leave out .ofProbabilities()");
    }
    DecisionTrees trees = trees(model);
    int width = batch.rowSize();
    requireRoom(batch.rows(), width, context);
    Attribution alone = attribute(model, batch, quantity, context);
    double[][] rows = compared(trees, batch);
    AbsentColumns absent = absent(trees);
    double[][][] indices =
        new InteractionSum(trees.ensemble(), absent, context)
            .of(rows, gradients(trees.ensemble(), quantity, rows.length));
    int[] places = trees.places(batch);
    double[][][] values = new double[rows.length][width][width];
    for (int i = 0; i < values.length; i++) {
      double[] shapley = alone.maps()[i];
      for (int a = 0; a < places.length; a++) {
        for (int b = a + 1; b < places.length; b++) {
          double half = indices[i][a][b] / 2;
          values[i][places[a]][places[b]] = half;
          values[i][places[b]][places[a]] = half;
        }
      }
      for (int c = 0; c < width; c++) {
        values[i][c][c] = shapley[c] - Arrays.stream(values[i][c]).sum();
      }
    }
    return new ShapleyInteractions(values, alone.columns(), absent.rule());
  }

  private static void requireRoom(int rows, int columns, RunContext context) {
    // The indices and the values.
    long bytes = 2L * Double.BYTES * rows * columns * columns;
    if (bytes > context.settings().memoryBytes() / 2) {
      throw new TouchstoneException(
          "%d examples of %d columns have interactions of %d MB, more than half of touchstone.memory (%d MB); explain fewer examples at a time"
              .formatted(rows, columns, bytes >> 20, context.settings().memoryBytes() >> 20));
    }
  }

  private static double[][] gradients(TreeEnsemble ensemble, Quantity quantity, int rows) {
    double[][] gradients = new double[rows][];
    double[] anywhere = new double[ensemble.outputs()];
    Arrays.setAll(gradients, i -> quantity.gradient(anywhere, i));
    return gradients;
  }

  private void requireLinear(Quantity quantity) {
    if (!quantity.isLinear()) {
      throw new TouchstoneException(
          "TreeShap explains weighted sums of the trees' sums, and %s is none; explain a class, a difference of two or Quantity.weighting(…), or use KernelShap, which explains any function of the scores"
              .formatted(quantity.describe()));
    }
  }

  private AbsentColumns absent(DecisionTrees trees) {
    TreeEnsemble ensemble = trees.ensemble();
    if (data == null) {
      return Covers.ofFile(ensemble);
    }
    double[][] rows = compared(trees, data.inputs(0, data.size()));
    return interventional
        ? new Background(ensemble, rows)
        : Covers.counted(ensemble, rows, data.name());
  }

  private static double[][] compared(DecisionTrees trees, Inputs batch) {
    double[][] rows = trees.rows(batch);
    Arrays.setAll(rows, i -> trees.ensemble().asCompared(rows[i]));
    return rows;
  }

  private Attribution attribution(
      List<RowBlock> blocks, int[] places, Inputs batch, Quantity quantity, String rule) {
    double[][] maps = new double[batch.rows()][batch.rowSize()];
    double[] residuals = new double[batch.rows()];
    for (RowBlock block : blocks) {
      for (int i = 0; i < block.size(); i++) {
        int example = block.examples()[i];
        residuals[example] = block.residuals()[i];
        for (int c = 0; c < places.length; c++) {
          maps[example][places[c]] = block.added()[c][i];
          residuals[example] += block.added()[c][i];
        }
      }
    }
    return Attribution.of(maps, batch, quantity, probabilities ? rule + ", of answers" : rule)
        .with(Fidelity.completenessResidual(residuals, maps));
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
