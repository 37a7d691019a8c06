package dev.touchstone.report;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.runtime.WholeFile;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import gg.jte.output.WriterOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verdicts of any number of modules and JVMs as one HTML page that needs nothing else: no
 * network, no server, no other file. It answers first whether the models may ship, and shows the
 * evidence behind each verdict one click further.
 *
 * <pre>{@code
 * HtmlReport.of(VerdictReader.read(Path.of("."))).writeTo(Path.of("target/touchstone/report.html"));
 * }</pre>
 *
 * <p>The same verdicts make the same bytes, whatever the JVM's locale, where texts are as wide: on
 * a machine with the same fonts. Whatever comes from data, models and tests is shown as text, and
 * the page forbids its browser every request and every script but its own. Immutable.
 */
public final class HtmlReport {
  /** What tells the page from another of its name. */
  static final String MARK = "<meta name=\"generator\" content=\"Touchstone\">";

  /** The expected share of false alarms among what is marked a discovery. */
  static final double RATE = 0.05;

  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, HtmlReport.class.getClassLoader(), "dev.touchstone.report");

  private final RecordedVerdicts verdicts;
  private final Discoveries.Correction correction;

  private final List<Baseline> baselines;
  private final int mostLaidOut;

  private HtmlReport(
      RecordedVerdicts verdicts,
      Discoveries.Correction correction,
      List<Baseline> baselines,
      int mostLaidOut) {
    this.verdicts = verdicts;
    this.correction = correction;
    this.baselines = baselines;
    this.mostLaidOut = mostLaidOut;
  }

  /** A page on verdicts, with Benjamini and Yekutieli's correction over all of them. */
  public static HtmlReport of(RecordedVerdicts verdicts) {
    return new HtmlReport(
        verdicts, Discoveries.Correction.BENJAMINI_YEKUTIELI, List.of(), Packs.MOST_LAID_OUT);
  }

  /** The same page with another correction over all its claims. */
  public HtmlReport correctedBy(Discoveries.Correction other) {
    return new HtmlReport(verdicts, other, baselines, mostLaidOut);
  }

  /**
   * The same page with each claim's trend against what was approved. Several modules may each have
   * a baseline: the first that knows a claim counts.
   */
  public HtmlReport comparedWith(Baseline approved) {
    List<Baseline> all = new ArrayList<>(baselines);
    all.add(approved);
    return new HtmlReport(verdicts, correction, List.copyOf(all), mostLaidOut);
  }

  /** The same page with so many characters of evidence laid out at once, for tests. */
  HtmlReport layingOut(int characters) {
    return new HtmlReport(verdicts, correction, baselines, characters);
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
      WholeFile.write(absolute, writer -> render(new WriterOutput(writer)));
    } catch (IOException e) {
      throw new UncheckedIOException("the report could not be written to " + absolute, e);
    }
  }

  private void render(TemplateOutput output) {
    Page page = Page.of(verdicts, verdicts.discoveries(RATE, correction), baselines);
    List<Packs.Rendered> sheets = new ArrayList<>();
    for (Sheet sheet : page.sheets()) {
      StringOutput markup = new StringOutput();
      TEMPLATES.render("sheet.jte", sheet, markup);
      sheets.add(new Packs.Rendered(sheet.id(), markup.toString()));
    }
    Map<String, Object> parameters =
        Map.of("page", page, "evidence", Packs.of(sheets, mostLaidOut));
    TEMPLATES.render("page.jte", parameters, output);
  }
}
