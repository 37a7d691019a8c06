package dev.touchstone.check.explanation;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.concept.Tcav;
import dev.touchstone.concept.TcavScore;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does a concept take part in a model's decisions? Measured are, for each class, by how much the
 * {@linkplain Tcav TCAV score} of the concept exceeds the mean of random sets of examples, and what
 * share of random sets stands out as much.
 *
 * <p>A score says how often a class's score rises along the concept's vector, not by how much: that
 * stands beside it, as the change from the mean of the examples without the concept to that of
 * those with it. Where a layer does not hold the concept its vectors are noise, and the interval of
 * the excess says so.
 */
public final class ConceptUse {
  /** The name of the first measured quantity: the score less the mean score of random sets. */
  public static final String QUANTITY = "excess TCAV score";

  /** The name of the second: the share of random sets whose vectors stand out as much. */
  public static final String AS_FAR = "random sets as far";

  private static final double GUESSING = 0.6;

  private final ConceptExamples concept;
  private final NamedLayer layer;
  private final @Nullable String className;
  private final Tcav tcav;

  private ConceptUse(
      ConceptExamples concept, NamedLayer layer, @Nullable String className, Tcav tcav) {
    this.concept = concept;
    this.layer = layer;
    this.className = className;
    this.tcav = tcav;
  }

  /**
   * Measures the use of a concept for every class that the data have.
   *
   * @param concept with a pool of examples that random sets are drawn from
   * @param layer by the name of its weights, or of a node, such as {@code "/relu2/Relu"}
   */
  public static ConceptUse of(ConceptExamples concept, NamedLayer layer) {
    return new ConceptUse(concept, layer, null, Tcav.withDefaults());
  }

  /** Measures the use for one class alone. */
  public ConceptUse forClass(String name) {
    return new ConceptUse(concept, layer, name, tcav);
  }

  /** Takes other settings of TCAV, such as another number of random sets. */
  public ConceptUse by(Tcav settings) {
    return new ConceptUse(concept, layer, className, settings);
  }

  /** Returns the concept, the layer and the class in words. */
  public String describe() {
    return "the concept %s at %s%s"
        .formatted(
            concept.name(), layer.name(), className == null ? "" : " for class " + className);
  }

  /**
   * Measures the use.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   * @throws TouchstoneException for an unknown layer or class, clustered data, or as {@link
   *     Tcav#scores} does
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    TrainingWeights.refuse(data);
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  "%s is clustered by %s, and the interval of a TCAV score is one for independent examples; claim it of data.onePerCluster(seed)"
                      .formatted(data.name(), column));
            });
    WhiteBox box =
        model.require(
            WhiteBox.class,
            "the use of a concept",
            "give the model as ONNX with operators that the white box knows");
    String node = node(box, model.name());
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(concept, layer, Optional.ofNullable(className), tcav.settings()),
                model,
                data,
                context),
            () -> measure(model, data, node, context));
  }

  private record Asked(
      ConceptExamples concept,
      NamedLayer layer,
      Optional<String> className,
      Map<String, String> settings) {}

  /** The node behind a layer of weights, or the one of that name. */
  private String node(WhiteBox box, String model) {
    Layer weights = box.layer(layer.name());
    if (weights != null) {
      return weights.node();
    }
    try {
      return box.tap(layer.name()).name();
    } catch (IllegalArgumentException e) {
      throw new TouchstoneException(
          "%s has no layer \"%s\"; from input to output it has %s, and of nodes: %s"
              .formatted(
                  model,
                  layer.name(),
                  box.layers().stream().map(Layer::name).toList(),
                  e.getMessage()));
    }
  }

  private Evidence measure(Classifier model, Dataset data, String node, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("concept", concept.describe())
            .with(
                "pool", concept.pool().map(pool -> "#" + pool.sha256().substring(0, 8)).orElse(""))
            .with("layer", layer.name())
            .with("class", className == null ? "every class" : className)
            .with("scores", Explanations.kindOfScores(model, data));
    tcav.settings().forEach(trace::with);
    Verified verified = Verified.shared(model, data, context);

    List<String> classes =
        className != null
            ? List.of(className)
            : data.classNames().stream().filter(data.classCounts().keySet()::contains).toList();
    List<TcavScore> scores =
        tcav.withVectors(Math.max(tcav.vectors(), fewestVectors(classes.size())))
            .scores(model, data, List.of(concept), List.of(node), classes, context);

    Evidence.Builder evidence =
        Evidence.of(
            "use of a concept",
            "%s on %s (%d examples), %s"
                .formatted(
                    model.name(),
                    data.name(),
                    scores.stream().mapToInt(TcavScore::examples).sum(),
                    describe()));
    for (TcavScore score : scores) {
      evidence.measured(
          new Measurement(QUANTITY, score.className(), score.excess())
              .reading(
                  Reading.points(
                      "the score of %s rises towards %s for more of its examples than it does towards random pictures, by %s"
                          .formatted(score.className(), concept.name(), Reading.VALUE))));
      evidence.measured(
          new Measurement(AS_FAR, score.className(), score.randomSetsAsFar())
              .reading(
                  Reading.share(
                      "%s of random sets of examples move the score of %s as much as %s does"
                          .formatted(Reading.VALUE, score.className(), concept.name()))));
    }
    evidence.figure(table(scores));
    TcavScore first = scores.get(0);
    evidence.note(
        "vectors learnt from half of the examples tell %s of the other half right%s"
            .formatted(
                Reading.Unit.SHARE.format(first.separation()),
                first.separation() < GUESSING
                    ? ": %s hardly holds the concept, and what its vectors point to is chance"
                        .formatted(layer.name())
                    : ""));
    scores.stream()
        .filter(score -> score.flat() > 0)
        .forEach(
            score ->
                evidence.note(
                    "for %d of %d examples of class %s no derivative arrives at %s"
                        .formatted(
                            score.flat(), score.examples(), score.className(), layer.name())));
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  /**
   * So many that a limit of one of the classes can be refuted after Holm's correction for all of
   * them: no p-value is below one in as many, and half the level is left to the examples.
   */
  private static int fewestVectors(int classes) {
    int limits = 2 * classes;
    return (int) Math.ceil(2 * limits / ((1 - Claim.LEVEL) / 2));
  }

  private Table table(List<TcavScore> scores) {
    return new Table(
        "concept",
        "What %s does to the scores of classes, at %s".formatted(concept.name(), layer.name()),
        "class",
        List.of(
            new Table.Column("TCAV score").withDecimals(3),
            new Table.Column("random sets' mean").withDecimals(3),
            new Table.Column("change of the class's score"),
            new Table.Column("p by rank, after Holm").withDecimals(4)),
        scores.stream()
            .map(
                score ->
                    new Table.Row(
                        score.className(),
                        Table.number(score.score()),
                        Table.number(score.randomScore()),
                        Table.number(score.change()),
                        Table.number(score.adjustedPValue())))
            .toList());
  }

  /** Returns how the excess of a class reads in a claim. */
  public String inWords(String tolerance) {
    return "the TCAV score of %s exceeds that of random sets by %s"
        .formatted(describe(), tolerance);
  }
}
