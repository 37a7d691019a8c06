package dev.touchstone.attribution.tree;

import java.util.Arrays;
import java.util.List;

/**
 * How the columns of examples act together: Shapley interaction values in shap's and XGBoost's
 * convention. What two columns do together beyond what each does is divided evenly between the two
 * places of the pair; on the diagonal stands what a column does alone. A row of an example's matrix
 * adds up to the column's Shapley value, and the whole matrix to what the trees say of the example
 * beyond what they say where every column is absent.
 *
 * @param values n × d × d, symmetric
 * @param columns the names of the d columns, empty where they have none
 * @param rule how they were made
 */
public record ShapleyInteractions(double[][][] values, List<String> columns, String rule) {

  /** Copies the values. */
  public ShapleyInteractions {
    values = copy(values);
    columns = List.copyOf(columns);
  }

  /** Returns a copy of the values. */
  @Override
  public double[][][] values() {
    return copy(values);
  }

  private static double[][][] copy(double[][][] values) {
    return Arrays.stream(values)
        .map(matrix -> Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }
}
