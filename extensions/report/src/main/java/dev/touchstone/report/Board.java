package dev.touchstone.report;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.runtime.TestIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Models × claims: a table of models about which the same claims were made on the same data. Models
 * that share no claim with another stand in a table of their own, so that no table has holes
 * without need.
 *
 * @param title what the models were tested on
 * @param models the columns
 * @param rows the claims, the worst first
 */
record Board(String title, List<Column> models, List<Row> rows) {
  /** As many columns as a sheet of paper has room for beside the claims. */
  private static final int MOST_ON_PAPER = 4;

  private static final int SHORT_HASH = 8;
  private static final int MOST_SAID = 6;

  /**
   * A model.
   *
   * @param number the filter's number
   */
  record Column(int number, String name) {}

  /**
   * A claim about each of the models.
   *
   * @param said what is said below the claim: the check, the data, the tests
   * @param cells per model its verdicts, usually one
   */
  record Row(String statement, String said, List<List<Cell>> cells) {}

  /** Whether its columns do not fit on paper, where models then stand below each other. */
  boolean isWide() {
    return models.size() > MOST_ON_PAPER;
  }

  /** What makes a row: the claim with its tolerances, and the data it was judged on. */
  private record Question(
      String claim, List<Bound> bounds, String check, String data, String dataHash) {
    static Question of(RecordedVerdict recorded) {
      Claim claim = recorded.verdict().claim();
      Provenance provenance = recorded.verdict().evidence().provenance();
      return new Question(
          claim.statement(),
          claim.bounds(),
          recorded.verdict().evidence().check(),
          provenance.data().name(),
          provenance.data().sha256());
    }
  }

  /** The tables of all verdicts, the worst first. */
  static List<Board> of(List<Cell.Numbered> verdicts, Cell.Filters filters) {
    Map<Question, Map<String, List<Cell.Numbered>>> rows = new LinkedHashMap<>();
    for (Cell.Numbered verdict : verdicts) {
      rows.computeIfAbsent(Question.of(verdict.recorded()), q -> new LinkedHashMap<>())
          .computeIfAbsent(modelName(verdict.recorded()), m -> new ArrayList<>())
          .add(verdict);
    }
    List<Board> boards = new ArrayList<>();
    for (Set<String> models : connected(rows.values())) {
      boards.add(board(models, rows, filters));
    }
    return boards;
  }

  /** Models that share a row, directly or through others. */
  private static List<Set<String>> connected(Iterable<Map<String, List<Cell.Numbered>>> rows) {
    List<Set<String>> components = new ArrayList<>();
    for (Map<String, List<Cell.Numbered>> row : rows) {
      Set<String> joined = new LinkedHashSet<>();
      components.removeIf(
          component -> {
            boolean touches = component.stream().anyMatch(row::containsKey);
            if (touches) {
              joined.addAll(component);
            }
            return touches;
          });
      joined.addAll(row.keySet());
      components.add(joined);
    }
    return components;
  }

  private static Board board(
      Set<String> models,
      Map<Question, Map<String, List<Cell.Numbered>>> rows,
      Cell.Filters filters) {
    List<String> names = models.stream().sorted().toList();
    List<Map.Entry<Question, Map<String, List<Cell.Numbered>>>> own =
        rows.entrySet().stream()
            .filter(row -> models.containsAll(row.getValue().keySet()))
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<Question, Map<String, List<Cell.Numbered>>> row) ->
                            worst(row.getValue()))
                    .thenComparing(row -> row.getKey().check())
                    .thenComparing(row -> row.getKey().claim())
                    .thenComparing(row -> row.getKey().bounds().toString()))
            .toList();
    String data =
        own.stream()
            .map(row -> row.getKey().data())
            .distinct()
            .limit(3)
            .map(Inert::text)
            .collect(Collectors.joining(", "));
    return new Board(
        (names.size() == 1
                ? Inert.text(names.get(0))
                : Inert.count(names.size(), "model", "models"))
            + (data.isEmpty() ? "" : " on " + data),
        names.stream()
            .map(name -> new Column(filters.models().numberOf(name), Inert.text(name)))
            .toList(),
        own.stream().map(row -> row(row.getKey(), row.getValue(), names, filters)).toList());
  }

  private static int worst(Map<String, List<Cell.Numbered>> row) {
    return row.values().stream()
        .flatMap(List::stream)
        .mapToInt(
            v ->
                Cell.rank(v.recorded().verdict().outcome()) * 2
                    + (v.recorded().verdict().acceptable() ? 1 : 0))
        .min()
        .orElse(0);
  }

  private static Row row(
      Question question,
      Map<String, List<Cell.Numbered>> byModel,
      List<String> models,
      Cell.Filters filters) {
    List<Verdict.Judgement> deciding =
        byModel.values().stream()
            .flatMap(List::stream)
            .map(v -> v.recorded().verdict().deciding())
            .toList();
    List<List<Cell>> cells = new ArrayList<>();
    for (String model : models) {
      List<Cell> ofModel = new ArrayList<>();
      for (Cell.Numbered verdict : byModel.getOrDefault(model, List.of())) {
        Verdict.Judgement own = verdict.recorded().verdict().deciding();
        // Bars of one row share an axis where they show the same quantity.
        Scale scale =
            Scale.over(
                deciding.stream()
                    .filter(j -> j.bound().equals(own.bound()))
                    .filter(j -> quantity(j).equals(quantity(own)))
                    .toList());
        ofModel.add(Cell.of(verdict, scale, filters));
      }
      cells.add(ofModel);
    }
    return new Row(Inert.text(question.claim()), said(question, byModel), cells);
  }

  private static String said(Question question, Map<String, List<Cell.Numbered>> byModel) {
    Stream<String> tests =
        byModel.values().stream()
            .flatMap(List::stream)
            .flatMap(v -> v.recorded().test().stream())
            .map(TestIdentity::methodName)
            .distinct()
            .sorted();
    return Stream.concat(Stream.of(question.check(), question.data()), tests)
        .filter(part -> !part.isEmpty())
        .limit(MOST_SAID)
        .map(Inert::text)
        .collect(Collectors.joining(" · "));
  }

  private static String quantity(Verdict.Judgement judgement) {
    return judgement.measurement().quantity();
  }

  /**
   * The model's, the trainer's or the data's name, with the beginning of its hash: two may have one
   * name.
   */
  static String modelName(RecordedVerdict recorded) {
    Provenance provenance = recorded.verdict().evidence().provenance();
    String hash = provenance.modelSha256().or(provenance::sourceSha256).orElse("");
    return Facts.called(provenance.subject().name(), "no model")
        + (hash.isEmpty() ? "" : " " + hash.substring(0, Math.min(SHORT_HASH, hash.length())));
  }
}
