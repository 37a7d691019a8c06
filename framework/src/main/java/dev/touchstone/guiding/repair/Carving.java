package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.HeadData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Carves a model into concepts that a person has named (thesis, section 5.2.1; Yuksekgonul et al.
 * 2023, "Post-hoc Concept Bottleneck Models"): what the model computes up to some layer, the
 * concepts that are read off it linearly, and a sparse linear layer from these to the classes.
 *
 * <ol>
 *   <li>For each concept a logistic regression or, of a number, a ridge regression on the layer's
 *       values of the annotated examples. Their directions are the concept vectors.
 *   <li>The training examples' concepts are the projections onto these, z-scored.
 *   <li>A multinomial logistic regression on them under λ(.99 ‖W‖₁ + .01 ½‖W‖²), the elastic net of
 *       the paper, to its optimum: of targets that are the model's own probabilities, so that it
 *       speaks for the model, or the training labels.
 *   <li>If wished, a residual: what the concepts leave unsaid is fitted on the layer itself. It is
 *       no concept, and its part in the scores says how much the concepts lack.
 * </ol>
 *
 * <p>The result is another model than the one that was carved. How far it speaks for that one is
 * its {@link CarvedModel#fidelity}.
 */
public final class Carving {
  private static final double DEFAULT_SPARSITY = 1e-3;
  private static final double DEFAULT_CONCEPT_RIDGE = 0.01;
  private static final double LASSO_SHARE = 0.99;
  private static final double TOLERANCE = 1e-8;

  private final double sparsity;
  private final double conceptRidge;
  private final boolean fitsLabels;
  private final boolean hasResidual;
  private final @Nullable String node;

  private Carving(
      double sparsity,
      double conceptRidge,
      boolean fitsLabels,
      boolean hasResidual,
      @Nullable String node) {
    this.sparsity = sparsity;
    this.conceptRidge = conceptRidge;
    this.fitsLabels = fitsLabels;
    this.hasResidual = hasResidual;
    this.node = node;
  }

  /**
   * Makes a carving in front of the last layer, that imitates the model's probabilities, with λ =
   * {@value #DEFAULT_SPARSITY}, a ridge of {@value #DEFAULT_CONCEPT_RIDGE} of the concepts'
   * classifiers, and no residual.
   */
  public static Carving withDefaults() {
    return new Carving(DEFAULT_SPARSITY, DEFAULT_CONCEPT_RIDGE, false, false, null);
  }

  /**
   * Returns a copy with another λ: the larger, the fewer concepts have a weight.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public Carving withSparsity(double lambda) {
    return new Carving(positive(lambda), conceptRidge, fitsLabels, hasResidual, node);
  }

  /**
   * Returns a copy with another ridge of the concepts' classifiers.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public Carving withConceptRidge(double lambda) {
    return new Carving(sparsity, positive(lambda), fitsLabels, hasResidual, node);
  }

  /** Returns a copy that is fitted to the training labels in place of the model's answers. */
  public Carving fittedToLabels() {
    return new Carving(sparsity, conceptRidge, true, hasResidual, node);
  }

  /** Returns a copy with a residual part, which no concept explains. */
  public Carving withResidual() {
    return new Carving(sparsity, conceptRidge, fitsLabels, true, node);
  }

  /**
   * Returns a copy that carves behind a node of a white box, in place of in front of the last
   * layer. What is carved there can be judged, and not be written into a file.
   *
   * @param name the node's, such as {@code "/body/relu4/Relu"}
   */
  public Carving at(String name) {
    return new Carving(sparsity, conceptRidge, fitsLabels, hasResidual, name);
  }

  private static double positive(double lambda) {
    if (!(lambda > 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("λ must be positive, was " + lambda);
    }
    return lambda;
  }

  /**
   * Carves a model.
   *
   * @param training on which the sparse layer is fitted
   * @param concepts annotated examples
   * @throws dev.touchstone.model.MissingCapabilityException if the model does not show what its
   *     last layer sees, or the node that was named
   * @throws TouchstoneException for training data of other examples than the concepts', or a layer
   *     that does not converge
   */
  public CarvedModel carve(
      Classifier model, Dataset training, AnnotatedConcepts concepts, RunContext context) {
    concepts.requireShapeOf(training);
    Represented represented =
        node == null
            ? Represented.by(model, "Carving", context)
            : Represented.behind(node, model, "Carving", context);
    Matrix layer = represented.of(training);
    Predictions answers = CheckedAnswers.of(model, training, context.settings().memoryBytes());
    Matrix targets =
        fitsLabels
            ? HeadData.oneHot(training.labels(), training.classNames().size())
            : probabilities(answers);
    double[] weights =
        training.trainingWeights().map(double[]::clone).orElseGet(() -> ones(training.size()));
    Parts parts =
        parts(
            PenalisedLayer.Kind.CLASSES,
            layer,
            represented.of(concepts.data()),
            concepts,
            targets,
            weights);
    return new CarvedModel(
        model,
        training.classNames(),
        carved(represented, training, concepts, parts),
        answers.threshold());
  }

  /**
   * Carves a regressor in the same way: the sparse layer is fitted to its values, or to those of
   * the training data, by least squares.
   *
   * <p>Values are in units of their standard deviation there, so that λ means the same whatever
   * they are measured in.
   *
   * @param training with values
   * @throws dev.touchstone.model.MissingCapabilityException as of a classifier
   * @throws TouchstoneException as of a classifier, and for data of classes, and values that are
   *     all the same
   */
  public CarvedRegressor carve(
      Regressor model, Dataset training, AnnotatedConcepts concepts, RunContext context) {
    concepts.requireShapeOf(training);
    if (!training.hasValues()) {
      throw new TouchstoneException(
          "%s has classes, and %s gives values; carve it on data with values"
              .formatted(training.name(), model.name()));
    }
    Represented represented =
        node == null
            ? Represented.by(model, "Carving", context)
            : Represented.behind(node, model, "Carving", context);
    double[] values =
        fitsLabels
            ? training.targets()
            : CheckedAnswers.of(model, training, context.settings().memoryBytes()).values();
    ValueUnit unit = ValueUnit.of(values, fitsLabels ? training.name() : model.name());
    Parts standard =
        parts(
            PenalisedLayer.Kind.VALUES,
            represented.of(training),
            represented.of(concepts.data()),
            concepts,
            unit.standardised(values),
            training.trainingWeights().map(double[]::clone).orElseGet(() -> ones(training.size())));
    return new CarvedRegressor(
        model, carved(represented, training, concepts, standard.in(unit)), training.unit());
  }

  private CarvedConcepts carved(
      Represented represented, Dataset training, AnnotatedConcepts concepts, Parts parts) {
    return CarvedConcepts.of(
        represented,
        concepts,
        parts,
        toString(),
        Digest.sha256().add(training.sha256()).add(concepts.sha256()));
  }

  /**
   * What a carved model is made of.
   *
   * @param concepts q scores of the layer's d values
   * @param scaling of the concepts
   * @param head the sparse layer on z-scored concepts
   * @param residual on the layer's values; null for none
   * @param optimality by how much the sparse layer misses its optimum's conditions
   */
  record Parts(
      LinearLayer concepts,
      Scaling scaling,
      LinearLayer head,
      @Nullable LinearLayer residual,
      double optimality) {

    /** All of it as one layer on the layer's values. */
    LinearLayer joined() {
      LinearLayer bottleneck = concepts.then(scaling.before(head));
      return residual == null ? bottleneck : bottleneck.plus(residual);
    }

    /** The same of values, where these are in units of their deviation. */
    Parts in(ValueUnit unit) {
      return new Parts(
          concepts,
          scaling,
          unit.restored(head),
          residual == null ? null : unit.scaled(residual),
          optimality);
    }
  }

  Parts parts(
      PenalisedLayer.Kind kind,
      Matrix layer,
      Matrix examples,
      AnnotatedConcepts concepts,
      Matrix targets,
      double[] weights) {
    ConceptLayer read = ConceptLayer.fit(examples, concepts, conceptRidge);
    Matrix scores = read.scores(layer);
    Scaling scaling = Scaling.of(scores);
    Matrix z = scaling.apply(scores);
    double[] shares = Arrays.stream(weights).map(weight -> weight / layer.rows()).toArray();
    PenalisedLayer.Optimum optimum =
        new PenalisedLayer(
                kind,
                z,
                targets,
                shares,
                GuidedBottleneck.ridges(z.columns(), (1 - LASSO_SHARE) * sparsity),
                LASSO_SHARE * sparsity,
                null,
                null)
            .minimise(TOLERANCE);
    LinearLayer head = LinearLayer.withBiasLast(optimum.weights());
    LinearLayer residual = null;
    if (hasResidual) {
      Scaling ofLayer = Scaling.of(layer);
      residual =
          ofLayer.before(
              LinearLayer.withBiasLast(
                  new PenalisedLayer(
                          kind,
                          ofLayer.apply(layer),
                          targets,
                          shares,
                          GuidedBottleneck.ridges(layer.columns(), conceptRidge),
                          0,
                          null,
                          head.scores(z))
                      .minimise(TOLERANCE)
                      .weights()));
    }
    return new Parts(read.layer(), scaling, head, residual, optimum.residual());
  }

  private static Matrix probabilities(Predictions answers) {
    double[][] rows = new double[answers.size()][];
    Arrays.setAll(rows, answers::probabilities);
    return Matrix.ofRows(rows);
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public String toString() {
    return "carved %s, sparsity %s, concept ridge %s, fitted to %s%s"
        .formatted(
            node == null ? "in front of the last layer" : "behind " + node,
            sparsity,
            conceptRidge,
            fitsLabels ? "labels" : "the model's answers",
            hasResidual ? ", with a residual" : "");
  }
}
