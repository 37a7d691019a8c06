package dev.touchstone.attribution.rule;

import dev.touchstone.graph.Node;
import dev.touchstone.graph.rule.RelevanceRole;
import dev.touchstone.graph.rule.RelevanceRoles;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which node of a model shares relevance by which {@link RelevanceRule}: the composites of
 * layer-wise relevance propagation (Montavon et al. 2019). Immutable.
 *
 * <p>Layers have a rule by what they are; a node that is named has its own. The first layers are
 * those between which and the input there is no other layer.
 *
 * <p>Sums and averages are shared by contributions, with an ε of 10⁻⁶; activations hand on what
 * they get, and the largest of several numbers takes all. A bias or a batch normalisation directly
 * behind a layer belongs to the layer; one that stands elsewhere, such as behind a rectifier, is a
 * layer of its own that scales and shifts, and has the ε rule unless {@link #withNormalisations}
 * says otherwise.
 */
public final class Composite {
  private static final RelevanceRule EPSILON = RelevanceRule.epsilon(1e-6);

  private final Map<Place, RelevanceRule> rules;
  private final Map<String, RelevanceRule> named;

  /** Where a rule applies. */
  private enum Place {
    CONVOLUTIONS("convolutions"),
    DENSE_LAYERS("dense layers"),
    FIRST_LAYERS("first layers"),
    FIRST_CONVOLUTIONS("first convolutions"),
    NORMALISATIONS("normalisations"),
    SUMS("sums");

    private final String words;

    Place(String words) {
      this.words = words;
    }
  }

  private Composite(Map<Place, RelevanceRule> rules, Map<String, RelevanceRule> named) {
    this.rules = Map.copyOf(rules);
    this.named = Map.copyOf(named);
  }

  /** Returns the composite in which every layer has the ε rule with ε = 10⁻⁶. */
  public static Composite withDefaults() {
    return new Composite(Map.of(), Map.of());
  }

  /** Gives convolutions a rule. */
  public Composite withConvolutions(RelevanceRule rule) {
    return with(Place.CONVOLUTIONS, rule);
  }

  /** Gives products with a matrix of weights a rule. */
  public Composite withDenseLayers(RelevanceRule rule) {
    return with(Place.DENSE_LAYERS, rule);
  }

  /** Gives the first layers a rule, be they convolutions or dense. */
  public Composite withFirstLayers(RelevanceRule rule) {
    return with(Place.FIRST_LAYERS, rule);
  }

  /** Gives the first layers a rule if they are convolutions. */
  public Composite withFirstConvolutions(RelevanceRule rule) {
    return with(Place.FIRST_CONVOLUTIONS, rule);
  }

  /**
   * Gives batch normalisations that do not stand directly behind a layer a rule: {@link
   * RelevanceRule#epsilon}, or {@link RelevanceRule#pass} as in Zennit.
   */
  public Composite withNormalisations(RelevanceRule rule) {
    return with(Place.NORMALISATIONS, withoutWeights(rule, Place.NORMALISATIONS));
  }

  /**
   * Gives sums and averages without weights a rule, such as the joins of a residual network: {@link
   * RelevanceRule#epsilon} with another stabiliser.
   */
  public Composite withSums(RelevanceRule rule) {
    return with(Place.SUMS, withoutWeights(rule, Place.SUMS));
  }

  /**
   * Gives one layer, normalisation or sum a rule.
   *
   * @param node the node's name, as in {@code WhiteBox.taps()}
   */
  public Composite withNode(String node, RelevanceRule rule) {
    Map<String, RelevanceRule> more = new TreeMap<>(named);
    more.put(node, rule);
    return new Composite(rules, more);
  }

  private Composite with(Place place, RelevanceRule rule) {
    Map<Place, RelevanceRule> more = new TreeMap<>(rules);
    more.put(place, rule);
    return new Composite(more, named);
  }

  private static RelevanceRule withoutWeights(RelevanceRule rule, Place place) {
    if (rule.needsWeights()) {
      throw new IllegalArgumentException(
          "the rule \"%s\" changes weights, and %s have none; give RelevanceRule.epsilon(…)"
              .formatted(rule.describe(), place.words));
    }
    return rule;
  }

  /** The names of nodes that have a rule of their own. */
  Set<String> names() {
    return named.keySet();
  }

  /**
   * The rule of a layer, normalisation or sum.
   *
   * @param roles of the model that it belongs to
   */
  RelevanceRule ruleFor(Node node, RelevanceRoles roles) {
    RelevanceRole role = roles.role(node);
    RelevanceRule own = named.get(node.name());
    if (own != null) {
      return role.isLayer() ? own : withoutWeights(own, place(role));
    }
    if (roles.isFirstLayer(node)) {
      if (role == RelevanceRole.CONVOLUTION && rules.containsKey(Place.FIRST_CONVOLUTIONS)) {
        return of(Place.FIRST_CONVOLUTIONS);
      }
      if (rules.containsKey(Place.FIRST_LAYERS)) {
        return of(Place.FIRST_LAYERS);
      }
    }
    return of(place(role));
  }

  private static Place place(RelevanceRole role) {
    return switch (role) {
      case CONVOLUTION -> Place.CONVOLUTIONS;
      case NORMALISATION -> Place.NORMALISATIONS;
      case SUM -> Place.SUMS;
      default -> Place.DENSE_LAYERS;
    };
  }

  private RelevanceRule of(Place place) {
    return rules.getOrDefault(place, EPSILON);
  }

  /** Returns the rules by where they apply, in words. */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    for (Place place : Place.values()) {
      if (!place.words.startsWith("first") || rules.containsKey(place)) {
        settings.put(place.words, of(place).describe());
      }
    }
    named.forEach((node, rule) -> settings.put("node " + node, rule.describe()));
    return settings;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Composite composite
        && rules.equals(composite.rules)
        && named.equals(composite.named);
  }

  @Override
  public int hashCode() {
    return rules.hashCode() * 31 + named.hashCode();
  }

  @Override
  public String toString() {
    return settings().toString();
  }
}
