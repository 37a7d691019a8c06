package dev.touchstone.report;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Undetermined;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Why a model may not ship, before anything else is said: a sentence a claim, the gravest first.
 *
 * @param lines the sentences; empty where every claim was shown or is accepted
 * @param more how many others there are
 */
record Why(List<Line> lines, int more) {
  /** What fits on a screen; the claims below have the others. */
  private static final int MOST = 6;

  /**
   * A claim that keeps a model from shipping.
   *
   * @param id of the sheet with the evidence
   * @param mark F or I
   * @param model its name, without the hash
   * @param sentence what is wrong in plain words, with its unit and what is allowed
   * @param pictures an example without and with what was added; empty where none was drawn
   */
  record Line(String id, String mark, String model, String sentence, List<Tiles.Shown> pictures) {}

  /** Of all verdicts that are not acceptable: failures, or what is undecided if none failed. */
  static Why of(List<Cell.Numbered> verdicts) {
    List<Cell.Numbered> against =
        verdicts.stream().filter(v -> !v.recorded().verdict().acceptable()).toList();
    boolean refuted = against.stream().anyMatch(v -> outcome(v) == Outcome.FAIL);
    List<Cell.Numbered> gravest =
        against.stream()
            .filter(v -> !refuted || outcome(v) == Outcome.FAIL)
            .sorted(
                Comparator.comparing(Cell.Numbered::discovery)
                    .reversed()
                    .thenComparing(
                        Comparator.comparingDouble(
                                (Cell.Numbered v) -> beyond(v.recorded().verdict().deciding()))
                            .reversed()))
            .toList();
    return new Why(
        gravest.stream().limit(MOST).map(Why::line).toList(), Math.max(0, gravest.size() - MOST));
  }

  private static Outcome outcome(Cell.Numbered verdict) {
    return verdict.recorded().verdict().outcome();
  }

  private static Line line(Cell.Numbered numbered) {
    Verdict verdict = numbered.recorded().verdict();
    return new Line(
        numbered.id(),
        verdict.outcome().name().substring(0, 1),
        Inert.text(
            Facts.called(verdict.evidence().provenance().subject().name(), "the model's maker")),
        sentence(verdict),
        pictures(verdict));
  }

  /** The judgement that decides, and how many others are as grave. */
  static String sentence(Verdict verdict) {
    Verdict.Judgement deciding = verdict.deciding();
    String said = Inert.text(deciding.inWords());
    long others =
        verdict.judgements().stream().filter(j -> j.outcome() == deciding.outcome()).count() - 1;
    if (deciding.outcome() == Outcome.INCONCLUSIVE
        && !Undetermined.is(deciding.measurement().estimate())) {
      said += ". The data allow for anything " + range(deciding);
    }
    if (others > 0 && deciding.outcome() != Outcome.PASS) {
      said +=
          ". The same holds of " + Inert.count(others, "other measurement", "other measurements");
    }
    return Character.toUpperCase(said.charAt(0)) + said.substring(1) + ".";
  }

  private static String range(Verdict.Judgement judgement) {
    Interval interval = judgement.interval();
    Reading.Unit unit = judgement.measurement().reading().unit();
    return Double.isInfinite(interval.upper())
        ? "from " + unit.format(interval.lower())
        : Double.isInfinite(interval.lower())
            ? "up to " + unit.format(interval.upper())
            : "from " + unit.format(interval.lower()) + " to " + unit.format(interval.upper());
  }

  /**
   * How far an estimate lies beyond its tolerance: in shares of the whole where it is a share, and
   * otherwise in shares of both together, since units differ.
   */
  private static double beyond(Verdict.Judgement judgement) {
    Measurement measurement = judgement.measurement();
    double tolerance = judgement.bound().value();
    double excess =
        judgement.bound().direction() == Bound.Direction.AT_MOST
            ? measurement.estimate().value() - tolerance
            : tolerance - measurement.estimate().value();
    double whole =
        measurement.reading().unit() == Reading.Unit.NUMBER
            ? Math.abs(measurement.estimate().value()) + Math.abs(tolerance)
            : 1;
    return Double.isFinite(excess) && whole > 0 ? excess / whole : excess > 0 ? 1 : 0;
  }

  /** An example before and after, of the signal that decides. */
  private static List<Tiles.Shown> pictures(Verdict verdict) {
    String slice = verdict.deciding().measurement().slice();
    List<Overlays> added =
        verdict.evidence().figures().stream()
            .filter(figure -> figure.name().startsWith("signal-"))
            .filter(Overlays.class::isInstance)
            .map(Overlays.class::cast)
            .toList();
    // A slice is named by its signal, which ends the title of the signal's pictures.
    Optional<Overlays> decides =
        added.stream()
            .filter(figure -> figure.tiles().size() >= 2)
            .filter(
                figure ->
                    added.size() == 1
                        || figure
                            .title()
                            .endsWith(slice.substring(0, Math.max(0, slice.indexOf(" to ")))))
            .findFirst();
    return decides
        .map(figure -> figure.tiles().subList(0, 2).stream().map(Tiles::shown).toList())
        .orElse(List.of());
  }
}
