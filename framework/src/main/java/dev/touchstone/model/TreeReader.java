package dev.touchstone.model;

import dev.touchstone.model.tree.Booster;
import dev.touchstone.model.tree.LightgbmFile;
import dev.touchstone.model.tree.TreeColumn;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.model.tree.XgboostFile;
import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads tree files of XGBoost and LightGBM without either library.
 *
 * @param format whose file it is
 * @param rounds how many of them to take; empty for all
 */
record TreeReader(Format format, OptionalInt rounds) implements ModelReader {
  /** How files write them, by their numbers. */
  private static final List<String> TRUTHS = List.of("false", "true");

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,20}(\\.\\d{0,20})?");

  /** Whose file it is. */
  enum Format {
    /** XGBoost's, which refuses a category that it was not trained with. */
    XGBOOST,
    /** LightGBM's, to which such a category is missing. */
    LIGHTGBM
  }

  @Override
  public ServedModel read(ModelFile file) {
    return new BoosterModel(
        file.name(),
        format == Format.XGBOOST
            ? XgboostFile.of(file.name(), file.bytes()).booster(rounds)
            : LightgbmFile.of(file.name(), file.bytes()).booster(),
        format == Format.LIGHTGBM);
  }

  /**
   * A booster as a model.
   *
   * @param name of the file
   * @param unknownIsMissing whether a category that the file does not name is missing
   */
  record BoosterModel(String name, Booster booster, boolean unknownIsMissing)
      implements ServedModel {

    /** The trees; none of a linear model, or of trees whose leaves hold such. */
    Optional<TreeEnsemble> trees() {
      return booster instanceof TreeEnsemble trees ? Optional.of(trees) : Optional.empty();
    }

    @Override
    public List<String> columns() {
      List<String> names = booster.columns().stream().map(TreeColumn::name).toList();
      return names.stream().anyMatch(String::isEmpty) ? List.of() : names;
    }

    @Override
    public double[][] answer(Rows rows) {
      return booster.answers(matrix(rows));
    }

    /** What the booster takes: n × their columns, categories by their positions. */
    double[][] matrix(Rows rows) {
      int width = booster.columns().size();
      double[][] columns = new double[width][];
      if (rows.columns().isEmpty() || columns().isEmpty()) {
        requireWidth(rows, width);
      }
      List<String> given = rows.columns();
      double[] all = given.isEmpty() ? rows.doubles() : new double[0];
      for (int c = 0; c < width; c++) {
        if (given.isEmpty()) {
          columns[c] = new double[rows.size()];
          for (int i = 0; i < columns[c].length; i++) {
            columns[c][i] = all[i * width + c];
          }
        } else {
          columns[c] = column(rows, given.get(c), booster.columns().get(c));
        }
      }
      double[][] matrix = new double[rows.size()][width];
      for (int c = 0; c < width; c++) {
        for (int i = 0; i < matrix.length; i++) {
          matrix[i][c] = columns[c][i];
        }
      }
      return matrix;
    }

    private void requireWidth(Rows rows, int width) {
      if (rows.width() != width) {
        throw new TouchstoneException(
            "%s takes %d columns, which it does not name, and the data have %d%s; give the data as many, in the model's order"
                .formatted(
                    name,
                    width,
                    rows.width(),
                    rows.columns().isEmpty() ? "" : " " + rows.columns()));
      }
    }

    private double[] column(Rows rows, String given, TreeColumn column) {
      if (!rows.isText(given)) {
        double[] numbers = rows.numbers(given);
        return column.categories().isEmpty() ? numbers : positions(given, numbers, column);
      }
      if (!column.unreadable().isEmpty()) {
        throw refused(given, "texts, and " + column.unreadable());
      }
      if (column.categories().isEmpty()) {
        throw refused(
            given,
            "texts, and the file names no categories of it; declare it as .numeric(\"%s\"), with the numbers that the model was trained with"
                .formatted(given));
      }
      Map<String, Integer> known = known(column);
      String[] texts = rows.texts(given);
      double[] positions = new double[texts.length];
      for (int i = 0; i < texts.length; i++) {
        Integer position = known.get(texts[i]);
        if (position == null) {
          requireNoOtherSpelling(given, texts[i], i, known);
        }
        positions[i] = position == null ? Double.NaN : position;
      }
      return unknownIsMissing ? positions : rows.codes(given, column.categories());
    }

    /** What is only written otherwise would be missing to the model without a word. */
    private void requireNoOtherSpelling(
        String given, String text, int row, Map<String, Integer> known) {
      String truth = text.toLowerCase(Locale.ROOT);
      Optional<String> same =
          TRUTHS.contains(truth) && known.containsKey(truth)
              ? Optional.of(truth)
              : NUMBER.matcher(text).matches()
                  ? Optional.of(plain(new BigDecimal(text))).filter(known::containsKey)
                  : Optional.empty();
      if (same.isPresent()) {
        throw refused(
            given,
            "\"%s\" in row %d of the batch, which the file writes \"%s\"; declare the column as .%s(\"%s\"), or write its texts as the file does"
                .formatted(
                    text, row, same.get(), TRUTHS.contains(truth) ? "bool" : "numeric", given));
      }
    }

    private static String plain(BigDecimal number) {
      return number.stripTrailingZeros().toPlainString();
    }

    private static Map<String, Integer> known(TreeColumn column) {
      Map<String, Integer> known = new HashMap<>();
      for (int i = 0; i < column.categories().size(); i++) {
        known.put(column.categories().get(i), i);
      }
      return known;
    }

    /** Categories that are numbers themselves, or truth values. */
    private double[] positions(String given, double[] numbers, TreeColumn column) {
      Map<String, Integer> known = known(column);
      double[] positions = new double[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        if (Double.isNaN(numbers[i])) {
          positions[i] = Double.NaN;
          continue;
        }
        boolean truth = TRUTHS.containsAll(known.keySet()) && (numbers[i] == 0 || numbers[i] == 1);
        Integer position =
            known.get(truth ? TRUTHS.get((int) numbers[i]) : plain(BigDecimal.valueOf(numbers[i])));
        if (position == null && !unknownIsMissing) {
          throw refused(
              given,
              "%s in row %d of the batch, which is none of the categories %s that the model was trained with; declare it as .text(\"%s\") if these are texts, or leave such rows out"
                  .formatted(numbers[i], i, shown(column.categories()), given));
        }
        positions[i] = position == null ? Double.NaN : position;
      }
      return positions;
    }

    private static String shown(List<String> categories) {
      return categories.size() <= 8
          ? categories.toString()
          : "%s and %d more".formatted(categories.subList(0, 8), categories.size() - 8);
    }

    private TouchstoneException refused(String column, String what) {
      return new TouchstoneException("%s: the column \"%s\" has %s".formatted(name, column, what));
    }
  }
}
