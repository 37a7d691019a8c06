package dev.touchstone.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whatever libjpeg the Java that runs this has; files are compared in {@link ImageFileTest}. */
class HalvedRowsTest {

  @Test
  void repeatedRowsArePutInProportion() {
    // Two components; the second is stored as 10, 50, 91 for five rows.
    byte[] samples = {1, 10, 2, 10, 3, 50, 4, 50, 5, 91};
    HalvedRows.smooth(samples, 5, 1, 2, 1);
    // (3·10 + 10 + 1)/4, (3·10 + 50 + 2)/4, (3·50 + 10 + 1)/4, (3·50 + 91 + 2)/4, (3·91 + 50 +
    // 1)/4.
    assertThat(samples).containsExactly(1, 10, 2, 20, 3, 40, 4, 60, 5, 81);
  }

  @Test
  void theLastStoredRowHasNoneBelow() {
    byte[] samples = {0, 0, 100, 100};
    HalvedRows.smooth(samples, 4, 1, 1, 0);
    assertThat(samples).containsExactly(0, 25, 75, 100);
  }

  @Test
  void rowsThatAreInProportionStayAsTheyAre() {
    byte[] samples = {0, 25, 75, 100};
    HalvedRows.smooth(samples, 4, 1, 1, 0);
    assertThat(samples).containsExactly(0, 25, 75, 100);
  }
}
