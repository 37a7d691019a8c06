package dev.touchstone.gate.handoff;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.FactText;
import dev.touchstone.gate.Allowance;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Caution;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Ground;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A decision about one model as a model card in Markdown, with the sections of Mitchell et al.,
 * <em>Model Cards for Model Reporting</em> (2019), section 4. Verdicts cannot know what a model is
 * meant for; those sections say that somebody has to write them.
 */
final class ModelCardMarkdown {
  private static final String TO_BE_WRITTEN =
      "*Not stated by the verdicts; to be written by whoever answers for the model.*\n";

  private static final String BESIDES =
      "Measured besides; the policy did not ask for it, or did not take it (other data, another"
          + " suite, too long ago):\n\n";

  private static final String HEAD =
      "| quantity | slice | value | 95 % interval | n | method | data | judged at |\n";
  private static final String RULE = "|---|---|---|---|---|---|---|---|\n";

  private final StringBuilder card = new StringBuilder();
  private final Decision decision;
  private final Candidate candidate;

  private ModelCardMarkdown(Decision decision, Candidate candidate) {
    this.decision = decision;
    this.candidate = candidate;
  }

  static String write(Decision decision, Candidate candidate) {
    return new ModelCardMarkdown(decision, candidate).card();
  }

  private String card() {
    card.append("# Model card: ").append(Markdown.text(candidate.name())).append("\n\n");
    card.append("**")
        .append(decision.rulingOn(candidate).words())
        .append("** under policy ")
        .append(Markdown.text(decision.policy().policy().name()))
        .append(", decided at ")
        .append(decision.at())
        .append(".\n");
    details();
    section("Intended Use", TO_BE_WRITTEN);
    factors();
    metrics();
    evaluationData();
    trainingData();
    quantitativeAnalyses();
    section("Ethical Considerations", TO_BE_WRITTEN);
    caveats();
    return card.toString();
  }

  private void section(String title, String text) {
    card.append("\n## ").append(title).append("\n\n").append(text);
  }

  private void details() {
    section("Model Details", "");
    card.append("- SHA-256: `").append(PlainText.of(candidate.sha256(), 64)).append("`\n");
    Metrics.model(decision, candidate).entrySet().stream()
        .filter(fact -> !FactText.isModelDigest(fact.getKey()))
        .forEach(
            fact ->
                card.append("- ")
                    .append(Markdown.text(fact.getKey()))
                    .append(": ")
                    .append(Markdown.text(fact.getValue()))
                    .append('\n'));
  }

  private void factors() {
    section("Factors", "");
    Set<String> slices = new LinkedHashSet<>();
    Metrics.shown(decision, candidate).forEach(metric -> slices.add(metric.slice()));
    Metrics.others(decision, candidate).forEach(metric -> slices.add(metric.slice()));
    card.append(
        slices.isEmpty()
            ? "Nothing was judged.\n"
            : "What was judged, by itself or as a group:\n\n");
    slices.forEach(slice -> card.append("- ").append(Markdown.text(slice)).append('\n'));
  }

  private void metrics() {
    section("Metrics", "");
    card.append(
        "Each quantity has a two-sided 95 % interval. A claim passes only where the interval lies"
            + " inside its tolerance, so that a model that violates it passes with probability at"
            + " most 2.5 %.\n\n");
    List<RecordedVerdict> shown = Metrics.verdictsShown(decision, candidate);
    claims(shown);
    List<RecordedVerdict> others =
        decision.evidenceAbout(candidate).stream()
            .filter(recorded -> !shown.contains(recorded))
            .toList();
    if (!others.isEmpty()) {
      card.append(shown.isEmpty() ? "" : "\n")
          .append("Claimed besides; the policy did not ask for it, or did not take it:\n\n");
      claims(others);
    }
  }

  private void claims(List<RecordedVerdict> verdicts) {
    Set<String> claims = new LinkedHashSet<>();
    for (RecordedVerdict recorded : verdicts) {
      claims.add(
          recorded.verdict().outcome()
              + ": "
              + Markdown.text(recorded.verdict().claim().statement()));
    }
    claims.forEach(claim -> card.append("- ").append(claim).append('\n'));
  }

  private void evaluationData() {
    section("Evaluation Data", "");
    for (DataFacts facts : Metrics.data(decision.evidenceAbout(candidate)).values()) {
      card.append("- ")
          .append(
              String.join(
                  ", ",
                  facts.texts().entrySet().stream()
                      .map(
                          fact ->
                              Markdown.text(fact.getKey()) + " " + Markdown.text(fact.getValue()))
                      .toList()))
          .append('\n');
    }
  }

  private void quantitativeAnalyses() {
    section("Quantitative Analyses", "");
    List<Metrics.Metric> shown = Metrics.shown(decision, candidate);
    List<Metrics.Metric> others = Metrics.others(decision, candidate);
    if (shown.isEmpty() && others.isEmpty()) {
      card.append("Nothing was measured on this model.\n");
      return;
    }
    if (!shown.isEmpty()) {
      card.append("What the policy asked for:\n\n");
      table(shown);
    }
    if (!others.isEmpty()) {
      card.append(shown.isEmpty() ? "" : "\n").append(BESIDES);
      table(others);
    }
  }

  /** What is known of how the model is made; what it was made from no verdict can know. */
  private void trainingData() {
    section("Training Data", TO_BE_WRITTEN);
    for (Metrics.OfTrainer trainer : Metrics.ofTrainers(decision, candidate)) {
      card.append("\nThe policy pins the trainer ")
          .append(Markdown.text(trainer.name()))
          .append(" (SHA-256 `")
          .append(PlainText.of(trainer.sha256(), 64))
          .append(
              "`) for this model. What follows was measured on models that it"
                  + " trained for the test, not on this file, and does not show that the file came"
                  + " of it.\n\n");
      if (!trainer.shown().isEmpty()) {
        card.append("What the policy asked for:\n\n");
        ofTrainer(trainer.claims(), trainer.shown());
      }
      if (!trainer.others().isEmpty() || !trainer.otherClaims().isEmpty()) {
        card.append(trainer.shown().isEmpty() ? "" : "\n").append(BESIDES);
        ofTrainer(trainer.otherClaims(), trainer.others());
      }
      if (!trainer.notes().isEmpty()) {
        card.append('\n');
        trainer.notes().forEach(note -> card.append("- ").append(Markdown.text(note)).append('\n'));
      }
    }
  }

  private void ofTrainer(List<String> claims, List<Metrics.Named> metrics) {
    claims.forEach(claim -> card.append("- ").append(Markdown.text(claim)).append('\n'));
    if (metrics.isEmpty()) {
      return;
    }
    card.append(claims.isEmpty() ? "" : "\n")
        .append("| of ")
        .append(HEAD)
        .append("|---")
        .append(RULE);
    for (Metrics.Named named : metrics) {
      card.append("| ").append(Markdown.text(named.of())).append(' ');
      row(named.metric());
    }
  }

  private void table(List<Metrics.Metric> metrics) {
    card.append(HEAD).append(RULE);
    metrics.forEach(this::row);
  }

  private void row(Metrics.Metric metric) {
    card.append("| ")
        .append(Markdown.text(metric.quantity()))
        .append(" | ")
        .append(Markdown.text(metric.slice()))
        .append(" | ")
        .append(Numbers.format(metric.value()))
        .append(" | ")
        .append(
            metric.isEstimated()
                ? Numbers.format(metric.interval().lower())
                    + " to "
                    + Numbers.format(metric.interval().upper())
                : "none")
        .append(" | ")
        .append(metric.sampleSize())
        .append(' ')
        .append(Markdown.text(metric.unit()))
        .append(" | ")
        .append(Markdown.text(metric.method()))
        .append(" | ")
        .append(Markdown.text(metric.data()))
        .append(metric.dataSha256().isEmpty() ? "" : ", SHA\\-256 ")
        .append(PlainText.of(metric.dataSha256(), 12))
        .append(" | ")
        .append(Markdown.text(metric.judgedAt().toString()))
        .append(" |\n");
  }

  private void caveats() {
    section("Caveats and Recommendations", "");
    for (Ground ground : decision.groundsAbout(candidate)) {
      card.append("- ")
          .append(ground.claim().isEmpty() ? "" : Markdown.text(ground.claim()) + ": ")
          .append(Markdown.text(ground.reason().problem()))
          .append(". ")
          .append(Markdown.text(ground.reason().cure()))
          .append(".\n");
    }
    for (Caution caution : decision.cautions()) {
      if (caution.model().equals(candidate.name())) {
        card.append("- Warning: ")
            .append(Markdown.text(caution.claim()))
            .append(": ")
            .append(Markdown.text(caution.warning().text()))
            .append(".\n");
      }
    }
    for (Allowance allowance : decision.allowances()) {
      if (allowance.model().equals(candidate.name())) {
        card.append("- Accepted though not shown: ")
            .append(Markdown.text(allowance.claim()))
            .append(allowance.isOfTest() ? "" : " \\[" + Markdown.text(allowance.group()) + "\\]")
            .append(", ")
            .append(Markdown.text(allowance.what()))
            .append(". ")
            .append(Markdown.text(allowance.reason()))
            .append(
                allowance.owner() == null
                    ? ""
                    : " ("
                        + Markdown.text(allowance.owner())
                        + ", until "
                        + allowance.expires()
                        + ")")
            .append('\n');
      }
    }
    Metrics.notes(decision, candidate)
        .forEach(note -> card.append("- ").append(Markdown.text(note)).append('\n'));
  }
}
