package dev.touchstone.evidence;

import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * What a figure shows, for whoever does not see it: its kind, its title, and a sentence with the
 * numbers that stand out. Texts of the figure are as they were given.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class FigureInWords implements Figure.Visitor<String> {
  private static final int FIRST = 3;

  private FigureInWords() {}

  /** Returns the kind, the title and the sentence. */
  public static String of(Figure figure) {
    return figure.accept(new FigureInWords());
  }

  @Override
  public String reliabilityDiagram(ReliabilityDiagram figure) {
    List<ReliabilityDiagram.Bin> filled =
        figure.bins().stream().filter(bin -> bin.count() > 0).toList();
    String words =
        "Reliability diagram: %s. %s in %s"
            .formatted(
                figure.title(),
                count(filled.stream().mapToLong(ReliabilityDiagram.Bin::count).sum(), "example"),
                count(figure.bins().size(), "bin"));
    return filled.stream()
            .max(Comparator.comparingDouble(bin -> Math.abs(bin.confidence() - bin.accuracy())))
            .map(
                bin ->
                    "%s; furthest apart from %s to %s: mean confidence %s, came true %s"
                        .formatted(
                            words,
                            Numbers.format(bin.lower()),
                            Numbers.format(bin.upper()),
                            Numbers.format(bin.confidence()),
                            Numbers.format(bin.accuracy())))
            .orElse(words)
        + ".";
  }

  @Override
  public String intervalPlot(IntervalPlot figure) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Values with intervals: %s. %s at %s"
            .formatted(
                figure.title(), figure.vertical(), count(figure.positions().size(), "name")));
    for (Map.Entry<String, List<IntervalPlot.Point>> series : figure.series().entrySet()) {
      extremes(figure, series.getValue())
          .ifPresent(words -> sentences.add("%s: %s".formatted(series.getKey(), words)));
    }
    figure
        .lines()
        .forEach(
            line -> sentences.add("%s: %s".formatted(line.label(), Numbers.format(line.at()))));
    return String.join(". ", sentences) + ".";
  }

  private static Optional<String> extremes(IntervalPlot figure, List<IntervalPlot.Point> points) {
    List<Integer> drawn =
        IntStream.of(figure.drawn(points))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> points.get(i).value()))
            .toList();
    if (drawn.isEmpty()) {
      return Optional.empty();
    }
    int least = drawn.get(0);
    int most = drawn.get(drawn.size() - 1);
    String lowest = "%s at %s".formatted(inWords(points.get(least)), figure.positions().get(least));
    return Optional.of(
        least == most
            ? lowest
            : "lowest %s, highest %s at %s"
                .formatted(lowest, inWords(points.get(most)), figure.positions().get(most)));
  }

  private static String inWords(IntervalPlot.Point point) {
    return Double.isNaN(point.lower())
        ? Numbers.format(point.value())
        : "%s [%s, %s]"
            .formatted(
                Numbers.format(point.value()),
                Numbers.format(point.lower()),
                Numbers.format(point.upper()));
  }

  @Override
  public String ranking(Ranking figure) {
    return "Ranking: %s. %s, of which %s planted; first %s."
        .formatted(
            figure.title(),
            count(figure.items().size(), "item"),
            number(figure.items().stream().filter(Ranking.Item::marked).count()),
            figure.items().stream()
                .limit(FIRST)
                .map(item -> "%s (%s)".formatted(item.id(), Numbers.format(item.score())))
                .collect(Collectors.joining(", ")));
  }

  @Override
  public String overlays(Overlays figure) {
    return "Images: %s. %s, of which %s with an attribution map."
        .formatted(
            figure.title(),
            count(figure.tiles().size(), "image"),
            number(figure.tiles().stream().filter(tile -> tile.attribution().length > 0).count()));
  }

  private static String count(long number, String what) {
    return number(number) + " " + (number == 1 ? what : what + "s");
  }

  /** As it is written everywhere: the report of one run is the same in every locale. */
  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
