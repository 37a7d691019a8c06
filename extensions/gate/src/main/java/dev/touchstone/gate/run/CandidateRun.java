package dev.touchstone.gate.run;

import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.run.TestRecord.Result;
import dev.touchstone.runtime.TestIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a suite says of one candidate.
 *
 * <p>The candidate must not ship if a claim about it was refuted, or if an assertion failed without
 * any verdict. It is not decided if a claim about it is inconclusive, if a test broke, was skipped
 * or gave up, if a verdict compares it with itself, or if anything is missing: no evidence never
 * ships. What a test accepts with a reason it accepts here, too, and the comparison says so; a
 * policy decides by its own tolerances.
 */
public final class CandidateRun {
  private static final int MOST_OF_A_NAME = 80;
  private static final int MOST_OF_A_MESSAGE = 300;

  private final CandidateFile candidate;
  private final Path reportDirectory;
  private final List<TestRecord> tests;
  private final List<String> decidedNothing;
  private final List<RecordedVerdict> verdicts;
  private final int otherVerdicts;
  private final List<Reason> reasons;

  /**
   * Why a candidate does not ship.
   *
   * @param ruling what follows
   * @param text in words
   */
  public record Reason(Ruling ruling, String text) {}

  CandidateRun(
      CandidateFile candidate,
      Path reportDirectory,
      List<TestRecord> tests,
      RecordedVerdicts read,
      List<String> missing) {
    this.candidate = candidate;
    this.reportDirectory = reportDirectory;
    this.tests = List.copyOf(tests);
    this.decidedNothing =
        read.tests().listed().stream()
            .filter(test -> test.end() == ListedTest.End.DECIDED_NOTHING)
            .map(ListedTest::shortName)
            .toList();
    this.verdicts = read.verdicts().stream().filter(this::isAboutCandidate).toList();
    this.otherVerdicts = read.verdicts().size() - verdicts.size();
    this.reasons = reasons(read, missing);
  }

  private boolean isAboutCandidate(RecordedVerdict recorded) {
    return recorded
        .verdict()
        .evidence()
        .provenance()
        .modelSha256()
        .filter(candidate.sha256()::equals)
        .isPresent();
  }

  private List<Reason> reasons(RecordedVerdicts read, List<String> missing) {
    List<Reason> found = new ArrayList<>();
    missing.forEach(text -> found.add(new Reason(Ruling.NOT_DECIDED, text)));
    read.sources().stream()
        .filter(source -> !source.isComplete())
        .forEach(source -> found.add(incomplete(source)));
    if (missing.isEmpty() && verdicts.isEmpty()) {
      found.add(
          new Reason(
              Ruling.NOT_DECIDED,
              tests.stream().anyMatch(test -> test.result() == Result.BROKEN)
                  ? "no verdict is about this file: see what broke, and whether the suite declares"
                      + " its candidate by @ModelUnderTest or @ModelsUnderTest"
                  : "no verdict is about this file; the suite declares its candidate by"
                      + " @ModelUnderTest or @ModelsUnderTest"));
    }
    List<RecordedVerdict> refused =
        read.verdicts().stream().filter(v -> !v.verdict().acceptable()).toList();
    List<RecordedVerdict> ofCandidate = refused.stream().filter(this::isAboutCandidate).toList();
    ofCandidate.forEach(verdict -> found.add(notAcceptable(verdict)));
    verdicts.stream()
        .filter(v -> v.verdict().acceptable())
        .filter(v -> v.verdict().evidence().provenance().comparesWithItself())
        .forEach(verdict -> found.add(comparedWithItself(verdict)));
    Set<String> told = testsOf(ofCandidate);
    Set<String> aboutOthers = testsOf(refused);
    tests.stream()
        .filter(test -> test.result() == Result.REFUTED || test.result() == Result.BROKEN)
        .filter(test -> !told.contains(test.id()))
        .map(test -> failed(test, aboutOthers.contains(test.id())))
        .forEach(found::add);
    tests.stream().filter(CandidateRun::isLeftOut).map(CandidateRun::leftOut).forEach(found::add);
    found.sort(Comparator.comparingInt(reason -> reason.ruling().exitCode()));
    return List.copyOf(found);
  }

  private static Reason incomplete(VerdictSource source) {
    return new Reason(
        Ruling.NOT_DECIDED,
        source.file()
            + " is not complete: "
            + source.unreadable()
            + " verdicts are lost or half-written, and "
            + source.unfinished()
            + " JVMs never said that they ended");
  }

  private static Reason notAcceptable(RecordedVerdict recorded) {
    Outcome outcome = recorded.verdict().outcome();
    return new Reason(
        outcome == Outcome.FAIL ? Ruling.DO_NOT_SHIP : Ruling.NOT_DECIDED,
        outcome + ": " + claimed(recorded));
  }

  private static Reason comparedWithItself(RecordedVerdict recorded) {
    return new Reason(
        Ruling.NOT_DECIDED,
        "compared with itself, which shows nothing: "
            + claimed(recorded)
            + "; the approved model, or the reference, is this one");
  }

  private static String claimed(RecordedVerdict recorded) {
    return PlainText.of(recorded.verdict().claim().statement(), MOST_OF_A_MESSAGE)
        + recorded
            .test()
            .map(test -> " (" + PlainText.of(simpleName(test), MOST_OF_A_NAME) + ")")
            .orElse("");
  }

  private static String simpleName(TestIdentity test) {
    return test.className().substring(test.className().lastIndexOf('.') + 1)
        + "."
        + test.methodName();
  }

  private static Set<String> testsOf(List<RecordedVerdict> verdicts) {
    return verdicts.stream()
        .flatMap(verdict -> verdict.test().map(TestIdentity::id).stream())
        .collect(Collectors.toSet());
  }

  /**
   * A test that failed although no claim about the candidate did.
   *
   * @param aboutOthers whether a claim about something else did, such as the approved model, which
   *     refutes nothing of the candidate
   */
  private static Reason failed(TestRecord test, boolean aboutOthers) {
    boolean refuted = test.result() == Result.REFUTED;
    return new Reason(
        refuted && !aboutOthers ? Ruling.DO_NOT_SHIP : Ruling.NOT_DECIDED,
        PlainText.of(test.name(), MOST_OF_A_NAME)
            + (refuted ? " failed: " : " broke: ")
            + PlainText.of(test.message(), MOST_OF_A_MESSAGE));
  }

  private static boolean isLeftOut(TestRecord test) {
    return test.result() == Result.SKIPPED || test.result() == Result.ABORTED;
  }

  /** What a test that did not run would have claimed is not shown. */
  private static Reason leftOut(TestRecord test) {
    return new Reason(
        Ruling.NOT_DECIDED,
        PlainText.of(test.name(), MOST_OF_A_NAME)
            + (test.result() == Result.SKIPPED ? " was skipped" : " gave up")
            + (test.message().isEmpty()
                ? ""
                : ": " + PlainText.of(test.message(), MOST_OF_A_MESSAGE))
            + "; run it, or leave it out on purpose by --exclude-tag");
  }

  /** The file that was tested. */
  public CandidateFile candidate() {
    return candidate;
  }

  /** Where its verdicts, its pictures and what its tests printed lie. */
  public Path reportDirectory() {
    return reportDirectory;
  }

  /** The verdicts about this file, as they were read back. */
  public List<RecordedVerdict> verdicts() {
    return verdicts;
  }

  /** How many verdicts are about something else, such as the model it is compared with. */
  public int otherVerdicts() {
    return otherVerdicts;
  }

  /** Everything that keeps it from being shipped, the gravest first. */
  public List<Reason> reasons() {
    return reasons;
  }

  /** The gravest of the reasons; {@link Ruling#SHIP} without any. */
  public Ruling ruling() {
    return reasons.isEmpty() ? Ruling.SHIP : reasons.get(0).ruling();
  }

  /** How many tests were run. */
  public long testsRun() {
    return tests.stream()
        .filter(TestRecord::test)
        .filter(t -> t.result() != Result.SKIPPED)
        .count();
  }

  /** How many tests or containers were skipped or gave up. */
  public long testsLeftOut() {
    return tests.stream().filter(CandidateRun::isLeftOut).count();
  }

  /** Which model tests ended well without a claim, in words that come from the suite. */
  public List<String> testsWithoutClaim() {
    return decidedNothing;
  }
}
