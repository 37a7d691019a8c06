package dev.touchstone.report;

import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.record.RecordedFigure;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.runtime.WholeFile;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.WriterOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A page on which people judge models by what they answer and how they are explained: one panel a
 * question, a rating from 1 to 5 and a reason, and in the end the answers as CSV (thesis, section
 * 4.6). One file that asks no network; by keyboard, and on a phone. Immutable.
 *
 * <p>The panels are those that tests showed ({@code show(ExplanationPanel…)}). The condition of a
 * panel is its model's name and its item the panel's example; the page shows neither. Every
 * participant sees the panels in an order of their own, by their code, and the first of them again
 * at the end, which tells who did not look.
 */
public final class StudyPage {
  /** The thesis's question, without the dogs. */
  private static final String QUESTION =
      "By its answer and its explanation, is this model ready to be sold to customers?";

  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, StudyPage.class.getClassLoader(), "dev.touchstone.report");

  private final List<Item> items;
  private final String question;

  /**
   * A question.
   *
   * @param condition which is shown to nobody
   * @param item likewise
   */
  record Item(String condition, String item, Picture picture) {}

  /** What the template is given. */
  record Asked(String question, List<Item> items, Assets assets) {}

  private StudyPage(List<Item> items, String question) {
    this.items = items;
    this.question = question;
  }

  /**
   * Makes a study of the panels that tests showed.
   *
   * @throws TouchstoneException if they are of fewer than two models, or if one model's panels are
   *     two of the same example
   */
  public static StudyPage of(RecordedVerdicts read) {
    List<Item> items = new ArrayList<>();
    Set<List<String>> seen = new LinkedHashSet<>();
    read.shown().stream()
        .filter(recorded -> recorded.shown().figure() instanceof Panel)
        .sorted(
            Comparator.comparing(StudyPage::condition)
                .thenComparing(recorded -> recorded.shown().figure().name()))
        .forEach(
            recorded -> {
              String condition = condition(recorded);
              String item = recorded.shown().figure().name();
              if (!seen.add(List.of(condition, item))) {
                throw new TouchstoneException(
                    "two panels show %s of the model %s; show each once, in one test or in runs apart"
                        .formatted(item, condition));
              }
              items.add(
                  new Item(
                      Inert.text(condition),
                      Inert.text(item),
                      Picture.of(recorded.shown().figure()).titled("What the model answers")));
            });
    long models = items.stream().map(Item::condition).distinct().count();
    if (models < 2) {
      throw new TouchstoneException(
          "a study compares two models or more, and panels of %d were shown; write show(ExplanationPanel.of(model, data, example).by(…)) in tests of each model"
              .formatted(models));
    }
    return new StudyPage(List.copyOf(items), QUESTION);
  }

  private static String condition(RecordedFigure recorded) {
    return recorded.shown().provenance().subject().name();
  }

  /**
   * Asks something else than whether the model is ready to be sold.
   *
   * @throws TouchstoneException for an empty question
   */
  public StudyPage asking(String another) {
    if (another.isBlank()) {
      throw new TouchstoneException("a study asks a question, and it was empty");
    }
    return new StudyPage(items, Inert.text(another));
  }

  /** Returns the conditions as the answers name them, in the order of names. */
  public List<String> conditions() {
    return items.stream().map(Item::condition).distinct().toList();
  }

  /**
   * Writes the page; directories are made where they are missing, and a page that is there stays
   * whole until the new one is.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void writeTo(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      Files.createDirectories(Optional.ofNullable(absolute.getParent()).orElse(absolute));
      WholeFile.write(
          absolute,
          writer ->
              TEMPLATES.render(
                  "study.jte",
                  Map.of("asked", new Asked(question, items, Assets.OF_A_STUDY)),
                  new WriterOutput(writer)));
    } catch (IOException e) {
      throw new UncheckedIOException("the study could not be written to " + absolute, e);
    }
  }
}
