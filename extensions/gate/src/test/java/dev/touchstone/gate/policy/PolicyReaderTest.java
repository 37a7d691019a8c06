package dev.touchstone.gate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.touchstone.evidence.Bound;
import dev.touchstone.gate.Schemas;
import dev.touchstone.gate.policy.ReleasePolicy.GrantedException;
import dev.touchstone.gate.policy.ReleasePolicy.PinnedTrainer;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredClaim;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mistake in a policy has its own message, with its line and its cure. */
class PolicyReaderTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static final String OTHER = "fedcba9876543210".repeat(4);

  private static final String POLICY =
      """
      schema: touchstone-policy/1
      name: income models       # a comment
      max-age: 12 hours
      level: 0.95
      inconclusive: refuse
      other-claims: ignored
      suite:
        oldest-version: 1.10
        approved-sha256: [DIGEST]
      data:
        adult-test:
          sha256: DIGEST
      models:
        - name: adult-logistic.onnx
          claims:
            - name: calibrated for women and men
              because: ECOA
              check: calibration
              quantity: ECE
              at-most: 0.05
              groups: [overall, sex=Female, sex=Male]
              data: adult-test
              test: dev.touchstone.samples.IncomeModelTest#isCalibrated
              settings:
                bins: 10
                confidence: top-label
            - name: finds wrong labels
              check: mislabelled examples
              trainer:
                name: small CNN
                sha256: OTHER
              quantity: AUROC
              at-least: 0.9
              id: labels
              model-facts:
                epochs: 8
                approved encoder sha256: OTHER
      exceptions:
        - claim: calibrated for women and men
          group: sex=Female
          no-worse-than: 0.08
          reason: the fix arrives in March
          owner: R. Officer
          expires: 2027-03-31
      """
          .replace("DIGEST", DIGEST)
          .replace("OTHER", OTHER);

  private static ReleasePolicy read(String yaml) {
    return PolicyReader.read(yaml.getBytes(StandardCharsets.UTF_8), "policy.yaml", TODAY);
  }

  private static void assertRefused(String yaml, String... parts) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContainingAll(parts);
  }

  private static String with(String before, String after) {
    assertThat(POLICY).contains(before);
    return POLICY.replace(before, after);
  }

  @Test
  void everythingThatAPolicySaysIsRead() {
    ReleasePolicy policy = read(POLICY);
    assertThat(policy.name()).isEqualTo("income models");
    assertThat(policy.maxAge()).isEqualTo(Duration.ofHours(12));
    assertThat(policy.inconclusive()).isEqualTo(ReleasePolicy.Inconclusive.REFUSE);
    assertThat(policy.otherClaims()).isEqualTo(ReleasePolicy.OtherClaims.IGNORED);
    assertThat(policy.suite().oldestVersion()).as("not the number 1.1").isEqualTo("1.10");
    assertThat(policy.suite().approvedDigests()).containsExactly(DIGEST);
    RequiredClaim claim = policy.models().get(0).claims().get(0);
    assertThat(claim.loosest()).isEqualTo(Bound.upper(0.05).on("ECE"));
    assertThat(claim.groups()).containsExactly("overall", "sex=Female", "sex=Male");
    assertThat(claim.settings()).isEqualTo(Map.of("bins", "10", "confidence", "top-label"));
    assertThat(claim.data().digests()).containsExactly(DIGEST);
    assertThat(claim.because()).isEqualTo("ECOA");
    assertThat(claim.trainer()).isNull();
    assertThat(claim.modelFacts()).isEmpty();
    RequiredClaim ofTrainer = policy.models().get(0).claims().get(1);
    assertThat(ofTrainer.loosest()).isEqualTo(Bound.lower(0.9).on("AUROC"));
    assertThat(ofTrainer.trainer()).isEqualTo(new PinnedTrainer("small CNN", Set.of(OTHER)));
    assertThat(ofTrainer.modelFacts())
        .isEqualTo(Map.of("epochs", "8", "approved encoder sha256", OTHER));
    assertThat(policy.exceptions())
        .containsExactly(
            new GrantedException(
                "adult-logistic.onnx",
                "calibrated for women and men",
                "sex=Female",
                Bound.upper(0.08).on("ECE"),
                "the fix arrives in March",
                "R. Officer",
                LocalDate.of(2027, 3, 31)));
  }

  @Test
  void thePublishedSchemaKnowsTrainersAndFacts() {
    assertThat(Schemas.errors("policy.schema.json", Schemas.json(POLICY))).isEmpty();
    for (String broken :
        List.of(
            with("\n          sha256: " + OTHER, ""),
            with("name: small CNN", "nmae: small CNN"),
            with("epochs: 8", "sha256: " + OTHER),
            with("encoder sha256: " + OTHER, "encoder sha256: v1"),
            with("epochs: 8", "approved sha256: " + OTHER),
            with("epochs: 8", "reference sha256: " + OTHER))) {
      assertThat(Schemas.errors("policy.schema.json", Schemas.json(broken))).isNotEmpty();
    }
  }

  @Test
  void thePolicyInTheReadmeIsRead() throws IOException {
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    int start = readme.indexOf("```yaml\n") + "```yaml\n".length();
    ReleasePolicy policy = read(readme.substring(start, readme.indexOf("```", start)));
    assertThat(policy.models().get(0).claims()).hasSize(1);
    assertThat(policy.exceptions()).hasSize(1);
  }

  @Test
  void theClaimsOfATrainerInTheReadmeAreRead() throws IOException {
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    int start = readme.indexOf("```yaml\n      - name: ") + "```yaml\n".length();
    String claims = readme.substring(start, readme.indexOf("```", start));
    List<RequiredClaim> read =
        read("schema: touchstone-policy/1\nname: p\nmodels:\n  - name: m\n    claims:\n" + claims)
            .models()
            .get(0)
            .claims();
    assertThat(read.get(0).trainer().digests())
        .containsExactly(LogisticRegressionTrainer.withDefaults().sha256().orElseThrow());
    assertThat(read.get(1).modelFacts()).containsOnlyKeys("normalisation");
  }

  @Test
  void whatIsLeftOutIsStrict() {
    ReleasePolicy policy =
        read(
            """
            schema: touchstone-policy/1
            name: p
            models: [{name: m, claims: [{name: c, check: calibration, quantity: ECE, at-most: 0.05}]}]
            """);
    assertThat(policy.inconclusive()).isEqualTo(ReleasePolicy.Inconclusive.HOLD);
    assertThat(policy.otherClaims()).isEqualTo(ReleasePolicy.OtherClaims.MUST_NOT_FAIL);
    assertThat(policy.level()).isEqualTo(0.95);
    assertThat(policy.maxAge()).isNull();
  }

  @Test
  void anUnknownKeyIsToldWithItsLineAndTheNearestKnownOne() {
    assertRefused(
        with("at-most: 0.05", "at-mots: 0.05"),
        "line 20: unknown key \"at-mots\" in a claim of \"adult-logistic.onnx\"",
        "did you mean \"at-most\"?");
    assertRefused(with("max-age:", "maxAge:"), "line 3", "did you mean \"max-age\"?");
    assertRefused(with("exceptions:", "Exceptions:"), "did you mean \"exceptions\"?");
  }

  @Test
  void unknownKeysOfTrainersAndFactsAreToldWithTheNearestKnownOnes() {
    assertRefused(with("trainer:", "trianer:"), "did you mean \"trainer\"?");
    assertRefused(with("model-facts:", "model_fact:"), "did you mean \"model-facts\"?");
    assertRefused(
        with("name: small CNN", "nmae: small CNN"),
        "unknown key \"nmae\" in the trainer; did you mean \"name\"?",
        "the trainer has no \"name\"");
  }

  @Test
  void aTrainerIsPinnedByItsDigestAndNotByItsName() {
    String pinned = "\n          sha256: " + OTHER;
    assertRefused(with(pinned, ""), "the trainer has no \"sha256\"", "a name alone pins nothing");
    assertRefused(with(pinned, "\n          sha256: []"), "\"sha256\" is empty");
    assertRefused(with(pinned, "\n          sha256: v1"), "\"v1\" is no SHA-256");
    assertRefused(
        with("\n          name: small CNN" + pinned, " small CNN"),
        "the trainer has to be lines of \"key: value\"");
  }

  @Test
  void factsByWhichTheGateKnowsModelsAndTrainersCannotBePinnedAsOthersCan() {
    assertRefused(
        with("epochs: 8", "sha256: " + DIGEST),
        "which the gate takes from the file that is to be shipped");
    assertRefused(
        with("epochs: 8", "trainer sha256: " + DIGEST), "write it as \"sha256\" under \"trainer\"");
    assertRefused(with("encoder sha256: " + OTHER, "encoder sha256: v1"), "\"v1\" is no SHA-256");
    for (String setting : List.of("approved sha256", "reference sha256")) {
      assertRefused(
          with("epochs: 8", setting + ": " + OTHER),
          "pins \""
              + setting
              + "\", which is a setting of the comparison; write it under"
              + " \"settings\"");
    }
  }

  @Test
  void anUnknownKeyThatResemblesNoneIsToldWithAllKnown() {
    assertRefused(
        with("max-age: 12 hours", "frobnicate: 12"),
        "unknown key \"frobnicate\" in the policy; known are schema, name, max-age");
  }

  @Test
  void anExpiredExceptionIsToldWithItsOwner() {
    assertRefused(
        with("expires: 2027-03-31", "expires: 2026-11-21"),
        "line 44",
        "expired on 2026-11-21",
        "ask R. Officer for a new date, or remove it");
    assertThat(read(with("expires: 2027-03-31", "expires: 2026-11-22")).exceptions())
        .as("its last day is still its own")
        .hasSize(1);
  }

  @Test
  void aToleranceOfTheWrongSignIsRefused() {
    assertRefused(with("at-most: 0.05", "at-most: -0.05"), "line 20", "wrong sign", "-0.05");
    assertThat(
            read(with("at-least: 0.9", "at-least: -0.01\n        may-be-negative: true"))
                .models()
                .get(0)
                .claims()
                .get(1)
                .loosest()
                .value())
        .isEqualTo(-0.01);
  }

  @Test
  void anExceptionThatIsTighterThanItsClaimIsRefused() {
    assertRefused(
        with("no-worse-than: 0.08", "no-worse-than: 0.04"),
        "0.04 is no looser than the claim's own, ≤ 0.05");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertRefused(
        with("level: 0.95", "name: another"), "line 4: \"name\" stands twice in the policy");
    assertRefused(
        with("at-most: 0.05", "at-most: 0.05\n        at-most: 0.5"),
        "line 21: \"at-most\" stands twice");
  }

  @Test
  void bothToleranceOrNoneAreRefused() {
    assertRefused(
        with("at-most: 0.05", "at-most: 0.05\n        at-least: 0.01"),
        "both \"at-most\" and \"at-least\"");
    assertRefused(with("        at-most: 0.05\n", ""), "there is no default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"0.05\"", "five percent", ".nan", ".inf", "[0.05]", "0.05%", ""})
  void aToleranceThatIsNoNumberIsRefused(String value) {
    assertRefused(with("at-most: 0.05", "at-most: " + value), "finite number such as 0.05");
  }

  @Test
  void whatIsTakenTogetherInAGroupColumnIsPinnedWithTheData() {
    String yaml =
        with(
            "  adult-test:\n    sha256: DIGEST".replace("DIGEST", DIGEST),
            "  adult-test:\n    sha256: DIGEST\n    merged:\n      race: '\"other\" for \"a\", \"b\"'"
                .replace("DIGEST", DIGEST));
    assertThat(read(yaml).models().get(0).claims().get(0).data().merged())
        .isEqualTo(Map.of("race", "\"other\" for \"a\", \"b\""));
    assertThat(read(POLICY).models().get(0).claims().get(0).data().merged()).isEmpty();
    assertRefused(yaml.replace("merged:", "merge:"), "did you mean \"merged\"?");
    assertRefused(
        yaml.replaceFirst("merged:\n.*\n", "merged: {}\n"),
        "\"merged\" is empty; list group columns with what verdicts record of them");
  }

  @Test
  void dataThatAreNotPinnedAreToldWithTheNearestName() {
    assertRefused(with("data: adult-test\n", "data: adult-tset\n"), "did you mean \"adult-test\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age: 12 hours | max-age: soon | an age such as \"12 hours\"",
        "level: 0.95 | level: 95 | between 0.5 and 1",
        "inconclusive: refuse | inconclusive: maybe | hold (not decided)",
        "other-claims: ignored | other-claims: whatever | must-not-fail or ignored",
        "oldest-version: 1.10 | oldest-version: newest | a version such as 1.4.0",
        "oldest-version: 1.10 | oldest-version: 4f2c91e | a commit or a time stamp cannot be told",
        "oldest-version: 1.10 | oldest-version: 20250101000000 | a version such as 1.4.0",
        "oldest-version: 1.10 | oldest-version: 1.20250101000000 | a version such as 1.4.0",
        "expires: 2027-03-31 | expires: 31.3.2027 | a day such as 2027-01-31",
        "schema: touchstone-policy/1 | schema: touchstone-policy/9 | this version reads"
            + " touchstone-policy/1",
        "owner: R. Officer | owner: | has to be a text",
        "owner: R. Officer | owner: \"\" | is empty",
        "claim: calibrated for women and men | claim: calibrated for woman and men | did you mean"
            + " \"calibrated for women and men\"?",
        "group: sex=Female | group: sex=Femal | did you mean \"sex=Female\"?",
        "check: calibration | check: [calibration] | has to be a text",
        "name: income models | name: | has to be a text"
      })
  void everyMistakeHasItsOwnMessage(String before, String after, String message) {
    assertRefused(with(before, after), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reason", "owner", "expires", "no-worse-than", "claim"})
  void anExceptionHasToBeComplete(String key) {
    String lines =
        POLICY.substring(0, POLICY.indexOf("exceptions:"))
            + "exceptions:\n  - model: adult-logistic.onnx\n"
            + POLICY
                .substring(POLICY.indexOf("exceptions:"))
                .lines()
                .skip(1)
                .map(line -> line.replace("- ", "  "))
                .filter(line -> !line.strip().startsWith(key + ":"))
                .reduce("", (a, b) -> a + b + "\n");
    assertRefused(lines, "an exception has no \"" + key + "\"");
  }

  @Test
  void aDigestThatIsNoneIsRefused() {
    assertRefused(with("sha256: " + DIGEST, "sha256: abc"), "\"abc\" is no SHA-256");
    assertRefused(
        with("sha256: " + DIGEST, "sha256: " + DIGEST.toUpperCase(Locale.ROOT)), "is no SHA-256");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "approved-sha256: [DIGEST] | approved-sha256: [] | line 9: \"approved-sha256\" is empty",
        "sha256: DIGEST | sha256: [] | line 12: \"sha256\" is empty"
      })
  void anEmptyListOfDigestsIsRefusedRatherThanTakenForAny(
      String before, String after, String message) {
    assertThat(catchThrowable(() -> read(with(before.replace("DIGEST", DIGEST), after))))
        .as("this problem alone")
        .hasMessageStartingWith("policy.yaml " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"    group: sex=Female\n", "    group: sex=Male\n", ""})
  void twoExceptionsThatCoverOneGroupAreRefused(String group) {
    String another =
        """
          - claim: calibrated for women and men
        GROUP    no-worse-than: 0.9
            reason: the vendor asked for it
            owner: R. Officer
            expires: 2027-03-31
        """
            .replace("GROUP", group);
    if (group.contains("sex=Male")) {
      assertThat(read(POLICY + another).exceptions()).as("each has its own group").hasSize(2);
    } else {
      assertRefused(
          POLICY + another,
          "another exception is granted for \"calibrated for women and men\"",
          "which bound counts would be a guess");
    }
  }

  @Test
  void aPolicyThatAsksForNothingIsRefused() {
    assertRefused("schema: touchstone-policy/1\nname: p\n", "a policy that asks for nothing");
    assertRefused(
        "schema: touchstone-policy/1\nname: p\nmodels: [{name: m, claims: []}]\n",
        "nothing would be asked of the model");
  }

  @Test
  void twoClaimsOfOneNameAreRefused() {
    assertRefused(
        with("name: finds wrong labels", "name: calibrated for women and men"),
        "two claims are named");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    Throwable problem =
        catchThrowable(
            () ->
                read(
                    with("at-most: 0.05", "at-mots: 0.05")
                        .replace("expires: 2027-03-31", "expires: 2020-01-01")
                        .replace("level: 0.95", "level: 7")));
    assertThat(problem).hasMessageStartingWith("policy.yaml has 4 problems:\n");
    assertThat(problem)
        .hasMessageContainingAll("at-mots", "there is no default", "expired", "between 0.5 and 1");
  }

  @Test
  void anEmptyFileIsToldHowToMakeOne() {
    assertRefused("", "is empty", "touchstone policy init");
    assertRefused("# only a comment\n", "is empty");
  }

  @Test
  void whatIsNotYamlIsToldWithItsLine() {
    assertRefused("schema: touchstone-policy/1\n\tname: p\n", "line 2", "is not YAML");
    assertRefused("a: [1, 2\n", "is not YAML");
    assertRefused("just words", "the policy has to be lines of \"key: value\"");
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertRefused(POLICY + "---\nname: other\n", "second document");
  }

  @Test
  void anchorsAndTagsAreRefused() {
    assertRefused("a: &x [1]\nb: *x\n", "line 1", "anchor or alias");
    assertRefused("a: !!javax.script.ScriptEngineManager []\n", "has a tag");
    assertRefused("a: !!str yes\n", "has a tag");
  }

  @Test
  void deepNestingIsRefusedBeforeItOverflowsAnything() {
    assertRefused("a: " + "[".repeat(200_000), "nests deeper");
  }

  @Test
  void aFileThatIsTooLargeIsRefused() {
    byte[] large = new byte[YamlDocument.MOST_BYTES + 1];
    Arrays.fill(large, (byte) '#');
    assertThatThrownBy(() -> PolicyReader.read(large, "policy.yaml", TODAY))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("more than the accepted");
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    assertThatThrownBy(
            () -> PolicyReader.read(new byte[] {'a', ':', (byte) 0xff}, "policy.yaml", TODAY))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void hostileTextIsInertInMessages() {
    assertThatThrownBy(() -> read("\"\\u001b[2J\\u202eevil\": 1\n"))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("unknown key \"\\u001B[2J\\u202Eevil\"")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b", "\u202e"));
    assertRefused("a: \u001b[2J\n", "U+001B, which YAML does not allow");
  }

  @Test
  void textThatIsShownInAnotherOrderThanItIsReadIsRefused() {
    assertRefused(
        with("reason: the fix", "reason: \u202Ethe fix"), "line 42", "invisible character U+202E");
  }

  @Test
  void aMissingFileIsToldHowToMakeOne() {
    assertThatThrownBy(() -> PolicyFile.read(Path.of("no", "such.yaml"), TODAY))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("touchstone policy init");
  }
}
