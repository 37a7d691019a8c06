package dev.touchstone.gate;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.ListedTest;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Verdict.Judgement;
import dev.touchstone.evidence.WhatToMend;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.statistics.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a model does not ship. Sentences are fit to be shown: names in them come from untrusted files
 * and are made inert.
 */
public sealed interface Reason {
  /** What follows from this reason alone. */
  default Ruling ruling() {
    return Ruling.NOT_DECIDED;
  }

  /** A short name for programs, such as {@code judged-on-another-model}. */
  String kind();

  /** What is wrong, in words. */
  String problem();

  /** What to do about it. */
  String cure();

  /**
   * What was measured, and what was claimed of it.
   *
   * @param interval of the estimate
   * @param unit what the sample size counts
   */
  record Measured(
      String quantity,
      double estimate,
      Interval interval,
      long sampleSize,
      String unit,
      Bound bound) {

    static Measured of(Judgement judgement) {
      Measurement measurement = judgement.measurement();
      return new Measured(
          measurement.quantity(),
          measurement.estimate().value(),
          judgement.interval(),
          measurement.estimate().sampleSize(),
          measurement.estimate().unit(),
          judgement.bound());
    }

    String inWords() {
      return text(quantity)
          + " "
          + Numbers.format(estimate, interval)
          + ", n = "
          + sampleSize
          + " "
          + text(unit)
          + ", claimed "
          + bound;
    }
  }

  /**
   * A claim about this very model, or about the trainer that makes it, was refuted.
   *
   * @param check the check's name
   * @param trainer the trainer's name where the claim is about one; null for the model
   * @param known what the test says of a failure that it accepts; null if it accepts none. A test
   *     cannot grant exceptions from a policy
   */
  record Refuted(
      String statement,
      String check,
      @Nullable String trainer,
      Measured measured,
      @Nullable String known,
      String where)
      implements Reason {
    @Override
    public Ruling ruling() {
      return Ruling.DO_NOT_SHIP;
    }

    @Override
    public String kind() {
      return "refuted";
    }

    @Override
    public String problem() {
      return "refuted"
          + ofTrainer(trainer)
          + ": "
          + measured.inWords()
          + at(where)
          + (known == null
              ? ""
              : "; the test accepts this as known, the policy does not: " + text(known));
    }

    @Override
    public String cure() {
      return WhatToMend.inWords(check, trainer != null)
          + ", or let whoever answers for the policy grant an exception with a reason and an expiry"
          + " date";
    }
  }

  /** A required claim about this very model could not be decided. */
  record Undecided(Measured measured, String toDecide, Ruling ruling, String where)
      implements Reason {
    @Override
    public String kind() {
      return "inconclusive";
    }

    @Override
    public String problem() {
      return "inconclusive: " + measured.inWords() + at(where);
    }

    @Override
    public String cure() {
      return toDecide + "; the same test again would not";
    }
  }

  /** No verdict answers the claim at all. */
  record Missing(String check, String quantity, @Nullable String test) implements Reason {
    @Override
    public String kind() {
      return "missing";
    }

    @Override
    public String problem() {
      return "no verdict: nothing was judged by the check "
          + quoted(check)
          + " on "
          + quoted(quantity)
          + (test == null ? "" : " in " + text(test));
    }

    @Override
    public String cure() {
      return "run the suite on this model, and give --verdicts all directories that it wrote to";
    }
  }

  /** The test's class ran, but the test gave no verdict. */
  record Skipped(String test, String run) implements Reason {
    @Override
    public String kind() {
      return "skipped";
    }

    @Override
    public String problem() {
      return "skipped: the class of "
          + text(test)
          + " ran (run "
          + text(run)
          + "), but this test gave no verdict";
    }

    @Override
    public String cure() {
      return "it was disabled, skipped, or ended with an error before its claim: look at the test"
          + " report, and run it again; or it was renamed: let whoever answers for the policy"
          + " correct its name there";
    }
  }

  /** Judged, but on another model file. */
  record OtherModel(String candidate, String judgedName, String judged, String where)
      implements Reason {
    @Override
    public String kind() {
      return "judged-on-another-model";
    }

    @Override
    public String problem() {
      return "judged on another model file: "
          + (judged.isEmpty()
              ? quoted(judgedName) + ", which is no file"
              : quoted(judgedName) + " with SHA-256 " + shortened(judged))
          + ", not this one with "
          + shortened(candidate)
          + at(where);
    }

    @Override
    public String cure() {
      return "run the suite on the file that is to be shipped";
    }
  }

  /** Asked of the model file, but judged on a trainer. */
  record JudgedOnTrainer(String trainer, String sha256, String where) implements Reason {
    @Override
    public String kind() {
      return "judged-on-a-trainer";
    }

    @Override
    public String problem() {
      return "judged on the trainer " + quoted(trainer) + ", not on a model file" + at(where);
    }

    @Override
    public String cure() {
      return sha256.isEmpty()
          ? "give the trainer a digest (Trainer.sha256()), and let whoever answers for the policy"
              + " write it under \"trainer\""
          : "if this trainer makes the model, let whoever answers for the policy write under"
              + " \"trainer\": sha256 "
              + text(sha256);
    }
  }

  /** Asked of a model, but judged on data, such as the labels that models learn from. */
  record JudgedOnData(String subject, String sha256, String where) implements Reason {
    @Override
    public String kind() {
      return "judged-on-data";
    }

    @Override
    public String problem() {
      return "judged on " + quoted(subject) + ", which are data, not a model file" + at(where);
    }

    @Override
    public String cure() {
      return "if the model learns from these data, let whoever answers for the policy write under"
          + " \"trainer\": sha256 "
          + text(sha256);
    }
  }

  /** Asked of a trainer, but judged on a model. */
  record NoTrainer(String pinned, String judgedName, String where) implements Reason {
    @Override
    public String kind() {
      return "judged-on-no-trainer";
    }

    @Override
    public String problem() {
      return "judged on the model "
          + quoted(judgedName)
          + ", though the policy asks it of the trainer "
          + quoted(pinned)
          + at(where);
    }

    @Override
    public String cure() {
      return "claim it of the trainer (assertThatTrainer), or remove \"trainer\" from the policy";
    }
  }

  /** Asked of a trainer, and judged on one that no policy can pin. */
  record TrainerWithoutDigest(String pinned, String judgedName, String where) implements Reason {
    @Override
    public String kind() {
      return "trainer-without-digest";
    }

    @Override
    public String problem() {
      return "judged on the trainer "
          + quoted(judgedName)
          + ", whose digest is not known, so that nothing tells whether it is the one that the"
          + " policy pins as "
          + quoted(pinned)
          + at(where);
    }

    @Override
    public String cure() {
      return "name the code that its provenance lists as not described, or override"
          + " Trainer.sha256() in a trainer of your own";
    }
  }

  /** Judged on another trainer than the policy pins. */
  record OtherTrainer(
      String pinned, Set<String> digests, String judgedName, String judged, String where)
      implements Reason {
    /** Copies the digests. */
    public OtherTrainer {
      digests = Set.copyOf(digests);
    }

    @Override
    public String kind() {
      return "judged-on-another-trainer";
    }

    @Override
    public String problem() {
      return "judged on another trainer than the policy pins as "
          + quoted(pinned)
          + " with "
          + String.join(" or ", digests.stream().sorted().map(Reason::shortened).toList())
          + ": "
          + quoted(judgedName)
          + " with SHA-256 "
          + shortened(judged)
          + at(where);
    }

    @Override
    public String cure() {
      return "judge the pinned trainer; if the model is made in another way on purpose, let whoever"
          + " answers for the policy pin "
          + text(judged);
    }
  }

  /** Judged where other facts about the model, or the trainer, held than the policy pins. */
  record OtherModelFacts(List<String> differences, String where) implements Reason {
    /** Copies the differences. */
    public OtherModelFacts {
      differences = List.copyOf(differences);
    }

    @Override
    public String kind() {
      return "judged-with-other-model-facts";
    }

    @Override
    public String problem() {
      return "judged with other facts about the model: "
          + String.join("; ", differences)
          + at(where);
    }

    @Override
    public String cure() {
      return "judge the model as the policy pins it under \"model-facts\"; if that changed"
          + pinOrFree();
    }
  }

  /** Judged on data that were made in another way than the policy pins. */
  record OtherDataFacts(String pinned, List<String> differences, String where) implements Reason {
    /** Copies the differences. */
    public OtherDataFacts {
      differences = List.copyOf(differences);
    }

    @Override
    public String kind() {
      return "judged-with-other-data-facts";
    }

    @Override
    public String problem() {
      return "judged with other facts about the data that the policy pins as "
          + quoted(pinned)
          + ": "
          + String.join("; ", differences)
          + at(where);
    }

    @Override
    public String cure() {
      return "judge on the data as the policy pins them under \"facts\"; if that changed"
          + pinOrFree();
    }
  }

  /** Judged on other data than the policy pins. */
  record OtherData(String pinned, String judgedName, String judged, String where)
      implements Reason {
    @Override
    public String kind() {
      return "judged-on-other-data";
    }

    @Override
    public String problem() {
      return "judged on other data than the policy pins as "
          + quoted(pinned)
          + ": "
          + quoted(judgedName)
          + (judged.isEmpty() ? " without a digest" : " with SHA-256 " + shortened(judged))
          + at(where);
    }

    @Override
    public String cure() {
      return "judge on the pinned data; if the data changed on purpose, let whoever answers for the"
          + " policy pin "
          + (judged.isEmpty() ? "theirs" : text(judged));
    }
  }

  /**
   * Judged on a group that is made of other values than the policy pins.
   *
   * @param data what the policy calls the data
   * @param column the group column
   * @param pinned what the policy says is taken together in it; null if nothing
   * @param judged what the test took together in it; null if nothing
   */
  record OtherValuesMerged(
      String data, String column, @Nullable String pinned, @Nullable String judged, String where)
      implements Reason {
    private static final int LONGEST_MERGE = 2000;

    @Override
    public String kind() {
      return "judged-with-other-values-merged";
    }

    @Override
    public String problem() {
      return "the groups of "
          + quoted(column)
          + " were made of other values than the policy pins: "
          + (judged == null
              ? "no values were taken together"
              : "the test took together " + shownMerge())
          + ", and the policy pins "
          + (pinned == null ? "that no values are" : PlainText.of(pinned, LONGEST_MERGE))
          + at(where);
    }

    @Override
    public String cure() {
      return "judge the groups that the policy pins; if these are meant, let whoever answers for"
          + " the policy "
          + (judged == null
              ? "remove " + quoted(column) + " from \"merged\" of the data " + quoted(data)
              : "write under \"merged\" of the data "
                  + quoted(data)
                  + ", for the column "
                  + quoted(column)
                  + ": "
                  + shownMerge());
    }

    private String shownMerge() {
      return PlainText.of(judged == null ? "" : judged, LONGEST_MERGE);
    }
  }

  /** Judged with other settings of the check. */
  record OtherSettings(List<String> differences, String where) implements Reason {
    /** Copies the differences. */
    public OtherSettings {
      differences = List.copyOf(differences);
    }

    @Override
    public String kind() {
      return "judged-with-other-settings";
    }

    @Override
    public String problem() {
      return "judged with other settings: " + String.join("; ", differences) + at(where);
    }

    @Override
    public String cure() {
      return "claim it with the settings that the policy pins; if they changed" + pinOrFree();
    }
  }

  /** Judged by a comparison of the model with itself, such as a baseline that the run wrote. */
  record ComparedWithItself(String where) implements Reason {
    @Override
    public String kind() {
      return "compared-with-itself";
    }

    @Override
    public String problem() {
      return "compared with itself, which shows nothing: the approved model, or the reference, is"
          + " this one"
          + at(where);
    }

    @Override
    public String cure() {
      return "compare it with another model, the one that was approved before it: run the suite"
          + " against that one's file, or its line of the baseline, and without"
          + " touchstone.baseline = update; or, if it is the approved model itself, pin its digest"
          + " among the claim's settings (\"approved sha256\")";
    }
  }

  /** Judged by an older suite than the policy asks for. */
  record OlderSuite(String oldest, @Nullable String version, String where) implements Reason {
    @Override
    public String kind() {
      return "older-suite";
    }

    @Override
    public String problem() {
      return version == null
          ? "judged by a suite of unknown version, the policy asks for "
              + text(oldest)
              + " or newer"
              + at(where)
          : "judged by an older suite: version "
              + text(version)
              + ", the policy asks for "
              + text(oldest)
              + " or newer"
              + at(where);
    }

    @Override
    public String cure() {
      return version == null
          ? "set touchstone.suite.version, or state Implementation-Version in the suite's jar, and"
              + " run it again"
          : "run the newer suite";
    }
  }

  /** Judged by a suite whose version says nothing of its age. */
  record UnorderedSuite(String oldest, String version, String where) implements Reason {
    @Override
    public String kind() {
      return "unordered-suite";
    }

    @Override
    public String problem() {
      return "judged by a suite that has no version that can be ordered: "
          + quoted(version)
          + ", the policy asks for "
          + text(oldest)
          + " or newer"
          + at(where);
    }

    @Override
    public String cure() {
      return "set touchstone.suite.version to dotted numbers such as 1.4.0, and run it again; or"
          + " let whoever answers for the policy approve editions by their SHA-256";
    }
  }

  /** Judged by a test class that the policy does not know. */
  record UnapprovedSuite(String test, String sha256, String where) implements Reason {
    @Override
    public String kind() {
      return "unapproved-suite";
    }

    @Override
    public String problem() {
      return "judged by an edition of "
          + text(test)
          + " that the policy has not approved"
          + (sha256.isEmpty() ? " (its digest was not recorded" : " (" + shortened(sha256))
          + "; "
          + text(where)
          + ")";
    }

    @Override
    public String cure() {
      return "review what changed in the test, then let whoever answers for the policy approve "
          + (sha256.isEmpty() ? "its digest" : text(sha256));
    }
  }

  /** Judged against a laxer tolerance than the policy allows. */
  record LaxerTolerance(Bound claimed, Bound loosest, String where) implements Reason {
    @Override
    public String kind() {
      return "laxer-tolerance";
    }

    @Override
    public String problem() {
      return "judged against a laxer tolerance: "
          + claimed
          + ", the policy allows "
          + loosest
          + at(where);
    }

    @Override
    public String cure() {
      return "claim " + loosest + " or tighter in the test, and run it again";
    }
  }

  /** The test bounds the quantity from the other side. */
  record OtherDirection(Bound claimed, Bound loosest, String where) implements Reason {
    @Override
    public String kind() {
      return "other-direction";
    }

    @Override
    public String problem() {
      return "the tolerance points the other way: the test claims "
          + claimed
          + ", the policy asks "
          + loosest
          + at(where);
    }

    @Override
    public String cure() {
      return "one of them is mistaken: write "
          + (claimed.direction() == Bound.Direction.AT_MOST ? "at-most" : "at-least")
          + " in the policy, or turn the claim in the test";
    }
  }

  /** Judged at a lower confidence level than the policy asks for. */
  record LowerLevel(double level, double required, String where) implements Reason {
    @Override
    public String kind() {
      return "lower-level";
    }

    @Override
    public String problem() {
      return "judged at level "
          + Numbers.format(level)
          + ", the policy asks for "
          + Numbers.format(required)
          + at(where);
    }

    @Override
    public String cure() {
      return "verdicts of this version are judged at 0.95: write that in the policy";
    }
  }

  /** Judged, but not for a group that the policy names. */
  record GroupNotJudged(List<String> judged, String where) implements Reason {
    private static final int MOST_SHOWN = 8;

    /** Copies the groups. */
    public GroupNotJudged {
      judged = List.copyOf(judged);
    }

    @Override
    public String kind() {
      return "group-not-judged";
    }

    @Override
    public String problem() {
      return "not judged for this group, only for "
          + String.join(", ", judged.stream().limit(MOST_SHOWN).map(Reason::quoted).toList())
          + (judged.size() > MOST_SHOWN ? ", …" : "")
          + at(where);
    }

    @Override
    public String cure() {
      return "group the data so that the test judges it, and run it again";
    }
  }

  /** Judged longer ago than the policy allows. */
  record TooOld(Instant judgedAt, Duration age, Duration limit, String where) implements Reason {
    @Override
    public String kind() {
      return "too-old";
    }

    @Override
    public String problem() {
      return "judged "
          + Age.inWords(age)
          + " ago ("
          + judgedAt
          + "), the policy allows "
          + Age.inWords(limit)
          + at(where);
    }

    @Override
    public String cure() {
      return "run the suite again";
    }
  }

  /** Judged at a time that has not come yet. */
  record FromTheFuture(Instant judgedAt, Instant now, String where) implements Reason {
    @Override
    public String kind() {
      return "from-the-future";
    }

    @Override
    public String problem() {
      return "judged at " + judgedAt + ", which is yet to come: it is " + now + " here" + at(where);
    }

    @Override
    public String cure() {
      return "one of the two clocks is wrong: set it, and run the suite again";
    }
  }

  /**
   * A claim about this very model, or about the trainer that makes it, that the policy does not
   * list was refuted.
   *
   * @param check the check's name
   * @param trainer the trainer's name where the claim is about one; null for the model
   */
  record OtherClaimRefuted(String statement, String check, @Nullable String trainer, String where)
      implements Reason {
    @Override
    public Ruling ruling() {
      return Ruling.DO_NOT_SHIP;
    }

    @Override
    public String kind() {
      return "other-claim-refuted";
    }

    @Override
    public String problem() {
      return "refuted"
          + ofTrainer(trainer)
          + ", though the policy does not list it: "
          + text(statement)
          + at(where);
    }

    @Override
    public String cure() {
      return WhatToMend.inWords(check, trainer != null)
          + ", or list the claim in the policy and grant an exception";
    }
  }

  /** A file that does not hold all that its run judged. */
  record Incomplete(String run, String sha256, int unreadable, int unfinished) implements Reason {
    @Override
    public String kind() {
      return "incomplete-run";
    }

    @Override
    public String problem() {
      return "the verdicts of run "
          + text(run)
          + " ("
          + shortened(sha256)
          + ") are not all that it judged: "
          + unreadable
          + " lost verdict"
          + (unreadable == 1 ? "" : "s")
          + ", "
          + unfinished
          + " JVM"
          + (unfinished == 1 ? "" : "s")
          + " that never ended";
    }

    @Override
    public String cure() {
      return "what was lost may have been a failure: run the tests again";
    }
  }

  /**
   * Model tests that did not run to their end, so that what they would have claimed is missing.
   *
   * @param end what became of them
   * @param found how many model tests the run had
   * @param tests each with why
   */
  record TestsLeftOut(String run, String sha256, ListedTest.End end, int found, List<String> tests)
      implements Reason {
    private static final int MOST_SHOWN = 10;

    /** Copies the tests. */
    public TestsLeftOut {
      tests = List.copyOf(tests);
    }

    static TestsLeftOut of(VerdictSource source, ListedTest.End end, List<ListedTest> tests) {
      return new TestsLeftOut(
          source.run(),
          source.sha256(),
          end,
          source.tests().found(),
          tests.stream()
              .map(test -> test.test() + (test.why().isEmpty() ? "" : " (" + test.why() + ")"))
              .toList());
    }

    @Override
    public String kind() {
      return switch (end) {
        case BROKEN -> "broken-tests";
        case ABORTED -> "aborted-tests";
        case SKIPPED -> "skipped-tests";
        case DECIDED_NOTHING -> "undecided-tests";
      };
    }

    @Override
    public String problem() {
      return "of %d model test%s of run %s (%s) %d %s: %s%s"
          .formatted(
              found,
              found == 1 ? "" : "s",
              text(run),
              shortened(sha256),
              tests.size(),
              tests.size() > 1 && end == ListedTest.End.SKIPPED ? "were skipped" : end.inWords(),
              tests.stream().limit(MOST_SHOWN).map(Reason::line).collect(Collectors.joining("; ")),
              tests.size() > MOST_SHOWN ? "; …" : "");
    }

    @Override
    public String cure() {
      return end == ListedTest.End.BROKEN
          ? "what they would have claimed is not known: mend what broke, and run the tests again"
          : "run them where they can run; or let whoever answers for the policy list under"
              + " \"may-be-skipped\" which need not, each with its reason";
    }
  }

  /** Nobody has counted the tests of a run. */
  record TestsNotCounted(String run, String sha256) implements Reason {
    @Override
    public String kind() {
      return "tests-not-counted";
    }

    @Override
    public String problem() {
      return "whether tests broke or were skipped cannot be known of run "
          + text(run)
          + " ("
          + shortened(sha256)
          + "): its tests were not counted, as by an earlier version or outside JUnit";
    }

    @Override
    public String cure() {
      return "run the tests by this version under the JUnit Platform, with touchstone-jupiter on"
          + " their class path; or, where they never run so, let whoever answers for the policy"
          + " write \"uncounted-tests: accepted\"";
    }
  }

  /** There is not one verdict. */
  record NoEvidence() implements Reason {
    @Override
    public String kind() {
      return "no-evidence";
    }

    @Override
    public String problem() {
      return "no evidence: the verdict files hold no verdict at all";
    }

    @Override
    public String cure() {
      return "run the suite on this model";
    }
  }

  /** Whose claim it is, where it is not the model's. */
  private static String ofTrainer(@Nullable String trainer) {
    return trainer == null ? "" : " of the trainer " + quoted(trainer);
  }

  /** What to do where a fact is another than the policy pins, and is meant to be. */
  private static String pinOrFree() {
    return " on purpose, let whoever answers for the policy pin what is now, or list under \"free\""
        + " what may be anything";
  }

  /** A test with why it did not run: longer than a name. */
  private static String line(String untrusted) {
    return PlainText.of(untrusted, 400);
  }

  /** Which test judged. */
  private static String at(String where) {
    return " (" + text(where) + ")";
  }

  private static String text(String untrusted) {
    return PlainText.of(untrusted, 200);
  }

  private static String quoted(String untrusted) {
    return "\"" + PlainText.of(untrusted, 100) + "\"";
  }

  private static String shortened(String sha256) {
    return PlainText.of(sha256, 12);
  }
}
