package dev.touchstone.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.gate.policy.PolicyFile;
import dev.touchstone.runtime.SuiteIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims about how the shipped model is made, and facts about the model that a claim pins. */
class TrainerClaimsTest {
  private static final String TRAINER = Judged.digest("trainer");
  private static final String OTHER = Judged.digest("other trainer");
  private static final Candidate CANDIDATE =
      new Candidate("income.onnx", Path.of("candidate.onnx"), Judged.MODEL);

  /** What is shown of the model file itself. */
  private static final Judged OF_MODEL = Judged.passing();

  /** What is shown of the trainer: right on 990 of 1,000. */
  private static final Judged OF_TRAINER =
      Judged.passing()
          .onTrainer("regression", TRAINER)
          .erring("overall", 990)
          .claiming(Bound.lower(0.9))
          .by("com.acme.IncomeTest", "findsWrongLabels");

  @TempDir Path directory;

  private PolicyFile policy(String head, String more) {
    String yaml =
        """
        schema: touchstone-policy/1
        free: [error]
        name: income
        max-age: 7 days
        %s
        data:
          train:
            sha256: %s
        models:
          - name: income.onnx
            claims:
              - name: errs rarely
                check: error rate
                quantity: error rate
                at-most: 0.05
                test: com.acme.IncomeTest#errsRarely
              - name: finds wrong labels
                check: error rate
                trainer:
                  name: our regression
                  sha256: %s
                quantity: error rate
                at-least: 0.9
                test: com.acme.IncomeTest#findsWrongLabels
                %s
        """
            .formatted(
                head.isEmpty() ? "level: 0.95" : head.strip(),
                Judged.DATA,
                TRAINER,
                more.strip().indent(8).strip());
    return read(yaml);
  }

  private PolicyFile policy() {
    return policy("", "data: train");
  }

  private PolicyFile read(String yaml) {
    try {
      Path file = Files.writeString(directory.resolve("policy.yaml"), yaml);
      return PolicyFile.read(file, LocalDate.of(2026, 11, 22));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Decision decide(PolicyFile policy, Judged... verdicts) {
    return decide(policy, Judged.run(verdicts));
  }

  private static Decision decide(PolicyFile policy, RecordedVerdicts verdicts) {
    return Gate.withDefaults()
        .at(Clock.fixed(Judged.NOW, ZoneOffset.UTC))
        .decide(policy, List.of(CANDIDATE), verdicts);
  }

  private static Reason only(Decision decision, Ruling ruling, Class<? extends Reason> reason) {
    assertThat(decision.grounds()).singleElement();
    assertThat(decision.grounds().get(0).reason()).isInstanceOf(reason);
    assertThat(decision.ruling()).isEqualTo(ruling);
    return decision.grounds().get(0).reason();
  }

  @Test
  void aModelShipsWhereItAndItsTrainerAreShown() {
    Decision decision = decide(policy(), OF_MODEL, OF_TRAINER);
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.shown())
        .extracting(Shown::claim)
        .containsExactly("errs rarely", "finds wrong labels");
    assertThat(decision.evidenceAbout(CANDIDATE)).as("about the file").hasSize(1);
    assertThat(decision.trainerEvidenceOn(CANDIDATE)).as("about the trainer").hasSize(1);
  }

  @Test
  void anyOfTheDigestsThatAPolicyListsWillDo() {
    PolicyFile both =
        read(
            """
            schema: touchstone-policy/1
            free: [error]
            name: income
            models:
              - name: income.onnx
                claims:
                  - name: c
                    check: error rate
                    quantity: error rate
                    at-least: 0.9
                    trainer: {name: t, sha256: [%s, %s]}
            """
                .formatted(TRAINER, OTHER));
    for (String digest : List.of(TRAINER, OTHER)) {
      assertThat(decide(both, OF_TRAINER.onTrainer("t", digest)).ruling()).isEqualTo(Ruling.SHIP);
    }
    assertThat(decide(both, OF_TRAINER.onTrainer("t", Judged.digest("third"))).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aTrainersClaimThatNobodyJudgedIsMissing() {
    assertThat(only(decide(policy(), OF_MODEL), Ruling.NOT_DECIDED, Reason.Skipped.class).problem())
        .contains("com.acme.IncomeTest#findsWrongLabels");
    only(
        decide(policy(), OF_MODEL.by("A", "b"), OF_MODEL.by("com.acme.IncomeTest", "errsRarely")),
        Ruling.NOT_DECIDED,
        Reason.Skipped.class);
  }

  @Test
  void anotherTrainerIsNoEvidenceAndIsNamedWithBothDigests() {
    Reason reason =
        only(
            decide(policy(), OF_MODEL, OF_TRAINER.onTrainer("regression", OTHER)),
            Ruling.NOT_DECIDED,
            Reason.OtherTrainer.class);
    assertThat(reason.problem())
        .isEqualTo(
            "judged on another trainer than the policy pins as \"our regression\" with "
                + TRAINER.substring(0, 12)
                + "…: \"regression\" with SHA-256 "
                + OTHER.substring(0, 12)
                + "… (com.acme.IncomeTest#findsWrongLabels)");
    assertThat(reason.cure()).contains("pin " + OTHER);
  }

  @Test
  void whatAnotherTrainerFailsSaysNothingOfThisOne() {
    Judged failing = OF_TRAINER.onTrainer("regression", OTHER).erring("overall", 100);
    assertThat(decide(policy(), OF_MODEL, OF_TRAINER, failing).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void aTrainerWithoutADigestCannotBeThePinnedOne() {
    Reason reason =
        only(
            decide(policy(), OF_MODEL, OF_TRAINER.onTrainer("regression", "")),
            Ruling.NOT_DECIDED,
            Reason.TrainerWithoutDigest.class);
    assertThat(reason.problem()).contains("\"regression\", whose digest is not known");
    assertThat(reason.cure()).contains("Trainer.sha256()");
  }

  @Test
  void aVerdictAboutTheModelFileDoesNotAnswerForItsTrainer() {
    Judged ofModel = OF_TRAINER.withFacts(Map.of()).onModel("income.onnx", Judged.MODEL);
    Reason reason =
        only(decide(policy(), OF_MODEL, ofModel), Ruling.NOT_DECIDED, Reason.NoTrainer.class);
    assertThat(reason.problem())
        .contains("judged on the model \"income.onnx\"", "of the trainer \"our regression\"");
  }

  @Test
  void aModelFileThatAlsoClaimsToBeATrainerIsAModelFile() {
    Judged both =
        OF_TRAINER
            .onModel("income.onnx", Judged.MODEL)
            .withFacts(Map.of("trainer", "regression", "trainer sha256", TRAINER));
    only(decide(policy(), OF_MODEL, both), Ruling.NOT_DECIDED, Reason.NoTrainer.class);
  }

  @Test
  void aVerdictAboutATrainerDoesNotAnswerForAModelFile() {
    Judged ofTrainer = OF_MODEL.onTrainer("regression", TRAINER);
    Reason reason =
        only(
            decide(policy(), ofTrainer, OF_TRAINER),
            Ruling.NOT_DECIDED,
            Reason.JudgedOnTrainer.class);
    assertThat(reason.problem()).contains("judged on the trainer \"regression\"");
    assertThat(reason.cure()).contains("under \"trainer\": sha256 " + TRAINER);
  }

  @Test
  void aVerdictAboutLabelsDoesNotAnswerForAModelFile() {
    Judged ofLabels = onLabels(OF_MODEL, "of the data");
    Reason reason =
        only(decide(policy(), ofLabels, OF_TRAINER), Ruling.NOT_DECIDED, Reason.JudgedOnData.class);
    assertThat(reason.problem()).contains("judged on \"labels of t.csv\", which are data");
    assertThat(reason.cure()).contains("under \"trainer\": sha256 " + TRAINER);
  }

  /** Also as files said it before there was a name for data. */
  @ParameterizedTest
  @ValueSource(strings = {"of the data", "trainer sha256"})
  void labelsThatAreKnownByAPinnedDigestAnswerForWhatTheModelIsMadeOf(String digest) {
    assertThat(decide(policy(), OF_MODEL, onLabels(OF_TRAINER, digest)).ruling())
        .isEqualTo(Ruling.SHIP);
  }

  private static Judged onLabels(Judged judged, String digest) {
    Map<String, String> facts = new HashMap<>(Map.of(digest, TRAINER));
    if (digest.startsWith("trainer")) {
      facts.put("trainer", "labels of t.csv");
    }
    return judged.onModel("labels of t.csv", "").withFacts(facts);
  }

  /** Not even where the trainer's digest is the file's, as a frozen representation's is. */
  @Test
  void aFixedModelInATrainersPlaceDoesNotAnswerForItsFile() {
    Judged frozen = OF_MODEL.onTrainer("frozen representation of income.onnx", Judged.MODEL);
    only(decide(policy(), frozen, OF_TRAINER), Ruling.NOT_DECIDED, Reason.JudgedOnTrainer.class);
  }

  @Test
  void whatIsRefutedOfTheTrainerCountsAgainstTheModel() {
    Reason reason =
        only(
            decide(policy(), OF_MODEL, OF_TRAINER.erring("overall", 700)),
            Ruling.DO_NOT_SHIP,
            Reason.Refuted.class);
    assertThat(reason.problem())
        .startsWith("refuted of the trainer \"regression\": error rate 0.7");
    assertThat(reason.cure()).startsWith("mend the trainer or its data");
  }

  @Test
  void aRefutedClaimOfTheTrainerIsNotOutvotedByAPass() {
    Judged failing = OF_TRAINER.erring("overall", 700).at(Judged.NOW.minusSeconds(9000));
    only(decide(policy(), OF_MODEL, OF_TRAINER, failing), Ruling.DO_NOT_SHIP, Reason.Refuted.class);
  }

  @Test
  void anUnlistedClaimOfThePinnedTrainerMustNotFailEither() {
    Judged unlisted = OF_TRAINER.erring("overall", 700).by("A", "elsewhere");
    Reason reason =
        only(
            decide(policy(), OF_MODEL, OF_TRAINER, unlisted),
            Ruling.DO_NOT_SHIP,
            Reason.OtherClaimRefuted.class);
    assertThat(reason.problem())
        .startsWith("refuted of the trainer \"regression\", though the policy does not list it");
    assertThat(decide(policy("other-claims: ignored", ""), OF_MODEL, OF_TRAINER, unlisted).ruling())
        .isEqualTo(Ruling.SHIP);
  }

  @Test
  void theTrainingDataArePinnedAsAnyData() {
    only(
        decide(policy(), OF_MODEL, OF_TRAINER.onData(Judged.digest("easier data"))),
        Ruling.NOT_DECIDED,
        Reason.OtherData.class);
  }

  @Test
  void toleranceAgeSuiteAndUndecidedHoldForTrainersAsForModels() {
    only(
        decide(policy(), OF_MODEL, OF_TRAINER.claiming(Bound.lower(0.8))),
        Ruling.NOT_DECIDED,
        Reason.LaxerTolerance.class);
    only(
        decide(policy(), OF_MODEL, OF_TRAINER.at(Judged.NOW.minus(Duration.ofDays(8)))),
        Ruling.NOT_DECIDED,
        Reason.TooOld.class);
    only(
        decide(policy(), OF_MODEL, OF_TRAINER.erring("overall", 905)),
        Ruling.NOT_DECIDED,
        Reason.Undecided.class);
    only(
        decide(
            policy("suite:\n  oldest-version: 1.4.0", ""),
            OF_MODEL,
            OF_TRAINER.bySuite(
                Optional.of(new SuiteIdentity(Judged.digest("s"), Optional.of("1.3.9"))))),
        Ruling.NOT_DECIDED,
        Reason.OlderSuite.class);
    only(
        decide(policy("", "groups: [overall, sex=Female]"), OF_MODEL, OF_TRAINER),
        Ruling.NOT_DECIDED,
        Reason.GroupNotJudged.class);
    only(
        decide(policy("", "settings: {detector: training loss}"), OF_MODEL, OF_TRAINER),
        Ruling.NOT_DECIDED,
        Reason.OtherSettings.class);
  }

  @Test
  void anExceptionMayBeGrantedToATrainersClaim() {
    String exception =
        """
        exceptions:
          - claim: finds wrong labels
            no-worse-than: 0.6
            reason: new annotators are being trained
            owner: R. Officer
            expires: 2027-03-31
        """;
    Decision decision = decide(policy(exception, ""), OF_MODEL, OF_TRAINER.erring("overall", 700));
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.allowances()).extracting(Allowance::claim).contains("finds wrong labels");
  }

  @Test
  void aTrainerThatMakesTwoModelsCountsForBothAndIsEvidenceOnce() {
    String claims =
        """
            claims:
              - name: finds wrong labels
                check: error rate
                trainer: {name: our regression, sha256: %s}
                quantity: error rate
                at-least: 0.9
        """
            .formatted(TRAINER);
    PolicyFile two =
        read(
            "schema: touchstone-policy/1\nfree: error\nname: two\nmodels:\n  - name: a.onnx\n"
                + claims
                + "  - name: b.onnx\n"
                + claims);
    Decision decision =
        Gate.withDefaults()
            .at(Clock.fixed(Judged.NOW, ZoneOffset.UTC))
            .decide(
                two,
                List.of(
                    new Candidate("a.onnx", Path.of("a.onnx"), Judged.digest("a")),
                    new Candidate("b.onnx", Path.of("b.onnx"), Judged.digest("b"))),
                Judged.run(OF_TRAINER));
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.shown()).extracting(Shown::model).containsExactly("a.onnx", "b.onnx");
    assertThat(decision.evidence()).hasSize(1);
  }

  @Test
  void hostileNamesOfTrainersAreInertInReasons() {
    for (String digest : List.of("", OTHER)) {
      Decision decision =
          decide(policy(), OF_MODEL, OF_TRAINER.onTrainer("\u001b[2J\u202Eevil", digest));
      assertThat(decision.grounds().get(0).reason().problem())
          .contains("\\u001B[2J\\u202Eevil")
          .doesNotContainPattern("\\p{Cntrl}|\u202E");
    }
  }

  private PolicyFile pinning(String facts) {
    return read(
        """
        schema: touchstone-policy/1
        free: [error]
        name: income
        models:
          - name: income.onnx
            claims:
              - name: errs rarely
                check: error rate
                quantity: error rate
                at-most: 0.05
                model-facts: %s
        """
            .formatted(facts));
  }

  @Test
  void factsThatThePolicyPinsHaveToBeRecorded() {
    PolicyFile pinning = pinning("{normalisation: by 255, encoder sha256: " + OTHER + "}");
    Map<String, String> facts = Map.of("normalisation", "by 255", "encoder sha256", OTHER);
    assertThat(decide(pinning, OF_MODEL.withFacts(facts)).ruling()).isEqualTo(Ruling.SHIP);
    Reason reason =
        only(
            decide(
                pinning,
                OF_MODEL.withFacts(Map.of("normalisation", "by 255", "encoder sha256", TRAINER))),
            Ruling.NOT_DECIDED,
            Reason.OtherModelFacts.class);
    assertThat(reason.problem())
        .startsWith("judged with other facts about the model: encoder sha256 was \"" + TRAINER);
    assertThat(
            only(
                    decide(pinning, OF_MODEL.withFacts(Map.of("encoder sha256", OTHER))),
                    Ruling.NOT_DECIDED,
                    Reason.OtherModelFacts.class)
                .problem())
        .contains("normalisation was not given, not \"by 255\"");
  }

  @Test
  void withOtherFactsAFailureIsThatOfAnotherClaim() {
    PolicyFile pinning = pinning("{normalisation: by 255}");
    Judged passing = OF_MODEL.withFacts(Map.of("normalisation", "by 255"));
    Judged failing =
        OF_MODEL.withFacts(Map.of("normalisation", "none")).erring("overall", 200).by("A", "b");
    only(decide(pinning, passing, failing), Ruling.DO_NOT_SHIP, Reason.OtherClaimRefuted.class);
  }

  @Test
  void factsAndSettingsThatDifferAreBothTold() {
    PolicyFile pinning =
        read(
            """
            schema: touchstone-policy/1
            free: [error]
            name: income
            models:
              - name: income.onnx
                claims:
                  - name: errs rarely
                    check: error rate
                    quantity: error rate
                    at-most: 0.05
                    model-facts: {normalisation: by 255}
                    settings: {error: top-5}
            """);
    assertThat(decide(pinning, OF_MODEL).grounds())
        .extracting(ground -> ground.reason().kind())
        .containsExactly("judged-with-other-model-facts", "judged-with-other-settings");
  }

  @Test
  void factsOfATrainerMayBePinnedToo() {
    PolicyFile epochs = policy("", "model-facts: {epochs: 8}");
    Map<String, String> facts =
        Map.of("trainer", "regression", "trainer sha256", TRAINER, "epochs", "4");
    only(
        decide(epochs, OF_MODEL, OF_TRAINER.withFacts(facts)),
        Ruling.NOT_DECIDED,
        Reason.OtherModelFacts.class);
  }
}
