package dev.touchstone.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SurrogateTreeTest {

  /** Of framework/src/test/python/surrogate_oracle.py. */
  @Test
  void growsTheTreesOfScikitLearn() throws IOException {
    JsonNode oracle =
        new ObjectMapper()
            .readTree(Location.of("classpath:attribution/surrogate-tree.json").read(1 << 20));
    Dataset training = Tables.of(rows(oracle.get("rows")));
    int[] answers = ints(oracle.get("answers"));
    Columns asked = Columns.of(Tables.of(rows(oracle.get("asked"))));
    for (JsonNode tree : oracle.get("trees")) {
      RuleSet rules =
          SurrogateTree.fittedOn(training)
              .withLeaves(tree.get("leaves").asInt())
              .withDepth(tree.get("depth").asInt())
              .fit(Columns.of(training), answers, 3);
      assertThat(rules.of(asked).answers()).isEqualTo(ints(tree.get("answers")));
      double[] thresholds = doubles(tree.get("thresholds"));
      // Every question is an end of a range on two sides, unless a later one is narrower there.
      double[] ends =
          rules.rules().stream()
              .flatMap(rule -> rule.conditions().stream())
              .map(Condition.Within.class::cast)
              .flatMapToDouble(range -> DoubleStream.of(range.above(), range.atMost()))
              .filter(Double::isFinite)
              .sorted()
              .distinct()
              .toArray();
      assertThat(ends).containsExactly(thresholds, within(1e-6));
      assertThat(rules.of(asked).uncovered()).isZero();
      assertThat(rules.of(asked).ambiguous().isEmpty()).isTrue();
    }
  }

  @Test
  void asksForACategoryAndForTheOthers() {
    Dataset data =
        Tables.typed(new double[] {1, 2, 3, 4, 5, 6}, "red", "blue", "red", "green", "blue", "red");
    RuleSet rules =
        SurrogateTree.fittedOn(data)
            .withLeaves(2)
            .fit(Columns.of(data), new int[] {1, 0, 1, 0, 0, 1}, 2);
    assertThat(rules.rules())
        .containsExactly(
            new Rule(List.of(new Condition.Is("kind", "red")), 1),
            new Rule(List.of(new Condition.IsNot("kind", "red")), 0));
  }

  @Test
  void saysAPathThroughOneColumnAsOneRange() {
    double[][] rows = new double[90][];
    Arrays.setAll(rows, i -> new double[] {i});
    int[] answers = new int[90];
    Arrays.setAll(answers, i -> i >= 30 && i < 60 ? 1 : 0);
    Dataset data = Tables.of(rows);
    RuleSet rules = SurrogateTree.fittedOn(data).fit(Columns.of(data), answers, 2);
    assertThat(rules.rules())
        .extracting(Rule::inWords)
        .containsExactlyInAnyOrder("a ≤ 29.5", "29.5 < a ≤ 59.5", "a > 59.5");
  }

  /** Asked of red first, then of blue: blue is not red, which need not be said. */
  @Test
  void saysOneCategoryWithoutThoseThatItIsNot() {
    String[] kinds = {"red", "red", "red", "red", "red", "red", "blue", "blue", "blue", "grey"};
    Dataset data = Tables.typed(new double[10], kinds);
    int[] answers = {0, 0, 0, 0, 0, 0, 1, 1, 1, 0};
    RuleSet rules = SurrogateTree.fittedOn(data).withLeaves(4).fit(Columns.of(data), answers, 2);
    assertThat(rules.rules())
        .extracting(Rule::inWords)
        .containsExactlyInAnyOrder("kind is \"blue\"", "kind is not \"blue\"");
    int[] three = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2};
    assertThat(SurrogateTree.fittedOn(data).withLeaves(4).fit(Columns.of(data), three, 3).rules())
        .extracting(Rule::inWords)
        .containsExactlyInAnyOrder(
            "kind is \"red\"", "kind is \"blue\"", "kind is not \"red\" and kind is not \"blue\"");
  }

  @Test
  void sendsWhatIsMissingWhereNumbersAreLarger() {
    double none = Double.NaN;
    Dataset data = Tables.of(new double[][] {{1}, {2}, {none}, {none}});
    RuleSet rules =
        SurrogateTree.fittedOn(data).withLeaves(2).fit(Columns.of(data), new int[] {0, 0, 1, 1}, 2);
    assertThat(rules.of(Columns.of(data)).answers()).containsExactly(0, 0, 1, 1);
  }

  @Test
  void leavesALeafWholeThatNoQuestionDivides() {
    Dataset data = Tables.of(new double[][] {{1}, {1}, {1}, {1}});
    RuleSet rules =
        SurrogateTree.fittedOn(data).withLeaves(3).fit(Columns.of(data), new int[] {0, 1, 1, 1}, 2);
    assertThat(rules.rules()).containsExactly(new Rule(List.of(), 1));
    assertThat(rules.rules().get(0).inWords()).isEqualTo("always");
  }

  @Test
  void refusesFewerExamplesThanLeaves() {
    Dataset data = Tables.of(new double[][] {{1}, {2}, {3}});
    assertThatThrownBy(
            () -> SurrogateTree.fittedOn(data).fit(Columns.of(data), new int[] {0, 1, 0}, 2))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "a surrogate tree of 8 leaves cannot be fitted on the 3 examples of table; give at"
                + " least as many examples as leaves, or fewer leaves by .withLeaves(2)");
  }

  @Test
  void refusesBudgetsThatAreNone() {
    Dataset data = Tables.of(new double[][] {{1}, {2}, {3}});
    assertThatThrownBy(() -> SurrogateTree.fittedOn(data).withLeaves(1))
        .hasMessageContaining("give at least 2, such as .withLeaves(8)");
    assertThatThrownBy(() -> SurrogateTree.fittedOn(data).withDepth(0))
        .hasMessageContaining("give from 1 to 30 questions");
    assertThatThrownBy(() -> SurrogateRules.fittedOn(data).withRules(0))
        .hasMessageContaining("give at least 1");
    assertThatThrownBy(() -> SurrogateRules.fittedOn(data).withConditions(6))
        .hasMessageContaining("give from 1 to 5");
  }

  private static double[][] rows(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(SurrogateTreeTest::doubles)
        .toArray(double[][]::new);
  }

  private static double[] doubles(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static int[] ints(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
