package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Columns;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * LIME for tables. By default numbers are cut at the training data's quartiles: the surrogate sees
 * of each column whether it is in the example's bin or category, so that a coefficient is what
 * being there adds to the quantity explained. Columns are drawn independently of each other.
 */
public final class LimeTables implements AttributionMethod {
  private static final String NAME = "Lime";

  /** What numbers are drawn from. */
  private enum Numbers {
    QUARTERS("quartiles"),
    AROUND_MEAN("around the mean"),
    AROUND_EXAMPLE("around the example");

    private final String words;

    Numbers(String words) {
      this.words = words;
    }
  }

  private final LimeSetting setting;
  private final Dataset training;
  private final Numbers numbers;
  private final List<String> categories;

  private LimeTables(
      LimeSetting setting, Dataset training, Numbers numbers, List<String> categories) {
    this.setting = setting;
    this.training = training;
    this.numbers = numbers;
    this.categories = categories;
  }

  static LimeTables against(Dataset training) {
    if (training.size() == 0) {
      throw new TouchstoneException(
          "%s has no examples; give some of what the model was trained on"
              .formatted(training.name()));
    }
    return new LimeTables(new LimeSetting(5000, 0, 1), training, Numbers.QUARTERS, List.of());
  }

  /**
   * Asks about another number of rows, the example itself among them; 5,000 by default.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public LimeTables withSamples(int number) {
    return new LimeTables(setting.withSamples(number), training, numbers, categories);
  }

  /**
   * Takes another width of the kernel; {@code 0.75 √d} by default, of d columns.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public LimeTables withKernelWidth(double width) {
    return new LimeTables(setting.withKernelWidth(width), training, numbers, categories);
  }

  /**
   * Holds coefficients back more or less; 1 by default.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public LimeTables withRidge(double penalty) {
    return new LimeTables(setting.withRidge(penalty), training, numbers, categories);
  }

  /**
   * Leaves numbers as they are: they are drawn from a normal distribution with the training data's
   * mean and deviation, and a coefficient is the slope for one deviation.
   */
  public LimeTables withoutDiscretising() {
    return new LimeTables(setting, training, Numbers.AROUND_MEAN, categories);
  }

  /** Leaves numbers as they are, and draws them around the example in place of the mean. */
  public LimeTables samplingAroundExample() {
    return new LimeTables(setting, training, Numbers.AROUND_EXAMPLE, categories);
  }

  /**
   * Takes numbers for codes of categories, of which others say nothing by being near.
   *
   * @param columns their names; texts and truth values are categories anyway
   */
  public LimeTables takingForCategories(String... columns) {
    return new LimeTables(setting, training, numbers, List.of(columns));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(setting.settings());
    settings.put("numbers", numbers.words);
    settings.put("categories", new TreeSet<>(categories).toString());
    settings.put(
        "training data",
        "%s (%d examples, %s)".formatted(training.name(), training.size(), training.sha256()));
    return settings;
  }

  @Override
  public void require(Model model) {
    QuantityOfInputs.require(model, NAME);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  /**
   * Explains rows of a table.
   *
   * <p>Of a column that is the same in every row of the training data nothing is known to put in
   * its place: it stays as it is and has no share.
   *
   * @throws TouchstoneException if they are none, or of other columns than the training data
   */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    QuantityOfInputs function = QuantityOfInputs.of(model, quantity, NAME, context);
    List<ColumnPerturbation> perturbations = perturbations(batch);
    LocalLinearModel[] models = new LocalLinearModel[batch.rows()];
    for (int i = 0; i < models.length; i++) {
      Inputs one = batch.select(i);
      Columns example = Columns.of(one, "the batch");
      TabularNeighbourhood neighbourhood =
          new TabularNeighbourhood(
              one,
              example,
              perturbations,
              setting.samples(),
              context.random().of(NAME, digest(example)));
      models[i] = setting.explain(neighbourhood, function, i, context.progress());
    }
    double[][] maps =
        Stream.of(models).map(LocalLinearModel::coefficients).toArray(double[][]::new);
    return Attribution.of(maps, batch, quantity, "ridge around the example")
        .with(
            Fidelity.surrogateFit(
                Stream.of(models).mapToDouble(LocalLinearModel::determination).toArray()))
        .with(
            Fidelity.standardError(
                Stream.of(models).mapToDouble(LimeTables::norm).toArray(), maps));
  }

  private static double norm(LocalLinearModel model) {
    return Math.sqrt(Arrays.stream(model.standardErrors()).map(error -> error * error).sum());
  }

  private List<ColumnPerturbation> perturbations(Inputs batch) {
    Columns table = Columns.of(training);
    List<String> asked = Columns.of(batch.select(), "the batch").names();
    boolean named = !batch.featureNames().isEmpty() && !training.featureNames().isEmpty();
    if (asked.size() != table.size() || (named && !asked.equals(table.names()))) {
      throw new TouchstoneException(
          "Lime's training data %s have the columns %s, and the examples %s; give training data of the same columns"
              .formatted(training.name(), table.names(), asked));
    }
    categories.forEach(table::indexOf);
    return IntStream.range(0, table.size()).mapToObj(c -> perturbation(table.get(c))).toList();
  }

  private ColumnPerturbation perturbation(Columns.Column column) {
    if (ColumnPerturbation.isConstant(column)) {
      return new ColumnPerturbation.AsItIs();
    }
    if (column instanceof Columns.Categories texts) {
      return ColumnPerturbation.Categories.of(texts);
    }
    Columns.Numbers values = (Columns.Numbers) column;
    if (categories.contains(column.name())) {
      return ColumnPerturbation.Codes.of(values);
    }
    return numbers == Numbers.QUARTERS
        ? ColumnPerturbation.Quarters.of(values)
        : ColumnPerturbation.Normal.of(values, numbers == Numbers.AROUND_EXAMPLE);
  }

  private static String digest(Columns example) {
    Digest digest = Digest.sha256();
    for (int c = 0; c < example.size(); c++) {
      if (example.get(c) instanceof Columns.Numbers of) {
        digest.add(of.values());
      } else {
        digest.add(((Columns.Categories) example.get(c)).values()[0]);
      }
    }
    return digest.hex();
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
