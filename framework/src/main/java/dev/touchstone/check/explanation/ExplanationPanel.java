package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.Target;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One example, and why a model answers it as it does, on one panel: what is predicted of it, the
 * maps of several methods beside each other, and how far each map is from what it should be
 * (thesis, figures 3-1 and 3-2). Images have maps over them, texts coloured tokens, rows of a table
 * a bar for each column. Immutable.
 *
 * <pre>{@code
 * show(
 *     ExplanationPanel.of(model, test, 17)
 *         .by(IntegratedGradients.withDefaults(), GuidedBackprop.withDefaults()));
 * }</pre>
 *
 * <p>Nothing is measured of the model, and nothing can be claimed of it by one example; beside a
 * claim, the panel's {@linkplain #figure figure} is one of its evidence.
 */
public final class ExplanationPanel {
  private final PanelSubject subject;
  private final Dataset example;
  private final ComparedMethods methods;
  private final List<Figure> beside;

  private ExplanationPanel(
      PanelSubject subject, Dataset example, ComparedMethods methods, List<Figure> beside) {
    this.subject = subject;
    this.example = example;
    this.methods = methods;
    this.beside = List.copyOf(beside);
  }

  /**
   * Shows an example of data.
   *
   * @param example 0-based
   * @throws TouchstoneException if the data have no such example
   */
  public static ExplanationPanel of(Classifier model, Dataset data, int example) {
    return of(new PanelSubject.OfClasses(model, Target.predictedClass()), data, example);
  }

  /**
   * Shows an example of data.
   *
   * @param id as the data name it
   * @throws TouchstoneException if the data have no such example
   */
  public static ExplanationPanel of(Classifier model, Dataset data, String id) {
    return of(model, data, place(data, id));
  }

  /**
   * Shows an example of data whose value is predicted; explained is that value.
   *
   * @param data with values to predict
   * @param example 0-based
   * @throws TouchstoneException if the data have no such example
   */
  public static ExplanationPanel of(Regressor model, Dataset data, int example) {
    return of(new PanelSubject.OfValue(model), data, example);
  }

  /**
   * Shows an example of data whose value is predicted; explained is that value.
   *
   * @param data with values to predict
   * @param id as the data name it
   * @throws TouchstoneException if the data have no such example
   */
  public static ExplanationPanel of(Regressor model, Dataset data, String id) {
    return of(model, data, place(data, id));
  }

  private static ExplanationPanel of(PanelSubject subject, Dataset data, int example) {
    if (example < 0 || example >= data.size()) {
      throw new TouchstoneException(
          "%s has %d examples, and none at place %d; count from 0, or give an id"
              .formatted(data.name(), data.size(), example));
    }
    return new ExplanationPanel(
        subject,
        data.select(new int[] {example}, "example " + data.id(example)),
        new ComparedMethods(List.of()),
        List.of());
  }

  private static int place(Dataset data, String id) {
    return IntStream.range(0, data.size())
        .filter(i -> data.id(i).equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new TouchstoneException(
                    "%s has no example \"%s\"; the first is \"%s\""
                        .formatted(data.name(), id, data.size() > 0 ? data.id(0) : "")));
  }

  /**
   * Adds the maps of methods, in their order.
   *
   * @throws TouchstoneException for more than 12 together, or for a method that was given already
   */
  public ExplanationPanel by(AttributionMethod... more) {
    return new ExplanationPanel(subject, example, methods.and(more), beside);
  }

  /**
   * Explains something else than the score of the class that the model predicts.
   *
   * @throws TouchstoneException of a regressor, which has one value
   */
  public ExplanationPanel explaining(Target explained) {
    return new ExplanationPanel(subject.explaining(explained), example, methods, beside);
  }

  /**
   * Adds a figure below the maps, such as how the example relates to concepts, or the training
   * points that speak most for its answer.
   */
  public ExplanationPanel beside(Figure figure) {
    List<Figure> more = new ArrayList<>(beside);
    more.add(figure);
    return new ExplanationPanel(subject, example, methods, more);
  }

  /**
   * Explains, and returns the panel.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model lacks what a method needs
   * @throws TouchstoneException if there is no method, or a method's map is of other values than
   *     the example's
   */
  public Panel figure(RunContext context) {
    if (methods.methods().isEmpty()) {
      throw new TouchstoneException(
          "a panel of the example %s without a method; say by which it is explained, .by(IntegratedGradients.withDefaults())"
              .formatted(example.id(0)));
    }
    Model model = subject.model();
    methods.methods().forEach(method -> method.require(model));
    PanelSubject.Answer answer = subject.ask(example, context);
    List<Attribution> maps =
        methods.methods().stream()
            .map(
                method ->
                    method
                        .measuringItsError()
                        .attribute(model, example.inputs(0, 1), answer.quantity(), context))
            .toList();

    List<String> labels = methods.labels();
    for (int m = 0; m < maps.size(); m++) {
      requireFinite(labels.get(m), maps.get(m).maps());
    }
    List<Figure> parts = new ArrayList<>();
    parts.add(maps(labels, maps));
    parts.add(fidelity(labels, maps));
    parts.addAll(beside);
    return new Panel(
        "example " + example.id(0),
        "%s on example %s".formatted(model.name(), example.id(0)),
        answer.facts(),
        parts);
  }

  /**
   * Explains, and returns the panel with where it comes from.
   *
   * @throws TouchstoneException as {@link #figure}
   */
  public Shown shown(RunContext context) {
    Trace trace = Trace.start(context).with("explained", subject.explained());
    methods.addTo(trace);
    Panel panel = figure(context);
    return new Shown(
        "%s on %s".formatted(subject.model().name(), example.name()),
        panel,
        trace.end(subject.model(), example));
  }

  private static void requireFinite(String label, double[][] maps) {
    if (maps.length != 1 || !Arrays.stream(maps[0]).allMatch(Double::isFinite)) {
      throw new TouchstoneException(
          "%s made %d maps of one example, or one with a value that is NaN or infinite; nothing can be shown"
              .formatted(label, maps.length));
    }
  }

  /** The maps beside each other, as the example is best looked at. */
  private Figure maps(List<String> labels, List<Attribution> maps) {
    MapComparison images = MapComparison.of(example);
    if (images.images()) {
      return strips(images, labels, maps);
    }
    Map<String, List<String>> tokens = example.tokens(0);
    if (!tokens.isEmpty()) {
      return ExplainedTokens.of(
          tokens, subject.explained(), labels, maps, example.inputs(0, 1).columns());
    }
    return ExplainedColumns.of(example, labels, maps);
  }

  private Figure strips(MapComparison images, List<String> labels, List<Attribution> maps) {
    List<MapStrips.Heat> heats = new ArrayList<>();
    for (int m = 0; m < maps.size(); m++) {
      double[] map = maps.get(m).maps()[0];
      requireLength(labels.get(m), map.length, example.features().rowSize());
      heats.add(
          MapStrips.Heat.of(
              images.height(), images.width(), MapComparison.perPixel(map, images.channels())));
    }
    return new MapStrips(
        "maps",
        "What speaks for %s".formatted(subject.explained()),
        labels,
        List.of(
            new MapStrips.Strip(
                "example " + example.id(0),
                Thumbnail.of(
                    example.batch(0).values(), images.channels(), images.height(), images.width()),
                heats)));
  }

  /** Refuses a map of values inside the model, which cannot be laid over the example. */
  static void requireLength(String label, int given, int expected) {
    if (given != expected) {
      throw new TouchstoneException(
          "the map by %s has %d values, and the example %d: it is of values inside the model; show one by a method that explains inputs"
              .formatted(label, given, expected));
    }
  }

  /** How the maps were made, and the figures that each method measured of its own. */
  private static Table fidelity(List<String> labels, List<Attribution> maps) {
    List<Table.Row> rows = new ArrayList<>();
    for (int m = 0; m < maps.size(); m++) {
      String measured =
          maps.get(m).fidelity().stream()
              .filter(figure -> Double.isFinite(figure.relative()[0]))
              .map(ExplanationPanel::inWords)
              .collect(Collectors.joining("; "));
      rows.add(
          new Table.Row(
              labels.get(m),
              Table.text(maps.get(m).rule()),
              Table.text(measured.isEmpty() ? "not measured" : measured)));
    }
    return new Table(
        "fidelity",
        "How far the maps are to be trusted",
        "method",
        List.of(new Table.Column("rule"), new Table.Column("what the method measured of its map")),
        rows);
  }

  private static String inWords(Fidelity figure) {
    String value = "%s %s".formatted(figure.name(), Numbers.format(figure.relative()[0]));
    return figure.scale().isEmpty() ? value : "%s of %s".formatted(value, figure.scale());
  }
}
