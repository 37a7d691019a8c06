package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.RowSource;
import org.apiguardian.api.API;

/** Each example's values in one row, whatever its shape, read a batch at a time. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record FeatureRows(Dataset data) implements RowSource {

  /** Refuses data of typed inputs. */
  public FeatureRows {
    data.inputs().onlyFeatures("a head on features");
  }

  @Override
  public int rows() {
    return data.size();
  }

  @Override
  public int columns() {
    int columns = 1;
    for (int side : data.shape()) {
      columns *= side;
    }
    return columns;
  }

  @Override
  public void read(int from, int to, double[] into) {
    float[] values = data.batch(from, to).values();
    for (int i = 0; i < values.length; i++) {
      into[i] = values[i];
    }
  }
}
