package dev.touchstone.attribution.rule;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Layer-wise relevance propagation (Bach et al. 2015; thesis, section 3.2): what is explained is
 * relevance at the scores, and is handed back node by node, from what was computed to what it was
 * computed from, until it reaches the input. A {@link Composite} says by which rule each layer
 * shares it; this class has those that are in use by name, with the settings of Zennit or
 * iNNvestigate.
 *
 * <p>A map adds up to the score but for what biases and stabilisers absorb; how much that is stands
 * in {@link dev.touchstone.attribution.Fidelity#CONSERVATION_RESIDUAL}. Where others define a rule
 * in another way, {@code docs/attribution-methods.md} says so.
 *
 * <pre>{@code
 * AttributionMethod relevance = Lrp.epsilonPlus();
 * AttributionMethod own = Lrp.composite(
 *     Composite.withDefaults()
 *         .withConvolutions(RelevanceRule.gamma(.1))
 *         .withFirstLayers(RelevanceRule.zBox(0, 1)));
 * }</pre>
 */
public final class Lrp implements AttributionMethod {
  private static final RelevanceRule SMALL_EPSILON = RelevanceRule.epsilon(1e-6);
  private static final RelevanceRule LARGE_EPSILON = RelevanceRule.epsilon(.1);

  private final String name;
  private final Composite composite;

  /** Whether it is measured what absorbs relevance. */
  private final boolean seeing;

  private Lrp(String name, Composite composite) {
    this(name, composite, false);
  }

  private Lrp(String name, Composite composite, boolean seeing) {
    this.name = name;
    this.composite = composite;
    this.seeing = seeing;
  }

  /** Returns propagation by whatever rules are given. */
  public static Lrp composite(Composite composite) {
    return new Lrp("Lrp", composite);
  }

  /**
   * Returns propagation by the ε rule in every layer and every sum. With ε = 0 (LRP-0) and nothing
   * but linear nodes and rectifiers it is {@code InputTimesGradient}.
   *
   * @param epsilon not negative, such as 10⁻⁶
   */
  public static Lrp epsilon(double epsilon) {
    RelevanceRule rule = RelevanceRule.epsilon(epsilon);
    return new Lrp("LrpEpsilon", byLayers(rule, rule).withNormalisations(rule).withSums(rule));
  }

  /** Returns EpsilonPlus: z⁺ in convolutions, ε = 10⁻⁶ in dense layers. */
  public static Lrp epsilonPlus() {
    return new Lrp("LrpEpsilonPlus", byLayers(RelevanceRule.zPlus(), SMALL_EPSILON));
  }

  /** Returns EpsilonPlusFlat: EpsilonPlus with equal shares in the first layers. */
  public static Lrp epsilonPlusFlat() {
    return new Lrp(
        "LrpEpsilonPlusFlat",
        byLayers(RelevanceRule.zPlus(), SMALL_EPSILON).withFirstLayers(RelevanceRule.flat()));
  }

  /** Returns EpsilonAlpha2Beta1: α = 2, β = 1 in convolutions, ε = 10⁻⁶ in dense layers. */
  public static Lrp epsilonAlpha2Beta1() {
    return new Lrp("LrpEpsilonAlpha2Beta1", byLayers(RelevanceRule.alphaBeta(2, 1), SMALL_EPSILON));
  }

  /**
   * Returns EpsilonGammaBox for inputs between two numbers: zᴮ in the first convolutions, γ = 0.25
   * in the others, ε = 10⁻⁶ in dense layers.
   *
   * @param low the smallest number that an input may be
   * @param high the largest one
   */
  public static Lrp epsilonGammaBox(double low, double high) {
    return epsilonGammaBox(RelevanceRule.zBox(low, high));
  }

  /**
   * Returns EpsilonGammaBox for inputs with bounds of their own.
   *
   * @param low the smallest numbers, as {@link RelevanceRule#zBox(double[], double[])} takes them
   * @param high the largest ones
   */
  public static Lrp epsilonGammaBox(double[] low, double[] high) {
    return epsilonGammaBox(RelevanceRule.zBox(low, high));
  }

  private static Lrp epsilonGammaBox(RelevanceRule box) {
    return new Lrp(
        "LrpEpsilonGammaBox",
        byLayers(RelevanceRule.gamma(.25), SMALL_EPSILON).withFirstConvolutions(box));
  }

  /**
   * Returns iNNvestigate's SequentialPresetA: α = 1, β = 0 in convolutions without a stabiliser, ε
   * = 0.1 in dense layers.
   */
  public static Lrp sequentialPresetA() {
    return new Lrp("LrpSequentialPresetA", sequential());
  }

  /**
   * Returns iNNvestigate's SequentialPresetAFlat, which the thesis calls LRP-SPAF (appendix A.1):
   * SequentialPresetA with equal shares in the first layers.
   */
  public static Lrp sequentialPresetAFlat() {
    return new Lrp(
        "LrpSequentialPresetAFlat",
        sequential().withFirstLayers(RelevanceRule.flat().stabilisedBy(0)));
  }

  private static Composite sequential() {
    return byLayers(RelevanceRule.zPlus().stabilisedBy(0), LARGE_EPSILON)
        .withSums(RelevanceRule.zero());
  }

  private static Composite byLayers(RelevanceRule convolutions, RelevanceRule denseLayers) {
    return Composite.withDefaults().withConvolutions(convolutions).withDenseLayers(denseLayers);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Relevance of which it is measured, too, what biases and what stabilisers absorb ({@link
   * dev.touchstone.attribution.Fidelity#ABSORBED_BY_BIASES}, {@link
   * dev.touchstone.attribution.Fidelity#ABSORBED_BY_STABILISERS}).
   */
  @Override
  public Lrp measuringItsError() {
    return new Lrp(name, composite, true);
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(composite.settings());
    if (seeing) {
      settings.put("absorption", "measured");
    }
    return settings;
  }

  @Override
  public void require(Model model) {
    Propagation.of(model, name);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    StartingRelevance relevance = StartingRelevance.of(quantity, batch.rows());
    Propagation propagation = Propagation.of(model, name);
    return seeing
        ? propagation.explainSeeing(composite, batch, relevance, context)
        : propagation.explain(composite, batch, relevance, context);
  }

  @Override
  public String toString() {
    return name + settings();
  }
}
