package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.model.ModelSource;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which model files are read, and how far their answers are from those of the library that trained
 * them: runs the models that {@code model_zoo.py} wrote and prints the tables of {@code
 * docs/models/compatibility.md}. Argument: their folder, and what the names of those to run contain
 * (all).
 */
final class Compatibility {
  private static final long MEMORY = 1L << 30;
  private static final double WITHIN = 1e-5;
  private static final int MOST_OF_A_REMARK = 220;
  private static final String BECAUSE = "runs on ONNX Runtime because ";

  private Compatibility() {}

  /**
   * What became of a file.
   *
   * @param inPython what the file answers in ONNX Runtime for Python, beside its library
   * @param runsOn the white box, ONNX Runtime, or nothing
   * @param difference the largest of a probability, or of a value relative to its size above 1
   * @param labels at how many rows the predicted class is another
   * @param gradient the largest difference, relative to the largest derivative
   */
  private record Row(
      String name,
      String source,
      String inPython,
      String runsOn,
      Optional<Double> difference,
      Optional<String> labels,
      Optional<Double> gradient,
      String remark) {

    static Row failed(String name, String source, String remark) {
      return new Row(
          name, source, "-", "-", Optional.empty(), Optional.empty(), Optional.empty(), remark);
    }

    static Row failed(JsonObject zoo, String remark) {
      Row row = failed(zoo.get("name").getAsString(), zoo.get("source").getAsString(), remark);
      return new Row(
          row.name,
          row.source,
          Compatibility.inPython(zoo),
          "-",
          row.difference,
          row.labels,
          row.gradient,
          remark);
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String wanted = arguments.length > 1 ? arguments[1] : "";
    List<Path> described;
    try (Stream<Path> files = Files.list(folder)) {
      described =
          files
              .filter(file -> file.toString().endsWith(".json") && file.toString().contains(wanted))
              .sorted()
              .toList();
    }
    Map<String, List<Row>> families = new TreeMap<>();
    for (Path file : described) {
      try (Reader in = Files.newBufferedReader(file)) {
        JsonObject zoo = JsonParser.parseReader(in).getAsJsonObject();
        String name = zoo.get("name").getAsString();
        Row row = row(folder, zoo);
        System.err.println(line(row));
        families
            .computeIfAbsent(name.substring(0, name.indexOf('-')), n -> new ArrayList<>())
            .add(row);
      }
    }
    introduce(families.values().stream().flatMap(List::stream).toList());
    families.forEach(Compatibility::print);
  }

  private static void introduce(List<Row> rows) {
    List<Row> run = rows.stream().filter(row -> row.difference().isPresent()).toList();
    System.out.printf(
        """
        # Which model files are read

        Small models of the usual libraries and exporters, asked about rows that they were not trained on. The
        tables are printed by runs: `benchmarks/src/main/python/model_zoo.py` trains and exports
        the models, `benchmarks/run Compatibility zoo` asks them. %d of %d are run, %d of them within 1e-5 of what
        the library that trained them predicts.

        - *the file in Python*: how far ONNX Runtime for Python, asked about the same file, is from the training
          library. An exporter may write another model than it was given; where this column is large, the file
          is what is tested, and it is what production serves.
        - *runs on*: `white box` has gradients, layers and backward rules; on ONNX Runtime a model predicts.
        - *largest difference*: between Touchstone and the training library, of a probability, or of a value
          relative to its size (above 1); of quantised models, which no library trained, between Touchstone and
          ONNX Runtime for Python.
        - *gradient*: the largest difference to automatic differentiation in PyTorch, relative to the largest
          derivative.
        """,
        run.size(),
        rows.size(),
        run.stream().filter(row -> row.difference().orElseThrow() <= WITHIN).count());
  }

  private static Row row(Path folder, JsonObject zoo) {
    String name = zoo.get("name").getAsString();
    String source = zoo.get("source").getAsString();
    if (zoo.has("refused")) {
      return Row.failed(name, source, "the exporter refuses: " + zoo.get("refused").getAsString());
    }
    String kind = zoo.get("kind").getAsString();
    ModelSource model = Models.onnx(folder.resolve(name + ".onnx").toString());
    try {
      if (kind.equals("LABELS")) {
        return ofLabels(model, zoo);
      }
      OutputKind outputs = OutputKind.valueOf(kind);
      return outputs.isOfRegressor()
          ? ofRegressor(
              outputs == OutputKind.VALUES ? model.emittingValues() : model.emittingIntervals(),
              zoo)
          : ofClassifier(model.emitting(outputs), zoo);
    } catch (TouchstoneException e) {
      return Row.failed(zoo, String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      return Row.failed(zoo, "FAULT " + e);
    }
  }

  private static Row ofRegressor(Regressor model, JsonObject zoo) {
    double[][] answers = rows(zoo.getAsJsonArray("answers"));
    Dataset data =
        dataset(zoo)
            .values(IntStream.range(0, answers.length).asDoubleStream().toArray(), "units")
            .build();
    try {
      Values said = CheckedAnswers.of(model, data, MEMORY);
      int middle = answers[0].length / 2;
      double most = most(answers.length, i -> relative(said.value(i), answers[i][middle]));
      return new Row(
          zoo.get("name").getAsString(),
          zoo.get("source").getAsString(),
          inPython(zoo),
          runsOn(model),
          Optional.of(most),
          Optional.empty(),
          gradient(model, data, zoo, Quantity.output(0)),
          model.whyMissing(WhiteBox.class));
    } finally {
      Models.release(model);
    }
  }

  private static Row ofClassifier(Classifier model, JsonObject zoo) {
    double[][] answers = rows(zoo.getAsJsonArray("answers"));
    int classes = Math.max(2, answers[0].length);
    int[] labels =
        zoo.getAsJsonArray("labels").asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    Dataset data =
        dataset(zoo)
            .labels(labels)
            .classNames(IntStream.range(0, classes).mapToObj(c -> "c" + c).toList())
            .build();
    try {
      Predictions said = CheckedAnswers.of(model, data, MEMORY);
      double most =
          most(
              answers.length,
              i -> {
                double[] wanted = probabilities(answers[i], model.outputs());
                return most(classes, c -> Math.abs(said.probability(i, c) - wanted[c]));
              });
      long others =
          IntStream.range(0, answers.length).filter(i -> said.predicted(i) != labels[i]).count();
      return new Row(
          zoo.get("name").getAsString(),
          zoo.get("source").getAsString(),
          inPython(zoo),
          runsOn(model),
          Optional.of(most),
          Optional.of(others + " of " + answers.length),
          gradient(
              model,
              data,
              zoo,
              answers[0].length == 1
                  ? Quantity.output(0)
                  : Quantity.ofClass(new int[answers.length])),
          model.whyMissing(WhiteBox.class));
    } finally {
      Models.release(model);
    }
  }

  /** Each label by itself. */
  private static Row ofLabels(ModelSource source, JsonObject zoo) {
    double[][] answers = rows(zoo.getAsJsonArray("answers"));
    int labels = answers[0].length;
    double most = 0;
    String runsOn = "";
    String remark = "";
    for (int label = 0; label < labels; label++) {
      int column = label;
      Classifier model = source.ofLabel(label, labels).emittingProbabilities();
      Dataset data =
          dataset(zoo)
              .labels(IntStream.range(0, answers.length).map(i -> i % 2).toArray())
              .classNames(List.of("absent", "present"))
              .build();
      try {
        Predictions said = CheckedAnswers.of(model, data, MEMORY);
        most =
            Math.max(
                most,
                most(answers.length, i -> Math.abs(said.probability(i, 1) - answers[i][column])));
        runsOn = runsOn(model);
        remark = model.whyMissing(WhiteBox.class);
      } finally {
        Models.release(model);
      }
    }
    return new Row(
        zoo.get("name").getAsString(),
        zoo.get("source").getAsString(),
        inPython(zoo),
        runsOn,
        Optional.of(most),
        Optional.empty(),
        Optional.empty(),
        (labels + " labels, each by .ofLabel(i, " + labels + ") " + remark).strip());
  }

  private static String inPython(JsonObject zoo) {
    JsonObject file = zoo.getAsJsonObject("file");
    if (file.has("refused")) {
      return "refused";
    }
    String difference = file.has("difference") ? digits(file.get("difference").getAsDouble()) : "?";
    return file.has("labels") && file.get("labels").getAsInt() > 0
        ? "%s, %d other labels".formatted(difference, file.get("labels").getAsInt())
        : difference;
  }

  private static String runsOn(Model model) {
    return model.facts().runsOn().orElse("?");
  }

  private static Optional<Double> gradient(
      Model model, Dataset data, JsonObject zoo, Quantity quantity) {
    if (!zoo.has("gradients")) {
      return Optional.empty();
    }
    Optional<InputGradients> has = model.capability(InputGradients.class);
    if (has.isEmpty()) {
      return Optional.empty();
    }
    double[][] wanted = rows(zoo.getAsJsonArray("gradients"));
    double[][] said = has.get().inputGradients(data.batch(0, data.size()), quantity);
    double largest = most(wanted.length, i -> most(wanted[i].length, j -> Math.abs(wanted[i][j])));
    return Optional.of(
        most(wanted.length, i -> most(wanted[i].length, j -> Math.abs(said[i][j] - wanted[i][j])))
            / largest);
  }

  private static double[] probabilities(double[] row, OutputKind kind) {
    if (row.length == 1) {
      double p = kind == OutputKind.LOGITS ? 1 / (1 + Math.exp(-row[0])) : row[0];
      return new double[] {1 - p, p};
    }
    if (kind == OutputKind.PROBABILITIES) {
      return row;
    }
    double largest = Arrays.stream(row).max().orElseThrow();
    double sum = Arrays.stream(row).map(x -> Math.exp(x - largest)).sum();
    return Arrays.stream(row).map(x -> Math.exp(x - largest) / sum).toArray();
  }

  private static double relative(double said, double wanted) {
    return Math.abs(said - wanted) / Math.max(1, Math.abs(wanted));
  }

  private static double most(int n, IntToDoubleFunction of) {
    return IntStream.range(0, n).mapToDouble(of).max().orElseThrow();
  }

  private static Dataset.Builder dataset(JsonObject zoo) {
    Dataset.Builder data = Dataset.named(zoo.get("name").getAsString()).allowingMissing();
    Map<String, JsonElement> inputs = zoo.getAsJsonObject("inputs").asMap();
    for (Map.Entry<String, JsonElement> input : inputs.entrySet()) {
      JsonObject given = input.getValue().getAsJsonObject();
      int[] shape =
          Arrays.stream(row(given.getAsJsonArray("shape"))).mapToInt(d -> (int) d).toArray();
      int[] one = Arrays.copyOfRange(shape, 1, shape.length);
      JsonArray values = given.getAsJsonArray("values");
      String kind = given.get("kind").getAsString();
      if (inputs.size() == 1 && kind.equals("float") && shape.length > 1) {
        double[] wide = row(values);
        float[] singles = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
          singles[i] = (float) wide[i];
        }
        data.features(FeatureStore.inMemory(singles, one));
      } else if (inputs.size() == 1 && kind.equals("double")) {
        data.features(FeatureStore.inMemory(row(values), one));
      } else {
        data.input(input.getKey(), tensor(kind, values, shape));
      }
    }
    return data;
  }

  private static TypedTensor tensor(String kind, JsonArray values, int... shape) {
    return switch (kind) {
      case "text" ->
          new TypedTensor.Texts(
              values.asList().stream().map(JsonElement::getAsString).toArray(String[]::new), shape);
      case "whole" ->
          new TypedTensor.Integers(
              values.asList().stream().mapToLong(JsonElement::getAsLong).toArray(), shape);
      case "float", "double" -> new TypedTensor.Doubles(row(values), shape);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static double[] row(JsonArray numbers) {
    return numbers.asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  private static double[][] rows(JsonArray rows) {
    return rows.asList().stream().map(r -> row(r.getAsJsonArray())).toArray(double[][]::new);
  }

  private static void print(String family, List<Row> rows) {
    long run = rows.stream().filter(row -> row.difference().isPresent()).count();
    System.out.printf("%n## %s: %d of %d are run%n%n", family, run, rows.size());
    System.out.println(
        "| model | exported by | the file in Python | runs on | largest difference | other labels |"
            + " gradient | remark |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    rows.forEach(row -> System.out.println(line(row)));
  }

  private static String line(Row row) {
    String remark = row.remark().replace(BECAUSE, "").replace('|', '/').replaceAll("\\s+", " ");
    return "| %s | %s | %s | %s | %s | %s | %s | %s |"
        .formatted(
            row.name(),
            row.source(),
            row.inPython(),
            row.runsOn(),
            row.difference().map(Compatibility::digits).orElse("-"),
            row.labels().orElse("-"),
            row.gradient().map(Compatibility::digits).orElse("-"),
            remark.length() > MOST_OF_A_REMARK
                ? remark.substring(0, MOST_OF_A_REMARK) + "…"
                : remark);
  }

  private static String digits(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }
}
