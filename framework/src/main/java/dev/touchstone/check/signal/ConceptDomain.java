package dev.touchstone.check.signal;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Examples of one domain, and the values of concepts in each.
 *
 * @param data the examples
 * @param concepts their names, k of them
 * @param columns k × n, a column of values for each concept
 * @param sha256 covers examples and values
 */
record ConceptDomain(Dataset data, List<String> concepts, double[][] columns, String sha256) {

  /** What an expert annotated. */
  static ConceptDomain of(AuditSet audit) {
    double[][] values = audit.conceptValues();
    double[][] columns = new double[audit.concepts().size()][values.length];
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < columns.length; k++) {
        columns[k][i] = values[i][k];
      }
    }
    return new ConceptDomain(audit.data(), audit.concepts(), columns, audit.sha256());
  }

  /**
   * Features that are concepts.
   *
   * @throws TouchstoneException for a name that is no feature of numbers, or a value that is
   *     missing
   */
  static ConceptDomain of(Dataset data, List<String> features) {
    Inputs inputs = data.inputs(0, data.size());
    double[][] columns = new double[features.size()][];
    for (int k = 0; k < columns.length; k++) {
      String name = features.get(k);
      columns[k] =
          inputs
              .named(name)
              .filter(TypedTensor.Doubles.class::isInstance)
              .map(values -> ((TypedTensor.Doubles) values).values())
              .orElseThrow(
                  () ->
                      new TouchstoneException(
                          "%s has no feature \"%s\" of numbers that could be a concept; its features are %s"
                              .formatted(data.name(), name, data.featureNames())));
      for (int i = 0; i < columns[k].length; i++) {
        if (!Double.isFinite(columns[k][i])) {
          throw new TouchstoneException(
              "%s: the concept \"%s\" of example %s is %s; give a number, or leave the example out"
                  .formatted(data.name(), name, data.id(i), columns[k][i]));
        }
      }
    }
    return new ConceptDomain(data, List.copyOf(features), columns, data.sha256());
  }
}
