package dev.touchstone.check.explanation;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;

/**
 * Several images, and why a model answers them as it does, side by side: a row an image, a column a
 * method (thesis, figures 4-2 to 4-4, 4-6, 4-8 and ). Grids of several models, or of the
 * same images with and without a signal, are compared by eye. Immutable.
 *
 * <pre>{@code
 * show(
 *     ExplanationGrid.of(reliesOnTag, tagged.first(5))
 *         .titled("relies on the tag, and sees it")
 *         .by(Gradient.withDefaults(), GuidedBackprop.withDefaults()));
 * }</pre>
 *
 * <p>Nothing is measured, and nothing is claimed.
 */
public final class ExplanationGrid {
  private final Classifier model;
  private final Dataset images;
  private final ComparedMethods methods;
  private final Target target;
  private final String title;

  private ExplanationGrid(
      Classifier model, Dataset images, ComparedMethods methods, Target target, String title) {
    this.model = model;
    this.images = images;
    this.methods = methods;
    this.target = target;
    this.title = title;
  }

  /**
   * Shows images.
   *
   * @param images [channels, height, width] with one channel or three, from 1 to 24 of them
   * @throws TouchstoneException for examples that are no images, or for none or more
   */
  public static ExplanationGrid of(Classifier model, Dataset images) {
    if (!MapComparison.of(images).images()) {
      throw new TouchstoneException(
          "%s holds no images, and a grid lays maps over images; show its examples one at a time, by ExplanationPanel.of(model, data, 0)"
              .formatted(images.name()));
    }
    if (images.size() < 1 || images.size() > MapStrips.MOST_ROWS) {
      throw new TouchstoneException(
          "%s has %d images, of which a grid shows 1 to %d; write data.first(5)"
              .formatted(images.name(), images.size(), MapStrips.MOST_ROWS));
    }
    return new ExplanationGrid(
        model, images, new ComparedMethods(List.of()), Target.predictedClass(), "");
  }

  /**
   * Adds the maps of methods, in their order.
   *
   * @throws TouchstoneException for more than 12 together, or for a method that was given already
   */
  public ExplanationGrid by(AttributionMethod... more) {
    return new ExplanationGrid(model, images, methods.and(more), target, title);
  }

  /** Explains something else than the score of the class that the model predicts. */
  public ExplanationGrid explaining(Target explained) {
    return new ExplanationGrid(model, images, methods, explained, title);
  }

  /**
   * Says what is to be seen, such as what was done to the model or the images; the model's name and
   * the data's by default. The report shows grids in the order of their titles.
   *
   * @throws TouchstoneException for an empty title
   */
  public ExplanationGrid titled(String words) {
    if (words.isBlank()) {
      throw new TouchstoneException("a grid's title is empty; say what is to be seen");
    }
    return new ExplanationGrid(model, images, methods, target, words);
  }

  /**
   * Explains, and returns the picture.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model lacks what a method needs
   * @throws TouchstoneException if there is no method, or a method's map is of other values than
   *     the images'
   */
  public MapStrips figure(RunContext context) {
    if (methods.methods().isEmpty()) {
      throw new TouchstoneException(
          "a grid of %s without a method; say by which it is explained, .by(IntegratedGradients.withDefaults())"
              .formatted(images.name()));
    }
    methods.methods().forEach(method -> method.require(model));
    Predictions predictions = Verified.shared(model, images, context).predictions();
    Quantity quantity = target.of(predictions, images);
    Inputs batch = images.inputs(0, images.size());
    List<double[][]> maps =
        methods.methods().stream()
            .map(method -> Explanations.explain(method, model, batch, quantity, context).maps())
            .toList();
    MapComparison shape = MapComparison.of(images);
    List<MapStrips.Strip> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      int image = i;
      rows.add(
          new MapStrips.Strip(
              caption(image, predictions),
              Thumbnail.of(
                  images.batch(image).values(), shape.channels(), shape.height(), shape.width()),
              maps.stream()
                  .map(
                      ofAll ->
                          MapStrips.Heat.of(
                              shape.height(),
                              shape.width(),
                              MapComparison.perPixel(ofAll[image], shape.channels())))
                  .toList()));
    }
    return new MapStrips(
        "maps",
        title.isEmpty()
            ? "What speaks for %s".formatted(target.describe())
            : "%s: what speaks for %s".formatted(title, target.describe()),
        methods.labels(),
        rows);
  }

  /** The image, what the model makes of it, and its label where that is another. */
  private String caption(int image, Predictions predictions) {
    int predicted = predictions.predicted(image);
    int label = images.label(image);
    String answer =
        "example %s, predicted %s"
            .formatted(images.id(image), PanelSubject.OfClasses.className(images, predicted));
    return label == predicted
        ? answer
        : "%s, label %s".formatted(answer, PanelSubject.OfClasses.className(images, label));
  }

  /**
   * Explains, and returns the picture with where it comes from.
   *
   * @throws TouchstoneException as {@link #figure}
   */
  public Shown shown(RunContext context) {
    Trace trace = Trace.start(context).with("explained", target.describe());
    methods.addTo(trace);
    return new Shown(
        title.isEmpty() ? "%s on %s".formatted(model.name(), images.name()) : title,
        figure(context),
        trace.end(model, images));
  }
}
