package dev.touchstone.evidence;

import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.TokenHeat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  @Override
  public String scatter(Scatter figure) {
    String points =
        figure.of() > figure.points().size()
            ? "%s of %s shown"
                .formatted(number(figure.points().size()), count(figure.of(), "point"))
            : count(figure.of(), "point");
    String words =
        "Scatter plot: %s. %s against %s, %s"
            .formatted(
                figure.title(), figure.vertical().inWords(), figure.horizontal().inWords(), points);
    return figure.stated().entrySet().stream()
            .map(stated -> stated.getKey() + ": " + Numbers.format(stated.getValue()))
            .collect(Collectors.joining(". ", words + (figure.stated().isEmpty() ? "" : ". "), ""))
        + ".";
  }

  @Override
  public String boxPlot(BoxPlot figure) {
    String words =
        "Box plot: %s. %s of %s"
            .formatted(
                figure.title(), figure.values().inWords(), count(figure.boxes().size(), "group"));
    if (figure.boxes().isEmpty()) {
      return words + ".";
    }
    Comparator<BoxPlot.Box> byMedian = Comparator.comparingDouble(BoxPlot.Box::median);
    BoxPlot.Box least = Collections.min(figure.boxes(), byMedian);
    BoxPlot.Box most = Collections.max(figure.boxes(), byMedian);
    return "%s; lowest median %s of %s, highest %s of %s."
        .formatted(
            words,
            Numbers.format(least.median()),
            least.label(),
            Numbers.format(most.median()),
            most.label());
  }

  @Override
  public String table(Table figure) {
    return "Table: %s. %s, %s."
        .formatted(
            figure.title(),
            count(figure.rows().size(), "row"),
            count(figure.columns().size(), "column"));
  }

  /** Returns a cell of a table as its column writes it, without the unit. */
  public static String cell(Table.Column column, Table.Cell cell) {
    if (cell.number().isEmpty()) {
      return cell.text();
    }
    double number = cell.number().getAsDouble();
    return column.decimals().isPresent()
        ? Numbers.format(number, column.decimals().getAsInt())
        : Numbers.format(number);
  }

  @Override
  public String tokenHeat(TokenHeat figure) {
    return figure.texts().stream()
        .map(FigureInWords::inWords)
        .collect(
            Collectors.joining(
                "",
                "Relevance of tokens: %s. Positive numbers speak for %s."
                    .formatted(figure.title(), figure.explained()),
                ""));
  }

  private static String inWords(TokenHeat.Text text) {
    Comparator<TokenHeat.Token> byRelevance =
        Comparator.comparingDouble(TokenHeat.Token::relevance);
    return " %s: %s%s%s."
        .formatted(
            text.caption(),
            count(text.tokens().size(), "token"),
            strongest(text, " for: ", byRelevance.reversed(), token -> token.relevance() > 0),
            strongest(text, " against: ", byRelevance, token -> token.relevance() < 0));
  }

  private static String strongest(
      TokenHeat.Text text,
      String before,
      Comparator<TokenHeat.Token> order,
      Predicate<TokenHeat.Token> which) {
    String tokens =
        text.tokens().stream()
            .filter(which)
            .sorted(order)
            .limit(FIRST)
            .map(token -> "\"%s\" (%s)".formatted(inWords(token), signed(token.relevance())))
            .collect(Collectors.joining(", "));
    return tokens.isEmpty() ? "" : ";" + before + tokens;
  }

  private static String inWords(TokenHeat.Token token) {
    return token.text().isBlank() ? "blank" : token.text().strip();
  }

  /** Returns a number with its sign, a plus sign too. */
  public static String signed(double value) {
    return value > 0
        ? "+" + Numbers.format(value)
        : value < 0 ? "−" + Numbers.format(-value) : Numbers.format(value);
  }

  @Override
  public String mapStrips(MapStrips figure) {
    return "Attribution maps: %s. Of %s under the heads %s."
        .formatted(
            figure.title(),
            figure.rows().stream().map(MapStrips.Strip::caption).collect(Collectors.joining(", ")),
            String.join(", ", figure.columns()));
  }

  @Override
  public String panel(Panel figure) {
    return Stream.concat(
            Stream.of("Panel: %s.".formatted(figure.title())),
            Stream.concat(
                figure.facts().stream().map(fact -> fact + "."),
                figure.parts().stream().map(FigureInWords::of)))
        .collect(Collectors.joining(" "));
  }

  private static String count(long number, String what) {
    return number(number) + " " + (number == 1 ? what : what + "s");
  }

  /** As it is written everywhere: the report of one run is the same in every locale. */
  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
