package dev.touchstone.measuring;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.ExpectedGradients;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.gradient.SmoothGradSquared;
import dev.touchstone.attribution.gradient.VarGrad;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.attribution.perturbation.Lime;
import dev.touchstone.attribution.rule.Deconvnet;
import dev.touchstone.attribution.rule.DeepTaylor;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.attribution.rule.Lrp;
import dev.touchstone.attribution.rule.PatternAttribution;
import dev.touchstone.attribution.rule.PatternNet;
import dev.touchstone.data.Dataset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The 17 attribution methods of the thesis's section 4.4, in its order. Where its definition is not
 * this library's default (docs/attribution-methods.md), the thesis's is taken.
 */
final class ThesisMethods {
  /** An image of 28 × 28 has 49 patches. */
  private static final FeatureGroups PATCHES = FeatureGroups.patches(4, 4);

  private static final int COALITIONS = 200;
  private static final int NOISY = 20;
  private static final int BASELINES = 10;
  private static final int PATTERNS_FROM = 1000;

  private ThesisMethods() {}

  /**
   * The methods by the thesis's names.
   *
   * @param training of which patterns are learnt, and paths begin
   */
  static Map<String, AttributionMethod> on(Dataset training) {
    Map<String, AttributionMethod> methods = new LinkedHashMap<>();
    methods.put("Gradient", Gradient.withDefaults());
    methods.put("SmoothGrad", SmoothGrad.withDefaults().withSamples(NOISY));
    methods.put(
        "SmoothGrad²", SmoothGradSquared.withDefaults().withSamples(NOISY).squaringTheMean());
    methods.put("VarGrad", VarGrad.withDefaults().withSamples(NOISY).withAbsoluteGradient());
    methods.put("Input × Gradient", InputTimesGradient.withDefaults().withAbsoluteGradient());
    methods.put("Integrated Gradients", IntegratedGradients.withDefaults());
    methods.put("Expected Gradients", ExpectedGradients.against(training.first(BASELINES)));
    methods.put("LIME", Lime.onImages(PATCHES).withSamples(COALITIONS));
    methods.put(
        "KernelSHAP", KernelShap.againstBaseline(0).grouping(PATCHES).withSamples(COALITIONS));
    methods.put("Guided Backprop", GuidedBackprop.withDefaults());
    methods.put("Deconvnet", Deconvnet.withDefaults());
    methods.put("LRP-Z", Lrp.epsilon(0));
    methods.put("LRP-ε", Lrp.epsilon(1e-6));
    methods.put("LRP-SPAF", Lrp.sequentialPresetAFlat());
    methods.put("Deep Taylor", DeepTaylor.withDefaults());
    Dataset some = training.first(PATTERNS_FROM);
    methods.put("PatternNet", PatternNet.learnedFrom(some));
    methods.put("Pattern Attribution", PatternAttribution.learnedFrom(some));
    return methods;
  }
}
