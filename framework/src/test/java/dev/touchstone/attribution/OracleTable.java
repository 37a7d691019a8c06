package dev.touchstone.attribution;

import com.google.gson.Gson;
import dev.touchstone.attribution.activation.GradCam;
import dev.touchstone.attribution.activation.GuidedGradCam;
import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.attribution.gradient.DistributionOfInterest;
import dev.touchstone.attribution.gradient.ExpectedGradients;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.InternalInfluence;
import dev.touchstone.attribution.gradient.LayerConductance;
import dev.touchstone.attribution.gradient.LayerGradientTimesActivation;
import dev.touchstone.attribution.gradient.LayerIntegratedGradients;
import dev.touchstone.attribution.gradient.NeuronConductance;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.gradient.SmoothGradSquared;
import dev.touchstone.attribution.gradient.VarGrad;
import dev.touchstone.attribution.perturbation.ExactShapley;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.attribution.perturbation.LimeNumbers;
import dev.touchstone.attribution.perturbation.Occlusion;
import dev.touchstone.attribution.perturbation.QuantityOfInputs;
import dev.touchstone.attribution.rule.Deconvnet;
import dev.touchstone.attribution.rule.DeepLift;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.attribution.rule.ZennitNumbers;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What attribution methods make of eight kinds of models, beside other implementations: the numbers
 * of {@code gradient_family_oracle.py}, {@code relevance_oracle.py} and {@code
 * attribution_table_oracle.py}.
 */
final class OracleTable {
  /** The table's columns. */
  static final List<String> MODELS =
      List.of(
          "mlp",
          "cnn",
          "vgg",
          "residual",
          "mobile",
          "encoder",
          "xgboost",
          "lightgbm",
          "scikit-learn");

  private static final int STEPS = 400;
  private static final double NOISE = 0.1;

  private final Map<Row, Map<String, DoubleSupplier>> cells = new LinkedHashMap<>();

  /**
   * One comparison.
   *
   * @param sampled whether both sides draw, so that differences are shares of what two runs of
   *     theirs differ by
   */
  record Row(String method, String oracle, boolean sampled) {}

  /** Of one network, by attribution_table_oracle.py. */
  private record Network(
      int[] groups,
      int[] window,
      double[][] gradient,
      double[][] inputTimesGradient,
      double[][] occlusion,
      double[][] background,
      double[][] expectedGradients,
      double[] smoothGrad,
      double smoothGradApart,
      double[] smoothGradSquared,
      double smoothGradSquaredApart,
      double[] varGrad,
      double varGradApart,
      double[][] shapley,
      LimeNumbers lime) {}

  /** Of one ensemble of trees. */
  private record Trees(
      double[][] train,
      double[][] inputs,
      double[][] background,
      double[][] interventional,
      double[][] path,
      double[][] interactions,
      double[][] shapley,
      double[][] own,
      LimeNumbers lime) {}

  OracleTable() {
    CaptumFamily.NAMES.forEach(this::ofNetwork);
    CaptumFamily.NAMES.forEach(this::ofChangedInputs);
    for (String net : List.of("mlp", "cnn", "vgg", "resnet", "mobile")) {
      ofRelevance(net);
    }
    MODELS.subList(6, 9).forEach(this::ofTrees);
  }

  /** What is compared, by row and model; each is the largest difference when it is asked. */
  Map<Row, Map<String, DoubleSupplier>> cells() {
    return cells;
  }

  private void add(String method, String oracle, String model, DoubleSupplier difference) {
    add(new Row(method, oracle, false), model, difference);
  }

  private void add(Row row, String model, DoubleSupplier difference) {
    cells.computeIfAbsent(row, key -> new HashMap<>()).put(model, difference);
  }

  private static <T> T read(String name, Class<T> type) {
    byte[] bytes = Location.of("classpath:attribution/table-" + name + ".json").read(1 << 22);
    return new Gson().fromJson(new String(bytes, StandardCharsets.UTF_8), type);
  }

  /** The largest ‖a − b‖ / ‖b‖ of the examples. */
  private static double distance(double[][] ours, double[][] theirs) {
    if (ours.length != theirs.length) {
      throw new IllegalStateException(ours.length + " maps beside " + theirs.length);
    }
    double largest = 0;
    for (int i = 0; i < theirs.length; i++) {
      largest = Math.max(largest, distance(ours[i], theirs[i]));
    }
    return largest;
  }

  private static double distance(double[] ours, double[] theirs) {
    if (ours.length != theirs.length) {
      throw new IllegalStateException(ours.length + " numbers beside " + theirs.length);
    }
    double difference = 0;
    double size = 0;
    for (int j = 0; j < theirs.length; j++) {
      difference += (ours[j] - theirs[j]) * (ours[j] - theirs[j]);
      size += theirs[j] * theirs[j];
    }
    return Math.sqrt(difference / size);
  }

  private void ofNetwork(String name) {
    CaptumFamily family = CaptumFamily.of(name);
    Network table = read(name, Network.class);
    Function<AttributionMethod, double[][]> maps = m -> family.explained(name, m).maps();

    add(
        "Gradient",
        "Captum",
        name,
        () -> distance(maps.apply(Gradient.withDefaults().keepingSign()), table.gradient));
    add(
        "Input × gradient",
        "Captum",
        name,
        () -> distance(maps.apply(InputTimesGradient.withDefaults()), table.inputTimesGradient));
    add(
        "Integrated Gradients",
        "Captum, 20,000 steps",
        name,
        () ->
            distance(
                maps.apply(IntegratedGradients.withDefaults().withSteps(STEPS)),
                family.integratedGradients()));
    add(
        "Expected Gradients",
        "Captum, 10,000 steps from each",
        name,
        () ->
            distance(
                maps.apply(
                    ExpectedGradients.against(background(table.background, family.shape()))
                        .withSteps(STEPS)),
                table.expectedGradients));
    ofNoise(name, family, table);
    ofLayer(name, maps, family.taps().get(0));
    if (family.deepLift() != null && !name.equals("cnn")) {
      add(
          "DeepLIFT",
          "Captum",
          name,
          () -> distance(maps.apply(DeepLift.withDefaults()), family.deepLift()));
    }
    if (family.guidedBackprop() != null && !name.equals("mobile")) {
      add(
          "Guided Backpropagation",
          "Captum",
          name,
          () -> distance(maps.apply(GuidedBackprop.withDefaults()), family.guidedBackprop()));
      add(
          "Deconvnet",
          "Captum",
          name,
          () -> distance(maps.apply(Deconvnet.withDefaults()), family.deconvolution()));
    }
    String node = family.taps().get(0).node();
    if (family.gradCam() != null) {
      add(
          "Grad-CAM",
          "Captum, PyTorch's resizing",
          name,
          () -> {
            double[][] ours = maps.apply(GradCam.at(node));
            int channels = ours[0].length / family.stretchedGradCam()[0].length;
            return distance(ours, repeated(family.stretchedGradCam(), channels));
          });
    }
    if (family.guidedGradCam() != null && !name.equals("mobile")) {
      add(
          "Guided Grad-CAM",
          "Captum",
          name,
          () -> distance(maps.apply(GuidedGradCam.at(node)), family.guidedGradCam()));
    }
  }

  private static double[][] repeated(double[][] planes, int times) {
    double[][] everywhere = new double[planes.length][times * planes[0].length];
    for (int i = 0; i < planes.length; i++) {
      double[] plane = planes[i];
      Arrays.setAll(everywhere[i], j -> plane[j % plane.length]);
    }
    return everywhere;
  }

  private void ofLayer(
      String name, Function<AttributionMethod, double[][]> maps, CaptumFamily.AtTap tap) {
    String node = tap.node();
    Map<String, Map.Entry<AttributionMethod, double[][]>> methods = new LinkedHashMap<>();
    methods.put(
        "Gradient × activation of a layer",
        Map.entry(LayerGradientTimesActivation.at(node), tap.gradientTimesActivation()));
    methods.put(
        "Internal influence",
        Map.entry(
            InternalInfluence.at(node).over(DistributionOfInterest.path().withSteps(STEPS)),
            tap.internalInfluence()));
    methods.put(
        "Layer conductance",
        Map.entry(LayerConductance.at(node).withSteps(STEPS), tap.conductance()));
    methods.put(
        "Neuron conductance",
        Map.entry(
            NeuronConductance.at(node, tap.neuron()).withSteps(STEPS), tap.neuronConductance()));
    methods.put(
        "Layer Integrated Gradients",
        Map.entry(LayerIntegratedGradients.at(node).withSteps(STEPS), tap.integratedGradients()));
    methods.forEach(
        (method, both) ->
            add(
                method,
                method.startsWith("Gradient") ? "Captum" : "Captum, 20,000 steps",
                name,
                () -> distance(maps.apply(both.getKey()), both.getValue())));
  }

  private void ofNoise(String name, CaptumFamily family, Network table) {
    float[] first = family.batch().row(0);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : first) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    // Captum's noise is absolute.
    double share = NOISE / (most - least);
    int[] shape = family.shape().clone();
    shape[0] = 1;
    Tensor one = Tensor.of(first, shape);
    Function<AttributionMethod, double[]> map =
        method ->
            method.attribute(
                    CaptumFamily.model(name),
                    one,
                    Quantity.ofClass(family.targets()[0]),
                    RunContext.current())
                .maps()[0];
    String captum = "Captum, 4,000 draws each";
    add(
        new Row("SmoothGrad", captum, true),
        name,
        () ->
            distance(
                    map.apply(SmoothGrad.withDefaults().withSamples(4000).withNoise(share)),
                    table.smoothGrad)
                / table.smoothGradApart);
    add(
        new Row("SmoothGrad²", captum, true),
        name,
        () ->
            distance(
                    map.apply(SmoothGradSquared.withDefaults().withSamples(4000).withNoise(share)),
                    table.smoothGradSquared)
                / table.smoothGradSquaredApart);
    add(
        new Row("VarGrad", captum, true),
        name,
        () ->
            distance(
                    map.apply(VarGrad.withDefaults().withSamples(4000).withNoise(share)),
                    table.varGrad)
                / table.varGradApart);
  }

  private void ofChangedInputs(String name) {
    CaptumFamily family = CaptumFamily.of(name);
    Network table = read(name, Network.class);
    Model model = CaptumFamily.model(name);
    Function<AttributionMethod, double[][]> maps = m -> family.explained(name, m).maps();

    int[] window = table.window;
    // Ours has no window over channels, of which all are hidden at once.
    int[] ours = window.length == 3 ? Arrays.copyOfRange(window, 1, 3) : window;
    add(
        "Occlusion",
        "Captum",
        name,
        () -> distance(maps.apply(Occlusion.withWindow(ours)), table.occlusion));

    int[] groups = table.groups;
    int count = Arrays.stream(groups).max().orElseThrow() + 1;
    int[] size = new int[count];
    Arrays.stream(groups).forEach(g -> size[g]++);
    double[][] evenly = new double[table.shapley.length][groups.length];
    for (int i = 0; i < evenly.length; i++) {
      double[] shares = table.shapley[i];
      Arrays.setAll(evenly[i], j -> shares[groups[j]] / size[groups[j]]);
    }
    boolean each = count == groups.length;
    FeatureGroups segments = each ? FeatureGroups.none() : FeatureGroups.segments(groups);
    add(
        "Exact Shapley values",
        "shap's KernelExplainer, all coalitions",
        name,
        () -> distance(maps.apply(ExactShapley.againstBaseline(0).grouping(segments)), evenly));
    add(
        "KernelSHAP, all coalitions",
        "shap's KernelExplainer, all coalitions",
        name,
        () ->
            distance(
                maps.apply(
                    KernelShap.againstBaseline(0).grouping(segments).withSamples(1 << count)),
                evenly));

    int[] shape = family.shape();
    int[] shapeOfOne = Arrays.copyOfRange(shape, 1, shape.length);
    Function<Inputs, double[]> asked = asked(model, Quantity.ofClass(family.targets()[0]));
    UnaryOperator<Inputs> reshaped =
        rows -> {
          int[] all = shape.clone();
          all[0] = rows.rows();
          return Inputs.of(Tensor.of(rows.features().values(), all));
        };
    add(
        "LIME, the same rows",
        "lime",
        name,
        () ->
            distance(
                shape.length == 4
                    ? table.lime.ofImage(family.batch().row(0), shapeOfOne, groups, asked)
                    : table.lime.ofTable(rows -> asked.apply(reshaped.apply(rows))),
                table.lime.coefficients()));
  }

  private static Function<Inputs, double[]> asked(Model model, Quantity quantity) {
    return rows -> {
      QuantityOfInputs function =
          QuantityOfInputs.of(model, quantity, "a test", RunContext.current());
      return function.of(rows, new int[rows.rows()]);
    };
  }

  private void ofRelevance(String net) {
    ZennitNumbers numbers = ZennitNumbers.of(net);
    numbers
        .maps()
        .forEach(
            (composite, theirs) ->
                add(
                    "LRP, " + composite,
                    "Zennit",
                    net.equals("resnet") ? "residual" : net,
                    () ->
                        distance(
                            ZennitNumbers.methods()
                                .get(composite)
                                .attribute(
                                    ZennitNumbers.classifier(net),
                                    numbers.batch(),
                                    Quantity.ofClass(numbers.targets()),
                                    RunContext.current())
                                .maps(),
                            theirs)));
  }

  private void ofTrees(String name) {
    Trees table = read(name, Trees.class);
    Dataset rows = data(table.inputs);
    Dataset background = data(table.background);
    Dataset train = data(table.train);
    Function<AttributionMethod, double[][]> maps =
        method ->
            method
                .attribute(
                    ensemble(name),
                    rows.inputs(0, rows.size()),
                    Quantity.output(0),
                    RunContext.current())
                .maps();
    add(
        "Exact Shapley values",
        "shap's KernelExplainer, all coalitions",
        name,
        () -> distance(maps.apply(ExactShapley.against(background)), table.shapley));
    add(
        "KernelSHAP, all coalitions",
        "shap's KernelExplainer, all coalitions",
        name,
        () -> distance(maps.apply(KernelShap.against(background)), table.shapley));
    add(
        "LIME, the same rows",
        "lime",
        name,
        () ->
            distance(
                table.lime.ofTable(asked(ensemble(name), Quantity.output(0))),
                table.lime.coefficients()));
    add(
        "TreeSHAP, interventional",
        "shap",
        name,
        () -> distance(maps.apply(TreeShap.against(background)), table.interventional));
    TreeShap path =
        name.equals("scikit-learn") ? TreeShap.pathDependent(train) : TreeShap.pathDependent();
    add("TreeSHAP, path-dependent", "shap", name, () -> distance(maps.apply(path), table.path));
    if (table.own != null) {
      add(
          "TreeSHAP, path-dependent",
          "the library's own contributions",
          name,
          () -> distance(maps.apply(path), table.own));
    }
    add(
        "Shapley interaction values, path-dependent",
        "shap",
        name,
        () -> {
          double[][][] values =
              path.interactions(
                      ensemble(name),
                      rows.inputs(0, rows.size()),
                      Quantity.output(0),
                      RunContext.current())
                  .values();
          double[][] flat =
              Arrays.stream(values)
                  .map(m -> Arrays.stream(m).flatMapToDouble(Arrays::stream).toArray())
                  .toArray(double[][]::new);
          return distance(flat, table.interactions);
        });
  }

  private static Model ensemble(String name) {
    String location = "classpath:attribution/table-" + name;
    return (switch (name) {
          case "xgboost" -> Models.xgboost(location + ".ubj");
          case "lightgbm" -> Models.lightgbm(location + ".txt");
          default -> Models.onnx(location + ".onnx");
        })
        .emittingValues();
  }

  private static Dataset data(double[][] rows) {
    return Dataset.named("rows")
        .features(
            FeatureStore.inMemory(
                Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), rows[0].length))
        .values(new double[rows.length], "")
        .build();
  }

  private static Dataset background(double[][] rows, int[] batch) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return Dataset.named("background")
        .features(FeatureStore.inMemory(values, Arrays.copyOfRange(batch, 1, batch.length)))
        .labels(new int[rows.length])
        .classNames(List.of("any"))
        .build();
  }
}
