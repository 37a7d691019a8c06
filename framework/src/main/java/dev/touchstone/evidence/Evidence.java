package dev.touchstone.evidence;

import dev.touchstone.evidence.figure.Figure;
import java.util.ArrayList;
import java.util.List;

/**
 * What a check found: numbers, no thresholds.
 *
 * @param check the check's name, such as {@code "calibration"}
 * @param subject what was looked at, in words: the model and the data
 * @param measurements what a claim is judged on, at least one
 * @param context measured beside it, never judged: Brier score, accuracy, …
 * @param worst the worst findings first, at most ten
 * @param figures pictures as data
 * @param notes sentences that belong to every reading of the result
 * @param warnings what has to be known before the result is trusted, whatever is claimed of it
 * @param provenance where it comes from
 */
public record Evidence(
    String check,
    String subject,
    List<Measurement> measurements,
    List<Measurement> context,
    List<Finding> worst,
    List<Figure> figures,
    List<String> notes,
    List<Warning> warnings,
    Provenance provenance) {

  /** How many findings are kept. */
  public static final int MOST_FINDINGS = 10;

  /** Copies the lists. */
  public Evidence {
    if (measurements.isEmpty()) {
      throw new IllegalArgumentException(
          "evidence without a measurement: nothing passes on nothing");
    }
    measurements = List.copyOf(measurements);
    context = List.copyOf(context);
    worst = List.copyOf(worst.subList(0, Math.min(MOST_FINDINGS, worst.size())));
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
    warnings = warnings.stream().distinct().toList();
  }

  /** Returns the same evidence with one more warning. */
  public Evidence warning(Warning warning) {
    List<Warning> more = new ArrayList<>(warnings);
    more.add(warning);
    return new Evidence(
        check, subject, measurements, context, worst, figures, notes, more, provenance);
  }

  /** Starts evidence of a check about a subject. */
  public static Builder of(String check, String subject) {
    return new Builder(check, subject);
  }

  /** Collects evidence; not thread-safe. */
  public static final class Builder {
    private final String check;
    private final String subject;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Measurement> context = new ArrayList<>();
    private final List<Finding> worst = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();

    private Builder(String check, String subject) {
      this.check = check;
      this.subject = subject;
    }

    /** Adds a measurement that claims are judged on. */
    public Builder measured(Measurement measurement) {
      measurements.add(measurement);
      return this;
    }

    /** Adds a measurement that is only shown. */
    public Builder beside(Measurement measurement) {
      context.add(measurement);
      return this;
    }

    /** Adds a finding; the worst first. */
    public Builder worst(Finding finding) {
      worst.add(finding);
      return this;
    }

    /** Adds a figure. */
    public Builder figure(Figure figure) {
      figures.add(figure);
      return this;
    }

    /** Adds a sentence that belongs to every reading. */
    public Builder note(String sentence) {
      notes.add(sentence);
      return this;
    }

    /** Adds what has to be known before the result is trusted, whatever is claimed of it. */
    public Builder warn(Warning warning) {
      warnings.add(warning);
      return this;
    }

    /** Returns the evidence. */
    public Evidence from(Provenance provenance) {
      return new Evidence(
          check, subject, measurements, context, worst, figures, notes, warnings, provenance);
    }
  }
}
