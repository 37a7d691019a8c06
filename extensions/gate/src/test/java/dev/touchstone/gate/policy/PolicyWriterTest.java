package dev.touchstone.gate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Gate;
import dev.touchstone.gate.Judged;
import dev.touchstone.gate.Ruling;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A policy that was written from a run is read back, and the run ships under it. */
class PolicyWriterTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

  private static Decision gated(RecordedVerdicts run) {
    return gated(run, read(PolicyWriter.write("release", run)));
  }

  private static ReleasePolicy read(String yaml) {
    return PolicyReader.read(yaml.getBytes(StandardCharsets.UTF_8), "policy.yaml", TODAY);
  }

  private static Decision gated(RecordedVerdicts run, ReleasePolicy policy) {
    List<Candidate> candidates =
        policy.models().stream()
            .map(model -> new Candidate(model.name(), Path.of("m.onnx"), Judged.MODEL))
            .toList();
    return Gate.withDefaults()
        .at(Clock.fixed(Judged.NOW, ZoneOffset.UTC))
        .decide(
            new PolicyFile(Path.of("policy.yaml"), Judged.digest("p"), policy), candidates, run);
  }

  @Test
  void theRunThatAPolicyWasWrittenFromShips() {
    RecordedVerdicts run =
        Judged.run(
            Judged.passing(),
            Judged.passing().erring("sex=Female", 10, "sex=Male", 20).by("A", "forWomenAndMen"),
            Judged.passing().erring("overall", 990).claiming(Bound.lower(0.9)).by("A", "isRight"),
            Judged.passing().onData(Judged.digest("more data")).by("A", "elsewhere"));
    Decision decision = gated(run);
    assertThat(decision.grounds()).isEmpty();
    assertThat(decision.shown()).hasSize(5);
  }

  @Test
  void thePolicySaysWhatTheRunClaimed() {
    String yaml =
        PolicyWriter.write(
            "income",
            Judged.run(
                Judged.passing()
                    .erring("sex=Female", 10, "sex=Male", 20)
                    .by("com.acme.IncomeTest", "isRightForWomenAndMen")
                    .with(claim -> claim.because("ECOA, 15 U.S.C. 1691"))));
    assertThat(yaml)
        .contains(
            """
                  - name: is right for women and men
                    because: "ECOA, 15 U.S.C. 1691"
                    check: error rate
                    quantity: error rate
                    at-most: 0.05
                    groups:
                      - "sex=Female"
                      - "sex=Male"
                    data: test.csv
                    test: "com.acme.IncomeTest#isRightForWomenAndMen"
                    settings:
                      error: share of wrongly classified examples
            """
                .replace("\"sex=Female\"", "sex=Female")
                .replace("\"sex=Male\"", "sex=Male"))
        .contains("suite:\n  oldest-version: \"1.4.0\"\n")
        .contains("# What a claim does that the data could not decide:");
    assertThat(read(yaml).maxAge()).hasDays(7);
  }

  @Test
  void whatWasTakenTogetherInAGroupIsPinnedSoThatAPersonCanReadIt() {
    String other = "\"other\" for \"Asian\", \"Eskimo\"";
    Judged overall = Judged.passing().merging(Map.of("race", other, "sex", "\"x\" for \"M\""));
    Judged merged = overall.erring("overall", 10, "race=other", 10).by("A", "forAll");
    String yaml = PolicyWriter.write("income", Judged.run(overall, merged));
    assertThat(yaml)
        .contains("\n    merged:\n      race: '" + other + "'\n")
        .doesNotContain("      sex:");
    ReleasePolicy policy = read(yaml);
    assertThat(gated(Judged.run(overall, merged), policy).ruling()).isEqualTo(Ruling.SHIP);
    Map<String, String> wider = Map.of("race", "\"other\" for \"Asian\", \"White\"");
    assertThat(gated(Judged.run(overall, merged.merging(wider)), policy).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"it's", "a\nb", "\u202e", "é", "\\"})
  void namesOfValuesThatWereTakenTogetherAreReadBack(String value) {
    Map<String, String> merges = Map.of("race", "\"other\" for \"" + value + "\"");
    Judged merged = Judged.passing().erring("race=other", 10).merging(merges);
    assertThat(gated(Judged.run(merged)).ruling()).isEqualTo(Ruling.SHIP);
  }

  @Test
  void aMergeThatIsTooLongToBePinnedIsSaidInTheFile() {
    Map<String, String> merges = Map.of("race", "\"other\" for \"" + "v".repeat(3000) + "\"");
    Judged merged = Judged.passing().erring("race=other", 10).merging(merges);
    String yaml = PolicyWriter.write("income", Judged.run(merged));
    assertThat(yaml).contains("# Values were taken together whose names are too long");
    assertThat(gated(Judged.run(merged), read(yaml)).ruling()).isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aSettingWithALongNameIsReadBack() {
    String name = "é".repeat(1100);
    Map<String, String> settings = Map.of(name, "a value", "short", "another");
    String yaml = PolicyWriter.write("income", Judged.run(Judged.passing().withSettings(settings)));
    assertThat(read(yaml).models().get(0).claims().get(0).settings()).isEqualTo(settings);
  }

  @Test
  void aCommitIsNotWrittenAsTheOldestVersion() {
    for (String version : List.of("4f2c91e", "20250101000000")) {
      Judged judged =
          Judged.passing()
              .bySuite(
                  Optional.of(new SuiteIdentity(Judged.digest("suite"), Optional.of(version))));
      String yaml = PolicyWriter.write("income", Judged.run(judged));
      assertThat(yaml).doesNotContain(version);
      assertThat(read(yaml).suite().oldestVersion()).isNull();
    }
  }

  private static RecordedVerdicts comparedWith(String approved) {
    return Judged.run(
        Judged.passing().withSettings(Map.of("metric", "error rate", "approved sha256", approved)));
  }

  @Test
  void theModelThatACandidateIsComparedWithIsPinned() {
    ReleasePolicy policy = read(PolicyWriter.write("p", comparedWith(Judged.digest("release 6"))));
    assertThat(gated(comparedWith(Judged.digest("release 6")), policy).ruling())
        .isEqualTo(Ruling.SHIP);
    assertThat(gated(comparedWith(Judged.digest("a worse one")), policy).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aComparisonOfTheModelWithItselfIsMarkedAndApprovesThatModelAlone() {
    RecordedVerdicts run = comparedWith(Judged.MODEL);
    assertThat(PolicyWriter.write("p", run))
        .contains(
            "# In this run the model was compared with itself. Keep the claim if it is the"
                + " approved");
    ReleasePolicy policy = read(PolicyWriter.write("p", run));
    assertThat(gated(run, policy).ruling()).isEqualTo(Ruling.SHIP);
    ReleasePolicy ofAnother = read(PolicyWriter.write("p", comparedWith(Judged.digest("another"))));
    assertThat(gated(run, ofAnother).ruling()).isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void whatDidNotPassIsMarkedAndDoesNotShip() {
    RecordedVerdicts run = Judged.run(Judged.passing().erring("overall", 100));
    assertThat(PolicyWriter.write("p", run)).contains("# In this run it did not pass: FAIL.");
    assertThat(gated(run).ruling()).isEqualTo(Ruling.DO_NOT_SHIP);
  }

  @Test
  void claimsAboutNoModelFileAreNoPolicy() {
    RecordedVerdicts run = Judged.run(Judged.passing().onModel("a service", ""));
    assertThatThrownBy(() -> PolicyWriter.write("p", run))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("none of the 1 verdicts is about a model file");
  }

  private static final String TRAINER = Judged.digest("trainer");

  /** A claim of a trainer, by the test class of {@link Judged#passing}. */
  private static Judged ofTrainer() {
    return Judged.passing()
        .onTrainer("small CNN", TRAINER)
        .onData(Judged.digest("train"))
        .by("com.acme.IncomeTest", "findsWrongLabels");
  }

  @Test
  void aTrainersClaimStandsUnderTheOnlyModelAndTheRunShips() {
    RecordedVerdicts run = Judged.run(Judged.passing(), ofTrainer().by("Elsewhere", "b"));
    assertThat(PolicyWriter.write("p", run))
        .contains(
            """
                    check: error rate
                    trainer:                # a claim of how the model is made, not of its file
                      name: small CNN
                      sha256: %s
            """
                .formatted(PolicyWriter.quoted(TRAINER)));
    Decision decision = gated(run);
    assertThat(decision.ruling()).isEqualTo(Ruling.SHIP);
    assertThat(decision.shown()).hasSize(2);
  }

  @Test
  void anotherTrainerDoesNotShipUnderThePolicyOfTheFirst() {
    ReleasePolicy policy = read(PolicyWriter.write("p", Judged.run(Judged.passing(), ofTrainer())));
    Judged other = ofTrainer().onTrainer("small CNN", Judged.digest("other"));
    assertThat(gated(Judged.run(Judged.passing(), other), policy).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  private static List<String> claims(ReleasePolicy policy, String model) {
    return policy.models().stream()
        .filter(m -> m.name().equals(model))
        .flatMap(m -> m.claims().stream())
        .map(ReleasePolicy.RequiredClaim::name)
        .toList();
  }

  @Test
  void ofSeveralModelsThoseThatTheSameClassJudgedAreMadeByTheTrainer() {
    ReleasePolicy policy =
        read(
            PolicyWriter.write(
                "p",
                Judged.run(
                    Judged.passing(),
                    Judged.passing()
                        .onModel("twin.onnx", Judged.digest("twin"))
                        .by("com.acme.IncomeTest$Twin", "errsRarely"),
                    Judged.passing()
                        .onModel("digits.onnx", Judged.digest("digits"))
                        .by("com.acme.DigitsTest", "errsRarely"),
                    ofTrainer())));
    assertThat(claims(policy, "income.onnx")).containsExactly("errs rarely", "finds wrong labels");
    assertThat(claims(policy, "twin.onnx")).containsExactly("errs rarely", "finds wrong labels");
    assertThat(claims(policy, "digits.onnx")).containsExactly("errs rarely");
  }

  @Test
  void aTrainerOfWhichNothingTellsWhatItMakesIsACommentThatCanBeMovedToItsModel() {
    RecordedVerdicts run =
        Judged.run(
            Judged.passing(),
            Judged.passing()
                .onModel("digits.onnx", Judged.digest("digits"))
                .by("com.acme.DigitsTest", "errsRarely"),
            ofTrainer().by("com.acme.LabelsTest", "findsWrongLabels"));
    String yaml = PolicyWriter.write("p", run);
    assertThat(read(yaml).models()).allSatisfy(model -> assertThat(model.claims()).hasSize(1));
    assertThat(yaml).contains("# Not asked for: these are claims of trainers");
    int start = yaml.indexOf("#       - name: finds wrong labels");
    int end = yaml.indexOf("\n\n", start);
    String claim =
        yaml.substring(start, end)
            .lines()
            .map(line -> line.substring(2) + "\n")
            .reduce("", String::concat);
    ReleasePolicy moved =
        read(yaml.replaceFirst("\n  - name: income.onnx\n    claims:\n", "$0" + claim));
    assertThat(claims(moved, "income.onnx")).contains("finds wrong labels", "errs rarely");
  }

  @Test
  void whatCannotBeAskedForIsSaidAndNotLeftOutInSilence() {
    String yaml =
        PolicyWriter.write(
            "p",
            Judged.run(
                Judged.passing(),
                ofTrainer().onTrainer("nameless\ncode", ""),
                Judged.passing().onModel("a service", "").by("A", "isFast")));
    assertThat(yaml)
        .contains("# Cannot be asked for:\n")
        .contains("# - finds wrong labels is a claim of the trainer \"nameless\\\\u000Acode\",")
        .contains("override Trainer.sha256()")
        .contains("# - is fast is about a service, which is no file.");
    assertThat(read(yaml).models()).singleElement();
    assertThat(read(yaml).models().get(0).claims()).hasSize(1);
  }

  @Test
  void whatTheDigestOfAModelsFileDoesNotCoverIsPinned() {
    Map<String, String> preprocessing =
        Map.of("normalisation", "by 255", "approved normalisation", "by 256");
    Map<String, String> facts = new HashMap<>(preprocessing);
    facts.put("format", "ONNX");
    RecordedVerdicts run = Judged.run(Judged.passing().withFacts(facts));
    ReleasePolicy policy = read(PolicyWriter.write("p", run));
    assertThat(policy.models().get(0).claims().get(0).modelFacts()).isEqualTo(facts);
    assertThat(gated(run, policy).ruling()).isEqualTo(Ruling.SHIP);
    facts.put("normalisation", "by 1");
    assertThat(gated(Judged.run(Judged.passing().withFacts(facts)), policy).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @Test
  void aSecondPreprocessingStepMakesAnotherModelOfTheSameFile() {
    Map<String, String> two =
        Map.of("normalisation", "by 255", "normalisation (2)", "mean 0.5, deviation 0.5");
    ReleasePolicy policy =
        read(PolicyWriter.write("p", Judged.run(Judged.passing().withFacts(two))));
    assertThat(gated(Judged.run(Judged.passing().withFacts(two)), policy).ruling())
        .isEqualTo(Ruling.SHIP);
    Map<String, String> otherMean =
        Map.of("normalisation", "by 255", "normalisation (2)", "mean 0.1, deviation 0.5");
    Decision decision = gated(Judged.run(Judged.passing().withFacts(otherMean)), policy);
    assertThat(decision.ruling()).isEqualTo(Ruling.NOT_DECIDED);
    assertThat(decision.grounds().get(0).reason().problem())
        .contains(
            "normalisation (2) was \"mean 0.1, deviation 0.5\", not \"mean 0.5, deviation 0.5\"");
  }

  private static final Map<String, String> FACTS =
      Map.of("format", "ONNX", "normalisation", "by 255", "runs on", "white box");
  private static final Map<String, String> DATA = Map.of("examples", "1000", "scale", "0.004");
  private static final Map<String, String> SETTINGS = Map.of("bins", "10", "confidence", "top");

  private static RecordedVerdicts recording(
      Map<String, String> facts, Map<String, String> data, Map<String, String> settings) {
    return Judged.run(Judged.passing().withFacts(facts).withDataFacts(data).withSettings(settings));
  }

  /** With one fact more, with each fact in turn left out, and with each in turn another. */
  private static List<Map<String, String>> changed(Map<String, String> facts) {
    List<Map<String, String>> changed = new ArrayList<>();
    Map<String, String> more = new HashMap<>(facts);
    more.put("a fact that nobody has thought of", "1");
    changed.add(more);
    for (String fact : facts.keySet()) {
      Map<String, String> less = new HashMap<>(facts);
      less.remove(fact);
      changed.add(less);
      Map<String, String> other = new HashMap<>(facts);
      other.put(fact, "another");
      changed.add(other);
    }
    return changed;
  }

  @Test
  void everyFactOfTheProvenanceIsPinnedWhateverItIsCalled() {
    ReleasePolicy policy = read(PolicyWriter.write("p", recording(FACTS, DATA, SETTINGS)));
    assertThat(gated(recording(FACTS, DATA, SETTINGS), policy).ruling()).isEqualTo(Ruling.SHIP);
    List<RecordedVerdicts> others = new ArrayList<>();
    changed(FACTS).forEach(facts -> others.add(recording(facts, DATA, SETTINGS)));
    changed(DATA).forEach(data -> others.add(recording(FACTS, data, SETTINGS)));
    changed(SETTINGS).forEach(settings -> others.add(recording(FACTS, DATA, settings)));
    assertThat(others)
        .hasSize(7 + 5 + 5)
        .allSatisfy(run -> assertThat(gated(run, policy).ruling()).isEqualTo(Ruling.NOT_DECIDED));
  }

  @Test
  void aFactThatThePolicyFreesMayBeAnything() {
    String yaml = PolicyWriter.write("p", recording(FACTS, DATA, SETTINGS));
    ReleasePolicy freeing =
        read(
            yaml.replace(
                    "# free:\n#   - (the name of a fact that may be anything)", "free: [scale]")
                .replace("      scale: \"0.004\"\n", "")
                .replace("          runs on: white box\n", "")
                .replace("          bins: \"10\"\n", "")
                .replace(
                    "        settings:\n", "        free: [runs on, bins]\n        settings:\n"));
    Map<String, String> facts = new HashMap<>(FACTS);
    facts.put("runs on", "ONNX Runtime");
    Map<String, String> data = new HashMap<>(DATA);
    data.put("scale", "1");
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.remove("bins");
    assertThat(gated(recording(facts, data, settings), freeing).ruling()).isEqualTo(Ruling.SHIP);
    facts.put("format", "TorchScript");
    assertThat(gated(recording(facts, data, settings), freeing).ruling())
        .isEqualTo(Ruling.NOT_DECIDED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "v\n\u202e", "sha256 of the value: 00"})
  void aValueThatNoPolicyHoldsIsPinnedByItsDigest(String value) {
    String longer = value.repeat(1) + (value.isEmpty() ? "" : "x".repeat(3000));
    for (String each : List.of(value, longer)) {
      Map<String, String> facts = Map.of("description", each);
      ReleasePolicy policy = read(PolicyWriter.write("p", recording(facts, DATA, SETTINGS)));
      assertThat(gated(recording(facts, DATA, SETTINGS), policy).ruling()).isEqualTo(Ruling.SHIP);
      Map<String, String> other = Map.of("description", each + "?");
      assertThat(gated(recording(other, DATA, SETTINGS), policy).ruling())
          .isEqualTo(Ruling.NOT_DECIDED);
    }
  }

  @Test
  void twoFilesOfOneNameAreRefused() {
    RecordedVerdicts run =
        Judged.run(
            Judged.passing(), Judged.passing().onModel("income.onnx", Judged.digest("another")));
    assertThatThrownBy(() -> PolicyWriter.write("p", run))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("two files that are both named \"income.onnx\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2J",
        "\u202Eevil",
        "a: b # c",
        "- x",
        "*alias",
        "&anchor",
        "!!java.lang.Runtime []",
        "\"quoted\" 'and' \\back",
        "line\nbreak\r\u2028\u0085",
        "null",
        "true",
        "0x1F",
        " leading and trailing ",
        "emoji 😀 and 漢字",
        "tag \uDB40\uDC41",
        "---",
        "%YAML 1.2",
        "{a: b}",
        "sex=Female",
        "\uFEFFbom"
      })
  void hostileTextComesBackAsItWas(String text) {
    RecordedVerdicts run =
        Judged.run(
            Judged.passing()
                .onModel("m" + text, Judged.MODEL)
                .erring(text, 10)
                .withSettings(Map.of(text, text))
                .by("A", text)
                .with(claim -> claim.because(text)));
    String yaml = PolicyWriter.write(text, run);
    ReleasePolicy policy = read(yaml);
    assertThat(policy.name()).isEqualTo(text);
    var claim = policy.models().get(0).claims().get(0);
    assertThat(claim.groups()).containsExactly(text);
    assertThat(claim.settings()).isEqualTo(Map.of(text, text));
    assertThat(claim.because()).isEqualTo(text);
    assertThat(gated(run, policy).grounds()).isEmpty();
    assertThat(yaml.codePoints())
        .as("a person who opens the file sees what it says")
        .noneMatch(
            c ->
                (Character.getType(c) == Character.FORMAT || Character.isISOControl(c))
                    && c != '\n');
  }

  @Test
  void anyTextComesBackAsItWas() {
    Random random = new Random(42);
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder("x");
      for (int length = random.nextInt(12); length > 0; length--) {
        int bound = random.nextBoolean() ? 0x80 : random.nextBoolean() ? 0x3000 : 0x110000;
        int character = random.nextInt(bound);
        if (character < 0xD800 || character > 0xDFFF) {
          text.appendCodePoint(character);
        }
      }
      String yaml =
          "schema: touchstone-policy/1\nname: "
              + PolicyWriter.quoted(text.toString())
              + "\nmodels: [{name: m, claims: [{name: c, check: c, quantity: q, at-most: 1}]}]\n";
      if (!read(yaml).name().contentEquals(text)) {
        differing.add(text.toString());
      }
    }
    assertThat(differing).isEmpty();
  }
}
