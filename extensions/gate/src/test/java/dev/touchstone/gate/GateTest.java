package dev.touchstone.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.policy.PolicyFile;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ships, what does not, what is not decided, and that all reasons are told. */
class GateTest {
  private static final Candidate CANDIDATE =
      new Candidate("income.onnx", Path.of("candidate.onnx"), Judged.MODEL);

  @TempDir Path directory;

  private PolicyFile policy(String head, String claim) {
    String yaml =
        """
        schema: touchstone-policy/1
        free: [error, approved sha256, reference sha256, clustered by]
        name: income
        max-age: 7 days
        %s
        data:
          test:
            sha256: %s
        models:
          - name: income.onnx
            claims:
              - name: errs rarely
                check: error rate
                quantity: error rate
                %s
        """
            .formatted(
                head.isEmpty() ? "level: 0.95" : head.strip(),
                Judged.DATA,
                claim.strip().indent(8).strip());
    try {
      Path file = Files.writeString(directory.resolve("policy.yaml"), yaml);
      return PolicyFile.read(file, LocalDate.of(2026, 11, 22));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PolicyFile policy() {
    return policy("", "at-most: 0.05\ngroups: [overall]\ndata: test");
  }

  private static Decision decide(PolicyFile policy, RecordedVerdicts verdicts) {
    return Gate.withDefaults()
        .at(Clock.fixed(Judged.NOW, ZoneOffset.UTC))
        .decide(policy, List.of(CANDIDATE), verdicts);
  }

  private static List<Reason> reasons(Decision decision) {
    return decision.grounds().stream().map(Ground::reason).toList();
  }

  private static void assertOnly(Decision decision, Ruling ruling, Class<? extends Reason> reason) {
    assertThat(reasons(decision)).singleElement().isInstanceOf(reason);
    assertThat(decision.ruling()).isEqualTo(ruling);
  }

  @Test
  void whatIsShownOnThisModelAndTheseDataShips() {
    Decision decision = decide(policy(), Judged.run(Judged.passing()));
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.grounds()).isEmpty();
    assertThat(decision.shown())
        .singleElement()
        .satisfies(
            shown -> {
              assertThat(shown.claim()).isEqualTo("errs rarely");
              assertThat(shown.judgement().measurement().estimate().value()).isEqualTo(0.01);
            });
    assertThat(decision.evidenceAbout(CANDIDATE)).hasSize(1);
  }

  private static RecordedVerdicts runOf(ModelTests tests) {
    VerdictSource source =
        new VerdictSource(Path.of("verdicts.json"), Judged.digest("file"), "run-1", 0, 0, tests);
    return new RecordedVerdicts(List.of(source), List.of(Judged.passing().recorded(source)));
  }

  private static ListedTest left(ListedTest.End end, String condition) {
    return new ListedTest("com.acme.GpuTest", "isFast", "isFast()", end, condition, "none");
  }

  private static ModelTests oneLeft(ListedTest.End end, String condition) {
    boolean skipped = end == ListedTest.End.SKIPPED;
    return new ModelTests(
        2,
        skipped ? 1 : 2,
        skipped ? 1 : 2,
        skipped ? 1 : 0,
        end == ListedTest.End.ABORTED ? 1 : 0,
        end == ListedTest.End.BROKEN ? 1 : 0,
        0,
        List.of(left(end, condition)));
  }

  @ParameterizedTest
  @CsvSource({
    "BROKEN, broken-tests, broke",
    "ABORTED, aborted-tests, gave up",
    "SKIPPED, skipped-tests, was skipped"
  })
  void aTestThatDidNotRunToItsEndHoldsTheRelease(ListedTest.End end, String kind, String inWords) {
    Decision decision = decide(policy(), runOf(oneLeft(end, "")));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.TestsLeftOut.class);
    assertThat(reasons(decision).get(0).kind()).isEqualTo(kind);
    assertThat(reasons(decision).get(0).problem())
        .isEqualTo(
            "of 2 model tests of run run-1 ("
                + Judged.digest("file").substring(0, 12)
                + "…) 1 "
                + inWords
                + ": com.acme.GpuTest#isFast (none)");
  }

  @Test
  void aTestWithoutAClaimHoldsNothing() {
    ModelTests tests =
        new ModelTests(2, 2, 2, 0, 0, 0, 0, List.of(left(ListedTest.End.DECIDED_NOTHING, "")));
    assertThat(decide(policy(), runOf(tests)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void aRunWhoseTestsNobodyCountedShipsOnlyWhereThePolicyAcceptsThat() {
    assertOnly(
        decide(policy(), runOf(ModelTests.UNCOUNTED)),
        Ruling.NOT_DECIDED,
        Reason.TestsNotCounted.class);
    PolicyFile accepting =
        policy("uncounted-tests: accepted", "at-most: 0.05\ngroups: [overall]\ndata: test");
    assertThat(decide(accepting, runOf(ModelTests.UNCOUNTED)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "com.acme.GpuTest#isFast | SKIP",
        "com.acme.GpuTest | SKIP",
        "com.acme.GpuTest#isOther | HOLD",
        "com.acme.Gpu | HOLD",
        "isFast | HOLD"
      })
  void aPolicySaysWhichTestsMayBeSkipped(String test, String what) {
    PolicyFile policy =
        policy(
            "may-be-skipped:\n  - {test: '" + test + "', reason: no GPU there}", "at-most: 0.05");
    Decision decision = decide(policy, runOf(oneLeft(ListedTest.End.SKIPPED, "")));
    assertThat(decision.ruling()).isEqualTo(what.equals("SKIP") ? Ruling.SHIP : Ruling.NOT_DECIDED);
    if (what.equals("SKIP")) {
      assertThat(decision.allowances())
          .singleElement()
          .satisfies(
              allowance -> {
                assertThat(allowance.claim()).isEqualTo("com.acme.GpuTest#isFast");
                assertThat(allowance.what()).isEqualTo("the test was skipped: none");
                assertThat(allowance.reason()).isEqualTo("no GPU there");
              });
      // What broke is never allowed to.
      assertThat(decide(policy, runOf(oneLeft(ListedTest.End.BROKEN, ""))).ruling())
          .isEqualTo(Ruling.NOT_DECIDED);
      assertThat(decide(policy, runOf(oneLeft(ListedTest.End.ABORTED, ""))).ruling())
          .isEqualTo(Ruling.SHIP);
    }
  }

  @Test
  void aTestMayBeSkippedByOneConditionOnly() {
    PolicyFile policy =
        policy(
            "may-be-skipped:\n  - test: com.acme.GpuTest#isFast\n"
                + "    condition: '@EnabledIfDevice(\"gpu\")'\n    reason: no GPU there",
            "at-most: 0.05");
    assertThat(
            decide(policy, runOf(oneLeft(ListedTest.End.SKIPPED, "@EnabledIfDevice(\"gpu\")")))
                .ruling())
        .isEqualTo(Ruling.SHIP);
    assertThat(decide(policy, runOf(oneLeft(ListedTest.End.SKIPPED, ""))).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
    assertThat(decide(policy, runOf(oneLeft(ListedTest.End.ABORTED, ""))).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void whatHasToChangeIsNotAlwaysTheModel() {
    assertThat(WhatToMend.inWords("calibration", false)).isEqualTo("mend the model");
    assertThat(WhatToMend.inWords("weight sensitivity of Guided Backprop", false))
        .isEqualTo(
            "explain the model by another method than \"Guided Backprop\", which was refuted and"
                + " not the model");
    assertThat(WhatToMend.inWords("mislabelled examples", true))
        .startsWith("look for wrong labels by another detector");
    Reason sensitivity =
        new Reason.OtherClaimRefuted("s", "weight sensitivity of Gradient", null, "A#b");
    assertThat(sensitivity.cure()).doesNotContain("mend the model");
  }

  @Test
  void noVerdictAtAllDoesNotShip() {
    Decision decision = decide(policy(), Judged.run());
    assertThat(decision.ruling()).isEqualTo(Ruling.NOT_DECIDED);
    assertThat(reasons(decision))
        .hasOnlyElementsOfTypes(Reason.NoEvidence.class, Reason.Missing.class)
        .hasSize(2);
  }

  @Test
  void aRefutedClaimDoesNotShip() {
    Decision decision = decide(policy(), Judged.run(Judged.passing().erring("overall", 100)));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.Refuted.class);
    assertThat(reasons(decision).get(0).problem())
        .isEqualTo(
            "refuted: error rate 0.1 [0.08211, 0.1203], n = 1000 examples, claimed ≤ 0.05"
                + " (com.acme.IncomeTest#errsRarely)");
  }

  @Test
  void anInconclusiveClaimIsNotDecidedAndSaysHowManyExamplesWould() {
    Decision decision = decide(policy(), Judged.run(Judged.passing().erring("overall", 40)));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.Undecided.class);
    // By scipy.stats.binom the power is 79.5 % at 3,500 and 81.5 % at 3,600.
    assertThat(reasons(decision).get(0).cure())
        .containsPattern(
            "about 3,5\\d\\d fresh examples would show the claim in 80 % of runs \\(these were"
                + " 1,000\\)");
  }

  @Test
  void anInconclusiveClaimDoesNotShipWhereThePolicyRefusesIt() {
    PolicyFile refusing = policy("inconclusive: refuse", "at-most: 0.05");
    Decision decision = decide(refusing, Judged.run(Judged.passing().erring("overall", 40)));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.Undecided.class);
  }

  @Test
  void anInconclusiveClaimShipsOnlyWhereThePolicyAcceptsTheReasonThatTheTestStates() {
    PolicyFile accepting = policy("inconclusive: accept-with-reason", "at-most: 0.05");
    Judged undecided = Judged.passing().erring("overall", 40);
    assertOnly(
        decide(accepting, Judged.run(undecided)), Ruling.NOT_DECIDED, Reason.Undecided.class);
    Judged allowed = undecided.with(claim -> claim.allowingInconclusive("few customers yet"));
    Decision decision = decide(accepting, Judged.run(allowed));
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.allowances())
        .singleElement()
        .satisfies(
            allowance -> {
              assertThat(allowance.reason()).isEqualTo("few customers yet");
              assertThat(allowance.owner()).isNull();
              assertThat(allowance.what()).startsWith("INCONCLUSIVE: error rate 0.04");
            });
    assertThat(decide(policy(), Judged.run(allowed)).ruling()).isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aVerdictOnAnotherModelFileSaysNothingAboutThisOne() {
    Judged other = Judged.passing().onModel("income.onnx", Judged.digest("another"));
    assertOnly(decide(policy(), Judged.run(other)), Ruling.NOT_DECIDED, Reason.OtherModel.class);
    assertThat(decide(policy(), Judged.run(other.erring("overall", 900))).ruling())
        .as("nor does a failure of another file")
        .isEqualTo(Ruling.NOT_DECIDED);
    assertThat(
            decide(
                    policy(),
                    Judged.run(other.erring("overall", 900), Judged.passing().by("A", "b")))
                .ruling())
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void aVerdictOnWhatIsNoFileIsNotOneOnThisModel() {
    Judged function = Judged.passing().onModel("a service", "");
    Decision decision = decide(policy(), Judged.run(function));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherModel.class);
    assertThat(reasons(decision).get(0).problem()).contains("\"a service\", which is no file");
  }

  @Test
  void theNameOfTheModelFileDoesNotMatter() {
    Judged renamed = Judged.passing().onModel("candidate-7.onnx", Judged.MODEL);
    assertThat(decide(policy(), Judged.run(renamed)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void otherDataThanThePolicyPinsAreNoEvidence() {
    Judged other = Judged.passing().onData(Judged.digest("easy data"));
    Decision decision = decide(policy(), Judged.run(other));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherData.class);
    assertThat(reasons(decision).get(0).cure()).contains(Judged.digest("easy data"));
    assertThat(decide(policy("", "at-most: 0.05"), Judged.run(other)).ruling())
        .as("without a pin any data will do")
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void aFailureOnOtherDataStillCountsAgainstTheModel() {
    Judged failing =
        Judged.passing().onData(Judged.digest("other data")).erring("overall", 100).by("A", "b");
    Decision decision = decide(policy(), Judged.run(Judged.passing(), failing));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.Refuted.class);
  }

  @Test
  void aFailureIsNotOutvotedByAPassOfTheSameClaim() {
    Judged failing = Judged.passing().erring("overall", 100).at(Judged.NOW.minusSeconds(9000));
    Decision decision = decide(policy(), Judged.run(failing, Judged.passing()));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.Refuted.class);
  }

  @Test
  void aLaxerToleranceThanThePolicyAllowsIsNoEvidence() {
    Decision decision = decide(policy(), Judged.run(Judged.passing().claiming(Bound.upper(0.06))));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.LaxerTolerance.class);
    assertThat(reasons(decision).get(0).problem())
        .contains("judged against a laxer tolerance: ≤ 0.06, the policy allows ≤ 0.05");
  }

  @Test
  void aTighterToleranceThanThePolicyAsksIsWelcome() {
    Judged tighter = Judged.passing().claiming(Bound.upper(0.02));
    assertThat(decide(policy(), Judged.run(tighter)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void aTestThatClaimsMoreThanThePolicyAsksDoesNotStandInTheWay() {
    // 10 of 1,000: [0.0048, 0.0183] leaves 0.012 open and lies inside 0.05.
    Judged ambitious = Judged.passing().claiming(Bound.upper(0.012));
    assertThat(ambitious.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    for (String head : new String[] {"inconclusive: hold", "inconclusive: refuse"}) {
      Decision decision = decide(policy(head, "at-most: 0.05"), Judged.run(ambitious));
      assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
      assertThat(decision.allowances()).as("shown, not accepted").isEmpty();
      assertThat(decision.shown()).hasSize(1);
    }
    assertOnly(
        decide(policy("", "at-most: 0.018"), Judged.run(ambitious)),
        Ruling.NOT_DECIDED,
        Reason.Undecided.class);
    assertOnly(
        decide(policy("level: 0.99", "at-most: 0.05"), Judged.run(ambitious)),
        Ruling.NOT_DECIDED,
        Reason.LowerLevel.class);
  }

  @Test
  void eachGroupHasToLieInsideThePolicysBoundByItself() {
    Judged ambitious =
        Judged.passing().claiming(Bound.upper(0.012)).erring("overall", 10, "sex=Female", 13);
    PolicyFile grouped = policy("", "at-most: 0.02\ngroups: [overall, sex=Female]");
    // 13 of 1,000: P(X ≤ 13 | 1000, p) = 0.025 at p = 0.0221, outside 0.02.
    Decision decision = decide(grouped, Judged.run(ambitious));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.Undecided.class);
    assertThat(decision.grounds().get(0).groups()).containsExactly("sex=Female");
  }

  @Test
  void aTestThatFailsItsOwnTighterClaimStillForbidsShipping() {
    Judged failing = Judged.passing().erring("overall", 30).claiming(Bound.upper(0.01));
    assertThat(failing.verdict().outcome()).isEqualTo(Outcome.FAIL);
    assertOnly(
        decide(policy("", "at-most: 0.05"), Judged.run(failing)),
        Ruling.DO_NOT_SHIP,
        Reason.Refuted.class);
  }

  @Test
  void aLowerBoundMayBeRaisedButNotLowered() {
    PolicyFile least = policy("", "at-least: 0.9");
    Judged accurate = Judged.passing().erring("overall", 990);
    assertThat(decide(least, Judged.run(accurate.claiming(Bound.lower(0.95)))).ruling())
        .isEqualTo(Ruling.SHIP);
    assertOnly(
        decide(least, Judged.run(accurate.claiming(Bound.lower(0.8)))),
        Ruling.NOT_DECIDED,
        Reason.LaxerTolerance.class);
  }

  @Test
  void aToleranceThatPointsTheOtherWayIsSaidToDoSo() {
    Decision decision = decide(policy("", "at-least: 0.05"), Judged.run(Judged.passing()));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherDirection.class);
    assertThat(reasons(decision).get(0).cure()).contains("write at-most in the policy");
  }

  @Test
  void verdictsThatAreOlderThanTheLimitAreNoEvidence() {
    Judged atTheLimit = Judged.passing().at(Judged.NOW.minus(Duration.ofDays(7)));
    assertThat(decide(policy(), Judged.run(atTheLimit)).ruling()).isEqualTo(Ruling.SHIP);
    Decision decision =
        decide(policy(), Judged.run(atTheLimit.at(Judged.NOW.minus(Duration.ofDays(8)))));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.TooOld.class);
    assertThat(reasons(decision).get(0).problem())
        .startsWith("judged 8 days ago")
        .contains("the policy allows 7 days");
  }

  @Test
  void verdictsFromTheFutureAreNoEvidence() {
    Judged tomorrow = Judged.passing().at(Judged.NOW.plus(Duration.ofDays(1)));
    assertOnly(
        decide(policy(), Judged.run(tomorrow)), Ruling.NOT_DECIDED, Reason.FromTheFuture.class);
    assertThat(decide(policy(), Judged.run(tomorrow.at(Judged.NOW.plusSeconds(60)))).ruling())
        .as("two machines' clocks may differ a little")
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void anOlderSuiteIsNoEvidence() {
    PolicyFile newer = policy("suite:\n  oldest-version: 1.10.0", "at-most: 0.05");
    assertOnly(
        decide(newer, Judged.run(Judged.passing())), Ruling.NOT_DECIDED, Reason.OlderSuite.class);
    PolicyFile older = policy("suite:\n  oldest-version: 1.4.0", "at-most: 0.05");
    assertThat(decide(older, Judged.run(Judged.passing())).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void aSuiteOfUnknownVersionIsNoEvidenceWhereThePolicyAsksForOne() {
    PolicyFile newer = policy("suite:\n  oldest-version: 1.0", "at-most: 0.05");
    Decision decision = decide(newer, Judged.run(Judged.passing().bySuite(Optional.empty())));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OlderSuite.class);
    assertThat(reasons(decision).get(0).cure()).contains("touchstone.suite.version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4f2c91e", "20250101000000", "2024.20250101000000", "main", "1.5.0+4f2"})
  void aSuiteWhoseVersionCannotBeOrderedIsNoEvidence(String version) {
    PolicyFile newer = policy("suite:\n  oldest-version: 1.4.0", "at-most: 0.05");
    Judged judged =
        Judged.passing()
            .bySuite(Optional.of(new SuiteIdentity(Judged.digest("x"), Optional.of(version))));
    Decision decision = decide(newer, Judged.run(judged));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.UnorderedSuite.class);
    assertThat(reasons(decision).get(0).problem()).contains("no version that can be ordered");
  }

  @ParameterizedTest
  @CsvSource({
    "1.4.0, 1.4.0, SHIP",
    "1.10.0, 1.4.0, SHIP",
    "2.0, 1.999999999, SHIP",
    "1.4.0-SNAPSHOT, 1.4.0, NOT_DECIDED",
    "1.4.0, 1.4.0-rc1, SHIP",
    "1.4.0-rc2, 1.4.0-rc10, NOT_DECIDED",
    "1.3.9, 1.4.0, NOT_DECIDED"
  })
  void versionsAreOrderedByTheirNumbers(String version, String oldest, Ruling ruling) {
    PolicyFile newer = policy("suite:\n  oldest-version: " + oldest, "at-most: 0.05");
    Judged judged =
        Judged.passing()
            .bySuite(Optional.of(new SuiteIdentity(Judged.digest("x"), Optional.of(version))));
    assertThat(decide(newer, Judged.run(judged)).ruling()).isEqualTo(ruling);
  }

  @Test
  void aTestClassThatChangedIsNoEvidenceWhereThePolicyApprovesOnlyOneEdition() {
    PolicyFile approving =
        policy("suite:\n  approved-sha256: [" + Judged.digest("suite") + "]", "at-most: 0.05");
    assertThat(decide(approving, Judged.run(Judged.passing())).ruling()).isEqualTo(Ruling.SHIP);
    Judged changed =
        Judged.passing()
            .bySuite(Optional.of(new SuiteIdentity(Judged.digest("x"), Optional.of("1.4.0"))));
    Decision decision = decide(approving, Judged.run(changed));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.UnapprovedSuite.class);
    assertThat(reasons(decision).get(0).cure()).contains(Judged.digest("x"));
  }

  @Test
  void aHigherLevelThanWasJudgedAtIsNotReached() {
    assertOnly(
        decide(policy("level: 0.99", "at-most: 0.05"), Judged.run(Judged.passing())),
        Ruling.NOT_DECIDED,
        Reason.LowerLevel.class);
  }

  @Test
  void aGroupThatWasNotJudgedIsMissed() {
    PolicyFile grouped = policy("", "at-most: 0.05\ngroups: [overall, sex=Female, sex=Male]");
    Decision decision = decide(grouped, Judged.run(Judged.passing()));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.GroupNotJudged.class);
    assertThat(decision.grounds().get(0).groups())
        .as("one reason, said once for both groups")
        .containsExactly("sex=Female", "sex=Male");
  }

  @Test
  void groupsMayBeJudgedByDifferentTests() {
    PolicyFile grouped = policy("", "at-most: 0.05\ngroups: [sex=Female, sex=Male]");
    Decision decision =
        decide(
            grouped,
            Judged.run(
                Judged.passing().erring("sex=Female", 10).by("A", "women"),
                Judged.passing().erring("sex=Male", 10).by("A", "men")));
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.shown()).hasSize(2);
  }

  @Test
  void groupsAreNotPickedFromTheDataOnWhichEachDoesWell() {
    PolicyFile grouped = policy("", "at-most: 0.05\ngroups: [overall, sex=Female]");
    Judged here = Judged.passing().erring("overall", 10, "sex=Female", 40);
    Judged there =
        Judged.passing()
            .erring("overall", 40, "sex=Female", 10)
            .onData(Judged.digest("other data"))
            .by("A", "b");
    Decision decision = decide(grouped, Judged.run(here, there));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.Undecided.class);
    assertThat(decision.grounds().get(0).groups()).hasSize(1);
    Judged whole = there.erring("overall", 10, "sex=Female", 10);
    assertThat(decide(grouped, Judged.run(here, whole)).ruling())
        .as("all groups on the same data")
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void groupsAreNotPickedFromSeveralPinnedDataEither() {
    String pinned = "at-most: 0.05\ngroups: [overall, sex=Female]\ndata: test";
    PolicyFile two =
        policyOf(
            policy("", pinned),
            "sha256: " + Judged.DATA,
            "sha256: [" + Judged.DATA + ", " + Judged.digest("other data") + "]");
    Judged here = Judged.passing().erring("overall", 10, "sex=Female", 40);
    Judged there = here.onData(Judged.digest("other data")).by("A", "b");
    assertOnly(
        decide(two, Judged.run(here, there.erring("overall", 40, "sex=Female", 10))),
        Ruling.NOT_DECIDED,
        Reason.Undecided.class);
    assertThat(
            decide(two, Judged.run(here, there.erring("overall", 10, "sex=Female", 10))).ruling())
        .isEqualTo(Ruling.SHIP);
  }

  private static final String ASIAN_ESKIMO = "\"other\" for \"Asian\", \"Eskimo\"";
  private static final String WIDER = "\"other\" for \"Asian\", \"Black\", \"Eskimo\"";

  /** A policy that pins the data, and what is taken together in the column race. */
  private PolicyFile mergedPolicy(String groups, String merged) {
    return policyOf(
        policy("", "at-most: 0.05\ngroups: " + groups + "\ndata: test"),
        "sha256: " + Judged.DATA,
        "sha256: " + Judged.DATA + "\n    merged:\n      race: '" + merged + "'");
  }

  @Test
  void aGroupThatWasMergedAsThePolicyPinsShips() {
    Judged judged = Judged.passing().erring("race=other", 10).merging(Map.of("race", ASIAN_ESKIMO));
    assertThat(decide(mergedPolicy("[race=other]", ASIAN_ESKIMO), Judged.run(judged)).ruling())
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void aGroupThatWasMergedOtherwiseThanThePolicyPinsIsNoEvidence() {
    Judged wider = Judged.passing().erring("race=other", 10).merging(Map.of("race", WIDER));
    Decision decision = decide(mergedPolicy("[race=other]", ASIAN_ESKIMO), Judged.run(wider));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherValuesMerged.class);
    assertThat(reasons(decision).get(0).problem())
        .isEqualTo(
            "the groups of \"race\" were made of other values than the policy pins: the test took"
                + " together \"other\" for \"Asian\", \"Black\", \"Eskimo\", and the policy pins"
                + " \"other\" for \"Asian\", \"Eskimo\" (com.acme.IncomeTest#errsRarely)");
  }

  @Test
  void aMergedGroupThatThePolicyDoesNotPinIsNoEvidenceAndTheCureSaysWhatToPin() {
    PolicyFile bare = policy("", "at-most: 0.05\ngroups: [race=other]\ndata: test");
    Judged merged = Judged.passing().erring("race=other", 10).merging(Map.of("race", ASIAN_ESKIMO));
    Decision decision = decide(bare, Judged.run(merged));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherValuesMerged.class);
    assertThat(reasons(decision).get(0).cure())
        .endsWith(
            "write under \"merged\" of the data \"test\", for the column \"race\": "
                + ASIAN_ESKIMO);
  }

  @Test
  void aGroupOfWhichNothingWasMergedIsNotTheOneThatThePolicyPins() {
    Judged plain = Judged.passing().erring("race=other", 10);
    Decision decision = decide(mergedPolicy("[race=other]", ASIAN_ESKIMO), Judged.run(plain));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherValuesMerged.class);
    assertThat(reasons(decision).get(0).problem()).contains("no values were taken together");
    assertThat(reasons(decision).get(0).cure()).contains("remove \"race\" from \"merged\"");
  }

  @Test
  void whatIsMergedInAnotherColumnSaysNothingOfAGroup() {
    PolicyFile bare = policy("", "at-most: 0.05\ngroups: [overall, sex=Female]\ndata: test");
    Judged judged =
        Judged.passing()
            .erring("overall", 10, "sex=Female", 10, "race=other", 10)
            .merging(Map.of("race", WIDER));
    assertThat(decide(bare, Judged.run(judged)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void whereThePolicyTakesAnyGroupEveryOneIsMadeOfTheValuesThatItPins() {
    PolicyFile any = policy("", "at-most: 0.05\ndata: test");
    Judged judged =
        Judged.passing().erring("overall", 10, "race=other", 10).merging(Map.of("race", WIDER));
    assertOnly(decide(any, Judged.run(judged)), Ruling.NOT_DECIDED, Reason.OtherValuesMerged.class);
  }

  @Test
  void clustersThatWereMergedAreNotThoseOfThePinnedData() {
    PolicyFile bare = policy("", "at-most: 0.05\ngroups: [overall]\ndata: test");
    Judged judged =
        Judged.passing()
            .withSettings(Map.of("clustered by", "race"))
            .merging(Map.of("race", WIDER));
    assertOnly(
        decide(bare, Judged.run(judged)), Ruling.NOT_DECIDED, Reason.OtherValuesMerged.class);
  }

  @Test
  void groupsAreNotPickedFromSeveralMergesOfDataThatAreNotPinned() {
    PolicyFile any = policy("", "at-most: 0.05\ngroups: [overall, race=other]");
    Judged narrow =
        Judged.passing()
            .erring("overall", 10, "race=other", 40)
            .merging(Map.of("race", ASIAN_ESKIMO));
    Judged wide =
        Judged.passing()
            .erring("overall", 40, "race=other", 10)
            .merging(Map.of("race", WIDER))
            .by("A", "b");
    assertOnly(decide(any, Judged.run(narrow, wide)), Ruling.NOT_DECIDED, Reason.Undecided.class);
  }

  private PolicyFile policyOf(PolicyFile like, String before, String after) {
    try {
      String yaml = Files.readString(like.file());
      assertThat(yaml).contains(before);
      Path file = Files.writeString(like.file(), yaml.replace(before, after));
      return PolicyFile.read(file, LocalDate.of(2026, 11, 22));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whereThePolicyRefusesTheUndecidedNoOtherVerdictHidesIt() {
    PolicyFile refusing =
        policy("inconclusive: refuse\nsuite:\n  oldest-version: 1.0", "at-most: 0.05");
    Judged undecided = Judged.passing().erring("overall", 40);
    Judged unversioned =
        Judged.passing()
            .bySuite(Optional.empty())
            .by("A", "b")
            .at(Judged.NOW.minus(Duration.ofMinutes(1)));
    assertOnly(decide(refusing, Judged.run(undecided)), Ruling.DO_NOT_SHIP, Reason.Undecided.class);
    assertThat(reasons(decide(refusing, Judged.run(undecided, unversioned))))
        .hasAtLeastOneElementOfType(Reason.Undecided.class);
    assertThat(decide(refusing, Judged.run(undecided, unversioned)).ruling())
        .isEqualTo(Ruling.DO_NOT_SHIP);
    assertOnly(
        decide(refusing, Judged.run(undecided, Judged.passing().by("A", "b"))),
        Ruling.DO_NOT_SHIP,
        Reason.Undecided.class);
  }

  @Test
  void anUndecidedVerdictThatIsNoEvidenceIsNotRefusedEither() {
    PolicyFile refusing = policy("inconclusive: refuse", "at-most: 0.05\ndata: test");
    Judged onOtherData =
        Judged.passing().erring("overall", 40).onData(Judged.digest("other data")).by("A", "b");
    assertThat(decide(refusing, Judged.run(Judged.passing(), onOtherData)).ruling())
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void withoutGroupsEverySliceThatWasJudgedHasToPass() {
    Judged sliced = Judged.passing().erring("overall", 10, "sex=Female", 40);
    Decision decision = decide(policy("", "at-most: 0.05"), Judged.run(sliced));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.Undecided.class);
  }

  @Test
  void aFailingGroupCountsEvenWhereThePolicyDoesNotAskForIt() {
    Judged sliced = Judged.passing().erring("overall", 10, "sex=Female", 200);
    Decision decision = decide(policy(), Judged.run(sliced));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.Refuted.class);
    assertThat(decision.grounds().get(0).groups()).containsExactly("sex=Female");
  }

  @Test
  void theModelThatThePolicyNamesAsApprovedNeedNotBeBetterThanItself() {
    PolicyFile approving =
        policy("", "at-most: 0.05\nsettings:\n  approved sha256: " + Judged.MODEL);
    Judged toItself = Judged.passing().withSettings(Map.of("approved sha256", Judged.MODEL));
    assertThat(decide(approving, Judged.run(toItself)).ruling()).isEqualTo(Ruling.SHIP);

    PolicyFile other = policy("", "at-most: 0.05\nsettings:\n  approved sha256: " + "0".repeat(64));
    assertOnly(decide(other, Judged.run(toItself)), Ruling.NOT_DECIDED, Reason.OtherSettings.class);
  }

  @Test
  void nothingShipsOnAComparisonOfTheModelWithItself() {
    Judged toItself = Judged.passing().withSettings(Map.of("approved sha256", Judged.MODEL));
    Decision decision = decide(policy(), Judged.run(toItself));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.ComparedWithItself.class);
    assertThat(reasons(decision).get(0).problem())
        .isEqualTo(
            "compared with itself, which shows nothing: the approved model, or the reference, is"
                + " this one (com.acme.IncomeTest#errsRarely)");
    Judged toAnother =
        Judged.passing().withSettings(Map.of("approved sha256", Judged.digest("approved")));
    assertThat(decide(policy(), Judged.run(toItself, toAnother)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void nothingShipsOnAnAgreementOfTheModelWithItself() {
    Judged toItself = Judged.passing().withSettings(Map.of("reference sha256", Judged.MODEL));
    assertOnly(
        decide(policy(), Judged.run(toItself)),
        Ruling.NOT_DECIDED,
        Reason.ComparedWithItself.class);
  }

  @Test
  void otherSettingsAnswerAnotherQuestion() {
    PolicyFile particular = policy("", "at-most: 0.05\nsettings:\n  error: top-5");
    Decision decision = decide(particular, Judged.run(Judged.passing()));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.OtherSettings.class);
    assertThat(reasons(decision).get(0).problem())
        .contains("error was \"share of wrongly classified examples\", not \"top-5\"");
  }

  @Test
  void aMissingTestWhoseClassRanWasSkipped() {
    PolicyFile named = policy("", "at-most: 0.05\ntest: com.acme.IncomeTest#errsRarelyAtNight");
    Decision decision = decide(named, Judged.run(Judged.passing()));
    assertOnly(decision, Ruling.NOT_DECIDED, Reason.Skipped.class);
    PolicyFile elsewhere = policy("", "at-most: 0.05\ntest: com.acme.OtherTest#errsRarely");
    assertOnly(
        decide(elsewhere, Judged.run(Judged.passing())), Ruling.NOT_DECIDED, Reason.Missing.class);
  }

  @Test
  void aClaimIsFoundByItsOwnNameWhateverItsTestIsCalled() {
    PolicyFile byId = policy("", "at-most: 0.05\nid: income-error-rate");
    Judged identified = Judged.passing().with(claim -> claim.identifiedAs("income-error-rate"));
    assertThat(decide(byId, Judged.run(identified.by("Renamed", "too"))).ruling())
        .isEqualTo(Ruling.SHIP);
    assertOnly(
        decide(byId, Judged.run(Judged.passing())), Ruling.NOT_DECIDED, Reason.Missing.class);
  }

  @Test
  void anUnlistedClaimThatFailsOnThisModelDoesNotShip() {
    Judged unlisted =
        Judged.passing().withSettings(Map.of("error", "another")).erring("overall", 100);
    PolicyFile particular =
        policy("", "at-most: 0.05\nsettings:\n  error: share of wrongly classified examples");
    Decision decision = decide(particular, Judged.run(Judged.passing(), unlisted));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.OtherClaimRefuted.class);
    PolicyFile ignoring =
        policy(
            "other-claims: ignored",
            "at-most: 0.05\nsettings:\n  error: share of wrongly classified examples");
    assertThat(decide(ignoring, Judged.run(Judged.passing(), unlisted)).ruling())
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void aFileThatLostALineOrAProcessNeverShips() {
    for (int[] lost : new int[][] {{1, 0}, {0, 1}}) {
      var source = Judged.source(lost[0], lost[1]);
      RecordedVerdicts verdicts =
          new RecordedVerdicts(List.of(source), List.of(Judged.passing().recorded(source)));
      assertOnly(decide(policy(), verdicts), Ruling.NOT_DECIDED, Reason.Incomplete.class);
    }
  }

  @Test
  void allReasonsAreToldAndAFailureGoesBeforeWhatIsMissing() {
    PolicyFile demanding =
        policy(
            "suite:\n  oldest-version: 2.0",
            "at-most: 0.05\ndata: test\ngroups: [overall, sex=Female]");
    Judged bad =
        Judged.passing()
            .erring("overall", 100)
            .claiming(Bound.upper(0.07))
            .onData(Judged.digest("other data"))
            .at(Judged.NOW.minus(Duration.ofDays(30)));
    Decision decision = decide(demanding, Judged.run(bad));
    assertThat(decision.ruling()).isEqualTo(Ruling.DO_NOT_SHIP);
    assertThat(reasons(decision).get(0)).isInstanceOf(Reason.Refuted.class);
    assertThat(reasons(decision).stream().map(Reason::kind))
        .containsExactlyInAnyOrder(
            "refuted",
            "laxer-tolerance",
            "judged-on-other-data",
            "older-suite",
            "too-old",
            "group-not-judged");
    assertThat(decision.grounds())
        .allSatisfy(ground -> assertThat(ground.reason().cure()).isNotBlank());
  }

  @Test
  void anExceptionLetsAFailureShipWithinItsOwnBound() {
    String exception =
        """
        exceptions:
          - claim: errs rarely
            no-worse-than: %s
            reason: the replacement arrives in spring
            owner: R. Officer
            expires: 2027-03-31
        """;
    Judged failing = Judged.passing().erring("overall", 100);
    Decision within =
        decide(policy(exception.formatted("0.13"), "at-most: 0.05"), Judged.run(failing));
    assertThat(within.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(within.allowances())
        .singleElement()
        .satisfies(
            allowance -> {
              assertThat(allowance.owner()).isEqualTo("R. Officer");
              assertThat(allowance.expires()).isEqualTo(LocalDate.of(2027, 3, 31));
              assertThat(allowance.what()).startsWith("FAIL: error rate 0.1 [0.08211, 0.1203]");
            });
    // The estimate, 0.1, lies within 0.12; its upper limit, 0.1203, does not.
    assertOnly(
        decide(policy(exception.formatted("0.12"), "at-most: 0.05"), Judged.run(failing)),
        Ruling.DO_NOT_SHIP,
        Reason.Refuted.class);
  }

  @Test
  void anExceptionThatExpiredSinceThePolicyWasReadExceptsNothing() {
    PolicyFile excepting =
        policy(
            """
            exceptions:
              - claim: errs rarely
                no-worse-than: 0.13
                reason: the replacement arrives in spring
                owner: R. Officer
                expires: 2026-11-22
            """,
            "at-most: 0.05");
    Judged failing = Judged.passing().erring("overall", 100);
    Gate gate = Gate.withDefaults();
    // Its last day ends at midnight UTC.
    assertThat(
            gate.at(Clock.fixed(Instant.parse("2026-11-22T23:59:59Z"), ZoneOffset.UTC))
                .decide(excepting, List.of(CANDIDATE), Judged.run(failing))
                .ruling())
        .isEqualTo(Ruling.SHIP);
    assertOnly(
        gate.at(Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC))
            .decide(excepting, List.of(CANDIDATE), Judged.run(failing)),
        Ruling.DO_NOT_SHIP,
        Reason.Refuted.class);
  }

  @Test
  void anExceptionForOneGroupLeavesTheOthersAsTheyAre() {
    String exception =
        """
        exceptions:
          - claim: errs rarely
            group: sex=Female
            no-worse-than: 0.3
            reason: known
            owner: R. Officer
            expires: 2027-03-31
        """;
    PolicyFile excepting = policy(exception, "at-most: 0.05\ngroups: [sex=Female, sex=Male]");
    assertThat(
            decide(
                    excepting,
                    Judged.run(Judged.passing().erring("sex=Female", 200, "sex=Male", 10)))
                .ruling())
        .isEqualTo(Ruling.SHIP);
    assertThat(
            decide(
                    excepting,
                    Judged.run(Judged.passing().erring("sex=Female", 10, "sex=Male", 200)))
                .ruling())
        .isEqualTo(Ruling.DO_NOT_SHIP);
  }

  @Test
  void anExceptionIsNoEvidence() {
    String exception =
        """
        exceptions:
          - claim: errs rarely
            no-worse-than: 0.9
            reason: known
            owner: R. Officer
            expires: 2027-03-31
        """;
    assertThat(decide(policy(exception, "at-most: 0.05"), Judged.run()).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aTestCannotGrantItselfAnException() {
    Judged known =
        Judged.passing()
            .erring("overall", 100)
            .with(claim -> claim.acceptingKnown("MODEL-17", LocalDate.of(2030, 1, 1)));
    Decision decision = decide(policy(), Judged.run(known));
    assertOnly(decision, Ruling.DO_NOT_SHIP, Reason.Refuted.class);
    assertThat(reasons(decision).get(0).problem())
        .contains("the test accepts this as known, the policy does not: MODEL-17");
  }

  @Test
  void hostileNamesAreInertInReasons() {
    Judged hostile =
        Judged.passing()
            .onModel("\u001b[2J\u202Eevil", Judged.digest("another"))
            .by("com.acme.IncomeTest", "\u0007bell");
    Decision decision = decide(policy(), Judged.run(hostile));
    assertThat(reasons(decision).get(0).problem())
        .contains("\\u001B[2J\\u202Eevil", "\\u0007bell")
        .doesNotContainPattern("\\p{Cntrl}|\u202E");
  }

  @Test
  void theSameModelCannotBeGivenTwice() {
    assertThatThrownBy(
            () ->
                Gate.withDefaults()
                    .decide(policy(), List.of(CANDIDATE, CANDIDATE), Judged.run(Judged.passing())))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("one model was given twice");
  }

  @Test
  void aModelThatThePolicyDoesNotListIsRefused() {
    Candidate other = new Candidate("other.onnx", Path.of("other.onnx"), Judged.MODEL);
    assertThatThrownBy(
            () ->
                Gate.withDefaults().decide(policy(), List.of(other), Judged.run(Judged.passing())))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("asks nothing of a model \"other.onnx\"")
        .hasMessageContaining("income.onnx");
  }
}
