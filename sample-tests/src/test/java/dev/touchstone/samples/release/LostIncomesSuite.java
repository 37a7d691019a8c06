package dev.touchstone.samples.release;

import dev.touchstone.data.Dataset;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The same claim of the same trainer, on training data that lost their order: every person has the
 * income of the next one. Nobody would notice a wrong income among these.
 */
@ModelTest
class LostIncomesSuite {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset train;

  @Test
  void wrongIncomesWouldBeFound() {
    Dataset people = train.first(2000);
    int[] incomes =
        IntStream.range(0, people.size()).map(i -> people.label((i + 1) % people.size())).toArray();
    IncomeReleaseSuite.assertWrongIncomesAreFound(
        IncomeReleaseSuite.trainer(), people.withLabels(incomes, "incomes of the next"));
  }
}
