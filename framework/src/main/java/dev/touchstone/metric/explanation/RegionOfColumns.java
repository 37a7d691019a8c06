package dev.touchstone.metric.explanation;

import dev.touchstone.data.ColumnNames;
import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Columns of a table.
 *
 * @param names at least one
 */
record RegionOfColumns(List<String> names) implements Region {

  RegionOfColumns {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a region of no columns");
    }
  }

  @Override
  public void require(Dataset data) {
    List<String> columns = data.inputs(0, 1).columns();
    for (String name : names) {
      if (columns.stream().noneMatch(column -> ColumnNames.isOf(column, name))) {
        throw new TouchstoneException(
            "%s has no column \"%s\" that a model takes; %s"
                .formatted(
                    data.name(),
                    name,
                    columns.isEmpty()
                        ? "its features have no names"
                        : "it has " + ColumnNames.someNear(name, columns)));
      }
    }
  }

  @Override
  public boolean[] inside(Dataset examples, int example) {
    List<String> columns = examples.inputs(example, example + 1).columns();
    boolean[] inside = new boolean[columns.size()];
    for (int place = 0; place < inside.length; place++) {
      String column = columns.get(place);
      inside[place] = names.stream().anyMatch(name -> ColumnNames.isOf(column, name));
    }
    return inside;
  }

  @Override
  public String describe() {
    return names.size() == 1 ? "column " + names.get(0) : "columns " + String.join(", ", names);
  }
}
