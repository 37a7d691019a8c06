package dev.touchstone.model.tree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.touchstone.model.tree.Tree.Missing;
import dev.touchstone.model.tree.Tree.Split;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import dev.touchstone.runtime.StrictJson;
import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A file that XGBoost's {@code save_model} wrote, as JSON or as Universal Binary JSON ({@code
 * doc/tutorials/saving_model} and {@code doc/model.schema} of XGBoost). What {@code pickle} and
 * {@code save_raw("deprecated")} write is refused.
 */
public final class XgboostFile {
  private static final Pattern NOT_A_NUMBER = Pattern.compile("(?<=[\\[,])NaN(?=[,\\]])");

  /** What XGBoost itself takes for no category. */
  private static final int MOST_CATEGORIES = 1 << 24;

  private static final int MOST_COLUMNS = 1 << 24;

  /** The newest version whose files were compared with the library's own answers. */
  private static final int[] NEWEST = {3, 4};

  private final String name;
  private final JsonObject learner;
  private final int[] version;

  private XgboostFile(String name, JsonObject learner, int[] version) {
    this.name = name;
    this.learner = learner;
    this.version = version;
  }

  /**
   * Reads a file.
   *
   * @param name what to call it
   * @throws TouchstoneException if it is none, or of a newer version
   */
  public static XgboostFile of(String name, byte[] bytes) {
    JsonElement root = isText(bytes) ? json(name, bytes) : UniversalBinaryJson.parse(name, bytes);
    if (!root.isJsonObject()
        || !root.getAsJsonObject().has("learner")
        || !root.getAsJsonObject().has("version")) {
      throw new TouchstoneException(
          "%s is no model of XGBoost: it has no learner and no version; write it by booster.save_model(\"model.ubj\") or \"model.json\", not by pickle and not by dump_model"
              .formatted(name));
    }
    try {
      JsonArray stated = root.getAsJsonObject().getAsJsonArray("version");
      int[] version = stated.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
      return new XgboostFile(name, root.getAsJsonObject().getAsJsonObject("learner"), version);
    } catch (RuntimeException e) {
      throw damaged(name, e);
    }
  }

  /** JSON begins with its first name, Universal Binary JSON with the mark of a name's length. */
  private static boolean isText(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != '{') {
      return true;
    }
    int next = 1;
    while (next < bytes.length && Character.isWhitespace(bytes[next])) {
      next++;
    }
    return next == bytes.length || bytes[next] == '"' || bytes[next] == '}';
  }

  /** Before version 3 what a split by category has for a threshold is NaN, which no JSON has. */
  private static JsonElement json(String name, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      return StrictJson.parse(NOT_A_NUMBER.matcher(text).replaceAll("null"));
    } catch (JsonParseException e) {
      throw new TouchstoneException(
          "%s %s; XGBoost's model files are JSON or Universal Binary JSON, as booster.save_model(\"model.ubj\") writes them"
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private static TouchstoneException damaged(String name, RuntimeException e) {
    return new TouchstoneException(
        "%s begins as a model of XGBoost and is not whole: %s; write it again by booster.save_model(\"model.ubj\")"
            .formatted(name, e.getMessage()),
        e);
  }

  /** Returns the version of XGBoost that wrote the file, such as {@code "3.2.0"}. */
  public String version() {
    StringBuilder text = new StringBuilder();
    for (int part : version) {
      text.append(text.length() == 0 ? "" : ".").append(part);
    }
    return text.toString();
  }

  /**
   * Refuses a reader that is older than the file: XGBoost4J 2.1 reads the base score that version
   * 3.1 and later write as another number, without an error.
   *
   * @param reader what reads it, such as {@code "XGBoost4J"}
   * @param itsVersion such as {@code "2.1.4"}
   * @throws TouchstoneException if its major and minor version are below the file's
   */
  public void requireReader(String reader, String itsVersion) {
    int[] its =
        Arrays.stream(itsVersion.split("\\.")).limit(2).mapToInt(Integer::parseInt).toArray();
    if (isNewerThan(its)) {
      throw new TouchstoneException(
          "%s was written by XGBoost %s, and %s %s is older: it may read it as another model, without an error. Take %s %d.%d or later"
              .formatted(name, version(), reader, itsVersion, reader, version[0], version[1]));
    }
  }

  private boolean isNewerThan(int[] other) {
    return version[0] > other[0] || version[0] == other[0] && version[1] > other[1];
  }

  /** Returns the best iteration that early stopping found, from 0; empty without. */
  public OptionalInt bestIteration() {
    JsonObject attributes = learner.getAsJsonObject("attributes");
    return attributes == null || !attributes.has("best_iteration")
        ? OptionalInt.empty()
        : OptionalInt.of(attributes.get("best_iteration").getAsInt());
  }

  /**
   * Returns the trees of the first rounds.
   *
   * @param rounds how many; empty for all
   * @throws TouchstoneException for a model that is no sum of trees, or whose objective is not
   *     known; where early stopping left rounds behind the best one, and no number is given; and
   *     for a number of rounds that it does not have
   */
  public TreeEnsemble trees(OptionalInt rounds) {
    if (isNewerThan(NEWEST)) {
      throw new TouchstoneException(
          "%s was written by XGBoost %s, and its trees are known up to version %d.%d; let XGBoost's own library answer for it: Models.served(…)"
              .formatted(name, version(), NEWEST[0], NEWEST[1]));
    }
    try {
      return ensemble(rounds);
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged(name, e);
    }
  }

  /**
   * Returns the model of the first rounds: the trees, or a linear model, of which there are no
   * rounds.
   *
   * @param rounds how many; empty for all
   * @throws TouchstoneException as {@link #trees}, but for a linear model; and for rounds of such
   */
  public Booster booster(OptionalInt rounds) {
    if (isNewerThan(NEWEST) || !isLinear()) {
      return trees(rounds);
    }
    if (rounds.isPresent()) {
      throw new TouchstoneException(
          "%s is of the booster \"gblinear\", which keeps no rounds: XGBoost predicts with all that were boosted. Leave the number %d out"
              .formatted(name, rounds.getAsInt()));
    }
    try {
      return linear();
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged(name, e);
    }
  }

  private boolean isLinear() {
    JsonObject booster = learner.getAsJsonObject("gradient_booster");
    return booster != null
        && booster.has("name")
        && booster.get("name").isJsonPrimitive()
        && booster.get("name").getAsString().equals("gblinear");
  }

  /** Weights stand column by column, of each column one an output, and the biases last. */
  private LinearBooster linear() {
    JsonObject parameters = learner.getAsJsonObject("learner_model_param");
    JsonArray stored =
        learner
            .getAsJsonObject("gradient_booster")
            .getAsJsonObject("model")
            .getAsJsonArray("weights");
    int width = width(parameters);
    int outputs = outputs(parameters);
    if ((width + 1L) * outputs != stored.size()) {
      throw new IllegalArgumentException(
          "it states %d columns, %d outputs and %d weights"
              .formatted(width, outputs, stored.size()));
    }
    float[][] weights = new float[outputs][width + 1];
    for (int i = 0; i < stored.size(); i++) {
      weights[i % outputs][i / outputs] = stored.get(i).getAsFloat();
    }
    String objective = learner.getAsJsonObject("objective").get("name").getAsString();
    double[] base = base(parameters, outputs, objective);
    return new LinearBooster(
        columns(new JsonObject(), width), weights, (float) base[0], link(objective));
  }

  private static int width(JsonObject parameters) {
    int width = whole(parameters, "num_feature", 0);
    if (width < 0 || width > MOST_COLUMNS) {
      throw new IllegalArgumentException("it states %d columns".formatted(width));
    }
    return width;
  }

  private static int outputs(JsonObject parameters) {
    return Math.max(
        1, Math.max(whole(parameters, "num_class", 0), whole(parameters, "num_target", 1)));
  }

  /** The base scores of raw scores are such themselves. */
  private double[] base(JsonObject parameters, int outputs, String objective) {
    return base(parameters.get("base_score").getAsString(), outputs, link(objective));
  }

  private TreeEnsemble ensemble(OptionalInt rounds) {
    JsonObject booster = learner.getAsJsonObject("gradient_booster");
    String kind = booster.get("name").getAsString();
    if (!kind.equals("gbtree") && !kind.equals("dart")) {
      throw refused("is of the booster \"%s\", which is no sum of trees".formatted(kind));
    }
    JsonObject model =
        (kind.equals("dart") ? booster.getAsJsonObject("gbtree") : booster)
            .getAsJsonObject("model");
    JsonObject parameters = learner.getAsJsonObject("learner_model_param");
    int width = width(parameters);
    int outputs = outputs(parameters);
    int[] outputOf = wholes(model.getAsJsonArray("tree_info"));
    JsonArray stored = model.getAsJsonArray("trees");
    boolean vectors = !stored.isEmpty() && leafSize(stored.get(0).getAsJsonObject()) > 1;
    if (!vectors && outputs > Math.max(1, outputOf.length)) {
      throw new IllegalArgumentException(
          "it states %d columns, %d outputs and %d trees"
              .formatted(width, outputs, outputOf.length));
    }
    List<TreeColumn> columns = columns(model, width);
    int used = used(model, rounds, outputs, outputOf.length);
    double[] weights = new double[used];
    Arrays.fill(weights, 1);
    // Since version 3.4 in the model of a gbtree, too, which older readers pass over.
    JsonArray drop = (model.has("weight_drop") ? model : booster).getAsJsonArray("weight_drop");
    if (drop != null && !drop.isEmpty()) {
      Arrays.setAll(weights, i -> drop.get(i).getAsFloat());
    }
    List<Tree> trees = new ArrayList<>();
    for (int i = 0; i < used; i++) {
      JsonObject tree = stored.get(i).getAsJsonObject();
      Leaves leaves = vectors ? vectors(tree, outputs) : numbers(tree, outputOf[i]);
      trees.add(tree(tree, i, leaves, width));
    }
    String objective = learner.getAsJsonObject("objective").get("name").getAsString();
    return new TreeEnsemble(
        "XGBoost " + version(),
        columns,
        trees,
        weights,
        base(parameters, outputs, objective),
        link(objective),
        1,
        true);
  }

  private TouchstoneException refused(String what) {
    return new TouchstoneException(
        "%s %s; let XGBoost's own library answer for it: Models.served(…)".formatted(name, what));
  }

  /** How many trees the rounds have. */
  private int used(JsonObject model, OptionalInt asked, int outputs, int all) {
    int[] ends;
    if (model.has("iteration_indptr")) {
      ends = wholes(model.getAsJsonArray("iteration_indptr"));
    } else {
      int perRound =
          outputs * whole(model.getAsJsonObject("gbtree_model_param"), "num_parallel_tree", 1);
      ends = new int[all / perRound + 1];
      Arrays.setAll(ends, i -> i * perRound);
    }
    int rounds = ends.length - 1;
    OptionalInt best = bestIteration();
    if (asked.isEmpty() && best.isPresent() && best.getAsInt() + 1 < rounds) {
      throw new TouchstoneException(
          "%s has %d rounds, and early stopping found number %d the best: scikit-learn's XGBClassifier and XGBRegressor predict with the first %d of them, Booster.predict and XGBoost4J with all; say which are served: Models.xgboost(file, %d) or Models.xgboost(file, %d)"
              .formatted(
                  name, rounds, best.getAsInt(), best.getAsInt() + 1, best.getAsInt() + 1, rounds));
    }
    int taken = asked.orElse(rounds);
    if (taken < 1 || taken > rounds) {
      throw new TouchstoneException(
          "%s has %d rounds, and %d were asked for; ask for 1 to %d"
              .formatted(name, rounds, taken, rounds));
    }
    return ends[taken];
  }

  private static int whole(JsonObject parameters, String key, int otherwise) {
    return parameters.has(key) ? Integer.parseInt(parameters.get(key).getAsString()) : otherwise;
  }

  private static int[] wholes(JsonArray array) {
    return array.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  private Link link(String objective) {
    return switch (objective) {
      case "binary:logistic", "reg:logistic" -> Link.SIGMOID;
      case "multi:softprob", "multi:softmax" -> Link.SOFTMAX;
      case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" ->
          Link.EXPONENTIAL;
      // Its base score is a raw one.
      case "binary:logitraw",
          "reg:squarederror",
          "reg:linear",
          "reg:squaredlogerror",
          "reg:absoluteerror",
          "reg:pseudohubererror",
          "reg:quantileerror",
          "reg:expectileerror",
          "rank:pairwise",
          "rank:ndcg",
          "rank:map" ->
          Link.IDENTITY;
      default -> throw refused("has the objective \"%s\", which is not known".formatted(objective));
    };
  }

  /**
   * The base score as a sum before the link: written as one number before version 3.1, as a list
   * since.
   */
  private static double[] base(String text, int outputs, Link link) {
    String[] parts = text.replace("[", "").replace("]", "").split(",");
    double[] base = new double[outputs];
    for (int i = 0; i < outputs; i++) {
      float score = Float.parseFloat(parts[parts.length == 1 ? 0 : i].strip());
      base[i] =
          (float)
              switch (link) {
                case SIGMOID -> -Math.log(1 / (double) score - 1);
                case EXPONENTIAL -> Math.log(score);
                default -> score;
              };
    }
    return base;
  }

  /**
   * What the leaves of a tree add, and to which outputs.
   *
   * @param of by the number of the leaf's node
   */
  private record Leaves(int[] to, IntFunction<double[]> of) {}

  private static int leafSize(JsonObject tree) {
    return whole(tree.getAsJsonObject("tree_param"), "size_leaf_vector", 1);
  }

  /** A leaf's number stands where other nodes have their thresholds. */
  private static Leaves numbers(JsonObject tree, int output) {
    JsonArray values = tree.getAsJsonArray("split_conditions");
    return new Leaves(new int[] {output}, node -> new double[] {values.get(node).getAsFloat()});
  }

  /**
   * The leaves of {@code multi_output_tree} hold a number for each output. Since version 3.2 these
   * stand by themselves, and a leaf has its place among them for a right child; before, they stand
   * among the weights of all nodes.
   */
  private static Leaves vectors(JsonObject tree, int outputs) {
    boolean apart = tree.has("leaf_weights");
    JsonArray values = tree.getAsJsonArray(apart ? "leaf_weights" : "base_weights");
    int[] places = wholes(tree.getAsJsonArray("right_children"));
    if (leafSize(tree) != outputs) {
      throw new IllegalArgumentException(
          "it states %d outputs and leaves of %d numbers".formatted(outputs, leafSize(tree)));
    }
    return new Leaves(
        IntStream.range(0, outputs).toArray(),
        node -> {
          int place = apart ? places[node] : node;
          if (place < 0 || (place + 1L) * outputs > values.size()) {
            throw new IllegalArgumentException(
                "it states %d numbers of leaves, and none at place %d"
                    .formatted(values.size(), place));
          }
          return IntStream.range(place * outputs, (place + 1) * outputs)
              .mapToDouble(i -> values.get(i).getAsFloat())
              .toArray();
        });
  }

  private Tree tree(JsonObject tree, int number, Leaves leaves, int width) {
    String where = "%s: tree %d".formatted(name, number);
    int[] left = wholes(tree.getAsJsonArray("left_children"));
    int[] right = wholes(tree.getAsJsonArray("right_children"));
    int[] columns = wholes(tree.getAsJsonArray("split_indices"));
    JsonArray conditions = tree.getAsJsonArray("split_conditions");
    JsonArray defaults = tree.getAsJsonArray("default_left");
    JsonArray covers = tree.getAsJsonArray("sum_hessian");
    // Before version 3.2 trees whose leaves hold several numbers do not say it.
    boolean isCovered = leaves.to().length == 1 || covers != null;
    JsonArray types = tree.getAsJsonArray("split_type");
    BitSet[] sets = sets(tree, left.length);
    Tree.Builder builder = new Tree.Builder(left.length);
    for (int i = 0; i < left.length; i++) {
      double cover = isCovered ? covers.get(i).getAsFloat() : 0;
      if (left[i] < 0) {
        builder.leaf(i, leaves.to(), leaves.of().apply(i), cover);
        continue;
      }
      boolean category = types != null && types.get(i).getAsInt() == 1;
      builder.split(
          i,
          columns[i],
          category ? Split.OUTSIDE_SET : Split.BELOW,
          isTrue(defaults.get(i)) ? Missing.LEFT : Missing.RIGHT,
          new int[] {left[i], right[i]},
          cover);
      if (category) {
        builder.set(i, sets[i]);
      } else {
        builder.threshold(i, conditions.get(i).getAsFloat());
      }
    }
    return builder.build(where, width);
  }

  private static boolean isTrue(JsonElement value) {
    return value.getAsJsonPrimitive().isBoolean() ? value.getAsBoolean() : value.getAsInt() != 0;
  }

  /** The categories that go right, of the nodes that split by some. */
  private static BitSet[] sets(JsonObject tree, int nodes) {
    BitSet[] sets = new BitSet[nodes];
    Arrays.setAll(sets, i -> new BitSet());
    if (!tree.has("categories_nodes")) {
      return sets;
    }
    int[] of = wholes(tree.getAsJsonArray("categories_nodes"));
    int[] starts = wholes(tree.getAsJsonArray("categories_segments"));
    int[] sizes = wholes(tree.getAsJsonArray("categories_sizes"));
    int[] categories = wholes(tree.getAsJsonArray("categories"));
    for (int i = 0; i < of.length; i++) {
      for (int c = starts[i]; c < starts[i] + sizes[i]; c++) {
        if (categories[c] >= MOST_CATEGORIES) {
          throw new IllegalArgumentException("it has a category numbered " + categories[c]);
        }
        sets[of[i]].set(categories[c]);
      }
    }
    return sets;
  }

  private List<TreeColumn> columns(JsonObject model, int width) {
    JsonArray names = learner.getAsJsonArray("feature_names");
    JsonObject cats = model.getAsJsonObject("cats");
    JsonArray encodings = cats == null ? new JsonArray() : cats.getAsJsonArray("enc");
    List<TreeColumn> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      String column = names == null || names.isEmpty() ? "" : names.get(i).getAsString();
      columns.add(
          encodings.isEmpty()
              ? TreeColumn.ofNumbers(column)
              : column(column, encodings.get(i).getAsJsonObject()));
    }
    return columns;
  }

  /**
   * Categories by name. Version 3.2 cuts names of pandas' that are not ASCII where their number of
   * characters ends, and not of bytes, so that neighbours run into each other.
   */
  private static TreeColumn column(String name, JsonObject encoding) {
    int[] values;
    List<String> categories = new ArrayList<>();
    if (!encoding.has("offsets")) {
      for (JsonElement value : encoding.getAsJsonArray("values")) {
        categories.add(new BigDecimal(value.getAsString()).stripTrailingZeros().toPlainString());
      }
      return new TreeColumn(name, categories, "");
    }
    values = wholes(encoding.getAsJsonArray("values"));
    int[] offsets = wholes(encoding.getAsJsonArray("offsets"));
    byte[] bytes = new byte[values.length];
    boolean ascii = true;
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
      ascii &= bytes[i] >= 0;
    }
    if (!ascii) {
      return new TreeColumn(
          name,
          List.of(),
          "the names of its categories are not ASCII, and XGBoost writes such cut: give them other"
              + " names before training");
    }
    for (int i = 0; i + 1 < offsets.length; i++) {
      categories.add(
          new String(bytes, offsets[i], offsets[i + 1] - offsets[i], StandardCharsets.UTF_8));
    }
    return new TreeColumn(name, categories, "");
  }

  @Override
  public String toString() {
    return "%s of XGBoost %s".formatted(name, version());
  }
}
