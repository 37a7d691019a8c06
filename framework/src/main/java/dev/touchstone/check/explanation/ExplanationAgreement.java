package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.SameModel;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Does a model explain its predictions as another one does? For each of a sample of examples both
 * models' maps for the class that the reference predicts, unless {@link #explaining another target}
 * is given, are compared by Spearman's rank correlation, with their signs for signed methods.
 *
 * <p>Maps of models that share nothing but the task are alike too, since they see the same input.
 * So what is judged is the similarity <em>in excess</em> of that between the reference and {@link
 * HealthyModels} of the same task: {@code mean over examples i and healthy models h of S(M_i, R_i)
 * − S(H_i^h, R_i)}. It is at most 1 minus the latter: where a method draws nearly the same map
 * whatever the model, no excess can be shown, and the claim fails.
 *
 * <p>With several healthy models the interval covers examples and models (crossed, as in {@link
 * WeightSensitivity}); with one it covers examples only, and says so. A model whose map is constant
 * counts as not alike at all; examples on which the reference or a healthy model draws a constant
 * map are left out.
 */
public final class ExplanationAgreement {
  /** The name of the judged quantity: similarity in excess of that between healthy models. */
  public static final String QUANTITY = "excess similarity";

  private static final int WORST = 5;

  private final AttributionMethod method;
  private final Classifier reference;
  private final HealthyModels healthy;
  private final Target target;
  private final int examples;

  private ExplanationAgreement(
      AttributionMethod method,
      Classifier reference,
      HealthyModels healthy,
      Target target,
      int examples) {
    this.method = method;
    this.reference = reference;
    this.healthy = healthy;
    this.target = target;
    this.examples = examples;
  }

  /** Measures agreement with a reference's explanations by a method, on 50 examples. */
  public static ExplanationAgreement of(
      AttributionMethod method, Classifier reference, HealthyModels healthy) {
    return new ExplanationAgreement(method, reference, healthy, Target.predictedClass(), 50);
  }

  /**
   * Takes another number of examples, drawn from the data by the run's seed; all of them if there
   * are fewer.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public ExplanationAgreement withExamples(int number) {
    if (number < Explanations.FEWEST_EXAMPLES) {
      throw new IllegalArgumentException(
          "at least " + Explanations.FEWEST_EXAMPLES + " examples, was " + number);
    }
    return new ExplanationAgreement(method, reference, healthy, target, number);
  }

  /**
   * Explains something else than the score of the class that the reference predicts.
   *
   * @param explained what of the models' scores; the predictions are the reference's
   */
  public ExplanationAgreement explaining(Target explained) {
    return new ExplanationAgreement(method, reference, healthy, explained, examples);
  }

  /** Returns whose explanations are compared with whose, in words. */
  public String describe() {
    return "maps of "
        + Explanations.describe(method, target)
        + " with those of "
        + reference.name()
        + " in excess of that with healthy models'";
  }

  /**
   * Measures how alike the explanations are.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if a model lacks what the method needs,
   *     as a quantised one does that only predicts
   * @throws TouchstoneException for a model that is the reference itself, for a healthy model that
   *     is one of the compared ones or was given twice, clustered data, too few examples, or maps
   *     that are constant or not finite
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    method.require(model);
    method.require(reference);
    healthy.given().forEach(method::require);
    SameModel.refuse(model, reference, "give the model and its reference their own files");
    healthy.given().forEach(other -> requireIndependent(other, model));
    requireSeveral(healthy.given());
    Explanations.requireEnough(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(Keys.of(method), Keys.of(reference), healthy.key(), target, examples),
                model,
                data,
                context),
            () -> measure(model, data, context));
  }

  private record Asked(
      Record method, Keys.OfModel reference, Record healthy, Target target, int examples) {}

  private void requireIndependent(Classifier other, Classifier model) {
    if (other.identity().equals(model.identity())
        || other.identity().equals(reference.identity())) {
      throw new TouchstoneException(
          "the healthy model "
              + other.name()
              + " is one of the models that are compared, from the same file; give one that was"
              + " trained on its own, from another seed");
    }
  }

  private static void requireSeveral(List<Classifier> models) {
    Map<String, String> names = new HashMap<>();
    for (Classifier model : models) {
      String before = names.putIfAbsent(model.sha256(), model.name());
      if (before != null) {
        throw new TouchstoneException(
            "the healthy models "
                + before
                + " and "
                + model.name()
                + " come from the same file and count as one; give each once, and others that were"
                + " trained on their own, from other seeds");
      }
    }
  }

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("method", method.name() + method.settings())
            .with("explained", target.describe())
            .with("scores", Explanations.kindOfScores(model, data))
            .with("reference", reference.name())
            .comparingWith(Comparison.with(Role.REFERENCE, reference.facts()))
            .with("healthy", healthy.describe());
    List<Classifier> others = healthy.all(context);
    try {
      return measure(model, others, data, trace, context);
    } finally {
      healthy.release(others);
    }
  }

  private Evidence measure(
      Classifier model, List<Classifier> others, Dataset data, Trace trace, RunContext context) {
    // Everyone's maps of the same examples, of what is asked about the reference's answers.
    Dataset sample = Explanations.sample(data, examples, "explanation agreement", context);
    Inputs batch = sample.inputs(0, sample.size());
    Verified verified = Verified.shared(reference, sample, context);
    Verified.shared(model, sample, context);
    Quantity quantity = target.of(verified.predictions(), sample);
    AttributionMethod measured = method.measuringItsError();
    Attribution ofReference = Explanations.explain(measured, reference, batch, quantity, context);
    Attribution ofModel = Explanations.explain(measured, model, batch, quantity, context);
    double[][] expected = ofReference.maps();
    double[][] maps = ofModel.maps();
    trace.with("rule", ofModel.rule()).with("rule of the reference", ofReference.rule());
    List<double[][]> independent = new ArrayList<>();
    for (Classifier other : others) {
      Verified.shared(other, sample, context);
      independent.add(Explanations.explain(method, other, batch, quantity, context).maps());
    }

    // Similarities on the examples where the reference and the healthy models say something.
    int[] telling = telling(expected, independent);
    trace.with("examples", examples);
    double[] alike = new double[telling.length];
    double[][] between = new double[telling.length][others.size()];
    double[][] excess = new double[telling.length][others.size()];
    int constant = 0;
    for (int t = 0; t < telling.length; t++) {
      int i = telling[t];
      boolean isConstant = Spearman.isConstant(maps[i]);
      constant += isConstant ? 1 : 0;
      alike[t] = isConstant ? 0 : Spearman.of(maps[i], expected[i]);
      for (int h = 0; h < others.size(); h++) {
        between[t][h] = Spearman.of(independent.get(h)[i], expected[i]);
        excess[t][h] = alike[t] - between[t][h];
      }
    }

    Evidence.Builder evidence =
        Evidence.of(
                WhatToMend.AGREEMENT_OF_EXPLANATIONS + method.name(),
                model.name()
                    + " and "
                    + reference.name()
                    + " on "
                    + data.name()
                    + " ("
                    + telling.length
                    + " examples)")
            .measured(
                new Measurement(QUANTITY, Dataset.Slice.OVERALL, mean(Similarities.EXCESS, excess))
                    .reading(
                        Reading.number(
                            "the two models' answers are explained alike by %s more than those of models that were trained apart, where 0 is no more and 1 the most there can be"
                                .formatted(Reading.VALUE))))
            .beside(
                new Measurement(
                    "similarity to the reference",
                    Dataset.Slice.OVERALL,
                    MeanEstimate.within(Similarities.SIMILARITY, alike)))
            .beside(
                new Measurement(
                    "similarity of healthy models",
                    Dataset.Slice.OVERALL,
                    mean(Similarities.SIMILARITY, between)));
    Dataset compared = sample.select(telling, "with maps that are not constant");
    worst(evidence, compared, alike, between);
    Pictured pictured = new Pictured(compared);
    if (pictured.images()) {
      pictured.add("reference", chosen(expected, telling));
      pictured.add("model", chosen(maps, telling));
      pictured.add("healthy", chosen(independent.get(0), telling));
      evidence.figure(pictured.figure(method.name()));
    }
    notes(evidence, sample.size() - telling.length, constant);
    Explanations.addFidelity(evidence, ofModel, "model", sample);
    Explanations.addFidelity(evidence, ofReference, "reference", sample);
    verified.addTo(evidence, trace, reference, sample);
    return evidence.from(trace.end(model, data));
  }

  /** The examples on which neither the reference's map nor a healthy model's is constant. */
  private int[] telling(double[][] expected, List<double[][]> independent) {
    int[] telling =
        IntStream.range(0, expected.length)
            .filter(i -> !Spearman.isConstant(expected[i]))
            .filter(i -> independent.stream().noneMatch(maps -> Spearman.isConstant(maps[i])))
            .toArray();
    if (telling.length < Explanations.FEWEST_EXAMPLES) {
      throw new TouchstoneException(
          method.name()
              + " gives a constant map for "
              + (expected.length - telling.length)
              + " of "
              + expected.length
              + " examples of "
              + reference.name()
              + " or a healthy model; a constant map shows nothing, and at least "
              + Explanations.FEWEST_EXAMPLES
              + " that do are needed");
    }
    return telling;
  }

  private static Estimate mean(Range range, double[][] table) {
    return table[0].length == 1
        ? MeanEstimate.within(range, Arrays.stream(table).mapToDouble(row -> row[0]).toArray())
        : CrossedMean.within(range, table);
  }

  private static double[][] chosen(double[][] maps, int[] rows) {
    return IntStream.of(rows).mapToObj(i -> maps[i]).toArray(double[][]::new);
  }

  private static void worst(
      Evidence.Builder evidence, Dataset compared, double[] alike, double[][] between) {
    IntStream.range(0, alike.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> alike[i] - average(between[i]))
                .thenComparing(compared::id))
        .limit(WORST)
        .forEach(
            i -> {
              Map<String, String> facts = new LinkedHashMap<>();
              facts.put("to the reference", Numbers.format(alike[i]));
              facts.put("of healthy models", Numbers.format(average(between[i])));
              evidence.worst(new Finding("example " + compared.id(i), facts));
            });
  }

  private static double average(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private void notes(Evidence.Builder evidence, int leftOut, int constant) {
    evidence.note(
        (method.signed() ? "signed Spearman" : "Spearman")
            + " of the maps for "
            + (target.equals(Target.predictedClass())
                ? "the class that the reference predicts"
                : target.describe())
            + ", minus that between the"
            + " reference and "
            + healthy.describe());
    if (healthy.size() == 1) {
      evidence.note(
          "one healthy model: the interval covers other examples, and not other healthy models");
    }
    if (leftOut > 0) {
      evidence.note(
          leftOut
              + " examples were left out: the reference or a healthy model draws a constant"
              + " map");
    }
    if (constant > 0) {
      evidence.note(constant + " maps of the model are constant and count as not alike");
    }
  }
}
