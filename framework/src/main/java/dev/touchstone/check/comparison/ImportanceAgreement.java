package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Fidelity;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.guiding.repair.Carved;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.metric.Rates;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Does a model decide for the reasons that an expert names (thesis, section 5.2, requirement 2)? A
 * carved model says what each concept contributes to an example's right label, over the mean of all
 * classes; the expert that it speaks for the label (1), against it (−1), or means nothing (0).
 * Measured is the share of the expert's concepts whose sign is the contribution's, example by
 * example, each counted by how sure the expert is; overall and per group.
 *
 * <p>A contribution means nothing where it is at most a tenth, or another share, of the example's
 * largest. Of a regressor, a contribution is what the concept adds to the value, over that of the
 * typical training example: importances say whether it raises (1) or lowers it (−1). Examples are
 * independent: the share of concepts of one is a value in [0, 1], and the limits are Gaffke's
 * ({@code BoundedMean.weighted}).
 *
 * <p>A carved model speaks for the original as far as it answers alike: where the {@linkplain
 * dev.touchstone.guiding.repair.CarvedModel#requiringFidelity fidelity that is required} is not
 * shown, nothing is.
 */
public final class ImportanceAgreement {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "agreement on importances";

  private static final double NOTHING = 0.1;

  private final AuditSet audit;
  private final double nothing;

  private ImportanceAgreement(AuditSet audit, double nothing) {
    this.audit = audit;
    this.nothing = nothing;
  }

  /**
   * Measures agreement with the importances of an audit set; contributions of at most a tenth of
   * the largest mean nothing.
   */
  public static ImportanceAgreement with(AuditSet audit) {
    return new ImportanceAgreement(audit, NOTHING);
  }

  /**
   * Returns a copy that takes contributions of at most another share of the largest for nothing.
   *
   * @throws IllegalArgumentException for a share outside [0, 1)
   */
  public ImportanceAgreement withNothingBelow(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("the share must lie in [0, 1), was " + share);
    }
    return new ImportanceAgreement(audit, share);
  }

  /**
   * Measures the agreement on every slice.
   *
   * @throws TouchstoneException if no fidelity is required of the carved model, if the expert gave
   *     no importances, for concepts that the model was not carved into, or that nothing tells from
   *     others, and for clustered data
   */
  public Evidence evaluate(Carved carved, RunContext context) {
    Dataset data = audit.data();
    Carved.Required required = carved.requiredFidelity();
    audit.importances();
    List<String> unknown =
        audit.concepts().stream().filter(name -> !carved.concepts().contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new TouchstoneException(
          "the audit set %s has the concepts %s, into which %s was not carved; carve it with examples of %s"
              .formatted(data.name(), audit.concepts(), carved.name(), unknown));
    }
    for (String concept : audit.concepts()) {
      List<String> alike = carved.alike(concept);
      if (!alike.isEmpty()) {
        throw new TouchstoneException(
            "the concept \"%s\" is a multiple of \"%s\" in all examples that %s was carved with, so that nothing tells what belongs to which; carve it without one of them, or with examples in which they differ"
                .formatted(concept, alike.get(0), carved.name()));
      }
    }
    if (data.clustering().isPresent()) {
      throw new TouchstoneException(
          "%s is clustered, and agreement on importances takes examples for independent; audit data.onePerCluster(seed)"
              .formatted(data.name()));
    }
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(
                    audit.sha256(),
                    nothing,
                    required.least(),
                    required.within(),
                    required.on().sha256()),
                Keys.of(carved),
                data,
                context),
            () -> measure(carved, required, data, context));
  }

  private record Asked(
      String auditSha256, double nothing, double fidelity, double within, String fidelityOn) {}

  private Evidence measure(
      Carved carved, Carved.Required required, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("audit sha256", audit.sha256())
            .with("means nothing", "at most %s of the largest".formatted(nothing))
            .with("carved as", carved.how())
            .with("carved with sha256", carved.examplesSha256())
            .with("fidelity required", required.toString());
    Estimate fidelity = carved.shownFidelity(context);
    Signs signs = Signs.of(carved, audit, nothing);
    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY, "%s on %s (n = %d)".formatted(carved.name(), data.name(), data.size()));
    for (Slice slice : data.slices()) {
      evidence.measured(
          new Measurement(QUANTITY, slice.name(), estimate(slice, signs, fidelity, required))
              .reading(
                  Reading.share(
                      "%s of what the expert says of the concepts of %s is what they contribute"
                          .formatted(Reading.VALUE, Readings.examples(slice.name())))));
    }
    evidence.beside(
        new Measurement("fidelity of the carved model", Slice.OVERALL, fidelity)
            .reading(Reading.share("")));
    signs
        .worstFirst(data)
        .forEach(example -> evidence.worst(signs.finding(example, data, audit.concepts())));
    evidence.note(signs.byConcept(audit.concepts()));
    return evidence.from(trace.end(carved.original(), data));
  }

  private Estimate estimate(Slice slice, Signs signs, Estimate fidelity, Carved.Required required) {
    int[] examples = slice.examples();
    Optional<String> unlike = Fidelity.lack(required, fidelity);
    if (unlike.isPresent()) {
      return Undetermined.because(unlike.get(), examples.length);
    }
    Optional<String> lack = Rates.lack(audit.data(), examples);
    double[] confidence = audit.confidence();
    if (lack.isPresent() || Arrays.stream(examples).allMatch(i -> confidence[i] == 0)) {
      return Undetermined.because(
          lack.orElse("the expert is sure of none of these examples; annotate others of the group"),
          examples.length);
    }
    return BoundedMean.weighted(
        Arrays.stream(examples).mapToDouble(signs::agreement).toArray(),
        Arrays.stream(examples).mapToDouble(i -> confidence[i]).toArray(),
        1,
        0,
        1);
  }

  /**
   * Signs of contributions, and the expert's.
   *
   * @param contributed m × q, −1, 0 or 1
   * @param said likewise
   */
  private record Signs(int[][] contributed, int[][] said) {

    static Signs of(Carved carved, AuditSet audit, double nothing) {
      Matrix contributions = carved.contributionsToTruth(audit.data());
      int[][] said = audit.importances();
      List<String> concepts = audit.concepts();
      int[][] contributed = new int[said.length][concepts.size()];
      for (int i = 0; i < said.length; i++) {
        double largest = Arrays.stream(contributions.row(i)).map(Math::abs).max().orElse(0);
        for (int q = 0; q < concepts.size(); q++) {
          double one = contributions.get(i, carved.concepts().indexOf(concepts.get(q)));
          contributed[i][q] = Math.abs(one) <= nothing * largest ? 0 : (int) Math.signum(one);
        }
      }
      return new Signs(contributed, said);
    }

    double agreement(int example) {
      return IntStream.range(0, said[example].length)
              .filter(q -> contributed[example][q] == said[example][q])
              .count()
          / (double) said[example].length;
    }

    List<Integer> worstFirst(Dataset data) {
      return IntStream.range(0, said.length)
          .filter(i -> agreement(i) < 1)
          .boxed()
          .sorted(Comparator.<Integer>comparingDouble(this::agreement).thenComparing(data::id))
          .limit(Evidence.MOST_FINDINGS)
          .toList();
    }

    Finding finding(int example, Dataset data, List<String> concepts) {
      Map<String, String> facts = new LinkedHashMap<>();
      if (data.hasValues()) {
        facts.put("value", "%s %s".formatted(Numbers.format(data.target(example)), data.unit()));
      } else {
        facts.put("label", data.classNames().get(data.label(example)));
      }
      for (int q = 0; q < concepts.size(); q++) {
        if (contributed[example][q] != said[example][q]) {
          facts.put(
              concepts.get(q),
              "%s (by the expert %s)"
                  .formatted(
                      inWords(contributed[example][q], data), inWords(said[example][q], data)));
        }
      }
      return new Finding(data.id(example), facts);
    }

    private static String inWords(int sign, Dataset data) {
      if (sign == 0) {
        return "means nothing";
      }
      if (data.hasValues()) {
        return sign > 0 ? "raises it" : "lowers it";
      }
      return sign > 0 ? "speaks for it" : "speaks against it";
    }

    /** The concepts on which they agree least. */
    String byConcept(List<String> concepts) {
      record Share(String concept, double agreed) {}
      return "agreement by concept: "
          + String.join(
              ", ",
              IntStream.range(0, concepts.size())
                  .mapToObj(
                      q ->
                          new Share(
                              concepts.get(q),
                              IntStream.range(0, said.length)
                                      .filter(i -> contributed[i][q] == said[i][q])
                                      .count()
                                  / (double) said.length))
                  .sorted(Comparator.comparingDouble(Share::agreed))
                  .map(share -> share.concept() + " " + Numbers.format(share.agreed()))
                  .toList());
    }
  }
}
