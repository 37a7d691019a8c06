package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakageTest {

  /** Rows of numbers below a limit, without ids: the fewer there are, the more rows are copies. */
  private static Dataset table(int n, int columns, int limit, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[n * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(limit);
    }
    return of(values, columns);
  }

  private static Dataset of(float[] values, int columns) {
    return Dataset.named("table")
        .features(FeatureStore.inMemory(values, columns))
        .labels(new int[values.length / columns])
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static void refuse(Dataset data, Dataset other) {
    Leakage.refuse("training data", data, "test data", other);
  }

  @Test
  void aPartThatIsInBothIsRefused() {
    Dataset all = table(900, 4, 1_000_000, 1);
    assertThatThrownBy(() -> refuse(all.first(600), all.where(i -> i >= 300, "the rest")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("300 of the 600 examples of the test data")
        .hasMessageContaining("by their features, the first [300, 301, 302, 303, 304]; take them");
    assertThatThrownBy(() -> refuse(all, all.first(10)))
        .hasMessageContaining("all 10 examples of the test data");
    assertThatCode(() -> refuse(all.first(600), all.where(i -> i >= 600, "others")))
        .doesNotThrowAnyException();
  }

  /** Of so many possible rows 600 are drawn, twice, which is no leakage. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 64, 300, 600, 1000, 3000, 10_000})
  void rowsThatRepeatByNatureAreNot(int rows) {
    for (int seed = 0; seed < 20; seed++) {
      Dataset data = table(600, 1, rows, seed);
      Dataset other = table(600, 1, rows, 100 + seed);
      assertThatCode(() -> refuse(data, other)).doesNotThrowAnyException();
    }
  }

  @Test
  void dataAreNeverTheirOwnOthers() {
    Dataset few = table(600, 1, 2, 1);
    assertThatThrownBy(() -> refuse(few, few)).hasMessageContaining("all 600 examples");
  }

  /** One blank row that became frequent. */
  @Test
  void aFrequentRowIsAShift() {
    float[] known = new float[400];
    float[] now = new float[400];
    for (int i = 0; i < 400; i++) {
      known[i] = i;
      now[i] = i < 300 ? 0 : 1000 + i;
    }
    assertThatCode(() -> refuse(of(known, 1), of(now, 1))).doesNotThrowAnyException();
  }
}
