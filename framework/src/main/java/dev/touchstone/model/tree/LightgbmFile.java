package dev.touchstone.model.tree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.touchstone.model.tree.LinearLeafTrees.LinearModel;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A text file that LightGBM's {@code save_model} wrote ({@code src/io/gbdt_model_text.cpp} and
 * {@code tree.cpp} of LightGBM).
 */
public final class LightgbmFile {
  private static final String CATEGORIES = "pandas_categorical:";

  private final String name;
  private final Map<String, String> header;
  private final List<Map<String, String>> trees;
  private final Map<String, String> parameters;
  private final JsonElement pandas;

  private LightgbmFile(
      String name,
      Map<String, String> header,
      List<Map<String, String>> trees,
      Map<String, String> parameters,
      JsonElement pandas) {
    this.name = name;
    this.header = header;
    this.trees = trees;
    this.parameters = parameters;
    this.pandas = pandas;
  }

  /**
   * Reads a file.
   *
   * @param name what to call it
   * @throws TouchstoneException if it is none, is cut short, or is of another version than 3 and 4
   */
  public static LightgbmFile of(String name, byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals("tree")) {
      throw new TouchstoneException(
          "%s is no model of LightGBM: its first line is not \"tree\"; write it by booster.save_model(\"model.txt\"), not by pickle and not by dump_model"
              .formatted(name));
    }
    Map<String, String> header = new HashMap<>();
    List<Map<String, String>> trees = new ArrayList<>();
    Map<String, String> parameters = new HashMap<>();
    JsonElement pandas = new JsonArray();
    Map<String, String> section = header;
    boolean whole = false;
    for (String line : lines) {
      if (line.startsWith("Tree=")) {
        section = new HashMap<>();
        trees.add(section);
      } else if (line.equals("end of trees")) {
        whole = true;
        section = new HashMap<>();
      } else if (whole && line.startsWith("[") && line.contains(": ") && line.endsWith("]")) {
        int colon = line.indexOf(": ");
        parameters.put(line.substring(1, colon), line.substring(colon + 2, line.length() - 1));
      } else if (whole && line.startsWith(CATEGORIES)) {
        pandas = categories(name, line.substring(CATEGORIES.length()));
      } else if (line.indexOf('=') > 0) {
        section.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
      } else if (line.equals("average_output")) {
        header.put(line, "");
      }
    }
    LightgbmFile file = new LightgbmFile(name, header, trees, parameters, pandas);
    if (!whole) {
      throw new TouchstoneException(
          "%s is cut short: it has no line \"end of trees\" after %d trees; write it again by booster.save_model(\"model.txt\")"
              .formatted(name, trees.size()));
    }
    if (!List.of("v3", "v4").contains(file.version())) {
      throw file.refused(
          "states the version \"%s\", and its trees are known in versions v3 and v4"
              .formatted(file.version()));
    }
    return file;
  }

  private static JsonElement categories(String name, String json) {
    try {
      return StrictJson.parse(json);
    } catch (JsonParseException e) {
      throw new TouchstoneException(
          "%s ends in a line %s that %s; write it again by booster.save_model(\"model.txt\")"
              .formatted(name, CATEGORIES, e.getMessage()),
          e);
    }
  }

  private TouchstoneException refused(String what) {
    return new TouchstoneException(
        "%s %s; let LightGBM's own library answer for it: Models.served(…)".formatted(name, what));
  }

  /** Returns the version of the file, such as {@code "v4"}; it is not that of LightGBM. */
  public String version() {
    return header.getOrDefault("version", "");
  }

  /**
   * Returns its trees.
   *
   * @throws TouchstoneException for linear trees, an objective that is not known, and a file that
   *     is damaged
   */
  public TreeEnsemble trees() {
    return whole(
        () -> {
          if (trees.stream().anyMatch(LightgbmFile::isLinear)) {
            throw refused("has linear models in its leaves (linear_tree)");
          }
          return ensemble();
        });
  }

  private <T> T whole(Supplier<T> read) {
    try {
      return read.get();
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TouchstoneException(
          "%s begins as a model of LightGBM and is not whole: %s; write it again by booster.save_model(\"model.txt\")"
              .formatted(name, e.getMessage()),
          e);
    }
  }

  /**
   * Returns its trees, be there numbers in their leaves or linear models.
   *
   * @throws TouchstoneException as {@link #trees}, but for linear trees
   */
  public Booster booster() {
    if (trees.stream().noneMatch(LightgbmFile::isLinear)) {
      return trees();
    }
    return whole(
        () -> {
          TreeEnsemble ensemble = ensemble();
          List<@Nullable LinearModel[]> models = new ArrayList<>();
          for (Map<String, String> tree : trees) {
            models.add(models(tree, ensemble.columns().size()));
          }
          return new LinearLeafTrees(ensemble, models);
        });
  }

  private static boolean isLinear(Map<String, String> tree) {
    return !tree.getOrDefault("is_linear", "0").equals("0");
  }

  /** By node, leaves behind the nodes that split; none of a tree without linear models. */
  private static @Nullable LinearModel[] models(Map<String, String> tree, int width) {
    int leaves = Integer.parseInt(tree.getOrDefault("num_leaves", ""));
    @Nullable LinearModel[] models = new LinearModel[2 * leaves - 1];
    if (!isLinear(tree)) {
      return models;
    }
    double[] constants = numbers(tree, "leaf_const", leaves);
    int[] counts = wholes(tree, "num_features", leaves);
    int all = Arrays.stream(counts).sum();
    // Of each leaf they are followed by a blank more.
    int[] columns =
        Arrays.stream(words(tree, "leaf_features", all)).mapToInt(Integer::parseInt).toArray();
    double[] weights =
        Arrays.stream(words(tree, "leaf_coeff", all)).mapToDouble(LightgbmFile::number).toArray();
    int from = 0;
    for (int leaf = 0; leaf < leaves; leaf++) {
      int to = from + counts[leaf];
      int[] its = Arrays.copyOfRange(columns, from, to);
      if (Arrays.stream(its).anyMatch(column -> column < 0 || column >= width)) {
        throw new IllegalArgumentException(
            "a leaf has the columns %s of %d".formatted(Arrays.toString(its), width));
      }
      models[leaves - 1 + leaf] =
          new LinearModel(constants[leaf], its, Arrays.copyOfRange(weights, from, to));
      from = to;
    }
    return models;
  }

  private static String[] words(Map<String, String> tree, String key, int length) {
    String[] words = tree.getOrDefault(key, "").strip().split(" +");
    String[] found = words.length == 1 && words[0].isEmpty() ? new String[0] : words;
    if (found.length != length) {
      throw new IllegalArgumentException(
          "%s has %d numbers, where %d were expected".formatted(key, found.length, length));
    }
    return found;
  }

  private TreeEnsemble ensemble() {
    int outputs = Integer.parseInt(header.getOrDefault("num_tree_per_iteration", ""));
    if (outputs < 1 || outputs > Math.max(1, trees.size())) {
      throw new IllegalArgumentException(
          "it states %d outputs and has %d trees".formatted(outputs, trees.size()));
    }
    List<TreeColumn> columns = columns();
    List<Tree> read = new ArrayList<>();
    double[] weights = new double[trees.size()];
    for (int i = 0; i < trees.size(); i++) {
      weights[i] = header.containsKey("average_output") ? (double) outputs / trees.size() : 1;
      read.add(tree(trees.get(i), i, i % outputs, columns.size()));
    }
    String[] objective = header.getOrDefault("objective", "").split(" ");
    return new TreeEnsemble(
        "LightGBM, file " + version(),
        columns,
        read,
        weights,
        new double[outputs],
        link(objective),
        slope(objective),
        false);
  }

  private Link link(String[] objective) {
    return switch (objective[0]) {
      case "binary", "multiclassova", "cross_entropy" -> Link.SIGMOID;
      case "multiclass" -> Link.SOFTMAX;
      case "poisson", "gamma", "tweedie" -> Link.EXPONENTIAL;
      case "cross_entropy_lambda" -> Link.SOFTPLUS;
      case "regression", "regression_l1", "huber", "fair", "quantile", "mape" ->
          Arrays.asList(objective).contains("sqrt") ? Link.SIGNED_SQUARE : Link.IDENTITY;
      // Of a loss of the trainer's own, which the file does not name, predict answers with the sum.
      case "lambdarank", "rank_xendcg", "custom", "" -> Link.IDENTITY;
      default ->
          throw refused(
              "has the objective \"%s\", which is not known"
                  .formatted(String.join(" ", objective)));
    };
  }

  private static double slope(String[] objective) {
    return Stream.of(objective)
        .filter(part -> part.startsWith("sigmoid:"))
        .mapToDouble(part -> Double.parseDouble(part.substring("sigmoid:".length())))
        .findFirst()
        .orElse(1);
  }

  private Tree tree(Map<String, String> tree, int number, int output, int width) {
    int leaves = Integer.parseInt(tree.getOrDefault("num_leaves", ""));
    double[] values = numbers(tree, "leaf_value", leaves);
    double[] counts =
        tree.containsKey("leaf_count") ? numbers(tree, "leaf_count", leaves) : new double[leaves];
    Tree.Builder builder = new Tree.Builder(2 * leaves - 1);
    int splits = leaves - 1;
    int[] to = {output};
    for (int leaf = 0; leaf < leaves; leaf++) {
      builder.leaf(splits + leaf, to, new double[] {values[leaf]}, counts[leaf]);
    }
    if (splits > 0) {
      splits(tree, builder, splits);
    }
    return builder.build("%s: tree %d".formatted(name, number), width);
  }

  /** Nodes that split come first, then the leaves, which children name by −1 − leaf. */
  private void splits(Map<String, String> tree, Tree.Builder builder, int splits) {
    int[] columns = wholes(tree, "split_feature", splits);
    int[] decisions = wholes(tree, "decision_type", splits);
    int[] left = wholes(tree, "left_child", splits);
    int[] right = wholes(tree, "right_child", splits);
    double[] thresholds = numbers(tree, "threshold", splits);
    double[] covers = numbers(tree, "internal_count", splits);
    int sets = Integer.parseInt(tree.getOrDefault("num_cat", "0"));
    int[] starts = sets == 0 ? new int[0] : wholes(tree, "cat_boundaries", sets + 1);
    long[] words =
        sets == 0
            ? new long[0]
            : Stream.of(tree.getOrDefault("cat_threshold", "").split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
    for (int node = 0; node < splits; node++) {
      boolean category = (decisions[node] & 1) != 0;
      boolean defaultLeft = (decisions[node] & 2) != 0;
      int kind = (decisions[node] >> 2) & 3;
      Missing missing =
          category
              ? Missing.RIGHT
              : switch (kind) {
                case 0 -> Missing.IS_ZERO;
                case 1 -> defaultLeft ? Missing.LEFT_AS_ZERO : Missing.RIGHT_AS_ZERO;
                default -> defaultLeft ? Missing.LEFT : Missing.RIGHT;
              };
      builder.split(
          node,
          columns[node],
          category ? Split.IN_SET : Split.AT_MOST,
          missing,
          new int[] {child(left[node], splits), child(right[node], splits)},
          covers[node]);
      if (category) {
        int set = (int) thresholds[node];
        builder.set(node, set(words, starts[set], starts[set + 1]));
      } else {
        builder.threshold(node, thresholds[node]);
      }
    }
  }

  private static int child(int named, int splits) {
    return named >= 0 ? named : splits + (-1 - named);
  }

  /** Bits in words of 32. */
  private static BitSet set(long[] words, int from, int to) {
    BitSet set = new BitSet();
    for (int word = from; word < to; word++) {
      for (int bit = 0; bit < 32; bit++) {
        if ((words[word] >> bit & 1) != 0) {
          set.set((word - from) * 32 + bit);
        }
      }
    }
    return set;
  }

  private static int[] wholes(Map<String, String> tree, String key, int length) {
    return Arrays.stream(list(tree, key, length)).mapToInt(Integer::parseInt).toArray();
  }

  private static double[] numbers(Map<String, String> tree, String key, int length) {
    return Arrays.stream(list(tree, key, length)).mapToDouble(LightgbmFile::number).toArray();
  }

  /** As C++ writes them: a split of what is missing from all that is not has the threshold inf. */
  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static String[] list(Map<String, String> tree, String key, int length) {
    String[] parts = tree.getOrDefault(key, "").split(" ");
    if (parts.length != length) {
      throw new IllegalArgumentException(
          "%s has %d numbers, where %d were expected".formatted(key, parts.length, length));
    }
    return parts;
  }

  private List<TreeColumn> columns() {
    String[] names = header.getOrDefault("feature_names", "").split(" ");
    int width = Integer.parseInt(header.getOrDefault("max_feature_idx", "")) + 1;
    if (names.length != width) {
      throw new IllegalArgumentException(
          "it has %d names of %d columns".formatted(names.length, width));
    }
    boolean named = false;
    for (int i = 0; i < width; i++) {
      named |= !names[i].equals("Column_" + i);
    }
    int[] byCategory =
        Stream.of(parameters.getOrDefault("categorical_feature", "").split(","))
            .filter(part -> part.matches("\\d{1,9}"))
            .mapToInt(Integer::parseInt)
            .sorted()
            .toArray();
    JsonArray categories = pandas.isJsonArray() ? pandas.getAsJsonArray() : new JsonArray();
    List<TreeColumn> columns = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      String column = named ? names[i] : "";
      int position = Arrays.binarySearch(byCategory, i);
      columns.add(
          position < 0 || categories.isEmpty()
              ? TreeColumn.ofNumbers(column)
              : categories.size() != byCategory.length
                  ? new TreeColumn(
                      column,
                      List.of(),
                      "the file names the categories of %d columns, and splits %d by category"
                          .formatted(categories.size(), byCategory.length))
                  : new TreeColumn(column, texts(categories.get(position).getAsJsonArray()), ""));
    }
    return columns;
  }

  private static List<String> texts(JsonArray categories) {
    return categories.asList().stream()
        .map(
            category ->
                category.getAsJsonPrimitive().isNumber()
                    ? new BigDecimal(category.getAsString()).stripTrailingZeros().toPlainString()
                    : category.getAsString())
        .toList();
  }

  @Override
  public String toString() {
    return "%s of LightGBM, file %s".formatted(name, version());
  }
}
