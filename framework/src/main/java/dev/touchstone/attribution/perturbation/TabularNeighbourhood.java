package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.surrogate.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/** Rows of a table whose columns are drawn independently of each other. */
final class TabularNeighbourhood implements Neighbourhood {
  private final Inputs like;
  private final List<Columns.Column> columns = new ArrayList<>();
  private final double[][] interpretable;

  /**
   * Draws a neighbourhood.
   *
   * @param like the batch that the example is of
   * @param example the example's columns, one row
   * @param perturbations one per column
   */
  TabularNeighbourhood(
      Inputs like,
      Columns example,
      List<ColumnPerturbation> perturbations,
      int rows,
      UniformRandomProvider random) {
    this.like = like;
    interpretable = new double[rows][perturbations.size()];
    for (int c = 0; c < perturbations.size(); c++) {
      ColumnPerturbation.Drawn drawn = perturbations.get(c).draw(example.get(c), rows, random);
      columns.add(drawn.values());
      for (int i = 0; i < rows; i++) {
        interpretable[i][c] = drawn.interpretable()[i];
      }
    }
  }

  @Override
  public double[][] interpretable() {
    return interpretable;
  }

  /** The Euclidean distance of what the surrogate sees. */
  @Override
  public double distance(int row) {
    double sum = 0;
    for (int c = 0; c < columns.size(); c++) {
      double difference = interpretable[row][c] - interpretable[0][c];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  @Override
  public int[] draws() {
    return IntStream.range(0, interpretable.length).toArray();
  }

  @Override
  public Inputs rows(int from, int to) {
    return TableRows.of(like, columns, IntStream.range(from, to).toArray());
  }
}
