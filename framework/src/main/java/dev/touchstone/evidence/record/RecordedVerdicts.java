package dev.touchstone.evidence.record;

import dev.touchstone.evidence.Discoveries;
import dev.touchstone.evidence.ModelTests;
import java.util.List;

/**
 * The verdicts of any number of files.
 *
 * @param sources the files, in the order in which they were given and found
 * @param verdicts the verdicts, file by file
 * @param shown what tests showed without a claim, file by file
 */
public record RecordedVerdicts(
    List<VerdictSource> sources, List<RecordedVerdict> verdicts, List<RecordedFigure> shown) {

  /** Copies the lists. */
  public RecordedVerdicts {
    sources = List.copyOf(sources);
    verdicts = List.copyOf(verdicts);
    shown = List.copyOf(shown);
  }

  /** Makes verdicts beside which nothing was shown. */
  public RecordedVerdicts(List<VerdictSource> sources, List<RecordedVerdict> verdicts) {
    this(sources, verdicts, List.of());
  }

  /** What became of the model tests of all files. */
  public ModelTests tests() {
    return sources.stream().map(VerdictSource::tests).reduce(ModelTests.NONE, ModelTests::and);
  }

  /** Which failures stay discoveries among all claims that were read. */
  public Discoveries discoveries(double rate, Discoveries.Correction correction) {
    return Discoveries.among(
        verdicts.stream().map(RecordedVerdict::verdict).toList(), rate, correction);
  }
}
