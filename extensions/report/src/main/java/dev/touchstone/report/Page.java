package dev.touchstone.report;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the report says, ready to be shown.
 *
 * @param answer whether it may ship
 * @param mark of the answer: P, F, I or A
 * @param why what keeps a model from shipping, in plain words
 * @param compared whether there is a baseline to compare with
 * @param models each with its own answer
 * @param trainers what makes models, each with its own answer
 * @param filters what can be filtered by
 * @param boards models × claims
 * @param sheets the evidence, the gravest first
 * @param shows what tests show without a claim
 * @param facts where it comes from
 * @param sources the files
 */
record Page(
    Answer answer,
    String mark,
    Why why,
    boolean compared,
    List<ModelLine> models,
    List<ModelLine> trainers,
    Cell.Filters filters,
    List<Board> boards,
    List<Sheet> sheets,
    Shows shows,
    List<Facts.Block> facts,
    List<Source> sources,
    Assets assets) {

  /** A model with its own answer. */
  record ModelLine(int number, String name, String mark, String answer, String counts) {}

  /** A file that was read. */
  record Source(String file, String sha256, String run) {}

  /** What was judged: {@code "2 models and 1 trainer"}. */
  String subjects() {
    String counted = Inert.count(models.size(), "model", "models");
    String makers = Inert.count(trainers.size(), "trainer", "trainers");
    return trainers.isEmpty() ? counted : models.isEmpty() ? makers : counted + " and " + makers;
  }

  /** The worst first, then by model and claim, whatever the order of the files. */
  static List<RecordedVerdict> ordered(RecordedVerdicts verdicts) {
    return verdicts.verdicts().stream()
        .sorted(
            Comparator.comparingInt((RecordedVerdict v) -> Cell.rank(v.verdict().outcome()))
                .thenComparing(Board::modelName)
                .thenComparing(v -> v.verdict().evidence().check())
                .thenComparing(v -> v.verdict().claim().statement())
                .thenComparing(v -> v.test().map(t -> t.id()).orElse(""))
                .thenComparing(RecordedVerdict::fingerprint))
        .toList();
  }

  /**
   * Whether it may ship.
   *
   * @param discoveries what the failures are worth when all claims are counted; empty without any
   * @param incomplete what is missing from the files; empty if nothing is
   * @param warnings how many verdicts carry a warning; empty if none does
   * @param tests which tests did not run to their end
   */
  record Answer(
      Standing standing, String discoveries, String incomplete, String warnings, TestLines tests) {

    static Answer of(
        List<RecordedVerdict> verdicts, List<VerdictSource> sources, Discoveries discoveries) {
      String incomplete = missing(sources);
      ModelTests tests = Page.tests(sources);
      Standing standing = Standing.of(verdicts, incomplete.isEmpty() && tests.allRan());
      return new Answer(
          standing,
          sentence(standing, discoveries),
          incomplete,
          Warned.of(verdicts).sentence(),
          TestLines.of(tests));
    }
  }

  /** The verdicts, each with its place in the page. */
  static List<Cell.Numbered> numbered(
      List<RecordedVerdict> ordered, Discoveries discoveries, List<Baseline> baselines) {
    List<Cell.Numbered> numbered = new ArrayList<>();
    for (RecordedVerdict recorded : ordered) {
      numbered.add(
          new Cell.Numbered(
              "v" + (numbered.size() + 1),
              recorded,
              discoveries.contains(recorded.verdict()),
              Trend.of(recorded, baselines)));
    }
    return numbered;
  }

  static Page of(RecordedVerdicts verdicts, Discoveries discoveries, List<Baseline> baselines) {
    List<RecordedVerdict> ordered = ordered(verdicts);
    List<Cell.Numbered> numbered = numbered(ordered, discoveries, baselines);
    Map<String, List<RecordedVerdict>> byModel = new LinkedHashMap<>();
    for (RecordedVerdict recorded : ordered) {
      byModel.computeIfAbsent(Board.modelName(recorded), m -> new ArrayList<>()).add(recorded);
    }
    Answer answer = Answer.of(ordered, verdicts.sources(), discoveries);
    Cell.Filters filters = new Cell.Filters(new Choices(), new Choices(), new Choices());
    List<ModelLine> models = new ArrayList<>();
    List<ModelLine> trainers = new ArrayList<>();
    byModel.forEach(
        (name, own) -> {
          // What is missing may be about any of the models.
          Standing standing = Standing.of(own, answer.standing().complete());
          boolean trained =
              own.stream()
                  .map(v -> v.verdict().evidence().provenance())
                  .allMatch(about -> about.isAboutTrainer() || about.isAboutData());
          (trained ? trainers : models)
              .add(
                  new ModelLine(
                      filters.models().numberOf(name),
                      Inert.text(name),
                      standing.mark(),
                      standing.answer(),
                      standing.counts()));
        });
    List<Board> boards = Board.of(numbered, filters);
    Facts facts = new Facts();
    Map<String, Sheet> sheets = new LinkedHashMap<>();
    numbered.forEach(v -> sheets.put(v.id(), Sheet.of(v, facts)));
    return new Page(
        answer,
        answer.standing().mark(),
        Why.of(numbered),
        !baselines.isEmpty(),
        models,
        trainers,
        filters,
        boards,
        List.copyOf(sheets.values()),
        Shows.of(verdicts.shown()),
        facts.all(),
        verdicts.sources().stream()
            .map(s -> new Source(Inert.text(s.file().toString()), s.sha256(), Inert.text(s.run())))
            .toList(),
        Assets.OF_THE_PAGE);
  }

  /** What the discoveries mean. */
  private static String sentence(Standing standing, Discoveries discoveries) {
    if (standing.fail() == 0) {
      return "";
    }
    String rate = Numbers.format(discoveries.rate() * 100) + " %";
    return discoveries.count()
        + " of "
        + Inert.count(standing.fail(), "FAIL is a discovery", "FAILs are discoveries")
        + " when all "
        + Inert.count(standing.all(), "claim is", "claims are")
        + " counted together ("
        + discoveries.correction()
        + "): of what is marked so, at most "
        + rate
        + " is expected to be a false alarm. A FAIL that is no discovery still fails its test"
        + " unless it is accepted, but may be one that chance produces among so many.";
  }

  private static ModelTests tests(List<VerdictSource> sources) {
    return new RecordedVerdicts(sources, List.of()).tests();
  }

  private static String missing(List<VerdictSource> sources) {
    int unreadable = sources.stream().mapToInt(VerdictSource::unreadable).sum();
    int unfinished = sources.stream().mapToInt(VerdictSource::unfinished).sum();
    if (unreadable == 0 && unfinished == 0) {
      return "";
    }
    return "Evidence is missing: "
        + Inert.count(unfinished, "JVM did not end by itself", "JVMs did not end by themselves")
        + ", "
        + Inert.count(
            unreadable, "verdict was lost or half-written", "verdicts were lost or half-written")
        + ". Run the tests again.";
  }
}
