package dev.touchstone.evidence.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Verdicts;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownClaimsTest {
  private static final LocalDate UNTIL = LocalDate.parse("2027-03-01");
  private static final KnownClaims KNOWN = on("2027-03-01");

  @TempDir Path directory;

  private static KnownClaims on(String day) {
    return KnownClaims.withDefaults()
        .at(Clock.fixed(Instant.parse(day + "T12:00:00Z"), ZoneOffset.UTC));
  }

  private static Verdict verdict(Map<String, Integer> errorsOfHundred) {
    return Verdicts.verdict(
        Verdicts.claim().acceptingKnown("retraining, MODEL-17", UNTIL), errorsOfHundred);
  }

  private Verdict read(int errors) {
    return KNOWN.examine(verdict(Map.of("overall", errors)), Verdicts.context(directory));
  }

  private Verdict update(int errors) {
    return KNOWN.examine(
        verdict(Map.of("overall", errors)), Verdicts.context(directory, true, false));
  }

  private String file() throws IOException {
    return Files.readString(directory.resolve("baseline.json"));
  }

  @Test
  void aClaimThatAcceptsNothingIsLeftAsItIs() {
    Verdict verdict = Verdicts.failing();
    assertThat(KNOWN.examine(verdict, Verdicts.context(directory))).isSameAs(verdict);
  }

  @Test
  void aFailureThatWasNeverFrozenFailsAndSaysHowToFreezeIt() {
    Verdict verdict = read(30);
    assertThat(verdict.acceptable()).isFalse();
    assertThat(verdict.known().why())
        .isEqualTo(
            "no frozen value in "
                + directory.resolve("baseline.json")
                + "; to freeze the present one, run this test with -Dtouchstone.baseline=update on"
                + " your machine, and commit the file");
  }

  @Test
  void aFrozenFailureIsAcceptedAndStillCalledAFailure() {
    update(30);
    Verdict verdict = read(30);
    assertThat(verdict.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(verdict.acceptable()).isTrue();
  }

  @Test
  void theFileHoldsOneLinePerClaim() throws IOException {
    update(30);
    assertThat(file())
        .isEqualTo(
            """
            {"schema":"touchstone-baseline/1",
            "approved":[],
            "known":[
            {"test":"com.acme.ModelTest#isRight","claim":"the error rate is at most 0.1",\
            "model":"a.onnx","data":"test","dataSha256":"",\
            "settings":{},"frozen":[{"quantity":"error rate","slice":"overall","value":0.3}]}
            ]}
            """);
  }

  private static Verdict withBins(String bins, int errors) {
    Verdict verdict = verdict(Map.of("overall", errors));
    Evidence.Builder evidence = Evidence.of("error rate", "a.onnx on test");
    verdict.evidence().measurements().forEach(evidence::measured);
    Provenance plain = Verdicts.provenance();
    return verdict
        .claim()
        .judge(
            evidence.from(
                Provenance.read(
                    new FactText.Texts(
                        plain.texts().model(),
                        plain.texts().data(),
                        Map.of("bins", bins),
                        plain.texts().environment()),
                    plain.seed(),
                    plain.startedAt(),
                    plain.seconds())),
            verdict.policy());
  }

  @Test
  void aValueThatWasMeasuredWithOtherSettingsIsNoBetterOne() {
    KNOWN.examine(withBins("10", 30), Verdicts.context(directory, true, false));
    assertThat(KNOWN.examine(withBins("10", 29), Verdicts.context(directory)).acceptable())
        .isTrue();
    Verdict other = KNOWN.examine(withBins("2", 20), Verdicts.context(directory));
    assertThat(other.acceptable()).isFalse();
    assertThat(other.known().why())
        .isEqualTo(
            "it was frozen with other settings of the check (bins was \"10\", and is \"2\"), with"
                + " which nothing can be compared");
    assertThat(
            KNOWN.examine(withBins("2", 20), Verdicts.context(directory, true, false)).acceptable())
        .isFalse();
  }

  @Test
  void aLineOfAnEarlierVersionThatSaysNoSettingsIsAcceptedAndThatIsSaid() throws IOException {
    update(30);
    Files.writeString(directory.resolve("baseline.json"), file().replace("\"settings\":{},", ""));
    Verdict verdict = read(30);
    assertThat(verdict.acceptable()).isTrue();
    assertThat(verdict.known().why())
        .contains("whose line does not say with what settings; to add them, run this test with");
    update(30);
    assertThat(file()).contains("\"settings\":{},");
  }

  @Test
  void aWorseValueFails() {
    update(30);
    Verdict verdict = read(31);
    assertThat(verdict.acceptable()).isFalse();
    assertThat(verdict.known().why())
        .isEqualTo("error rate overall is 0.31, worse than the frozen 0.3");
  }

  @Test
  void aBetterValueIsAcceptedAndTightensOnlyOnUpdate() throws IOException {
    update(30);
    assertThat(read(25).acceptable()).isTrue();
    assertThat(file()).contains("0.3}]");
    update(25);
    assertThat(file()).contains("0.25}]");
    assertThat(read(26).acceptable()).isFalse();
  }

  @Test
  void anUpdateNeverLoosens() throws IOException {
    update(30);
    Verdict verdict = update(40);
    assertThat(verdict.acceptable()).isFalse();
    assertThat(verdict.known().why())
        .contains("an update only improves", "delete the claim's line");
    assertThat(file()).contains("0.3}]");
  }

  @Test
  void aLowerBoundIsARatchetUpwards() {
    Claim claim =
        Claim.of("the error rate is at least 0.9", Bound.lower(0.9))
            .acceptingKnown("reason", UNTIL);
    RunContext updating = Verdicts.context(directory, true, false);
    RunContext reading = Verdicts.context(directory);
    KNOWN.examine(Verdicts.verdict(claim, Map.of("overall", 60)), updating);
    assertThat(KNOWN.examine(Verdicts.verdict(claim, Map.of("overall", 61)), reading).acceptable())
        .isTrue();
    assertThat(KNOWN.examine(Verdicts.verdict(claim, Map.of("overall", 59)), reading).acceptable())
        .isFalse();
  }

  @Test
  void anUndecidedClaimIsAcceptedLikeAFailingOne() {
    // 10 of 100 at a bound of 0.1: the interval holds the bound.
    assertThat(verdict(Map.of("overall", 10)).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    update(10);
    assertThat(read(10).acceptable()).isTrue();
  }

  @Test
  void aSliceThatWasFineIsNotCovered() {
    KNOWN.examine(
        verdict(Map.of("overall", 30, "sex=a", 1)), Verdicts.context(directory, true, false));
    Verdict verdict =
        KNOWN.examine(verdict(Map.of("overall", 30, "sex=a", 40)), Verdicts.context(directory));
    assertThat(verdict.acceptable()).isFalse();
    assertThat(verdict.known().why()).isEqualTo("error rate sex=a was not known to fail");
  }

  @Test
  void itEndsWhenItsDayHasPassed() {
    update(30);
    RunContext context = Verdicts.context(directory);
    Verdict verdict = verdict(Map.of("overall", 30));
    assertThat(on("2027-03-01").examine(verdict, context).acceptable()).isTrue();
    Verdict late = on("2027-03-02").examine(verdict, context);
    assertThat(late.acceptable()).isFalse();
    assertThat(late.known().why())
        .isEqualTo(
            "accepted until 2027-03-01, which has passed: meet the claim, or set a new date");
  }

  @Test
  void aClaimThatHoldsPassesEvenWhenItsDayHasPassed() {
    Verdict verdict = verdict(Map.of("overall", 1));
    assertThat(on("2027-03-02").examine(verdict, Verdicts.context(directory)).acceptable())
        .isTrue();
  }

  @Test
  void aClaimThatHoldsLosesItsLineOnUpdate() throws IOException {
    update(30);
    assertThat(update(1).known().why()).contains("remove .acceptKnown");
    assertThat(file()).doesNotContain("error rate");
  }

  @Test
  void nothingIsFrozenOnCi() {
    assertThatThrownBy(
            () ->
                KNOWN.examine(
                    verdict(Map.of("overall", 30)), Verdicts.context(directory, true, true)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("touchstone.baseline = update on CI");
    assertThat(directory.resolve("baseline.json")).doesNotExist();
  }

  @Test
  void aNameFindsTheFrozenValueInARenamedTest() {
    Claim claim = Verdicts.claim().acceptingKnown("reason", UNTIL).identifiedAs("right-enough");
    KNOWN.examine(
        Verdicts.verdict(claim, Map.of("overall", 30)), Verdicts.context(directory, true, false));
    RunContext outsideATest = RunContext.of(Verdicts.context(directory).settings());
    assertThat(
            KNOWN
                .examine(Verdicts.verdict(claim, Map.of("overall", 30)), outsideATest)
                .acceptable())
        .isTrue();
  }

  @Test
  void outsideATestAClaimNeedsAName() {
    RunContext outsideATest = RunContext.of(Verdicts.context(directory).settings());
    assertThatThrownBy(() -> KNOWN.examine(verdict(Map.of("overall", 30)), outsideATest))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say .identifiedAs(\"…\")");
  }

  @Test
  void concurrentUpdatesLoseNothing() throws IOException {
    IntStream.range(0, 40)
        .parallel()
        .forEach(
            i ->
                KNOWN.examine(
                    Verdicts.verdict(
                        Verdicts.claim().acceptingKnown("reason", UNTIL).identifiedAs("c" + i),
                        Map.of("overall", 30)),
                    Verdicts.context(directory, true, false)));
    assertThat(file().lines().filter(line -> line.startsWith("{\"test\""))).hasSize(40).isSorted();
  }

  @Test
  void theCalendarIsNoPartOfTheFingerprint() {
    Verdict verdict = verdict(Map.of("overall", 30));
    update(30);
    assertThat(read(30).fingerprint()).isEqualTo(verdict.fingerprint());
    assertThat(verdict.policy()).isEqualTo(Policy.STRICT);
  }

  @Test
  void anAcceptedFailureNeedsAReason() {
    assertThatThrownBy(() -> Verdicts.claim().acceptingKnown(" ", UNTIL))
        .hasMessageContaining("needs a reason");
  }
}
