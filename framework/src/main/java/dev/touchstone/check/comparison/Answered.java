package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** A model's answers about data, asked for twice, and what a metric makes of them. */
interface Answered {

  /** What the metric keeps of every answer. */
  Outcomes outcomes();

  /** What its companions keep. */
  List<Beside> companions();

  /** A metric that is measured beside the one that is claimed. */
  record Beside(Metric metric, Outcomes outcomes) {}

  /** What never looking at an example would have; empty where the metric is not compared so. */
  Optional<Guessed> guessed();

  /**
   * An answer that is the same for every example.
   *
   * @param answer in words, such as {@code always answering "no"}
   */
  record Guessed(String answer, Outcomes outcomes) {}

  /** The parts of the data that are worst. */
  List<Finding> worst();

  /** The answer to an example in words. */
  String said(int example);

  /** What is true of an example, in words: a class's name or a value. */
  String truth(int example);

  /** What the truth is called where examples are listed. */
  String truthName();

  /** How sure the model is of its answer to an example; 0 where it says nothing of the kind. */
  double confidence(int example);

  /** At which examples the answer is wrong; empty where answers are more or less so. */
  Optional<IntPredicate> wrong();

  /** Answers beside what is true, as a picture; empty where it would show nothing. */
  Optional<Figure> figure();

  /** How answers are distributed beside what is true, in a sentence. */
  String counts();

  /** Says what a reader has to know of the answers, and in provenance how they were verified. */
  void addTo(Evidence.Builder evidence, Trace trace);

  /** The same of a second model of the evidence. */
  void noteOf(Evidence.Builder evidence);
}
