package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX says in prose about the attributes of {@code ai.onnx.ml}'s learned models, support
 * vectors and linear ones: the lists of one model belong together, and ONNX Runtime reads one by
 * the length of another. Trees are {@link TreeAttributes}' business.
 */
final class LearnedAttributes {
  static final String DOMAIN = "ai.onnx.ml";

  private static final Set<String> TRANSFORMS =
      Set.of("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT");
  private static final Set<String> KERNELS = Set.of("LINEAR", "POLY", "RBF", "SIGMOID");
  private static final int KERNEL_PARAMETERS = 3;

  private final NodeFacts facts;
  private final long features;

  private LearnedAttributes(NodeFacts facts, long features) {
    this.facts = facts;
    this.features = features;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is.
   */
  static @Nullable String problem(NodeFacts facts) {
    long[] input = facts.shape(0);
    long features = input == null || input.length == 0 ? -1 : input[input.length - 1];
    LearnedAttributes lists = new LearnedAttributes(facts, features);
    String problem = lists.named("post_transform", TRANSFORMS);
    problem = problem != null ? problem : lists.named("kernel_type", KERNELS);
    if (problem != null) {
      return problem;
    }
    return switch (facts.type()) {
      case "SVMClassifier" -> lists.vectorClassifier();
      case "SVMRegressor" -> lists.vectorRegressor();
      case "LinearClassifier" -> lists.linearClassifier();
      case "LinearRegressor" -> lists.linearRegressor();
      case "Scaler" -> lists.scaler();
      case "Imputer" -> lists.imputer();
      default -> TreeAttributes.problem(facts, features);
    };
  }

  private @Nullable String vectorClassifier() {
    long classes = classes();
    List<Long> counts = facts.list("vectors_per_class");
    if (counts.stream().anyMatch(n -> n < 0 || n > Integer.MAX_VALUE)) {
      return "has vectors_per_class = " + counts + "; none is negative";
    }
    long vectors = counts.stream().mapToLong(Long::longValue).sum();
    if (classes < 1) {
      return "names no classes";
    }
    String problem = kernelParameters();
    if (problem != null) {
      return problem;
    }
    if (vectors == 0) {
      return firstOf(
          divisible("coefficients", classes, "classes"),
          wide("coefficients", classes),
          atLeast("rho", 1, "a model without support vectors"));
    }
    if (classes < 2 || counts.size() != classes) {
      return "has " + classes + " classes and vectors_per_class = " + counts;
    }
    long pairs = classes * (classes - 1) / 2;
    String of = classes + " classes and " + vectors + " support vectors";
    return firstOf(
        exactly("coefficients", (classes - 1) * vectors, of),
        exactly("rho", pairs, of),
        facts.count("prob_a") == 0 ? null : exactly("prob_a", pairs, of),
        facts.count("prob_b") == facts.count("prob_a")
            ? null
            : "has prob_a and prob_b of other lengths",
        divisible("support_vectors", vectors, "support vectors"),
        wide("support_vectors", vectors));
  }

  private @Nullable String vectorRegressor() {
    long vectors = facts.whole("n_supports", 0);
    if (vectors < 0 || vectors > Integer.MAX_VALUE) {
      return "has n_supports = " + vectors + "; it is not negative";
    }
    String of = vectors + " support vectors";
    String problem = firstOf(kernelParameters(), atLeast("rho", 1, of));
    if (problem != null || vectors == 0) {
      return firstOf(problem, atLeast("coefficients", 1, of), wide("coefficients", 1));
    }
    return firstOf(
        exactly("coefficients", vectors, of),
        divisible("support_vectors", vectors, "support vectors"),
        wide("support_vectors", vectors));
  }

  private @Nullable String linearClassifier() {
    long scores = facts.count("intercepts");
    if (scores == 0) {
      scores = classes();
    }
    if (scores < 1) {
      return "has neither intercepts nor classes";
    }
    if (scores > 1 && classes() != scores) {
      return "has " + scores + " intercepts and " + classes() + " classes";
    }
    return firstOf(divisible("coefficients", scores, "scores"), wide("coefficients", scores));
  }

  private @Nullable String linearRegressor() {
    long targets = facts.whole("targets", 1);
    if (targets < 1 || targets > Integer.MAX_VALUE) {
      return "has targets = " + targets + "; it is at least 1";
    }
    return firstOf(
        facts.count("intercepts") == 0
            ? null
            : exactly("intercepts", targets, targets + " targets"),
        divisible("coefficients", targets, "targets"),
        wide("coefficients", targets));
  }

  private @Nullable String scaler() {
    for (String list : List.of("offset", "scale")) {
      if (features >= 0 && facts.count(list) > 1 && facts.count(list) != features) {
        return "has "
            + facts.count(list)
            + " numbers as "
            + list
            + " for "
            + features
            + " features";
      }
    }
    return null;
  }

  private @Nullable String imputer() {
    long values =
        Math.max(facts.count("imputed_value_floats"), facts.count("imputed_value_int64s"));
    return features < 0 || values <= 1 || values == features
        ? null
        : "has " + values + " values for " + features + " features";
  }

  private @Nullable String kernelParameters() {
    long given = facts.count("kernel_params");
    return given == 0 || given == KERNEL_PARAMETERS
        ? null
        : "has kernel_params of " + given + " numbers; they are gamma, coef0 and degree";
  }

  private @Nullable String named(String name, Set<String> values) {
    AttributeProto attribute = facts.attributes().get(name);
    // TreeEnsemble numbers its transforms.
    return attribute == null
            || !attribute.hasS()
            || values.contains(attribute.getS().toStringUtf8())
        ? null
        : "has "
            + name
            + " = \""
            + attribute.getS().toStringUtf8()
            + "\"; it is one of "
            + values.stream().sorted().toList();
  }

  private @Nullable String exactly(String list, long length, String of) {
    return facts.count(list) == length ? null : mismatch(list, Long.toString(length), of);
  }

  private @Nullable String atLeast(String list, long length, String of) {
    return facts.count(list) >= length ? null : mismatch(list, "at least " + length, of);
  }

  private @Nullable String divisible(String list, long by, String of) {
    return facts.count(list) > 0 && facts.count(list) % by == 0
        ? null
        : mismatch(list, "a multiple of " + by, by + " " + of);
  }

  /** One row of a list for each feature, where the number of these is known. */
  private @Nullable String wide(String list, long rows) {
    return features < 0 || facts.count(list) == rows * features
        ? null
        : mismatch(list, Long.toString(rows * features), rows + " times " + features + " features");
  }

  private String mismatch(String list, String demanded, String of) {
    return "has "
        + facts.count(list)
        + " numbers as "
        + list
        + ", where "
        + of
        + " take "
        + demanded;
  }

  private static @Nullable String firstOf(@Nullable String... problems) {
    for (String problem : problems) {
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private long classes() {
    return Math.max(facts.count("classlabels_ints"), facts.count("classlabels_strings"));
  }
}
