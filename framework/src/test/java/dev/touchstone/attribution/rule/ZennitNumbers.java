package dev.touchstone.attribution.rule;

import com.google.gson.Gson;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network of {@code src/test/python/relevance_oracle.py} and its maps by Zennit.
 *
 * @param shape of the examples
 * @param inputs one row per example
 * @param targets the class explained of each
 * @param scores of each
 * @param maps by the composite's name
 */
public record ZennitNumbers(
    int[] shape,
    double[][] inputs,
    int[] targets,
    double[][] scores,
    Map<String, double[][]> maps) {

  private static final RelevanceRule PASS = RelevanceRule.pass();
  private static final RelevanceRule EPSILON = RelevanceRule.epsilon(1e-6);

  private static Lrp every(RelevanceRule rule) {
    return Lrp.composite(
        Composite.withDefaults()
            .withConvolutions(rule)
            .withDenseLayers(rule)
            .withNormalisations(PASS));
  }

  private static Lrp first(RelevanceRule rule) {
    return Lrp.composite(Composite.withDefaults().withFirstLayers(rule).withNormalisations(PASS));
  }

  private static Composite layers(RelevanceRule convolutions) {
    return Composite.withDefaults()
        .withConvolutions(convolutions)
        .withDenseLayers(EPSILON)
        .withNormalisations(PASS);
  }

  /** Returns what has the name of Zennit's composite here. */
  public static Map<String, AttributionMethod> methods() {
    Map<String, AttributionMethod> methods = new LinkedHashMap<>();
    methods.put("epsilon .01", every(RelevanceRule.epsilon(.01)));
    methods.put("gamma", every(RelevanceRule.gamma(.25)));
    methods.put("alpha 2 beta 1", every(RelevanceRule.alphaBeta(2, 1)));
    methods.put("z plus", every(RelevanceRule.zPlus()));
    methods.put("first w square", first(RelevanceRule.wSquare()));
    methods.put("first z box", first(RelevanceRule.zBox(-2.5, 2.5)));
    methods.put("first flat", first(RelevanceRule.flat()));
    methods.put("EpsilonPlus", Lrp.composite(layers(RelevanceRule.zPlus())));
    methods.put("EpsilonPlus, normalisations by epsilon", Lrp.epsilonPlus());
    methods.put(
        "EpsilonPlusFlat",
        Lrp.composite(layers(RelevanceRule.zPlus()).withFirstLayers(RelevanceRule.flat())));
    methods.put("EpsilonAlpha2Beta1", Lrp.composite(layers(RelevanceRule.alphaBeta(2, 1))));
    methods.put(
        "EpsilonGammaBox",
        Lrp.composite(
            layers(RelevanceRule.gamma(.25)).withFirstConvolutions(RelevanceRule.zBox(-2.5, 2.5))));
    methods.put("SequentialPresetA", Lrp.sequentialPresetA());
    methods.put("SequentialPresetAFlat", Lrp.sequentialPresetAFlat());
    methods.put("DeepTaylor", DeepTaylor.withDefaults());
    methods.put("DeepTaylor, bounded", DeepTaylor.withDefaults().withBounds(-2.5, 2.5));
    return methods;
  }

  private static byte[] file(String name) {
    return Location.of("classpath:attribution/relevance/" + name).read(1 << 22);
  }

  /** Reads a network's. */
  public static ZennitNumbers of(String net) {
    return new Gson()
        .fromJson(new String(file(net + ".json"), StandardCharsets.UTF_8), ZennitNumbers.class);
  }

  /** The network in double precision. */
  static WhiteBox box(String net) {
    return OnnxFile.of(file(net + ".onnx"), net + ".onnx").whiteBox("cpu").inDoublePrecision();
  }

  /** Returns the network in double precision as a classifier. */
  public static Classifier classifier(String net) {
    return Models.whiteBox(net, box(net)).emittingLogits();
  }

  /** Returns the inputs. */
  public Tensor batch() {
    float[] values = new float[inputs.length * inputs[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) inputs[i / inputs[0].length][i % inputs[0].length];
    }
    return Tensor.of(values, shape);
  }
}
