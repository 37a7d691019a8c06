package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.baseline.Baseline.Entry;
import dev.touchstone.evidence.baseline.Baseline.Key;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The line of a baseline that a claim is compared with, or why there is none.
 *
 * @param entry empty if there is none that can be compared with
 * @param lack what the baseline does, as a predicate: "has no line …"
 * @param cure what to do about it, as an order: "approve a model …"
 */
record ApprovedLine(Optional<Entry> entry, String lack, String cure) {

  static ApprovedLine of(Entry entry) {
    return new ApprovedLine(Optional.of(entry), "", "");
  }

  static ApprovedLine none(String lack, String cure) {
    return new ApprovedLine(Optional.empty(), lack, cure);
  }

  /** Where the cure is to write the line. */
  static ApprovedLine unapproved(String lack, String whatToApprove) {
    return none(lack, "approve " + whatToApprove + ": " + Baseline.CURE);
  }

  /**
   * Looks for a claim's line.
   *
   * @param lines those that may be meant
   * @param quantity the name of the metric
   * @param groups which of the data's groups have a value to compare with
   * @param byOutcomes whether the claim asks for outcomes
   */
  static ApprovedLine find(
      Key key,
      List<Entry> lines,
      Dataset data,
      String quantity,
      JudgeableSlices groups,
      boolean byOutcomes) {
    ApprovedLine found = ofClaim(key, lines);
    return found
        .entry()
        .map(entry -> comparable(entry, key, data, quantity, groups, byOutcomes))
        .orElse(found);
  }

  /** The candidate may have a file name of its own; the claim's only line is meant then. */
  private static ApprovedLine ofClaim(Key key, List<Entry> lines) {
    Optional<Entry> own = lines.stream().filter(e -> e.key().equals(key)).findFirst();
    if (own.isPresent()) {
      return of(own.get());
    }
    List<Entry> ofOthers = ofOtherModels(key, lines);
    if (ofOthers.size() == 1) {
      return of(ofOthers.get(0));
    }
    String noLine =
        "has no line "
            + shown(key.claim())
            + " of "
            + shown(key.test())
            + ", model "
            + shown(key.model())
            + ", data "
            + shown(key.data());
    if (ofOthers.size() > 1) {
      return none(
          noLine
              + "; it has one each of "
              + models(ofOthers)
              + ", and which of them this model shall replace cannot be told",
          "delete the lines of models that are no longer approved, or give the candidate the name"
              + " of the model that it shall replace");
    }
    List<Entry> ofThisTest = lines.stream().filter(e -> e.key().test().equals(key.test())).toList();
    return unapproved(
        noLine + (ofThisTest.isEmpty() ? "" : "; it has of this test " + claims(ofThisTest)),
        "a model");
  }

  /** The lines of the same claim on data of the same name, of models with other names. */
  static List<Entry> ofOtherModels(Key key, List<Entry> lines) {
    return lines.stream()
        .filter(e -> e.key().test().equals(key.test()))
        .filter(e -> e.key().claim().equals(key.claim()))
        .filter(e -> e.key().data().equals(key.data()))
        .filter(e -> !e.key().model().equals(key.model()))
        .toList();
  }

  static String models(List<Entry> lines) {
    return lines.stream()
            .limit(3)
            .map(e -> shown(e.key().model()))
            .collect(Collectors.joining(", "))
        + (lines.size() > 3 ? ", …" : "");
  }

  private static String claims(List<Entry> lines) {
    return lines.stream()
        .limit(3)
        .map(Entry::key)
        .map(k -> shown(k.claim()) + " of " + shown(k.model()) + " on " + shown(k.data()))
        .collect(Collectors.joining(", "));
  }

  /** A line if it can be compared with. */
  private static ApprovedLine comparable(
      Entry entry,
      Key key,
      Dataset data,
      String quantity,
      JudgeableSlices groups,
      boolean byOutcomes) {
    if (!entry.dataSha256().equals(Baseline.dataOf(data.facts()))) {
      return unapproved(
          "has the "
              + quantity
              + " of "
              + shown(entry.key().model())
              + " "
              + Baseline.otherThan(
                  entry.dataSha256(), data.facts(), "the name " + shown(data.name()))
              + ", with which nothing can be compared",
          "a model on these data");
    }
    if (entry.outcomes().isPresent()) {
      return of(entry);
    }
    if (byOutcomes) {
      return unapproved(
          "keeps no outcomes of " + shown(key.test()) + ", and the claim asks for them",
          "a model again");
    }
    if (!entry.clusteredBy().equals(data.clustering())) {
      return unapproved(
          "has the "
              + quantity
              + " of "
              + inWords(entry.clusteredBy())
              + ", and these are "
              + inWords(data.clustering())
              + ": their limits are not of one kind",
          "a model on the data as they are claimed about");
    }
    for (Slice slice : data.slices()) {
      if (groups.canBeJudged(slice) && entry.value(quantity, slice.name()).isEmpty()) {
        return unapproved(
            "knows no " + quantity + " of the slice " + shown(slice.name()),
            "a model with these groups");
      }
    }
    return of(entry);
  }

  private static String inWords(Optional<String> clusteredBy) {
    return clusteredBy
        .map(column -> "examples clustered by " + shown(column))
        .orElse("independent examples");
  }

  /**
   * The line.
   *
   * @throws TouchstoneException if there is none, saying why and what to do
   */
  Entry orThrow(Settings settings) {
    return entry.orElseThrow(
        () ->
            new TouchstoneException(
                "the baseline " + settings.baselineFile() + " " + lack + "; " + cure));
  }

  static String shown(String text) {
    return "\"" + PlainText.of(text, 120) + "\"";
  }
}
